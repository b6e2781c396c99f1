package fetch

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// Standard: https://fetch.spec.whatwg.org/#cors-preflight-fetch
// What a form could not have sent is asked for first, and not sent without an
// approval.
func TestPreflight(t *testing.T) {
	tests := []struct {
		why      string
		method   string
		header   []string
		answer   reply
		asks     bool
		approved bool
		want     cors.Reason
	}{
		{"a GET", "GET", nil, reply{status: 500}, false, true, cors.Allowed},
		{"a safe header", "GET", []string{"Accept: a"}, reply{status: 500}, false, true, cors.Allowed},
		{"a form's type", "POST", []string{"Content-Type: text/plain"}, reply{status: 500}, false, true, cors.Allowed},
		{"JSON", "POST", []string{"Content-Type: application/json"}, reply{header: approving}, true, true, cors.Allowed},
		{"PUT", "PUT", nil, reply{header: approving}, true, true, cors.Allowed},
		{"much of what is safe", "GET", slices.Repeat([]string{"Accept: " + strings.Repeat("a", 100)}, 11), reply{header: approving}, true, true, cors.Allowed},
		{"no consent", "PUT", nil, reply{}, true, false, cors.AllowOriginMissing},
		{"a status of failure", "PUT", nil, reply{status: 403, header: approving}, true, false, cors.PreflightStatus},
		{"a redirect", "PUT", nil, reply{status: 302, header: append(slices.Clone(approving), fields("Location: /x")...)}, true, false, cors.PreflightRedirect},
		{"a redirect to nowhere", "PUT", nil, reply{status: 302, header: approving}, true, false, cors.PreflightStatus},
		{"not modified, and no consent", "PUT", nil, reply{status: 304}, true, false, cors.AllowOriginMissing},
		{"another method", "PUT", nil, reply{header: append(slices.Clone(allowing), fields("Access-Control-Allow-Methods: DELETE")...)}, true, false, cors.MethodNotApproved},
		{"another header", "GET", []string{"X-A: 1"}, reply{header: append(slices.Clone(allowing), fields("Access-Control-Allow-Headers: X-B")...)}, true, false, cors.HeaderNotApproved},
		{"no list of methods", "PUT", nil, reply{header: append(slices.Clone(allowing), fields("Access-Control-Allow-Methods: a b")...)}, true, false, cors.AllowMethodsInvalid},
		{"no list of headers", "PUT", nil, reply{header: append(slices.Clone(allowing), fields("Access-Control-Allow-Headers: a b")...)}, true, false, cors.AllowHeadersInvalid},
		{"a network that fails", "PUT", nil, reply{err: &wire.Error{Kind: wire.Reset}}, true, false, cors.NetworkFailed},
	}
	for _, tt := range tests {
		s := &script{replies: map[string]reply{"OPTIONS " + data + "/r": tt.answer, data + "/r": {header: allowing}}}
		_, err := newEngine(s, StandardProfile).Fetch(context.Background(), request(t, tt.method, data+"/r", tt.header...))
		reason := cors.Allowed
		if f, ok := errors.AsType[*Failure](err); ok {
			reason = f.Verdict.Reason
		}
		if reason != tt.want {
			t.Errorf("%s: reason %v, want %v", tt.why, reason, tt.want)
		}
		asks := strings.HasPrefix(s.log[0], "OPTIONS ")
		sent := strings.HasPrefix(s.log[len(s.log)-1], tt.method+" ")
		if asks != tt.asks || sent != tt.approved {
			t.Errorf("%s: requests %q; want a preflight: %v, the request: %v", tt.why, s.log, tt.asks, tt.approved)
		}
	}
}

// Standard: https://fetch.spec.whatwg.org/#cors-preflight-fetch, steps 1 to 5
// A preflight names what is to come, and carries nobody's credentials.
func TestPreflightHeader(t *testing.T) {
	s := &script{replies: map[string]reply{}}
	e := newEngine(s, ChromiumProfile)
	e.Jar = &testJar{cookies: "sid=1"}
	r := request(t, "PUT", "http://u:p@data.example.test/r", "X-B: 1", "Authorization: a", "x-a: 2", "Accept: z")
	r.Credentials, r.UseURLCredentials = IncludeCredentials, true
	if got, want := outcome(e, r), "allow-origin-missing on preflight"; got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
	want := map[string]string{
		"Accept": "*/*", "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization,x-a,x-b",
		"Origin": app, "Referer": app + "/", "Sec-Fetch-Mode": "cors", "Cookie": "-", "Authorization": "-", "Content-Length": "-",
		"Accept-Language": "en-US,en;q=0.9",
	}
	for name, value := range want {
		if got := s.last(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
}

// Standard: https://fetch.spec.whatwg.org/#cors-preflight-cache
// An approval is good for a while, for the same page, server and credentials.
func TestPreflightIsRemembered(t *testing.T) {
	s := &script{replies: map[string]reply{
		"OPTIONS " + data + "/r": {header: approving}, data + "/r": {header: allowing},
		"OPTIONS " + data + "/s": {header: approving}, data + "/s": {},
		"OPTIONS " + data + "/t": {header: approving}, data + "/t": {status: 302, header: append(fields("Location: ftp://data.example/"), allowing...)},
	}}
	tests := []struct {
		why     string
		profile Profile
		path    string
		after   time.Duration
		want    int // preflights for two requests
	}{
		{"at once", StandardProfile, "/r", 0, 1},
		{"after five seconds", StandardProfile, "/r", 5 * time.Second, 2},
		{"when the request has failed", StandardProfile, "/s", 0, 2},
		{"when its redirect may not be followed", StandardProfile, "/t", 0, 2},
		{"when it has failed, in Chromium", ChromiumProfile, "/s", 0, 1},
	}
	for _, tt := range tests {
		s.log = nil
		e := newEngine(s, tt.profile)
		now := e.Now()
		e.Now = func() time.Time { return now }
		known := 0
		for range 2 {
			r := request(t, "PUT", data+tt.path)
			r.Hooks = &Hooks{PreflightKnown: func(*weburl.URL) { known++ }}
			outcome(e, r)
			now = now.Add(tt.after)
		}
		got := len(slices.DeleteFunc(slices.Clone(s.log), func(line string) bool { return !strings.HasPrefix(line, "OPTIONS") }))
		if got != tt.want || known != 2-tt.want {
			t.Errorf("%s: %d preflights, %d known; want %d", tt.why, got, known, tt.want)
		}
	}
}
