package corshttp_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/internal/cases"
	"github.com/corsage-go/corsage/server/corshttp"
)

const handled = http.StatusTeapot // tells that the handler was reached

func teapot() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(handled) })
}

func compile(t testing.TB, p policy.Policy) *policy.Compiled {
	t.Helper()
	c, err := policy.Compile(p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The middleware's answers have the status and fields of each case; only
// preflights are kept from the handler.
func TestCases(t *testing.T) {
	for _, c := range cases.Load(t) {
		t.Run(c.Name, func(t *testing.T) {
			r := httptest.NewRequest(c.Method, "http://data.example/", nil)
			r.Header = c.Request
			w := httptest.NewRecorder()
			corshttp.New(c.Compiled(t)).Wrap(teapot()).ServeHTTP(w, r)
			want := c.Status
			if want == 0 {
				want = handled
			}
			if w.Code != want {
				t.Errorf("%s: status %d, want %d", c.Promise, w.Code, want)
			}
			if got := w.Header(); !reflect.DeepEqual(got, c.Answer) {
				t.Errorf("%s: fields\n%v, want\n%v", c.Promise, got, c.Answer)
			}
		})
	}
}

// Errors and 404s carry the fields too, so that a page can read what went wrong.
func TestErrorsCarryTheFields(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /broken", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "broken", http.StatusInternalServerError)
	})
	mux.Handle("GET /moved", http.RedirectHandler("/elsewhere", http.StatusFound))
	h := corshttp.New(compile(t, policy.Policy{AllowOrigins: []string{"https://app.example"}})).Wrap(mux)
	for path, status := range map[string]int{"/broken": 500, "/moved": 302, "/missing": 404} {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Origin", "https://app.example")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("Access-Control-Allow-Origin"); w.Code != status || got != "https://app.example" {
			t.Errorf("%s: status %d with Access-Control-Allow-Origin %q", path, w.Code, got)
		}
	}
}

// A request with two Origin lines is nobody's.
func TestSeveralOriginsAreRefused(t *testing.T) {
	h := corshttp.New(compile(t, policy.Policy{AllowOrigins: []string{"https://app.example"}})).Wrap(teapot())
	r := httptest.NewRequest("GET", "/", nil)
	r.Header["Origin"] = []string{"https://app.example", "https://app.example"}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if got := w.Header().Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("Access-Control-Allow-Origin is %q", got)
	}
}

// A handler gets the server's own ResponseWriter, so it can stream and use
// http.ResponseController.
func TestStreaming(t *testing.T) {
	release := make(chan struct{})
	h := corshttp.New(compile(t, policy.Policy{AllowOrigins: []string{"*"}})).Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).EnableFullDuplex(); err != nil {
			t.Errorf("EnableFullDuplex: %v", err)
		}
		_, _ = io.WriteString(w, "first")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("Flush: %v", err)
		}
		<-release
	}))
	server := httptest.NewServer(h)
	defer server.Close()
	resp, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	buf := make([]byte, 5)
	if _, err := io.ReadFull(resp.Body, buf); err != nil || string(buf) != "first" {
		t.Errorf("read %q, %v before the handler returned", buf, err)
	}
	close(release)
}

// A replaced policy is in force at the next request, while others are served.
func TestReplace(t *testing.T) {
	one := compile(t, policy.Policy{AllowOrigins: []string{"https://one.example"}})
	two := compile(t, policy.Policy{AllowOrigins: []string{"https://two.example"}})
	m := corshttp.New(one)
	h := m.Wrap(teapot())
	allows := func(origin string) bool {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Header().Get("Access-Control-Allow-Origin") == origin
	}
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 200 {
				if allows("https://three.example") {
					t.Error("an origin of neither policy was allowed")
				}
			}
		})
	}
	for range 50 {
		m.Replace(two)
		if allows("https://one.example") || !allows("https://two.example") {
			t.Fatal("the new policy is not in force")
		}
		m.Replace(one)
		if !allows("https://one.example") || allows("https://two.example") {
			t.Fatal("the old policy is not back in force")
		}
	}
	readers.Wait()
}

// A source sees what each request is about, preflights included, and a nil
// policy shares with nobody.
func TestPerRequest(t *testing.T) {
	open := compile(t, policy.Policy{AllowOrigins: []string{"*"}, AllowMethods: []string{"DELETE"}})
	h := corshttp.NewPerRequest(func(r *http.Request) *policy.Compiled {
		if corshttp.Method(r) == "DELETE" && strings.HasPrefix(r.URL.Path, "/open") {
			return open
		}
		return nil
	}).Wrap(teapot())
	for _, test := range []struct {
		path, asked string
		status      int
	}{
		{"/open", "DELETE", 204},
		{"/open", "PUT", 403},
		{"/closed", "DELETE", 403},
	} {
		r := httptest.NewRequest("OPTIONS", test.path, nil)
		r.Header.Set("Origin", "https://app.example")
		r.Header.Set("Access-Control-Request-Method", test.asked)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != test.status {
			t.Errorf("preflight for %s %s: status %d, want %d", test.asked, test.path, w.Code, test.status)
		}
	}
}
