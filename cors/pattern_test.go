package cors_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors"
)

// What is no pattern is refused, and where it can be guessed the error says what
// was meant.
func TestParsePatternErrors(t *testing.T) {
	for _, test := range []struct{ pattern, want string }{
		{"", "no scheme"},
		{"example.com", `did you mean "https://example.com"?`},
		{"https://example.com/", `did you mean "https://example.com"?`},
		{"http://localhost:8402/", "an origin has no path"},
		{"https://example.com/path", "an origin has no path"},
		{"https://Example.com", `did you mean "https://example.com"?`},
		{"https://example.com:443", `did you mean "https://example.com"?`},
		{"http://example.com:080", "port"},
		{"https://bücher.example", `did you mean "https://xn--bcher-kva.example"?`},
		{"https://user@example.org", "no user name"},
		{"https://user@example.com", `did you mean "https://example.com"?`},
		{"https://*", "wildcard"},
		{"https://*example.com", "wildcard"},
		{"https://a.*.example.com", "wildcard"},
		{"https://*.*.example.com", "wildcard"},
		{"https://example.com:8*", "wildcard"},
		{"https://*.1.2.3.4", "address"},
		{"https://*.[::1]", "address"},
		{"https://*.example.com.", "plain labels"},
		{"chrome-extension://*.abc", "http and https"},
		{"chrome-extension://abc:*", "http and https"},
		{"ws://example.com", "no origin of their own"},
		{"file://example.com", "no origin of their own"},
		{"https://[::1", "bracket"},
		{"https://[0::1]", "shortest form"},
		{"https://" + strings.Repeat("a", 400), "longer"},
		{"https://example.com:8080:*", "two ports"},
	} {
		_, err := cors.ParsePattern(test.pattern)
		if !errors.Is(err, cors.ErrNotPattern) {
			t.Errorf("%q: error %v", test.pattern, err)
			continue
		}
		if !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want it to say %q", test.pattern, err, test.want)
		}
	}
}

// Every pattern that names an origin is listed, the narrowest first.
func TestPatternsNaming(t *testing.T) {
	for _, test := range []struct {
		origin string
		want   []string
	}{
		{"https://a.b.example", []string{
			"https://a.b.example", "https://a.b.example:*", "https://*.b.example", "https://*.b.example:*",
			"https://*.example", "https://*.example:*", "*",
		}},
		{"http://localhost:8402", []string{"http://localhost:8402", "http://localhost:*", "*"}},
		{"http://127.0.0.1:1", []string{"http://127.0.0.1:1", "http://127.0.0.1:*", "*"}},
		{"chrome-extension://abc", []string{"chrome-extension://abc", "*"}},
		{"null", []string{"null", "*"}},
		{"https://*.b.example", []string{"*"}}, // a host of that name, which the pattern of the same text does not name
		{"nonsense", []string{"*"}},
	} {
		if got := cors.PatternsNaming(test.origin); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.origin, got, test.want)
		}
	}
}

// An origin's parts are those of its serialization.
func TestOriginParts(t *testing.T) {
	for _, test := range []struct {
		origin, scheme, host string
		port                 uint16
		loopback             bool
	}{
		{"https://example.com", "https", "example.com", 443, false},
		{"http://example.com:8080", "http", "example.com", 8080, false},
		{"http://[::1]:3000", "http", "[::1]", 3000, true},
		{"http://[::ffff:7f00:1]", "http", "[::ffff:7f00:1]", 80, false},
		{"http://127.9.9.9", "http", "127.9.9.9", 80, true},
		{"http://127.example", "http", "127.example", 80, false},
		{"https://app.localhost", "https", "app.localhost", 443, true},
		{"https://mylocalhost", "https", "mylocalhost", 443, false},
		{"moz-extension://abc-def", "moz-extension", "abc-def", 0, false},
		{"null", "", "", 0, false},
	} {
		o, err := cors.ParseOrigin(test.origin)
		if err != nil {
			t.Error(err)
			continue
		}
		if o.Scheme() != test.scheme || o.Host() != test.host || o.Port() != test.port || o.IsLoopback() != test.loopback {
			t.Errorf("%s: scheme %q, host %q, port %d, loopback %v", test.origin, o.Scheme(), o.Host(), o.Port(), o.IsLoopback())
		}
		if same := o.Same(o); same == o.IsOpaque() {
			t.Errorf("%s: same origin as itself: %v", test.origin, same)
		}
	}
}

// Methods and header names are told apart as the standard does.
func TestNames(t *testing.T) {
	for _, test := range []struct {
		what string
		is   func(string) bool
		yes  []string
		no   []string
	}{
		{"safelisted method", cors.IsSafelistedMethod, []string{"GET", "HEAD", "POST"}, []string{"get", "PUT", ""}},
		{"forbidden method", cors.IsForbiddenMethod, []string{"TRACE", "track", "Connect"}, []string{"GET", "TRACED"}},
		{"forbidden request header", cors.IsForbiddenRequestHeader, []string{"Cookie", "SEC-FETCH-SITE", "proxy-x", "Origin"}, []string{"Authorization", "Secret", "User-Agent"}},
		{"forbidden response header", cors.IsForbiddenResponseHeader, []string{"Set-Cookie", "set-cookie2"}, []string{"Cookie"}},
		{"token", cors.IsToken, []string{"PUT", "x-a", "*"}, []string{"", "a b", "a,b", "ä", "a\x00"}},
	} {
		for _, s := range test.yes {
			if !test.is(s) {
				t.Errorf("%q is a %s", s, test.what)
			}
		}
		for _, s := range test.no {
			if test.is(s) {
				t.Errorf("%q is no %s", s, test.what)
			}
		}
	}
	for in, want := range map[string]string{"put": "PUT", "Delete": "DELETE", "patch": "patch", "GET": "GET"} {
		if got := cors.NormalizeMethod(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
