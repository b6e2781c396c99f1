package probing_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/probe"
	"github.com/corsage-go/corsage/internal/probing"
)

const (
	api = "http://api.example/albums"
	app = "https://app.example"
)

// server lets pages of app do anything, and notes what it is asked.
type server struct {
	mu   sync.Mutex
	seen []string
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.seen = append(s.seen, r.Method+" "+r.Header.Get("Origin")+" "+r.Header.Get("Cookie")+" "+r.Header.Get("Authorization"))
	s.mu.Unlock()
	h := w.Header()
	h.Set("Set-Cookie", "id=secret")
	h.Set("X-Told", "said "+r.Header.Get("Authorization"))
	if r.Header.Get("Origin") != app {
		return
	}
	h.Set("Access-Control-Allow-Origin", app)
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Allow-Methods", r.Header.Get("Access-Control-Request-Method"))
	h.Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
}

func (s *server) prober() *probing.Prober {
	return &probing.Prober{Transport: &fetch.Handlers{Hosts: map[string]http.Handler{"api.example": s}}, UserAgent: "corsage-probe"}
}

// Whatever a preflight approves, the request itself is not sent for a probe that asks
// for permission only.
func TestPreflightsOnly(t *testing.T) {
	for _, method := range []string{"GET", "POST", "PUT", "DELETE", "X-ODD"} {
		s := &server{}
		answers, err := s.prober().Run(t.Context(), []probe.Probe{{
			Kind: probe.Preflight, Method: method, URL: api, Origin: app, Credentials: true, Header: probe.UnsafeFields([]string{"authorization"}),
		}})
		if err != nil {
			t.Fatal(err)
		}
		a := answers[0]
		if !a.Verdict.Allowed() || a.Failed() || a.Preflight() == nil || a.Response() != nil || len(a.Exchanges) != 1 {
			t.Errorf("%s: %+v", method, a)
		}
		if want := []string{"OPTIONS " + app + "  "}; !slices.Equal(s.seen, want) {
			t.Errorf("%s: the server was asked %q, want %q", method, s.seen, want)
		}
	}
}

// Silence about methods approves none but the safelisted ones.
func TestSilenceApprovesNoMethod(t *testing.T) {
	quiet := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Access-Control-Allow-Origin", "*") })
	p := &probing.Prober{Transport: &fetch.Handlers{Default: quiet}}
	answers, err := p.Run(t.Context(), []probe.Probe{
		{Kind: probe.Preflight, Method: "PUT", URL: api, Origin: app}, {Kind: probe.Preflight, Method: "GET", URL: api, Origin: app},
	})
	if err != nil || answers[0].Verdict.Reason != cors.MethodNotApproved || !answers[1].Verdict.Allowed() {
		t.Errorf("%v, %v, %v", answers[0].Verdict, answers[1].Verdict, err)
	}
}

// A page's request goes as a browser sends it: after a preflight if it needs one, with
// cookies only where credentials are asked for; what no browser sends goes as it is.
func TestRequests(t *testing.T) {
	s := &server{}
	p := s.prober()
	p.Cookie, p.Secrets = "id=secret", []string{"Bearer secret"}
	auth := []cors.Field{{Name: "Authorization", Value: "Bearer secret"}}
	answers, err := p.Run(t.Context(), []probe.Probe{
		{Kind: probe.Request, Method: "GET", URL: api, Origin: app},
		{Kind: probe.Request, Method: "GET", URL: api, Origin: app, Credentials: true, Header: auth},
		{Kind: probe.Request, Method: "GET", URL: api, Origin: "https://evil.example", Header: auth},
		{Kind: probe.Request, Method: "GET", URL: api, Origin: "null"},
		{Kind: probe.Plain, Method: "GET", URL: api},
		{Kind: probe.Plain, Method: "GET", URL: api, Origin: "https://APP.EXAMPLE"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"GET " + app + "  ", "OPTIONS " + app + "  ", "GET " + app + " id=secret Bearer secret",
		"OPTIONS https://evil.example  ", "GET null  ", "GET   ", "GET https://APP.EXAMPLE  ",
	}
	if !slices.Equal(s.seen, want) {
		t.Errorf("the server was asked\n%q, want\n%q", s.seen, want)
	}
	for i, reason := range []cors.Reason{
		cors.Allowed, cors.Allowed, cors.AllowOriginMissing, cors.AllowOriginMissing, cors.Undecided, cors.AllowOriginMissing,
	} {
		if got := answers[i].Verdict.Reason; got != reason || answers[i].Failed() {
			t.Errorf("probe %d: %v (%s), want %v", i, got, answers[i].Failure, reason)
		}
	}
	for _, x := range answers[1].Exchanges {
		for _, f := range slices.Concat(x.Request.Header, x.Response.Header) {
			if strings.Contains(f.Value, "secret") {
				t.Errorf("the record keeps %s: %s", f.Name, f.Value)
			}
		}
	}
}

// What a rehearsal lists is what is then sent, to the letter, when every preflight is
// approved; and it sends nothing.
func TestRehearsal(t *testing.T) {
	s := &server{}
	sent := &spy{next: s.prober().Transport}
	p := &probing.Prober{Transport: sent, UserAgent: "corsage-probe", Cookie: "a=b"}
	probes := []probe.Probe{
		{Kind: probe.Plain, Method: "GET", URL: api},
		{Kind: probe.Plain, Method: "OPTIONS", URL: api},
		{Kind: probe.Request, Method: "GET", URL: api, Origin: app, Credentials: true, Header: []cors.Field{{Name: "X-A", Value: "b"}}},
		{Kind: probe.Preflight, Method: "DELETE", URL: api, Origin: app},
		{Kind: probe.Request, Method: "GET", URL: api, Origin: "null"},
	}
	planned, err := p.Rehearse(t.Context(), probes)
	if err != nil || len(s.seen) > 0 || len(sent.lines) > 0 {
		t.Fatalf("the rehearsal sent %q, %v", s.seen, err)
	}
	if _, err := p.Run(t.Context(), probes); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, r := range planned {
		want = append(want, line(r.Method, r.URL, r.Header))
	}
	if !slices.Equal(sent.lines, want) {
		t.Errorf("sent\n%s\nwas planned as\n%s", strings.Join(sent.lines, "\n"), strings.Join(want, "\n"))
	}
	if len(planned) != 6 || !planned[3].Depends || planned[4].Depends {
		t.Errorf("planned are %d requests: %+v", len(planned), planned)
	}
}

// spy notes what is sent.
type spy struct {
	next  fetch.Transport
	lines []string
}

func (s *spy) RoundTrip(ctx context.Context, r *wire.Request) (*wire.Response, error) {
	s.lines = append(s.lines, line(r.Method, r.Scheme+"://"+r.Host+r.Target, r.Header))
	return s.next.RoundTrip(ctx, r)
}

func line(method, url string, header []wire.Field) string {
	s := method + " " + url
	for _, f := range header {
		s += " | " + f.Name + ": " + f.Value
	}
	return s
}

// With no answer to the first probe, the others are not sent.
func TestUnreachable(t *testing.T) {
	var tries atomic.Int32
	p := &probing.Prober{Transport: roundTrip(func(context.Context, *wire.Request) (*wire.Response, error) {
		tries.Add(1)
		return nil, &wire.Error{Kind: wire.Refused, Op: "connect"}
	})}
	answers, err := p.Run(t.Context(), make([]probe.Probe, 0))
	if err != nil || len(answers) != 0 {
		t.Errorf("no probes: %v, %v", answers, err)
	}
	one := probe.Probe{Kind: probe.Request, Method: "GET", URL: api, Origin: app}
	answers, err = p.Run(t.Context(), []probe.Probe{one, one, one})
	if err != nil || tries.Load() != 1 {
		t.Errorf("tried %d times, want once (%v)", tries.Load(), err)
	}
	for _, a := range answers {
		if !strings.Contains(a.Failure, "nothing listens there") {
			t.Errorf("the failure is %q", a.Failure)
		}
	}
}

type roundTrip func(context.Context, *wire.Request) (*wire.Response, error)

func (f roundTrip) RoundTrip(ctx context.Context, r *wire.Request) (*wire.Response, error) {
	return f(ctx, r)
}

// Requests do not follow each other faster than was asked for, however many are under
// way, and each answer comes to its own probe.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var most, now atomic.Int32
		p := &probing.Prober{Rate: 10, Concurrency: 4, Transport: roundTrip(func(ctx context.Context, r *wire.Request) (*wire.Response, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			time.Sleep(350 * time.Millisecond) // of the bubble's clock
			return &wire.Response{Status: 200, Header: []wire.Field{{Name: "X-Target", Value: r.Target}}, Body: http.NoBody}, nil
		})}
		var probes []probe.Probe
		for i := range 21 {
			probes = append(probes, probe.Probe{Kind: probe.Plain, Method: "GET", URL: api + "?" + strings.Repeat("x", i)})
		}
		started := time.Now()
		answers, err := p.Run(t.Context(), probes)
		if took := time.Since(started); err != nil || took < 2*time.Second || most.Load() != 4 {
			t.Errorf("21 requests at 10 a second took %v, %d at a time (%v)", took, most.Load(), err)
		}
		for i, a := range answers {
			if want := "/albums?" + strings.Repeat("x", i); a.Header("X-Target") != want {
				t.Errorf("answer %d is for %s, want %s", i, a.Header("X-Target"), want)
			}
		}
	})
}

// A server that does not answer costs a probe its time and no more, and an end is an
// end at once.
func TestTimeout(t *testing.T) {
	hang := roundTrip(func(ctx context.Context, _ *wire.Request) (*wire.Response, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	one := []probe.Probe{{Kind: probe.Request, Method: "GET", URL: api, Origin: app}}
	synctest.Test(t, func(t *testing.T) {
		started := time.Now()
		answers, err := (&probing.Prober{Transport: hang, Timeout: 3 * time.Second}).Run(t.Context(), one)
		if took := time.Since(started); err != nil || took != 3*time.Second || !answers[0].Failed() {
			t.Errorf("after %v: %+v, %v", took, answers[0], err)
		}
	})
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := (&probing.Prober{Transport: hang}).Run(ended, one); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}
