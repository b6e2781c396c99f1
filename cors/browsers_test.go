package cors_test

import (
	"testing"

	"github.com/corsage-go/corsage/cors"
)

// Every reason that a browser finds on a response has the browsers' own names,
// and Chromium's tells a preflight from other responses.
func TestBrowserNames(t *testing.T) {
	for r := cors.AllowOriginMissing; r <= cors.HeaderNotApproved; r++ {
		v := cors.Verdict{Reason: r, On: cors.OnResponse}
		if v.Chromium() == "" || v.Firefox() == "" {
			t.Errorf("%s: Chromium %q, Firefox %q", r, v.Chromium(), v.Firefox())
		}
	}
	for on, want := range map[cors.Message]string{
		cors.OnResponse: "MissingAllowOriginHeader", cors.OnPreflight: "PreflightMissingAllowOriginHeader",
	} {
		if got := (cors.Verdict{Reason: cors.AllowOriginMissing, On: on}).Chromium(); got != want {
			t.Errorf("on the %s: %q, want %q", on, got, want)
		}
	}
	if got := (cors.Verdict{Reason: cors.MethodNotApproved, On: cors.OnPreflight}).Chromium(); got != "MethodDisallowedByPreflightResponse" {
		t.Errorf("a refused method: %q", got)
	}
	if v := (cors.Verdict{Reason: 255}); v.Chromium() != "" || v.Firefox() != "" {
		t.Error("an unknown reason has names")
	}
}
