package corshttp_test

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/server/corshttp"
)

// unread fails the test when a refused request's body is touched.
type unread struct{ t *testing.T }

func (b unread) Read([]byte) (int, error) {
	b.t.Error("the body was read")
	return 0, errors.New("not to be read")
}

// Requests that change state are refused exactly when a browser sends them for a
// page that the policy does not allow.
func TestEnforce(t *testing.T) {
	app := compile(t, policy.Policy{AllowOrigins: []string{"https://app.example"}})
	open := compile(t, policy.Policy{AllowOrigins: []string{"*"}})
	for _, test := range []struct {
		why     string
		policy  *policy.Compiled
		method  string
		origin  string
		site    string // Sec-Fetch-Site
		own     []string
		tls     bool
		refused bool
	}{
		{why: "a program sends neither field", policy: app, method: "POST"},
		{why: "an allowed page", policy: app, method: "POST", origin: "https://app.example", site: "cross-site"},
		{why: "a page that is not allowed", policy: app, method: "POST", origin: "https://evil.example", site: "cross-site", refused: true},
		{why: "the same without Sec-Fetch-Site", policy: app, method: "POST", origin: "https://evil.example", refused: true},
		{why: "DELETE too", policy: app, method: "DELETE", origin: "https://evil.example", refused: true},
		{why: "methods nobody knows too", policy: app, method: "BREW", origin: "https://evil.example", refused: true},
		{why: "reading is not changing", policy: app, method: "GET", origin: "https://evil.example", site: "cross-site"},
		{why: "nor is HEAD", policy: app, method: "HEAD", origin: "https://evil.example"},
		{why: "a sandboxed frame", policy: app, method: "POST", origin: "null", refused: true},
		{why: "an own page, told by the browser", policy: app, method: "POST", origin: "https://data.example", site: "same-origin"},
		{why: "an own page, told by Host", policy: app, method: "POST", origin: "http://data.example"},
		{why: "an own page over TLS, told by Host", policy: app, method: "POST", origin: "https://data.example", tls: true},
		{why: "the same host over another scheme", policy: app, method: "POST", origin: "https://data.example", refused: true},
		{why: "an own page, by name", policy: app, method: "POST", origin: "https://photos.example", own: []string{"https://photos.example"}},
		{why: "with names, Host counts no more", policy: app, method: "POST", origin: "http://data.example", own: []string{"https://photos.example"}, refused: true},
		{why: "with names, Sec-Fetch-Site counts no more for an origin", policy: app, method: "POST", origin: "https://data.example", site: "same-origin", own: []string{"https://photos.example"}, refused: true},
		{why: "no Origin, but a foreign page", policy: app, method: "POST", site: "cross-site", refused: true},
		{why: "no Origin, a page of the same site", policy: app, method: "POST", site: "same-site", refused: true},
		{why: "no Origin, an own page", policy: app, method: "POST", site: "same-origin"},
		{why: "no Origin, the person at the browser", policy: app, method: "POST", site: "none"},
		{why: "no Origin, a word from the future", policy: app, method: "POST", site: "near-site", refused: true},
		{why: "where every origin is allowed, an unknown one is", policy: open, method: "POST", site: "cross-site"},
		{why: "and a sandboxed frame", policy: open, method: "POST", origin: "null"},
		{why: "nobody means nobody", policy: policy.Nobody, method: "POST", origin: "https://app.example", refused: true},
	} {
		t.Run(test.why, func(t *testing.T) {
			var body io.Reader
			if test.refused {
				body = unread{t}
			}
			r := httptest.NewRequest(test.method, "http://data.example/", body)
			if test.origin != "" {
				r.Header.Set("Origin", test.origin)
			}
			if test.site != "" {
				r.Header.Set("Sec-Fetch-Site", test.site)
			}
			if test.tls {
				r.TLS = new(tls.ConnectionState)
			}
			w := httptest.NewRecorder()
			corshttp.New(test.policy, corshttp.Enforce(test.own...)).Wrap(teapot()).ServeHTTP(w, r)
			if got := w.Code == http.StatusForbidden; got != test.refused {
				t.Fatalf("status %d, refused should be %v", w.Code, test.refused)
			}
			if test.refused {
				wantProblem(t, w)
			}
		})
	}
}

func wantProblem(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	var p struct {
		Status int
		Detail string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != 403 || p.Detail == "" {
		t.Errorf("the answer is no problem document: %v: %s", err, w.Body)
	}
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type is %q", got)
	}
	if got := w.Header().Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("the refusal is readable by %q", got)
	}
}
