package policy_test

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/internal/cases"
)

// Decide gives the verdict, the status and exactly the header fields of each case.
func TestDecideCases(t *testing.T) {
	for _, c := range cases.Load(t) {
		t.Run(c.Name, func(t *testing.T) {
			d := c.Compiled(t).Decide(c.Method, c.Origin(), c.Request)
			if got := d.Verdict.Reason.String(); got != c.Verdict {
				t.Errorf("%s: verdict %s, want %s", c.Promise, got, c.Verdict)
			}
			if d.Status != c.Status || d.Preflight != (c.Status != 0) {
				t.Errorf("%s: status %d, preflight %v, want status %d", c.Promise, d.Status, d.Preflight, c.Status)
			}
			got := http.Header{}
			d.Apply(got)
			if !reflect.DeepEqual(got, c.Answer) {
				t.Errorf("%s: answer\n%v, want\n%v", c.Promise, got, c.Answer)
			}
		})
	}
}

// A browser comes to the same conclusion on the answer of each case as the
// policy did on the request.
func TestBrowserAgreesWithCases(t *testing.T) {
	for _, c := range cases.Load(t) {
		if c.Origin() == "" {
			continue
		}
		d := c.Compiled(t).Decide(c.Method, c.Origin(), c.Request)
		if got := browserAccepts(d, c.Origin(), c.Request); got != d.Verdict.Allowed() {
			t.Errorf("%s: %s: the policy says %v, the browser %v", c.Name, c.Promise, d.Verdict, got)
		}
	}
}

// Every reason that a policy can give has a case.
func TestEveryReasonHasACase(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range cases.Load(t) {
		seen[c.Verdict] = true
	}
	for _, r := range cors.Reasons() {
		if r >= cors.Allowed && r < cors.AllowOriginMissing && !seen[r.String()] {
			t.Errorf("no case in cors/testdata/cases ends in %s", r)
		}
	}
}

// browserAccepts applies the Fetch standard's side to an answer.
func browserAccepts(d policy.Decision, origin string, request http.Header) bool {
	answer := http.Header{}
	d.Apply(answer)
	r := cors.Request{
		Origin: origin, Credentials: answer.Get(cors.HeaderAllowCredentials) != "",
		Method: request.Get(cors.HeaderRequestMethod), UnsafeHeaders: unsafeNames(request),
	}
	if d.Preflight {
		return cors.CheckPreflight(r, d.Status, answer).Allowed()
	}
	return cors.Check(r, answer, cors.OnResponse).Allowed()
}

func unsafeNames(request http.Header) []string {
	var names []string
	for _, line := range request[cors.HeaderRequestHeaders] {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.ToLower(strings.Trim(name, " \t")); name != "" {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// The hostile origins get what their rows say through Decide too.
func TestDecideHostileOrigins(t *testing.T) {
	for _, row := range hostileRows(t) {
		c := compile(t, policy.Policy{AllowOrigins: row.Policy, DangerouslyAllowNull: true})
		d := c.Decide("GET", row.Origin, nil)
		if got, want := d.Verdict.Allowed(), row.Expect == "allow"; got != want {
			t.Errorf("%s: %v, origin %s: %v, want allowed %v", row.Class, row.Policy, cors.Excerpt(row.Origin), d.Verdict, want)
		}
	}
}

// Refusing allocates nothing, however large or odd the request is.
func TestRefusalsDoNotAllocate(t *testing.T) {
	c := compile(t, policy.Policy{
		AllowOrigins: []string{"https://app.example", "https://*.app.example", "http://localhost:*"},
		AllowMethods: []string{"PUT"}, AllowHeaders: []string{"X-Trace", "X-Other-Header"}, AllowCredentials: true,
	})
	preflight := func(method string, headers ...string) http.Header {
		return http.Header{"Access-Control-Request-Method": {method}, "Access-Control-Request-Headers": headers}
	}
	for _, test := range []struct {
		why, method, origin string
		header              http.Header
	}{
		{"no origin", "GET", "", nil},
		{"unlisted origin", "GET", "https://evil.example", nil},
		{"unlisted subdomain", "GET", "https://a.b.c.evil.example:8443", nil},
		{"bad label below a listed domain", "GET", "https://a b.app.example", nil},
		{"malformed origin", "GET", "https://app.example/", nil},
		{"unlisted Punycode", "GET", "https://xn--bcher-kva.example", nil},
		{"no IPv4 address", "GET", "https://1.2.3.999", nil},
		{"too many numbers", "GET", "https://1.2.3.4.5.6", nil},
		{"no IPv6 address", "GET", "https://[zz]", nil},
		{"another IPv6 address", "GET", "https://[0:0::1]", nil},
		{"64 KB origin", "GET", "https://" + strings.Repeat("a.", 32<<10) + "app.example", nil},
		{"method", "OPTIONS", "https://app.example", preflight("PATCH")},
		{"header", "OPTIONS", "https://app.example", preflight("PUT", "x-trace,x-unknown")},
		{"header in upper case", "OPTIONS", "https://app.example", preflight("PUT", "X-TRACE,X-UNKNOWN")},
		{"64 KB of commas", "OPTIONS", "https://app.example", preflight("PUT", strings.Repeat(",", 64<<10))},
		{"8 KB of commas", "OPTIONS", "https://app.example", preflight("PUT", strings.Repeat(",", 8<<10))},
		{"8 KB of one name", "OPTIONS", "https://app.example", preflight("PUT", strings.Repeat("x", 8<<10))},
		{"a thousand allowed names", "OPTIONS", "https://app.example", preflight("PUT", strings.Repeat("x-trace,", 1000))},
	} {
		var d policy.Decision
		allocs := testing.AllocsPerRun(100, func() { d = c.Decide(test.method, test.origin, test.header) })
		if d.Verdict.Allowed() {
			t.Errorf("%s: allowed", test.why)
		}
		if allocs != 0 {
			t.Errorf("%s: %v allocations, want none", test.why, allocs)
		}
	}
}

// All refused headers can be had at once, within the bounds of Decide.
func TestRefusedHeaders(t *testing.T) {
	c := compile(t, policy.Policy{AllowOrigins: []string{"https://app.example"}, AllowHeaders: []string{"X-Trace", "*"}})
	long := strings.Repeat("authorization,", 300)
	for _, test := range []struct {
		why    string
		policy *policy.Compiled
		lines  []string
		want   int
	}{
		{"all are allowed", c, []string{"x-trace,x-b"}, 0},
		{"two of four, on two lines", c, []string{"authorization, ,x-trace", "x-b,a b"}, 2},
		{"nobody allows none", policy.Nobody, []string{"x-trace,x-b"}, 2},
		{"no line", c, nil, 0},
		{"more names than are looked at", c, []string{long}, 256},
		{"more bytes than are looked at", c, []string{"a b", strings.Repeat(" ", 1<<14)}, 1},
	} {
		if got := test.policy.RefusedHeaders(test.lines); len(got) != test.want {
			t.Errorf("%s: %d, want %d: %v", test.why, len(got), test.want, got)
		}
	}
}

// An allowed answer costs at most two allocations, all its values included.
func TestAllowedAnswersAllocateAtMostTwice(t *testing.T) {
	c := compile(t, policy.Policy{
		AllowOrigins: []string{"https://*.app.example"}, AllowMethods: []string{"PUT"},
		AllowHeaders: []string{"X-Trace"}, AllowCredentials: true, MaxAge: new(600),
	})
	request := http.Header{"Access-Control-Request-Method": {"PUT"}, "Access-Control-Request-Headers": {"x-trace"}}
	header := http.Header{}
	allocs := testing.AllocsPerRun(1000, func() {
		clear(header)
		c.Decide("OPTIONS", "https://a.app.example", request).Apply(header)
	})
	if allocs > 2 {
		t.Errorf("%v allocations, want at most 2", allocs)
	}
	if header.Get("Access-Control-Allow-Methods") != "PUT" {
		t.Errorf("the preflight was not allowed: %v", header)
	}
}

// What a handler does to an answer's values stays in that answer.
func TestAnswersShareNoMemory(t *testing.T) {
	full := policy.Policy{
		AllowOrigins: []string{"https://app.example"}, AllowCredentials: true, ExposeHeaders: []string{"ETag"},
		AllowMethods: []string{"PUT"}, AllowHeaders: []string{"X-A"}, MaxAge: new(5),
	}
	asking := http.Header{cors.HeaderRequestMethod: {"PUT"}, cors.HeaderRequestHeaders: {"x-a"}}
	for _, test := range []struct {
		why            string
		policy         policy.Policy
		method, origin string
	}{
		{"an allowed answer", full, "GET", "https://app.example"},
		{"one to a preflight", full, "OPTIONS", "https://app.example"},
		{"a refused one", full, "GET", "https://evil.example"},
		{"a refused one to a preflight", full, "OPTIONS", "https://evil.example"},
		{"one to a request without origin", full, "GET", ""},
		{"one for everybody", policy.Policy{AllowOrigins: []string{"*"}, ExposeHeaders: []string{"*"}}, "GET", "https://app.example"},
	} {
		c := compile(t, test.policy)
		answer := func() http.Header {
			h := http.Header{}
			c.Decide(test.method, test.origin, asking).Apply(h)
			return h
		}
		want := answer().Clone()
		for range 300 {
			got := answer()
			if len(got) == 0 || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: an earlier answer's changes show in a later one: %v, want %v", test.why, got, want)
			}
			for name, values := range got {
				_ = append(values, "appended")
				values[0] = "overwritten"
				got.Add(name, "added")
			}
		}
	}
}

// A handler's Vary is added to, in memory of its own.
func TestVaryIsAdded(t *testing.T) {
	c := compile(t, policy.Policy{AllowOrigins: []string{"https://app.example"}})
	mine := make([]string, 1, 4)
	mine[0] = "Accept-Encoding"
	header := http.Header{"Vary": mine}
	c.Decide("GET", "https://app.example", nil).Apply(header)
	if got := header["Vary"]; !slices.Equal(got, []string{"Accept-Encoding", "Origin"}) {
		t.Errorf("Vary is %q", got)
	}
	if spare := mine[:2]; spare[1] != "" {
		t.Errorf("the slice that was there has been written to: %q", spare)
	}
}
