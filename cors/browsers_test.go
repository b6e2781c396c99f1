package cors_test

import (
	"testing"

	"github.com/corsage-go/corsage/cors"
)

// Each kind of failure that developers meet has a reason, with the name that each
// browser's tools show for it; where one has none, it is empty.
func TestBrowserNamesByFailure(t *testing.T) {
	for _, test := range []struct {
		failure           string
		reason            cors.Reason
		chromium, firefox string
		both              bool // on the preflight too, where Chromium has a name of its own
	}{
		{"no Allow-Origin", cors.AllowOriginMissing, "MissingAllowOriginHeader", "CORSMissingAllowOrigin", true},
		{"not this origin", cors.AllowOriginMismatch, "AllowOriginMismatch", "CORSAllowOriginNotMatchingOrigin", true},
		{"unusable value", cors.AllowOriginInvalid, "InvalidAllowOriginValue", "CORSAllowOriginNotMatchingOrigin", true},
		{"several values", cors.AllowOriginMultiple, "MultipleAllowOriginValues", "CORSMultipleAllowOriginNotAllowed", true},
		{"* with credentials", cors.WildcardWithCredentials, "WildcardOriginNotAllowed", "CORSNotSupportingCredentials", true},
		{"Allow-Credentials is not true", cors.AllowCredentialsInvalid, "InvalidAllowCredentials", "CORSMissingAllowCredentials", true},
		{"preflight status", cors.PreflightStatus, "PreflightInvalidStatus", "CORSPreflightDidNotSucceed", false},
		{"preflight redirected", cors.PreflightRedirect, "PreflightDisallowedRedirect", "CORSExternalRedirectNotAllowed", false},
		{"Allow-Methods is no list", cors.AllowMethodsInvalid, "InvalidAllowMethodsPreflightResponse", "CORSInvalidAllowMethod", false},
		{"Allow-Headers is no list", cors.AllowHeadersInvalid, "InvalidAllowHeadersPreflightResponse", "CORSInvalidAllowHeader", false},
		{"method refused", cors.MethodNotApproved, "MethodDisallowedByPreflightResponse", "CORSMethodNotFound", false},
		{"header refused", cors.HeaderNotApproved, "HeaderDisallowedByPreflightResponse", "CORSMissingAllowHeaderFromPreflight", false},
		{"redirect with a password", cors.RedirectWithCredentials, "RedirectContainsCredentials", "CORSDidNotSucceed", false},
		{"another scheme", cors.SchemeNotHTTP, "CorsDisabledScheme", "CORSRequestNotHttp", false},
		{"network error", cors.NetworkFailed, "", "CORSDidNotSucceed", false},
	} {
		response, preflight := cors.Verdict{Reason: test.reason, On: cors.OnResponse}, cors.Verdict{Reason: test.reason, On: cors.OnPreflight}
		if response.Chromium() != test.chromium || response.Firefox() != test.firefox || preflight.Firefox() != test.firefox {
			t.Errorf("%s: Chromium %q, Firefox %q and %q", test.failure, response.Chromium(), response.Firefox(), preflight.Firefox())
		}
		want := test.chromium
		if test.both {
			want = "Preflight" + want
		}
		if got := preflight.Chromium(); got != want {
			t.Errorf("%s, on the preflight: Chromium %q, want %q", test.failure, got, want)
		}
	}
}

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
