package fetch

import (
	"slices"
	"testing"
)

// A page sets no header that only browsers may send, and without CORS none but the
// safelisted ones.
// Standard: https://fetch.spec.whatwg.org/#concept-headers-append
func TestSettableHeader(t *testing.T) {
	for _, test := range []struct {
		mode      Mode
		set, want []string
	}{
		{ModeCORS, nil, nil},
		{ModeCORS, []string{"X-A: 1", "Accept: x"}, []string{"X-A: 1", "Accept: x"}},
		{ModeCORS, []string{"X-A: 1", "Origin: https://evil.example", "cookie: a=b", "X-B: 2"}, []string{"X-A: 1", "X-B: 2"}},
		{ModeSameOrigin, []string{"Host: x", "X-HTTP-Method: TRACE", "X-HTTP-Method: PUT"}, []string{"X-HTTP-Method: PUT"}},
		{ModeNoCORS, []string{"X-A: 1", "Accept: x", "Content-Type: application/json", "Content-Type: text/plain", "Range: bytes=0-"}, []string{"Accept: x", "Content-Type: text/plain"}},
	} {
		set := fields(test.set...)
		if got := SettableHeader(test.mode, set); !slices.Equal(got, fields(test.want...)) {
			t.Errorf("%s, %q: %v, want %q", test.mode, test.set, got, test.want)
		}
		if !slices.Equal(set, fields(test.set...)) {
			t.Errorf("%q was changed to %v", test.set, set)
		}
	}
}

// What asks blindly asks with the methods of forms and images only; any other could
// change something without the server's being asked first.
// Standard: https://fetch.spec.whatwg.org/#dom-request
func TestBlindMethods(t *testing.T) {
	const sent, refused = "opaque 0 - ", "cross-origin-not-allowed on request"
	for _, mode := range []Mode{ModeNoCORS, ModeNavigate} {
		for method, want := range map[string]string{"GET": sent, "HEAD": sent, "POST": sent, "PUT": refused, "DELETE": refused} {
			s := &script{replies: map[string]reply{}}
			r := request(t, method, data+"/r")
			r.Mode = mode
			if got := outcome(newEngine(s, StandardProfile), r); (got == refused) != (want == refused) || (len(s.asked) == 0) != (want == refused) {
				t.Errorf("%s %s: %s after %d requests, want %s", mode, method, got, len(s.asked), want)
			}
		}
	}
}
