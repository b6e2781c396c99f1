package photos

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// demoGuest is a guest site as the demo has it.
var demoGuest = GuestConfig{
	Data: "http://127.0.0.1:8401", Self: "http://localhost:8402", Other: "http://localhost:8403", Named: true,
	Token:    func() string { return "cst_secret" },
	Albums:   GuestAlbums{Open: "o", Chosen: "c", SignedIn: "s", Private: "p"},
	DemoUser: "rosa",
}

// sites are both sites by the name of the folder with their pages.
var sites = map[string]http.Handler{"owner": Owner(), "guest": Guest(demoGuest)}

func ask(h http.Handler, method, path string, fields ...string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(fields); i += 2 {
		r.Header.Set(fields[i], fields[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Every kind of file comes with the type that browsers insist on once they are
// told not to guess.
func TestTypes(t *testing.T) {
	cases := []struct{ site, path, mediaType string }{
		{"owner", "/", "text/html; charset=utf-8"},
		{"owner", "/assets/owner/main.js", "text/javascript; charset=utf-8"},
		{"owner", "/assets/owner/owner.css", "text/css; charset=utf-8"},
		{"owner", "/assets/look/flower.svg", "image/svg+xml"},
		{"owner", "/assets/scenarios/s01.js", "text/javascript; charset=utf-8"},
		{"guest", "/", "text/html; charset=utf-8"},
		{"guest", "/assets/guest/main.js", "text/javascript; charset=utf-8"},
		{"guest", "/assets/scenarios/s15.js", "text/javascript; charset=utf-8"},
		{"guest", "/config.json", "application/json"},
	}
	for _, c := range cases {
		r := ask(sites[c.site], "GET", c.path)
		if r.StatusCode != http.StatusOK {
			t.Errorf("%s %s: status %d", c.site, c.path, r.StatusCode)
		}
		if got := r.Header.Get("Content-Type"); got != c.mediaType {
			t.Errorf("%s %s: type %q, want %q", c.site, c.path, got, c.mediaType)
		}
		if body(t, r) == "" {
			t.Errorf("%s %s is empty", c.site, c.path)
		}
	}
}

// Whatever a site answers, also that there is nothing, carries the header fields
// that keep its pages safe.
func TestSafety(t *testing.T) {
	want := map[string]string{
		"X-Content-Type-Options":       "nosniff",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
	}
	referrer := map[string]string{"owner": "same-origin", "guest": "strict-origin-when-cross-origin"}
	for name, site := range sites {
		for _, path := range []string{"/", "/assets/look/look.css", "/nothing"} {
			r := ask(site, "GET", path)
			for field, value := range want {
				if got := r.Header.Get(field); got != value {
					t.Errorf("%s %s: %s is %q, want %q", name, path, field, got, value)
				}
			}
			if got := r.Header.Get("Referrer-Policy"); got != referrer[name] {
				t.Errorf("%s %s: Referrer-Policy is %q, want %q", name, path, got, referrer[name])
			}
			if got := r.Header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; ") {
				t.Errorf("%s %s: Content-Security-Policy is %q", name, path, got)
			}
		}
	}
}

// directives takes a Content-Security-Policy apart.
func directives(policy string) map[string]string {
	out := map[string]string{}
	for d := range strings.SplitSeq(policy, "; ") {
		name, sources, _ := strings.Cut(d, " ")
		out[name] = sources
	}
	return out
}

// The owner's page reaches its own origin only.
func TestOwnerPolicy(t *testing.T) {
	got := directives(ask(Owner(), "GET", "/").Header.Get("Content-Security-Policy"))
	want := map[string]string{
		"default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' blob:",
		"connect-src": "'self'", "form-action": "'self'", "frame-ancestors": "'none'", "base-uri": "'none'",
		"require-trusted-types-for": "'script'", "trusted-types": "'none'",
	}
	for name, sources := range want {
		if got[name] != sources {
			t.Errorf("%s is %q, want %q", name, got[name], sources)
		}
	}
	if len(got) != len(want) {
		t.Errorf("the policy has other directives too: %v", got)
	}
}

// The guest's page reaches the data origin in each way its scenarios need, and
// nothing the configuration does not name, but for the address that is to fail.
func TestGuestPolicy(t *testing.T) {
	const data, secure = "http://127.0.0.1:8401", "https://127.0.0.1:8443"
	both := demoGuest
	both.HTTPS = GuestOrigins{Data: secure, Self: "https://localhost:8444", Other: "https://localhost:8445"}
	cases := []struct {
		name   string
		config GuestConfig
		want   map[string]string
	}{
		{"http only", demoGuest, map[string]string{
			"script-src": "'self' " + data, "img-src": "'self' blob: " + data, "font-src": "'self' " + data,
			"form-action": "'self' " + data, "frame-src": data, "style-src": "'self'",
			"connect-src": "'self' " + data + " http://localhost:8403 http://photos.example",
		}},
		{"https as well", both, map[string]string{
			"script-src": "'self' " + data + " " + secure,
			"connect-src": "'self' " + data + " " + secure +
				" http://localhost:8403 http://photos.example https://localhost:8445",
		}},
		{"the same origin twice", GuestConfig{Data: secure, HTTPS: GuestOrigins{Data: secure}}, map[string]string{
			"font-src": "'self' " + secure,
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := directives(ask(Guest(c.config), "GET", "/").Header.Get("Content-Security-Policy"))
			for name, sources := range c.want {
				if got[name] != sources {
					t.Errorf("%s is %q, want %q", name, got[name], sources)
				}
			}
		})
	}
}

// A page that has not changed is not sent again, and one that has is not kept
// for longer than until the next question.
func TestRevalidation(t *testing.T) {
	first := ask(Owner(), "GET", "/assets/look/look.css")
	tag := first.Header.Get("ETag")
	if !strings.HasPrefix(tag, `"`) || len(tag) < 16 {
		t.Fatalf("ETag is %q, want a strong one", tag)
	}
	if got := first.Header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("Cache-Control is %q, want no-cache", got)
	}
	if other := ask(Owner(), "GET", "/assets/look/frame.css").Header.Get("ETag"); other == tag {
		t.Errorf("two files share the ETag %s", tag)
	}
	again := ask(Owner(), "GET", "/assets/look/look.css", "If-None-Match", tag)
	if again.StatusCode != http.StatusNotModified || body(t, again) != "" {
		t.Errorf("status %d, want 304 without a body", again.StatusCode)
	}
}

// HEAD tells what GET would, without the content; other methods are refused; what
// there is not has a page of its own.
func TestMethodsAndMissing(t *testing.T) {
	cases := []struct {
		site, method, path string
		status             int
		empty              bool
	}{
		{"owner", "HEAD", "/", 200, true},
		{"guest", "HEAD", "/", 200, true},
		{"owner", "POST", "/", 405, false},
		{"guest", "PUT", "/config.json", 405, false},
		{"guest", "DELETE", "/assets/guest/main.js", 405, false},
		{"owner", "GET", "/assets/", 404, false},
		{"owner", "GET", "/assets/guest/main.js", 404, false},
		{"guest", "GET", "/assets/owner/main.js", 404, false},
		{"guest", "GET", "/albums", 404, false},
	}
	for _, c := range cases {
		r := ask(sites[c.site], c.method, c.path)
		if r.StatusCode != c.status {
			t.Errorf("%s %s %s: status %d, want %d", c.site, c.method, c.path, r.StatusCode, c.status)
		}
		if c.status == 405 && r.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s %s %s: Allow is %q", c.site, c.method, c.path, r.Header.Get("Allow"))
		}
		if c.status == 404 && r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s %s: what is missing today may be there tomorrow, yet it may be cached", c.site, c.path)
		}
		if got := body(t, r); (got == "") != c.empty {
			t.Errorf("%s %s %s: body %.40q", c.site, c.method, c.path, got)
		}
	}
}

// The page learns from the configuration where it is and what it may use; it is
// never stored, for it holds a secret, and no other site can include it.
func TestGuestConfig(t *testing.T) {
	tokens := []string{"first", "second"}
	config := demoGuest
	config.HTTPS.Data = "https://127.0.0.1:8443"
	config.Token = func() string {
		token := tokens[0]
		tokens = tokens[1:]
		return token
	}
	h := Guest(config)
	const want = `{"data":"http://127.0.0.1:8401","self":"http://localhost:8402","other":"http://localhost:8403","named":true,` +
		`"https":{"data":"https://127.0.0.1:8443","other":null,"self":null},"token":"first",` +
		`"albums":{"open":"o","chosen":"c","signedIn":"s","private":"p"},"panel":"","demoUser":"rosa"}` + "\n"
	r := ask(h, "GET", "/config.json")
	if got := body(t, r); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
	for field, value := range map[string]string{
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := r.Header.Get(field); got != value {
			t.Errorf("%s is %q, want %q", field, got, value)
		}
	}
	var again struct{ Token string }
	if err := json.Unmarshal([]byte(body(t, ask(h, "GET", "/config.json"))), &again); err != nil || again.Token != "second" {
		t.Errorf("the next page load got the token %q (%v), want a fresh one", again.Token, err)
	}
}

// A site without a token says so with an empty text.
func TestGuestWithoutToken(t *testing.T) {
	got := body(t, ask(Guest(GuestConfig{}), "GET", "/config.json"))
	if !strings.Contains(got, `"token":"",`) || !strings.Contains(got, `"https":{"data":null,`) {
		t.Errorf("got %s", got)
	}
}

// Fonts come with their type and their licence, and without any CORS permission
// of their own.
func TestFonts(t *testing.T) {
	cases := []struct {
		path, mediaType, begins string
		status                  int
	}{
		{"/fonts/go-smallcaps.ttf", "font/ttf", "\x00\x01\x00\x00", 200},
		{"/fonts/go-mono.ttf", "font/ttf", "\x00\x01\x00\x00", 200},
		{"/fonts/LICENSE.txt", "text/plain; charset=utf-8", "These fonts were created by", 200},
		{"/fonts/", "text/plain; charset=utf-8", "there is no such font", 404},
	}
	for _, c := range cases {
		r := ask(Fonts(), "GET", c.path, "Origin", "http://localhost:8402")
		if r.StatusCode != c.status || r.Header.Get("Content-Type") != c.mediaType {
			t.Errorf("%s: status %d, type %q", c.path, r.StatusCode, r.Header.Get("Content-Type"))
		}
		if got := body(t, r); !strings.HasPrefix(got, c.begins) {
			t.Errorf("%s begins with %.30q, want %q", c.path, got, c.begins)
		}
		if got := r.Header.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s: Access-Control-Allow-Origin is %q, which is not for this package to say", c.path, got)
		}
	}
}
