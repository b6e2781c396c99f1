package policy_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
)

// The law: what a policy allows, the Fetch standard's checks accept on its
// answer, and what it refuses, they refuse.
func FuzzLaw(f *testing.F) {
	for _, row := range hostileRows(f) {
		f.Add(strings.Join(row.Policy, " "), "PUT PATCH", "x-a authorization", true, row.Origin, "PUT", "x-a")
		f.Add(strings.Join(row.Policy, " "), "", "", false, row.Origin, "", "")
	}
	f.Add("*", "*", "*", false, "https://app.example", "QUERY", "x-a,authorization")
	f.Add("https://*.app.example", "*", "* authorization", false, "https://a.app.example", "patch", "x-a,authorization")
	f.Fuzz(func(t *testing.T, origins, methods, headers string, credentials bool, origin, method, asked string) {
		c, err := policy.Compile(policy.Policy{
			AllowOrigins: strings.Fields(origins), AllowMethods: words(methods), AllowHeaders: words(headers), AllowCredentials: credentials,
			DangerouslyAllowNull: true, DangerouslyAllowInsecureOrigins: true, DangerouslyAllowPublicSuffixes: true,
		})
		if err != nil || origin == "" || !canSend(origin, method, asked) {
			return
		}
		wantAgreement(t, c, "GET", origin, http.Header{})
		if method != "" {
			request := http.Header{cors.HeaderRequestMethod: {method}}
			if asked != "" {
				request[cors.HeaderRequestHeaders] = []string{asked}
			}
			wantAgreement(t, c, "OPTIONS", origin, request)
		}
	})
}

// words is nil, not empty, where there are none: an empty list is an error.
func words(s string) []string {
	if w := strings.Fields(s); len(w) > 0 {
		return w
	}
	return nil
}

// canSend leaves out what no browser sends, since the law is about browsers: an
// origin that is none, methods and names that are no tokens or are forbidden,
// and lists in another form than theirs.
func canSend(origin, method, asked string) bool {
	if !cors.IsOrigin(origin) || method != "" && (!cors.IsToken(method) || cors.IsForbiddenMethod(method)) {
		return false
	}
	names := strings.Split(asked, ",")
	for i, name := range names {
		if asked != "" && (!cors.IsToken(name) || name != strings.ToLower(name) || i > 0 && names[i-1] >= name) {
			return false
		}
	}
	return len(names) <= 256 && len(asked) < 16<<10
}

func wantAgreement(t *testing.T, c *policy.Compiled, method, origin string, request http.Header) {
	t.Helper()
	d := c.Decide(method, origin, request)
	if got := browserAccepts(d, origin, request); got != d.Verdict.Allowed() {
		answer := http.Header{}
		d.Apply(answer)
		t.Fatalf("policy %+v\n%s from %q with %v:\nthe policy says %v,\nthe browser accepts: %v\nanswer %d %v",
			c.Policy(), method, origin, request, d.Verdict, got, d.Status, answer)
	}
	answer := http.Header{}
	d.Apply(answer)
	withCredentials := cors.Request{Origin: origin, Credentials: true, Method: method}
	if !c.AllowsCredentials() && cors.Check(withCredentials, answer, cors.OnResponse).Allowed() {
		t.Fatalf("policy %+v allows no credentials, the browser does on %v", c.Policy(), answer)
	}
}

// Whatever the fields of a request hold, what is allowed is a valid origin that a
// pattern of the policy matches.
func FuzzDecide(f *testing.F) {
	for _, row := range hostileRows(f) {
		f.Add(strings.Join(row.Policy, " "), row.Origin, "PUT", "x-a", ",x-a ,")
	}
	f.Add("https://*.a.example:8443 https://*.a.example", "https://b.a.example:8443", "PUT", strings.Repeat(",", 99), "X-A")
	f.Fuzz(func(t *testing.T, patterns, origin, method, line, another string) {
		c, err := policy.Compile(policy.Policy{
			AllowOrigins: strings.Fields(patterns), AllowMethods: []string{"PUT"}, AllowHeaders: []string{"X-A"},
			DangerouslyAllowNull: true, DangerouslyAllowPublicSuffixes: true,
		})
		if err != nil {
			return
		}
		request := http.Header{cors.HeaderRequestMethod: {method}, cors.HeaderRequestHeaders: {line, another}}
		for _, d := range []policy.Decision{c.Decide("GET", origin, nil), c.Decide("OPTIONS", origin, request)} {
			if d.Verdict.Reason == cors.Undecided {
				t.Fatal("nothing was decided")
			}
			if d.Verdict.Allowed() && !c.AllowsAny() && !matchesAny(t, strings.Fields(patterns), origin) {
				t.Fatalf("patterns %q: %q is allowed by %q", patterns, origin, d.Verdict.Expected)
			}
		}
	})
}

func matchesAny(t *testing.T, patterns []string, origin string) bool {
	t.Helper()
	o, err := cors.ParseOrigin(origin)
	if err != nil {
		return false
	}
	for _, s := range patterns {
		p, err := cors.ParsePattern(s)
		if err != nil {
			t.Fatal(err)
		}
		if p.Matches(o) {
			return true
		}
	}
	return false
}
