package fetch

import (
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors"
)

// An error, which may end in a log, names the URL without its password.
func TestFailureHidesPassword(t *testing.T) {
	u, err := weburl.Parse("http://user:secret@data.example/r")
	if err != nil {
		t.Fatal(err)
	}
	f := &Failure{Verdict: cors.Verdict{Reason: cors.AllowOriginMissing, On: cors.OnResponse}, URL: u}
	if text := f.Error(); strings.Contains(text, "secret") || !strings.Contains(text, "data.example/r") {
		t.Errorf("the error says %q", text)
	}
}
