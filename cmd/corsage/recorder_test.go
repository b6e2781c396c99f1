package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/cors/trace"
	"github.com/corsage-go/corsage/server/corshttp"
)

// recordTest is a recorder around a site that lets one site in, with the demo's
// switch; ask sends it a request and returns what was recorded.
type recordTest struct {
	log     trace.Log
	told    int
	handler http.Handler
}

func newRecordTest(t *testing.T, bodies bool, next http.HandlerFunc) *recordTest {
	t.Helper()
	c, err := policy.Compile(policy.Policy{AllowOrigins: []string{named}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"Content-Type"}})
	must(t, err)
	rt := &recordTest{}
	count := func(x *trace.Exchange) {
		rt.told++
		rt.log.Add(x)
	}
	rec := &recorder{
		sink: trace.Sink{Exchange: count}, origin: "http://127.0.0.1:8401", now: time.Now,
		bodies: func(*http.Request) bool { return bodies },
	}
	options := append(rec.option(), corshttp.Enforce())
	spoiled := newRefusals(next, corshttp.New(c, options...).Wrap, options...)
	rt.handler = accessLog{newLog(io.Discard, "text", 0), "test"}.wrap(rec.wrap(spoiled))
	return rt
}

func (rt *recordTest) ask(t *testing.T, method, path, body string, fields ...string) *trace.Exchange {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	rt.handler.ServeHTTP(w, r)
	x := rt.log.Trace().ByID(w.Header().Get(requestIDHeader))
	if x == nil {
		t.Fatalf("%s %s was not recorded under the ID that its answer has", method, path)
	}
	return x
}

// The verdict is the one that the policy has acted on, with the pattern that let
// the origin in; where the answer says otherwise, it is what a browser makes of
// that. The address is the one that was asked for, the demo's switch included.
func TestRecorderVerdicts(t *testing.T) {
	rt := newRecordTest(t, false, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/own-fields" {
			w.Header().Set(cors.HeaderAllowOrigin, "*")
		}
		fmt.Fprint(w, "hello")
	})
	put := []string{"Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: content-type"}
	for _, test := range []struct {
		why, method, path string
		fields            []string
		status            int
		reason            cors.Reason
		recomputed        bool
		policy            string
	}{
		{"allowed", "GET", "/", []string{"Origin: " + named}, 200, cors.Allowed, false, named},
		{"no page of another origin", "GET", "/", nil, 200, cors.NotCORS, true, ""},
		{"refused by the policy", "GET", "/", []string{"Origin: https://evil.example"}, 200, cors.OriginNotAllowed, false, ""},
		{"a change refused by the policy", "PUT", "/", []string{"Origin: https://evil.example"}, 403, cors.OriginNotAllowed, false, ""},
		{"a form refused by the policy", "POST", "/", []string{"Origin: https://evil.example", "Sec-Fetch-Mode: navigate"}, 403, cors.OriginNotAllowed, false, ""},
		{"a preflight", "OPTIONS", "/", append(put, "Origin: "+named), 204, cors.Allowed, false, named},
		{"a preflight for what the policy does not list", "OPTIONS", "/", []string{"Origin: " + named, "Access-Control-Request-Method: DELETE"}, 403, cors.MethodNotAllowed, false, ""},
		{"allowed by the policy, and spoiled since", "GET", "/?demo=mute", []string{"Origin: " + named}, 200, cors.AllowOriginMissing, true, named},
		{"a preflight that was spoiled", "OPTIONS", "/?demo=preflight-401", append(put, "Origin: "+named), 401, cors.PreflightStatus, true, named},
		{"a handler that lets everybody in by itself", "GET", "/own-fields", []string{"Origin: https://evil.example"}, 200, cors.Allowed, true, ""},
	} {
		x := rt.ask(t, test.method, test.path, "", test.fields...)
		if x.Status() != test.status || x.Verdict == nil || x.Verdict.Reason != test.reason || x.Recomputed != test.recomputed || x.Policy != test.policy {
			t.Errorf("%s: %d, %v, recomputed %v, policy %q", test.why, x.Status(), x.Verdict, x.Recomputed, x.Policy)
		}
		if x.Request.URL != "http://127.0.0.1:8401"+test.path || !x.Done || x.End != trace.AtServer {
			t.Errorf("%s: %s, done %v, at %s", test.why, x.Request.URL, x.Done, x.End)
		}
	}
	if rt.told != 20 {
		t.Errorf("told %d times of 10 exchanges, want when each begins and ends", rt.told)
	}
}

// Bodies are counted, and kept only where that is wanted, up to the limit; secrets
// are not kept anywhere.
func TestRecorderKeepsLittle(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	echo := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Set-Cookie", "sid=secret; HttpOnly")
		_, _ = io.Copy(w, r.Body) // by ReadFrom where there is one
	}
	for _, test := range []struct {
		bodies bool
		body   string
		kept   int
	}{{false, "hello", 0}, {true, "hello", 5}, {true, long, 4096}, {true, "", 0}} {
		rt := newRecordTest(t, test.bodies, echo)
		x := rt.ask(t, "POST", "/?token=secret", test.body, "Content-Type: text/plain", "Cookie: sid=secret", "Authorization: Bearer secret")
		for side, got := range map[string]struct {
			body *trace.Body
			size int64
		}{"request": {x.Request.Body, x.Request.BodySize}, "answer": {x.Response.Body, x.Response.BodySize}} {
			if len(got.body.Bytes()) != test.kept || got.size != int64(len(test.body)) {
				t.Errorf("the %s of %d bytes: %d kept, size %d", side, len(test.body), len(got.body.Bytes()), got.size)
			}
			if got.body != nil && got.body.Truncated != (test.kept < len(test.body)) {
				t.Errorf("the %s of %d bytes: truncated is %v", side, len(test.body), got.body.Truncated)
			}
		}
		if s := fmt.Sprintf("%+v %+v", x, x.Response); strings.Contains(s, "secret") {
			t.Errorf("a secret is in %s", s)
		}
	}
}

// A handler that panics leaves an exchange that says so, and nothing behind.
func TestRecorderOfPanic(t *testing.T) {
	rt := newRecordTest(t, false, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	func() {
		defer func() { _ = recover() }()
		rt.handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}()
	all := rt.log.Trace().Exchanges
	if len(all) != 1 || !all[0].Done || all[0].Response != nil || all[0].Failure == "" {
		t.Errorf("%+v", all)
	}
}

// What the demo's panel may not show are the bodies that hold a password or a
// token.
func TestBodiesInDemo(t *testing.T) {
	for path, want := range map[string]bool{"/albums": true, "/photos/x": true, "/session": false, "/tokens": false, "/tokens/x": false} {
		if got := bodiesInDemo(httptest.NewRequest("POST", path, nil)); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}
