package cors_test

import (
	"testing"

	"github.com/corsage-go/corsage/cors"
)

// Origin goes with what will be checked and with what could change something. A
// tainted way hides it always, and the referrer policy hides it from forms and the
// like.
// Standard: https://fetch.spec.whatwg.org/#append-a-request-origin-header
func TestOriginField(t *testing.T) {
	const plain, secure, other, safe = "http://app.example", "https://app.example", "http://data.example", "https://data.example"
	for _, test := range []struct {
		why  string
		r    cors.OriginRequest
		want string // "" for no field
	}{
		{"checked", cors.OriginRequest{Origin: plain, Target: other, CORS: true, ModeCORS: true, Method: "GET", Policy: cors.NoReferrer}, plain},
		{"checked, after a tainted redirect", cors.OriginRequest{Origin: plain, Target: other, CORS: true, ModeCORS: true, Method: "GET", Tainted: true}, "null"},
		{"checked, opaque", cors.OriginRequest{Origin: "null", Target: other, CORS: true, ModeCORS: true, Method: "GET"}, "null"},
		{"one's own GET", cors.OriginRequest{Origin: plain, Target: plain, ModeCORS: true, Method: "GET"}, ""},
		{"one's own HEAD", cors.OriginRequest{Origin: plain, Target: plain, ModeCORS: true, Method: "HEAD"}, ""},
		{"one's own POST", cors.OriginRequest{Origin: plain, Target: plain, ModeCORS: true, Method: "POST", Policy: cors.NoReferrer}, plain},
		{"an image", cors.OriginRequest{Origin: plain, Target: other, Method: "GET"}, ""},
		{"a form", cors.OriginRequest{Origin: plain, Target: other, Method: "POST"}, plain},
		{"a form, after a tainted redirect", cors.OriginRequest{Origin: plain, Target: other, Method: "POST", Tainted: true}, "null"},
		{"a form, no-referrer", cors.OriginRequest{Origin: plain, Target: plain, Method: "POST", Policy: cors.NoReferrer}, "null"},
		{"a form to another origin, same-origin", cors.OriginRequest{Origin: plain, Target: other, Method: "POST", Policy: cors.SameOriginReferrer}, "null"},
		{"a form to its own, same-origin", cors.OriginRequest{Origin: plain, Target: plain, Method: "POST", Policy: cors.SameOriginReferrer}, plain},
		{"a form of a hidden page, same-origin", cors.OriginRequest{Origin: "null", Target: "null", Method: "POST", Policy: cors.SameOriginReferrer}, "null"},
		{"a form, unsafe-url", cors.OriginRequest{Origin: secure, Target: other, Method: "POST", Policy: cors.UnsafeURL}, secure},
		{"a form, origin", cors.OriginRequest{Origin: secure, Target: other, Method: "POST", Policy: cors.OriginReferrer}, secure},
		{"a form from https to http", cors.OriginRequest{Origin: secure, Target: other, Method: "POST"}, "null"},
		{"the same by another name", cors.OriginRequest{Origin: secure, Target: other, Method: "POST", Policy: cors.NoReferrerWhenDowngrade}, "null"},
		{"a form from https to https", cors.OriginRequest{Origin: secure, Target: safe, Method: "POST", Policy: cors.StrictOrigin}, secure},
	} {
		got, ok := cors.OriginField(test.r)
		if got != test.want || ok != (test.want != "") {
			t.Errorf("%s: %q, %v, want %q", test.why, got, ok, test.want)
		}
	}
}

// A redirect hides the origin if a server that is not the page's own leads on to
// another.
// Standard: https://fetch.spec.whatwg.org/#concept-request-tainted-origin
func TestTaintsOrigin(t *testing.T) {
	for _, test := range []struct {
		why, page, from, to string
		want                bool
	}{
		{"from one's own", "http://a.test", "http://a.test", "http://b.test", false},
		{"within another", "http://a.test", "http://b.test", "http://b.test", false},
		{"from another to a third", "http://a.test", "http://b.test", "http://c.test", true},
		{"from another back home", "http://a.test", "http://b.test", "http://a.test", true},
		{"to another port", "http://a.test", "http://b.test", "http://b.test:81", true},
		{"of a hidden page, within another", "null", "http://b.test", "http://b.test", false},
		{"of a hidden page, to a third", "null", "http://b.test", "http://c.test", true},
	} {
		if got := cors.TaintsOrigin(test.page, test.from, test.to); got != test.want {
			t.Errorf("%s: %v, want %v", test.why, got, test.want)
		}
	}
}

// The farthest place on the way counts, and only those are told at all to whom
// nobody can listen on the way.
// Standard: https://w3c.github.io/webappsec-fetch-metadata/#fetch-metadata-append
func TestFetchMetadata(t *testing.T) {
	far := []string{cors.FetchSiteSameOrigin, cors.FetchSiteSameSite, cors.FetchSiteCrossSite}
	for i, a := range far {
		for j, b := range far {
			if got := cors.FartherSite(a, b); got != far[max(i, j)] {
				t.Errorf("%s and %s: %s", a, b, got)
			}
		}
	}
	for _, test := range []struct {
		url, destination, dest string
		told                   bool
	}{
		{"https://a.test/r", "", "empty", true},
		{"https://a.test/r", "font", "font", true},
		{"http://127.0.0.1:8401/", "", "empty", true},
		{"http://localhost/", "", "empty", true},
		{"http://u@localhost/", "", "empty", true},
		{"http://a.test/r", "", "", false},
		{"http://localhost@a.test/", "", "", false},
		{"ftp://a.test/", "", "", false},
		{"https:", "", "", false},
		{"", "", "", false},
	} {
		got, ok := cors.FetchMetadata(test.url, cors.FetchSiteCrossSite, "cors", test.destination)
		want := [3]cors.Field{{Name: "Sec-Fetch-Site", Value: "cross-site"}, {Name: "Sec-Fetch-Mode", Value: "cors"}, {Name: "Sec-Fetch-Dest", Value: test.dest}}
		if ok != test.told || ok && got != want {
			t.Errorf("%q: %v, %v, want %v", test.url, got, ok, test.told)
		}
	}
}
