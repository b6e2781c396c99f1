package cors_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors"
)

// Each policy tells what it says, to every kind of target.
// Standard: https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer
func TestReferrer(t *testing.T) {
	const secure, plain = "https://u:p@a.test/x?y#z", "http://a.test/x?y#z"
	for _, test := range []struct {
		policy         cors.ReferrerPolicy
		source, target string
		want           string
	}{
		{cors.NoReferrer, secure, "https://a.test/", ""},
		{cors.NoReferrerWhenDowngrade, secure, "https://b.test/", "https://a.test/x?y"},
		{cors.NoReferrerWhenDowngrade, secure, "http://b.test/", ""},
		{cors.NoReferrerWhenDowngrade, plain, "http://b.test/", "http://a.test/x?y"},
		{cors.SameOriginReferrer, secure, "https://a.test/", "https://a.test/x?y"},
		{cors.SameOriginReferrer, secure, "https://a.test:8443/", ""},
		{cors.SameOriginReferrer, secure, "https://b.test/", ""},
		{cors.OriginReferrer, secure, "https://a.test/", "https://a.test/"},
		{cors.OriginReferrer, secure, "http://b.test/", "https://a.test/"},
		{cors.OriginReferrer, "https://u@a.test:81/x", "http://b.test/", "https://a.test:81/"},
		{cors.StrictOrigin, secure, "http://b.test/", ""},
		{cors.StrictOrigin, secure, "https://b.test/", "https://a.test/"},
		{cors.StrictOrigin, plain, "http://b.test/", "http://a.test/"},
		{cors.OriginWhenCrossOrigin, secure, "https://a.test/", "https://a.test/x?y"},
		{cors.OriginWhenCrossOrigin, secure, "https://u@a.test/", "https://a.test/x?y"},
		{cors.OriginWhenCrossOrigin, secure, "http://a.test/", "https://a.test/"},
		{"", secure, "https://a.test/", "https://a.test/x?y"},
		{"", secure, "https://b.test/", "https://a.test/"},
		{"", secure, "http://a.test/", ""},
		{"", secure, "http://127.0.0.1/", "https://a.test/"},
		{"", secure, "data:,x", "https://a.test/"},
		{"bogus", plain, "https://b.test/", "http://a.test/"},
		{cors.StrictOriginWhenCrossOrigin, plain, "http://a.test/", "http://a.test/x?y"},
		{cors.UnsafeURL, secure, "http://b.test/", "https://a.test/x?y"},
		{cors.UnsafeURL, "http://a.test/mail@b.test", "http://b.test/", "http://a.test/mail@b.test"},
		{cors.UnsafeURL, "data:,x", "http://b.test/", ""},
		{cors.UnsafeURL, "about:blank", "http://b.test/", ""},
		{cors.UnsafeURL, "", "http://b.test/", ""},
		{cors.UnsafeURL, plain, "", ""},
		{cors.UnsafeURL, "http:x", "http://b.test/", ""},
		{cors.UnsafeURL, "https://a.test/" + strings.Repeat("x", 4096), "https://b.test/", "https://a.test/"},
	} {
		if got := cors.Referrer(test.source, test.target, test.policy); got != test.want {
			t.Errorf("%q from %.30s to %s: %q, want %q", test.policy, test.source, test.target, got, test.want)
		}
	}
}

// A page's referrer costs no memory.
func TestReferrerDoesNotAllocate(t *testing.T) {
	for _, target := range []string{"https://app.example/r", "https://data.example/r", "http://data.example/r"} {
		if n := testing.AllocsPerRun(100, func() { cors.Referrer("https://app.example/page?x#y", target, "") }); n != 0 {
			t.Errorf("to %s: %v allocations, want none", target, n)
		}
	}
}

// The last policy that is known counts.
// Standard: https://w3c.github.io/webappsec-referrer-policy/#parse-referrer-policy-from-header
func TestParseReferrerPolicy(t *testing.T) {
	for _, test := range []struct {
		lines []string
		want  cors.ReferrerPolicy
	}{
		{nil, ""},
		{[]string{""}, ""},
		{[]string{"origin"}, cors.OriginReferrer},
		{[]string{"origin, UNSAFE-URL, future"}, cors.UnsafeURL},
		{[]string{"origin", "no-referrer"}, cors.NoReferrer},
		{[]string{"no-referrer;origin"}, ""},
		{[]string{"bogus"}, ""},
	} {
		if got := cors.ParseReferrerPolicy(fields{"Referrer-Policy": test.lines}); got != test.want {
			t.Errorf("%q: %q, want %q", test.lines, got, test.want)
		}
	}
}

// Whatever a Referrer-Policy field holds, the policy is one of the standard's that
// the field names, and what nobody knows takes nothing from it.
func FuzzParseReferrerPolicy(f *testing.F) {
	f.Add("origin, no-referrer")
	f.Add("UNSAFE-URL,\tfuture ,")
	known := []cors.ReferrerPolicy{
		cors.NoReferrer, cors.NoReferrerWhenDowngrade, cors.SameOriginReferrer, cors.OriginReferrer, cors.StrictOrigin,
		cors.OriginWhenCrossOrigin, cors.StrictOriginWhenCrossOrigin, cors.UnsafeURL,
	}
	f.Fuzz(func(t *testing.T, line string) {
		got := cors.ParseReferrerPolicy(fields{"Referrer-Policy": {line}})
		if got != "" && (!slices.Contains(known, got) || !strings.Contains(strings.ToLower(line), string(got))) {
			t.Fatalf("%q: %q", line, got)
		}
		if again := cors.ParseReferrerPolicy(fields{"Referrer-Policy": {line, "a-policy-of-tomorrow"}}); again != got {
			t.Fatalf("%q: %q, and %q with a policy of tomorrow", line, got, again)
		}
		if last := cors.ParseReferrerPolicy(fields{"Referrer-Policy": {line + ", origin"}}); last != cors.OriginReferrer {
			t.Fatalf("%q, origin: %q", line, last)
		}
	})
}

// Of any text in the place of a URL, serialized or not, no more is told than of
// the URL: no name, no password, no fragment, and nothing of local documents.
func FuzzReferrerText(f *testing.F) {
	f.Add("https://u:p@a.test/x?y#z", "http://b.test/")
	f.Add("http://@/", "http:")
	f.Add("https://a.test?x@y", "https://a.test")
	f.Fuzz(func(t *testing.T, source, target string) {
		for _, policy := range []cors.ReferrerPolicy{cors.UnsafeURL, cors.OriginReferrer, cors.DefaultReferrerPolicy} {
			told := cors.Referrer(source, target, policy)
			if told == "" {
				continue
			}
			scheme, rest, _ := strings.Cut(told, "://")
			authority := rest
			if end := strings.IndexAny(rest, `/\?#`); end >= 0 {
				authority = rest[:end]
			}
			if scheme != "http" && scheme != "https" || authority == "" || strings.ContainsAny(authority, "@") || strings.Contains(told, "#") || len(told) > max(len(source)+1, 4096) {
				t.Fatalf("%q from %q to %q tells %q", policy, source, target, told)
			}
			if u, err := url.Parse(source); err == nil && u.User != nil && u.Host != authority {
				t.Fatalf("%q from %q tells %q of the host %q", policy, source, told, u.Host)
			}
		}
	})
}
