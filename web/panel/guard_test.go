package panel

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const (
	testOrigin = "http://127.0.0.1:8404"
	testToken  = "TOKEN"
)

// ask sends a request to a panel's handler. Fields are given as "Name: value".
func ask(h http.Handler, method, path string, fields ...string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	r.Host = "127.0.0.1:8404"
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ": ")
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// Only the person at this machine, and the panel's own page, get anything: not by
// another name, not without the whole token, and no page of another origin, of
// the same site or not, but that it may open the panel in a tab.
func TestGuard(t *testing.T) {
	h := New(Config{}).Handler(testOrigin, testToken)
	opening := []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"}
	with := func(more ...string) []string { return append(more, opening...) }
	for _, test := range []struct {
		why, method, path string
		fields            []string
		status            int
	}{
		{"typed", "GET", "/TOKEN/", []string{"Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate"}, 200},
		{"typed without the last slash", "GET", "/TOKEN", nil, 302},
		{"a program", "GET", "/TOKEN/export.har", nil, 200},
		{"the panel's own page", "GET", "/TOKEN/findings", []string{"Sec-Fetch-Site: same-origin"}, 200},
		{"the panel's own page changes something", "POST", "/TOKEN/clear", []string{"Sec-Fetch-Site: same-origin", "Origin: " + testOrigin}, 204},
		{"a link of another page", "GET", "/TOKEN/", opening, 200},

		{"no token", "GET", "/", nil, 404},
		{"half a token", "GET", "/TOKE/", nil, 404},
		{"more than a token", "GET", "/TOKENS/", nil, 404},
		{"the token in another case", "GET", "/token/", nil, 404},
		{"no token, for a file that is there", "GET", "/look/look.css", nil, 404},
		{"a name that leads here", "GET", "/TOKEN/", []string{"Host: evil.example:8404"}, 421},
		{"a name of this machine that is another site", "GET", "/TOKEN/", []string{"Host: localhost:8404"}, 421},
		{"another port", "GET", "/TOKEN/", []string{"Host: 127.0.0.1:8401"}, 421},

		{"a script of another site", "GET", "/TOKEN/export.har", []string{"Sec-Fetch-Site: cross-site", "Origin: http://localhost:8402"}, 403},
		{"a script of another site, without cors", "GET", "/TOKEN/export.har", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"}, 403},
		{"a script of another port", "GET", "/TOKEN/events", []string{"Sec-Fetch-Site: same-site", "Origin: http://127.0.0.1:8401"}, 403},
		{"an old browser's script", "GET", "/TOKEN/events", []string{"Origin: http://localhost:8402"}, 403},
		{"an opaque origin", "GET", "/TOKEN/events", []string{"Origin: null"}, 403},
		{"several origins", "GET", "/TOKEN/events", []string{"Origin: " + testOrigin, "Origin: http://evil.example"}, 403},
		{"a preflight", "OPTIONS", "/TOKEN/clear", []string{"Origin: http://localhost:8402", "Access-Control-Request-Method: POST"}, 403},
		{"a form of another site", "POST", "/TOKEN/clear", with("Origin: http://localhost:8402"), 403},
		{"a change by nobody", "POST", "/TOKEN/clear", nil, 403},
		{"a link to what is no page", "GET", "/TOKEN/export.har", opening, 403},
		{"a frame", "GET", "/TOKEN/", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"}, 403},
		{"a picture", "GET", "/TOKEN/look/icon.svg", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"}, 403},
	} {
		r := ask(h, test.method, test.path, test.fields...)
		if r.StatusCode != test.status {
			t.Errorf("%s: %d, want %d", test.why, r.StatusCode, test.status)
		}
		for name, value := range r.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: answered with %s: %s", test.why, name, value)
			}
		}
		for name, want := range safety {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", test.why, name, got, want)
			}
		}
	}
}

// A change by somebody else changes nothing.
func TestForeignClear(t *testing.T) {
	p := New(Config{})
	p.Load(recording(3))
	h := p.Handler(testOrigin, testToken)
	ask(h, "POST", "/TOKEN/clear", "Origin: http://localhost:8402", "Sec-Fetch-Site: cross-site")
	if n := len(p.Trace().Exchanges); n != 3 {
		t.Errorf("%d exchanges are left, want 3", n)
	}
	ask(h, "POST", "/TOKEN/clear", "Origin: "+testOrigin, "Sec-Fetch-Site: same-origin")
	if n := len(p.Trace().Exchanges); n != 0 {
		t.Errorf("%d exchanges are left, want none", n)
	}
}

// No two tokens are alike, and none is short.
func TestNewToken(t *testing.T) {
	a, b := NewToken(), NewToken()
	if a == b || len(a) < 24 {
		t.Errorf("%q and %q", a, b)
	}
}
