package cors_test

import (
	"testing"

	"github.com/corsage-go/corsage/cors"
)

// What is never asked: ports of other protocols, and plain http for a page that came
// over https.
// Standard: https://fetch.spec.whatwg.org/#block-bad-port
func TestCheckTarget(t *testing.T) {
	for _, test := range []struct {
		url    string
		port   uint16
		secure bool
		want   cors.Reason
		seen   string
	}{
		{"https://a.test/", 443, true, cors.Allowed, ""},
		{"http://a.test/", 80, false, cors.Allowed, ""},
		{"http://u:p@a.test:25/x", 25, false, cors.BadPort, "a.test:25"},
		{"http://u:p@a.test/x", 80, true, cors.MixedContent, "http://a.test"},
		{"http://127.0.0.1:81/", 81, true, cors.Allowed, ""},
		{"http://localhost/", 80, true, cors.Allowed, ""},
		{"data:,x", 0, true, cors.NotCORS, ""},
		{"http:", 0, true, cors.NotCORS, ""},
	} {
		got := cors.CheckTarget(test.url, test.port, test.secure)
		if got.Reason != test.want || got.Observed != test.seen || got.On != cors.OnRequest {
			t.Errorf("%s, secure %v: %v", test.url, test.secure, got)
		}
	}
}

// A redirect leads to http and https only, not for ever, and not with a password
// where the answer is checked.
// Standard: https://fetch.spec.whatwg.org/#http-redirect-fetch
func TestCheckRedirect(t *testing.T) {
	for _, test := range []struct {
		url     string
		hops    int
		checked bool
		want    cors.Reason
		seen    string
	}{
		{"https://a.test/", 19, true, cors.Allowed, ""},
		{"https://a.test/", 20, true, cors.RedirectLimit, "https://a.test/"},
		{"https://u:p@a.test/x", 20, false, cors.RedirectLimit, "https://a.test/x"},
		{"https://u:p@a.test/x", 0, false, cors.Allowed, ""},
		{"https://u:p@a.test/x", 0, true, cors.RedirectWithCredentials, "https://a.test/x"},
		{"https://a.test/u@x", 0, true, cors.Allowed, ""},
		{"data:,x", 0, true, cors.RedirectInvalid, "data:"},
		{"blob:https://a.test/1", 0, false, cors.RedirectInvalid, "blob:"},
		{"mailto:a@b.test", 0, false, cors.SchemeNotHTTP, "mailto"},
		{"", 0, false, cors.RedirectInvalid, ":"},
	} {
		got := cors.CheckRedirect(test.url, test.hops, test.checked)
		if got.Reason != test.want || got.Observed != test.seen || got.On != cors.OnRedirect {
			t.Errorf("%s after %d: %v", test.url, test.hops, got)
		}
	}
}

// The resource policy keeps an answer from other origins, or from other sites; a
// list is no policy.
// Standard: https://fetch.spec.whatwg.org/#cross-origin-resource-policy-internal-check
func TestCheckResourcePolicy(t *testing.T) {
	party := func(origin string) cors.Party {
		o, err := cors.ParseOrigin(origin)
		if err != nil {
			t.Fatal(err)
		}
		return cors.Party{Origin: origin, Site: o.Site()}
	}
	const page, sibling, other, plain = "https://app.example.com", "https://data.example.com", "https://data.example", "http://data.example.com"
	for _, test := range []struct {
		page, target string
		policy       []string
		want         cors.Reason
	}{
		{page, other, nil, cors.Allowed},
		{page, other, []string{"cross-origin"}, cors.Allowed},
		{page, page, []string{"same-origin"}, cors.Allowed},
		{page, sibling, []string{"same-origin"}, cors.ResourcePolicy},
		{page, sibling, []string{"same-site"}, cors.Allowed},
		{page, other, []string{"same-site"}, cors.ResourcePolicy},
		{page, plain, []string{"same-site"}, cors.Allowed},
		{plain, page, []string{"same-site"}, cors.ResourcePolicy},
		{"null", page, []string{"same-site"}, cors.ResourcePolicy},
		{"null", "null", []string{"same-origin"}, cors.ResourcePolicy},
		{page, other, []string{"same-origin", "same-origin"}, cors.Allowed},
		{page, other, []string{"Same-Origin"}, cors.Allowed},
	} {
		got := cors.CheckResourcePolicy(party(test.page), party(test.target), fields{"Cross-Origin-Resource-Policy": test.policy})
		if got.Reason != test.want {
			t.Errorf("%v of %s for %s: %v", test.policy, test.target, test.page, got)
		}
	}
}
