package agent_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
)

// guarded is a server that says of each request what a browser remembers: it
// wants a preflight, sets a cookie for the page alone, can be cached at /kept and
// asks for a password at /secret.
type guarded struct{ preflights, kept, demands, connections int }

func (g *guarded) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "null")
	h.Set("Access-Control-Allow-Credentials", "true")
	switch {
	case r.Method == http.MethodOptions:
		g.preflights++
		h.Set("Access-Control-Allow-Methods", "PUT")
		h.Set("Access-Control-Max-Age", "600")
		return
	case r.URL.Path == "/kept":
		g.kept++
		h.Set("Cache-Control", "max-age=600")
	case r.URL.Path == "/secret" && r.Header.Get("Authorization") == "":
		g.demands++
		h.Set("WWW-Authenticate", `Basic realm="albums"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	case r.URL.Path == "/cookie":
		h.Set("Set-Cookie", "id=1; Secure; SameSite=None; Partitioned; Path=/")
	}
	_, _ = io.WriteString(w, r.Header.Get("Cookie"))
}

// Two pages with opaque origins share nothing that is remembered, even if they
// are of the same URL; frames share it with the page that they are in.
func TestOpaquePartitions(t *testing.T) {
	for name, open := range map[string]func(a *agent.Agent) (*agent.Page, error){
		"data": func(a *agent.Agent) (*agent.Page, error) { return a.Page("data:text/html,x") },
		"sandboxed": func(a *agent.Agent) (*agent.Page, error) {
			return a.PageWith("https://app.example/", agent.PageOptions{Sandboxed: true})
		},
		"in a frame": func(a *agent.Agent) (*agent.Page, error) {
			return a.PageWith("https://app.example/", agent.PageOptions{Sandboxed: true, InFrameOf: "data:text/html,top"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			var g guarded
			server := httptest.NewServer(&g)
			defer server.Close()
			a := agent.New(agent.Options{Hooks: g.hooks(), Prompt: func(context.Context, fetch.Challenge) (string, string, bool) {
				return "rosa", "word", true
			}})
			defer a.Close()
			first, err := open(a)
			must(t, err)
			second, err := open(a)
			must(t, err)
			frame, err := a.PageWith("data:text/html,frame", agent.PageOptions{Parent: first})
			must(t, err)

			for i, page := range []*agent.Page{first, frame, second} {
				apart := i/2 + 1 // of how many partitions the server has heard by then
				ask(t, page, "PUT", server.URL+"/albums")
				ask(t, page, "GET", server.URL+"/kept")
				navigate(t, page, server.URL+"/secret")
				if got := (guarded{g.preflights, g.kept, g.demands, 0}); got != (guarded{apart, apart, apart, 0}) {
					t.Errorf("page %d: %d preflights, %d answers to be kept, %d demands of a password; want %d of each", i, got.preflights, got.kept, got.demands, apart)
				}
				if before := ask(t, page, "GET", server.URL+"/"); (before != "") != (i == 1) {
					t.Errorf("page %d: the cookie is %q", i, before)
				}
				ask(t, page, "GET", server.URL+"/cookie")
				if after := ask(t, page, "GET", server.URL+"/"); after != "id=1" {
					t.Errorf("page %d: after it was set, the cookie is %q", i, after)
				}
			}
		})
	}
}

// A page with an opaque origin has connections of its own.
func TestOpaqueConnections(t *testing.T) {
	var g guarded
	server := httptest.NewServer(&g)
	defer server.Close()
	a := agent.New(agent.Options{Hooks: g.hooks()})
	defer a.Close()
	for i, want := range []int{1, 2} {
		page, err := a.Page("data:text/html,x")
		must(t, err)
		for range 3 {
			ask(t, page, "GET", server.URL+"/")
		}
		if g.connections != want {
			t.Errorf("page %d: %d connections were opened, want %d", i, g.connections, want)
		}
	}
}

// A page is in one frame at most, and in one of its own Agent.
func TestBadFrames(t *testing.T) {
	a, b := agent.New(agent.Options{}), agent.New(agent.Options{})
	defer a.Close()
	defer b.Close()
	top, err := a.Page("data:text/html,x")
	must(t, err)
	if _, err := a.PageWith("https://app.example/", agent.PageOptions{Parent: top, InFrameOf: "https://app.example/"}); err == nil {
		t.Error("a page is in two frames")
	}
	if _, err := b.PageWith("https://app.example/", agent.PageOptions{Parent: top}); err == nil {
		t.Error("a page is in a frame of another agent's page")
	}
}

// hooks count the connections that are opened.
func (g *guarded) hooks() *fetch.Hooks {
	return &fetch.Hooks{Trace: func(*fetch.Exchange) *wire.Trace {
		return &wire.Trace{GotConn: func(c wire.ConnInfo) {
			if !c.Reused {
				g.connections++
			}
		}}
	}}
}

// ask makes a request with credentials, and returns the text of its answer.
func ask(t *testing.T, page *agent.Page, method, url string) string {
	t.Helper()
	x := page.XHR()
	must(t, x.SetWithCredentials(true))
	must(t, x.Open(method, url))
	res, err := x.Do(t.Context(), nil)
	must(t, err)
	return res.Text()
}

// navigate goes where a link leads, which asks for passwords.
func navigate(t *testing.T, page *agent.Page, url string) {
	t.Helper()
	res, err := page.Fetch(t.Context(), fetch.Request{
		Method: "GET", URL: mustParse(t, url), Mode: fetch.ModeNavigate, Destination: "iframe", Credentials: fetch.IncludeCredentials,
	})
	must(t, err)
	must(t, res.Body.Close())
	if res.Status != http.StatusOK {
		t.Errorf("%s: status %d", url, res.Status)
	}
}

func mustParse(t *testing.T, url string) *weburl.URL {
	t.Helper()
	u, err := weburl.Parse(url)
	must(t, err)
	return u
}
