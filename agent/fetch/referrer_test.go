package fetch

import (
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors"
)

// Standard: https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer
// Every policy, to every kind of target.
func TestReferrerFor(t *testing.T) {
	const secure, plain = "https://u:p@a.test/x?y#z", "http://a.test/x?y#z"
	tests := []struct {
		policy         ReferrerPolicy
		source, target string
		want           string
	}{
		{NoReferrer, secure, "https://a.test/", ""},
		{NoReferrerWhenDowngrade, secure, "https://b.test/", "https://a.test/x?y"},
		{NoReferrerWhenDowngrade, secure, "http://b.test/", ""},
		{NoReferrerWhenDowngrade, plain, "http://b.test/", "http://a.test/x?y"},
		{SameOriginReferrer, secure, "https://a.test/", "https://a.test/x?y"},
		{SameOriginReferrer, secure, "https://b.test/", ""},
		{OriginReferrer, secure, "https://a.test/", "https://a.test/"},
		{OriginReferrer, secure, "http://b.test/", "https://a.test/"},
		{StrictOrigin, secure, "http://b.test/", ""},
		{StrictOrigin, secure, "https://b.test/", "https://a.test/"},
		{StrictOrigin, plain, "http://b.test/", "http://a.test/"},
		{OriginWhenCrossOrigin, secure, "https://a.test/", "https://a.test/x?y"},
		{OriginWhenCrossOrigin, secure, "http://a.test/", "https://a.test/"},
		{"", secure, "https://a.test/", "https://a.test/x?y"},
		{"", secure, "https://b.test/", "https://a.test/"},
		{"", secure, "http://a.test/", ""},
		{"", secure, "http://127.0.0.1/", "https://a.test/"},
		{"bogus", plain, "https://b.test/", "http://a.test/"},
		{StrictOriginWhenCrossOrigin, plain, "http://a.test/", "http://a.test/x?y"},
		{UnsafeURL, secure, "http://b.test/", "https://a.test/x?y"},
		{UnsafeURL, "data:,x", "http://b.test/", ""},
		{UnsafeURL, "about:blank", "http://b.test/", ""},
		{UnsafeURL, "https://a.test/" + strings.Repeat("x", 4096), "https://b.test/", "https://a.test/"},
	}
	for _, tt := range tests {
		got := ""
		if u := ReferrerFor(parse(t, tt.source), parse(t, tt.target), tt.policy); u != nil {
			got = u.Href()
		}
		if got != tt.want {
			t.Errorf("%q from %.30s to %s: got %q, want %q", tt.policy, tt.source, tt.target, got, tt.want)
		}
	}
}

// Standard: https://w3c.github.io/webappsec-referrer-policy/#parse-referrer-policy-from-header
// The last policy that is known counts.
func TestParseReferrerPolicy(t *testing.T) {
	tests := []struct {
		values []string
		want   ReferrerPolicy
	}{
		{nil, ""},
		{[]string{""}, ""},
		{[]string{"origin"}, OriginReferrer},
		{[]string{"origin, UNSAFE-URL, future"}, UnsafeURL},
		{[]string{"origin", "no-referrer"}, NoReferrer},
		{[]string{"bogus"}, ""},
	}
	for _, tt := range tests {
		if got := ParseReferrerPolicy(tt.values); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.values, got, tt.want)
		}
	}
}

// Standard: https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer, step 3
// Where the page itself is hidden, its URL is too.
func TestReferrerOfHiddenPage(t *testing.T) {
	hidden := page(t, app)
	hidden.Origin = cors.Origin{}
	tests := []struct {
		why  string
		c    *Client
		r    Referrer
		want string
	}{
		{"the page's", page(t, app), Referrer{}, app + "/"},
		{"none", page(t, app), Referrer{None: true}, "-"},
		{"another one", page(t, app), Referrer{URL: parse(t, app+"/other")}, app + "/"},
		{"a sandboxed page", hidden, Referrer{}, "-"},
		{"nobody", nil, Referrer{}, "-"},
	}
	for _, tt := range tests {
		s := &script{replies: map[string]reply{}}
		r := request(t, "GET", data+"/r")
		r.Client, r.Referrer = tt.c, tt.r
		outcome(newEngine(s, StandardProfile), r)
		if got := s.last("Referer"); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.why, got, tt.want)
		}
	}
}

// FuzzReferrer: no referrer tells a name, a password or a fragment, none is told
// of local documents, and only the policies that say so tell more than the origin.
func FuzzReferrer(f *testing.F) {
	f.Add("https://u:p@a.test/x?y#z", "http://b.test/", "strict-origin", "origin, no-referrer")
	f.Add("http://a.test/", "data:,x", "", "unsafe-url")
	f.Fuzz(func(t *testing.T, source, target, policy, header string) {
		from, err := weburl.Parse(source)
		if err != nil {
			return
		}
		to, err := weburl.Parse(target)
		if err != nil {
			return
		}
		for _, p := range []ReferrerPolicy{ReferrerPolicy(policy), ParseReferrerPolicy([]string{header})} {
			u := ReferrerFor(from, to, p)
			if u == nil {
				continue
			}
			if u.HasCredentials() || u.Fragment() != "" || !u.IsHTTP() || u.OriginString() != from.OriginString() {
				t.Errorf("%q from %q: %q", p, source, u.Href())
			}
			told := p == UnsafeURL || p == NoReferrerWhenDowngrade || from.SameOrigin(to)
			if !told && u.Target() != "/" {
				t.Errorf("%q from %q to %q tells %q", p, source, target, u.Href())
			}
		}
	})
}
