package cors_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors"
)

type fields map[string][]string

func (f fields) Values(name string) []string { return f[name] }

const app = "https://app.example"

// The CORS check passes on the request's own origin, or on "*" without
// credentials, and names what is wrong otherwise.
// Standard: https://fetch.spec.whatwg.org/#concept-cors-check
func TestCheck(t *testing.T) {
	plain := cors.Request{Origin: app}
	credentialed := cors.Request{Origin: app, Credentials: true}
	for _, test := range []struct {
		why     string
		request cors.Request
		origin  []string
		creds   []string
		want    cors.Reason
	}{
		{"own origin", plain, []string{app}, nil, cors.Allowed},
		{"anybody", plain, []string{"*"}, nil, cors.Allowed},
		{"missing", plain, nil, nil, cors.AllowOriginMissing},
		{"empty", plain, []string{""}, nil, cors.AllowOriginInvalid},
		{"another origin", plain, []string{"https://other.example"}, nil, cors.AllowOriginMismatch},
		{"null for a real origin", plain, []string{"null"}, nil, cors.AllowOriginMismatch},
		{"null for an opaque one", cors.Request{Origin: "null"}, []string{"null"}, nil, cors.Allowed},
		{"a slash too many", plain, []string{app + "/"}, nil, cors.AllowOriginMismatch},
		{"another scheme's letters", plain, []string{"HTTPS://app.example"}, nil, cors.AllowOriginMismatch},
		{"a host and a port only", plain, []string{"app.example:8080"}, nil, cors.AllowOriginMismatch},
		{"a pattern", plain, []string{"https://*:*"}, nil, cors.AllowOriginInvalid},
		{"a host only", plain, []string{"app.example"}, nil, cors.AllowOriginInvalid},
		{"a port that is none", plain, []string{app + ":99999"}, nil, cors.AllowOriginInvalid},
		{"quoted", plain, []string{`"` + app + `"`}, nil, cors.AllowOriginInvalid},
		{"a variable nobody filled in", plain, []string{"$http_origin"}, nil, cors.AllowOriginInvalid},
		{"an open bracket", plain, []string{"http://["}, nil, cors.AllowOriginInvalid},
		{"control characters around it", plain, []string{app + "\x0b"}, nil, cors.AllowOriginMismatch},
		{"two lines", plain, []string{app, app}, nil, cors.AllowOriginMultiple},
		{"two stars", plain, []string{"*", "*"}, nil, cors.AllowOriginMultiple},
		{"a list in one line", plain, []string{app + ", https://other.example"}, nil, cors.AllowOriginMultiple},
		{"credentials, all is said", credentialed, []string{app}, []string{"true"}, cors.Allowed},
		{"credentials, nothing said", credentialed, []string{app}, nil, cors.AllowCredentialsInvalid},
		{"credentials, in another case", credentialed, []string{app}, []string{"True"}, cors.AllowCredentialsInvalid},
		{"credentials, twice", credentialed, []string{app}, []string{"true", "true"}, cors.AllowCredentialsInvalid},
		{"credentials and a star", credentialed, []string{"*"}, []string{"true"}, cors.WildcardWithCredentials},
	} {
		got := cors.Check(test.request, fields{cors.HeaderAllowOrigin: test.origin, cors.HeaderAllowCredentials: test.creds}, cors.OnResponse)
		if got.Reason != test.want || got.On != cors.OnResponse {
			t.Errorf("%s: %v on %v, want %v", test.why, got, got.On, test.want)
		}
		if got.Allowed() != (test.want == cors.Allowed) || got.Refused() == got.Allowed() {
			t.Errorf("%s: allowed %v, refused %v", test.why, got.Allowed(), got.Refused())
		}
	}
}

// A preflight's answer must have a status of success and approve the method and
// every header that needs it.
// Standard: https://fetch.spec.whatwg.org/#cors-preflight-fetch
func TestCheckPreflight(t *testing.T) {
	for _, test := range []struct {
		why     string
		request cors.Request
		status  int
		methods []string
		headers []string
		want    cors.Reason
	}{
		{"method and headers listed", cors.Request{Method: "PUT", UnsafeHeaders: []string{"content-type", "x-a"}}, 204, []string{"GET, PUT"}, []string{"X-A", "Content-Type"}, cors.Allowed},
		{"a safelisted method needs no list", cors.Request{Method: "POST", UnsafeHeaders: []string{"x-a"}}, 200, nil, []string{"x-a"}, cors.Allowed},
		{"299 is success", cors.Request{Method: "GET"}, 299, nil, nil, cors.Allowed},
		{"401 is not", cors.Request{Method: "GET"}, 401, nil, nil, cors.PreflightStatus},
		{"100 is not", cors.Request{Method: "GET"}, 199, nil, nil, cors.PreflightStatus},
		{"300 is neither success nor a redirect", cors.Request{Method: "GET"}, 300, nil, nil, cors.PreflightStatus},
		{"a redirect that leads nowhere is a status", cors.Request{Method: "GET"}, 307, nil, nil, cors.PreflightStatus},
		{"method missing", cors.Request{Method: "PUT"}, 204, nil, nil, cors.MethodNotApproved},
		{"method in another case", cors.Request{Method: "patch"}, 204, []string{"PATCH"}, nil, cors.MethodNotApproved},
		{"any method", cors.Request{Method: "PUT"}, 204, []string{"*"}, nil, cors.Allowed},
		{"a star is a name with credentials", cors.Request{Method: "PUT", Credentials: true}, 204, []string{"*"}, nil, cors.MethodNotApproved},
		{"a forced preflight approves by silence", cors.Request{Method: "PUT", ForcedPreflight: true}, 204, nil, nil, cors.Allowed},
		{"but not by naming others", cors.Request{Method: "PUT", ForcedPreflight: true}, 204, []string{"PATCH"}, nil, cors.MethodNotApproved},
		{"an empty list names none", cors.Request{Method: "PUT", ForcedPreflight: true}, 204, []string{""}, nil, cors.MethodNotApproved},
		{"header missing", cors.Request{Method: "GET", UnsafeHeaders: []string{"x-a", "x-b"}}, 204, nil, []string{"x-a"}, cors.HeaderNotApproved},
		{"any header", cors.Request{Method: "GET", UnsafeHeaders: []string{"x-a"}}, 204, nil, []string{"*"}, cors.Allowed},
		{"any header but Authorization", cors.Request{Method: "GET", UnsafeHeaders: []string{"authorization"}}, 204, nil, []string{"*"}, cors.HeaderNotApproved},
		{"Authorization by a browser of today", cors.Request{Method: "GET", UnsafeHeaders: []string{"authorization"}, AuthorizationByWildcard: true}, 204, nil, []string{"*"}, cors.Allowed},
		{"but not with credentials", cors.Request{Method: "GET", UnsafeHeaders: []string{"authorization"}, AuthorizationByWildcard: true, Credentials: true}, 204, nil, []string{"*"}, cors.HeaderNotApproved},
		{"Authorization by name", cors.Request{Method: "GET", UnsafeHeaders: []string{"authorization"}}, 204, nil, []string{"*, authorization"}, cors.Allowed},
		{"no star for headers with credentials", cors.Request{Method: "GET", UnsafeHeaders: []string{"x-a"}, Credentials: true}, 204, nil, []string{"*"}, cors.HeaderNotApproved},
		{"methods that are no list", cors.Request{Method: "PUT"}, 204, []string{"PUT GET"}, nil, cors.AllowMethodsInvalid},
		{"headers that are no list", cors.Request{Method: "PUT"}, 204, []string{"PUT"}, []string{"x a"}, cors.AllowHeadersInvalid},
	} {
		test.request.Origin = app
		got := cors.CheckPreflight(test.request, test.status, fields{
			cors.HeaderAllowOrigin: {app}, cors.HeaderAllowCredentials: {"true"},
			cors.HeaderAllowMethods: test.methods, cors.HeaderAllowHeaders: test.headers,
		})
		if got.Reason != test.want {
			t.Errorf("%s: %v, want %v", test.why, got, test.want)
		}
	}
	if got := cors.CheckPreflight(cors.Request{Origin: app, Method: "PUT"}, 204, fields{}); got.Reason != cors.AllowOriginMissing || got.On != cors.OnPreflight {
		t.Errorf("without any field: %v on %v", got, got.On)
	}
}

// A refusal brings along what an explanation needs: every refused header, where a
// redirected preflight leads, the lines of a field that is there twice, and the
// part of a list that is no token.
func TestVerdictDetail(t *testing.T) {
	put := cors.Request{Origin: app, Method: "PUT", UnsafeHeaders: []string{"content-type", "x-a", "x-b"}}
	approving := func(more fields) fields {
		h := fields{cors.HeaderAllowOrigin: {app}, cors.HeaderAllowMethods: {"PUT"}, cors.HeaderAllowHeaders: {"X-A, Content-Type, x-b"}}
		maps.Copy(h, more)
		return h
	}
	for _, test := range []struct {
		why              string
		status           int
		answer           fields
		want             cors.Reason
		expected, detail string
	}{
		{"nothing is wrong", 204, approving(nil), cors.Allowed, "", ""},
		{"every refused header", 204, approving(fields{cors.HeaderAllowHeaders: {"X-A"}}), cors.HeaderNotApproved, "content-type", "content-type, x-b"},
		{"one refused header", 204, approving(fields{cors.HeaderAllowHeaders: {"X-A, X-B"}}), cors.HeaderNotApproved, "content-type", "content-type"},
		{"where a redirect leads", 302, approving(fields{"Location": {"/login"}}), cors.PreflightRedirect, "", "/login"},
		{"a redirect that leads nowhere", 302, approving(nil), cors.PreflightStatus, "", ""},
		{"two lines", 204, approving(fields{cors.HeaderAllowOrigin: {app, "*"}}), cors.AllowOriginMultiple, app, app + "\n*"},
		{"a list in one line", 204, approving(fields{cors.HeaderAllowOrigin: {app + ", *"}}), cors.AllowOriginMultiple, app, app + ", *"},
		{"a method that is no token", 204, approving(fields{cors.HeaderAllowMethods: {"GET, PUT;POST,"}}), cors.AllowMethodsInvalid, "PUT", "PUT;POST"},
		{"a header that is no token", 204, approving(fields{cors.HeaderAllowHeaders: {"X-A", "X B, X-C"}}), cors.AllowHeadersInvalid, "", "X B"},
	} {
		got := cors.CheckPreflight(put, test.status, test.answer)
		if got.Reason != test.want || got.Expected != test.expected || got.Detail != test.detail {
			t.Errorf("%s: %v, expected %q, detail %q, want %v, %q, %q", test.why, got.Reason, got.Expected, got.Detail, test.want, test.expected, test.detail)
		}
	}
}

// What a verdict says in a sentence names all refused headers, and where a
// preflight was sent, without a password.
func TestVerdictString(t *testing.T) {
	for _, test := range []struct {
		verdict cors.Verdict
		want    string
	}{
		{cors.Verdict{Reason: cors.HeaderNotApproved, Expected: "x-a", Detail: "x-a, x-b"}, `Expected: "x-a, x-b".`},
		{cors.Verdict{Reason: cors.PreflightRedirect, Observed: "302", Detail: "https://ann:secret@data.example/x@y"}, `It leads to "https://data.example/x@y".`},
		{cors.Verdict{Reason: cors.PreflightRedirect, Observed: "302", Detail: "/login?next=a@b"}, `It leads to "/login?next=a@b".`},
		{cors.Verdict{Reason: cors.PreflightRedirect, Observed: "302"}, `Seen: "302".`},
	} {
		if got := test.verdict.String(); !strings.HasSuffix(got, test.want) {
			t.Errorf("%s, want it to end in %s", got, test.want)
		}
	}
}

// A check that passes allocates nothing.
func TestPassingChecksDoNotAllocate(t *testing.T) {
	request := cors.Request{Origin: app, Credentials: true}
	answer := fields{cors.HeaderAllowOrigin: {app}, cors.HeaderAllowCredentials: {"true"}}
	if n := testing.AllocsPerRun(100, func() { cors.Check(request, answer, cors.OnResponse) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

// The zero verdict and unknown reasons allow nothing, and each reason has words
// of its own.
func TestReasons(t *testing.T) {
	if (cors.Verdict{}).Allowed() {
		t.Error("the zero Verdict allows")
	}
	names := map[string]bool{}
	for _, r := range cors.Reasons() {
		if r.String() == "" || names[r.String()] || r.Sentence() == "" {
			t.Errorf("reason %d has no words of its own: %q", r, r)
		}
		names[r.String()] = true
	}
}
