package law

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/server/corshttp"
)

// Whatever page asks whatever servers, through the middleware it gets an answer
// exactly if the policies' verdicts on each of its preflights and requests say so,
// fails on the very message that was refused otherwise, and reads of the answer what
// the policy exposes. What a preflight is refused never reaches the handler, and
// every preflight is one that the middleware recognises.
func FuzzBothEnds(f *testing.F) {
	f.Add([]byte(nil), "https://app.example", "https://app.example", "PUT", "x-a")
	random := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		seed := make([]byte, 60)
		for i := range seed {
			seed[i] = byte(random.UintN(256))
		}
		f.Add(seed, "http://localhost:1234", "https://*.partner.example", "MOVE", "x-a")
	}
	f.Fuzz(func(t *testing.T, bytes []byte, origin, pattern, method, header string) {
		s := (&dice{bytes}).story(origin, pattern, method, header)
		if !s.possible() {
			return
		}
		want := s.told()
		got := s.happens(t)
		if got.read != want.read || got.on != want.on || got.reached != want.reached || got.asked != want.asked || !maps.Equal(got.exposed, want.exposed) {
			t.Fatalf("%v\nhappens %+v\ntold    %+v", s, got, want)
		}
	})
}

// The stories are of every kind: each message is refused in some, and in others the
// script reads an answer with and without CORS, after preflights and redirects.
func TestStoriesVary(t *testing.T) {
	kinds := map[string]int{}
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		bytes := make([]byte, 80)
		for i := range bytes {
			bytes[i] = byte(random.UintN(256))
		}
		s := (&dice{bytes}).story("https://www.app.example:444", "https://partner.example", "MOVE", "x-a")
		want := s.told()
		switch {
		case !want.read:
			kinds["refused on the "+want.on.String()]++
		case !want.checked:
			kinds["of its own"]++
		case len(s.way) > 1 && want.asked > 0:
			kinds["after redirects and preflights"]++
		case want.asked > 0:
			kinds["after a preflight"]++
		default:
			kinds["unasked"]++
		}
		if want.exposed["X-Secret"] && want.checked {
			kinds["exposed"]++
		}
		if want.read && s.credentials && want.checked {
			kinds["with credentials"]++
		}
	}
	for _, kind := range []string{
		"refused on the preflight", "refused on the redirect", "refused on the response", "of its own", "unasked",
		"after a preflight", "after redirects and preflights", "exposed", "with credentials",
	} {
		if kinds[kind] < 10 {
			t.Errorf("%d of 3000 stories are %s: %v", kinds[kind], kind, kinds)
		}
	}
}

// String tells the story.
func (s *story) String() string {
	text := fmt.Sprintf("%s: %s %v body %d credentials %v listener %v", s.page, s.method, s.header, s.body, s.credentials, s.listener)
	for _, h := range s.way {
		text += fmt.Sprintf("\n-> %s%s", h.origin, h.path)
		if c := s.policies[h.origin]; c != nil {
			text += fmt.Sprintf(" %+v", c.Policy())
		}
		text += fmt.Sprintf(" (redirect %d)", h.status)
	}
	return text
}

// happens lets the asking end live the story, and notes how it ends.
func (s *story) happens(t *testing.T) ending {
	t.Helper()
	var e ending
	var answered atomic.Int32 // preflights that the middleware has taken for such
	handlers := map[string]http.Handler{}
	for server, c := range s.policies {
		inner := corshttp.New(c).Wrap(s.api(server, &e))
		handlers[server] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if corshttp.IsPreflight(r) {
				answered.Add(1)
			}
			inner.ServeHTTP(w, r)
		})
	}
	hooks := &fetch.Hooks{Request: func(x *fetch.Exchange, _ *wire.Request) {
		if x.Preflight {
			e.asked++
		}
	}}
	browser := agent.New(agent.Options{Handlers: handlers, Hooks: hooks})
	defer browser.Close()
	x := s.request(t, browser)
	_, err := x.Do(context.Background(), s.content())
	if verdict, blocked := errors.AsType[cors.Verdict](err); blocked {
		e.on = verdict.On
	} else if err != nil {
		t.Fatalf("%v\n%v", s, err)
	}
	if int(answered.Load()) != e.asked {
		t.Fatalf("%v\n%d preflights were sent, and %d recognised", s, e.asked, answered.Load())
	}
	if e.read = err == nil; e.read {
		e.exposed = map[string]bool{}
		for _, name := range readable {
			_, e.exposed[name] = x.ResponseHeader(name)
		}
	}
	return e
}

// api is what a server answers when it is asked: with a redirect, or with what the
// story is about.
func (s *story) api(server string, e *ending) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.reached++
		for i, h := range s.way {
			if h.origin != server || h.path != r.URL.Path {
				continue
			}
			if i+1 < len(s.way) {
				w.Header().Set("Location", s.way[i+1].origin+s.way[i+1].path)
				w.WriteHeader(h.status)
				return
			}
			for _, name := range readable {
				w.Header().Set(name, "1")
			}
		}
	})
}

// request is the page's XMLHttpRequest, ready to be sent.
func (s *story) request(t *testing.T, browser *agent.Agent) *agent.XHR {
	t.Helper()
	page, err := browser.Page(s.page + "/")
	if s.page == cors.NullOrigin {
		page, err = browser.PageWith("https://frame.example/", agent.PageOptions{Sandboxed: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	x := page.XHR()
	steps := []error{x.Open(s.method, s.way[0].origin+s.way[0].path), x.SetWithCredentials(s.credentials)}
	for _, h := range s.header {
		steps = append(steps, x.SetRequestHeader(h.Name, h.Value))
	}
	if err := errors.Join(steps...); err != nil {
		t.Fatalf("%v\n%v", s, err)
	}
	if s.listener {
		x.Upload().On("progress", func(agent.Event) {})
	}
	return x
}

func (s *story) content() agent.Body {
	switch s.body {
	case textBody:
		return agent.Text("hello")
	case formBody:
		return agent.URLSearchParams{{Name: "a", Value: "b"}}
	default:
		return nil
	}
}
