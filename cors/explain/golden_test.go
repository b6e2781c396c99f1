package explain_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

var update = flag.Bool("update", false, "write the golden files anew; read them afterwards, as prose")

// Each case has its explanation in full, as people read it: testdata/cases holds
// what was recorded, and beside it the text.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no cases: %v", err)
	}
	for _, file := range files {
		findings := explain.Trace(readCase(t, file))
		if len(findings) == 0 {
			t.Errorf("%s: nothing was found", file)
		}
		var b strings.Builder
		if err := explain.WriteText(&b, findings, explain.Style{}); err != nil {
			t.Fatal(err)
		}
		wantGolden(t, strings.TrimSuffix(file, ".txt")+".golden", b.String())
	}
}

// readCase reads heads; a first line "# credentials" says that the request was
// made with credentials.
func readCase(t *testing.T, file string) *trace.Trace {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	o := trace.HeadsOptions{}
	text, credentials := strings.CutPrefix(string(b), "# credentials\n")
	if credentials {
		o.Credentials = "include"
	}
	tr, err := trace.ParseHeads(text, o)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return tr
}

func wantGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if got != string(want) {
		t.Errorf("%s differs; if that is meant, go test -update, and read it. Got:\n%s", file, got)
	}
}
