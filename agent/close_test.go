package agent_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/agent/xhr"
)

// endless is a server that never comes to an end: /head sends nothing, /body the
// head and a few bytes, and an upload is read for ever.
type endless struct {
	arrived chan struct{} // gets a value for each request

	mu   sync.Mutex
	open map[net.Conn]bool
}

func newEndless() *endless {
	return &endless{arrived: make(chan struct{}, 100), open: map[net.Conn]bool{}}
}

func (e *endless) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.arrived <- struct{}{}
	if r.URL.Path == "/body" {
		_, _ = io.WriteString(w, "begun")
		_ = http.NewResponseController(w).Flush()
	}
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// note keeps the books of open connections.
func (e *endless) note(c net.Conn, s http.ConnState) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if s == http.StateClosed || s == http.StateHijacked {
		delete(e.open, c)
		return
	}
	e.open[c] = true
}

func (e *endless) connections() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.open)
}

// overHandlers is a caller's Transport, which ends with the context alone.
type overHandlers struct{ fetch.Handlers }

func (o *overHandlers) RoundTrip(ctx context.Context, r *wire.Request) (*wire.Response, error) {
	return o.Handlers.RoundTrip(ctx, r)
}

// roads are the ways that lead to a server, each with the address there.
func roads(e http.Handler, note func(net.Conn, http.ConnState)) map[string]func() (agent.Options, string, func()) {
	serve := func(secure bool) (*httptest.Server, agent.Options) {
		s := httptest.NewUnstartedServer(e)
		s.Config.ConnState = note
		s.EnableHTTP2 = secure
		if !secure {
			s.Start()
			return s, agent.Options{}
		}
		s.StartTLS()
		roots := x509.NewCertPool()
		roots.AddCert(s.Certificate())
		return s, agent.Options{Roots: roots}
	}
	here := map[string]http.Handler{"https://app.example": e}
	return map[string]func() (agent.Options, string, func()){
		"HTTP/1.1": func() (agent.Options, string, func()) { s, o := serve(false); return o, s.URL, s.Close },
		"HTTP/2":   func() (agent.Options, string, func()) { s, o := serve(true); return o, s.URL, s.Close },
		"handlers": func() (agent.Options, string, func()) {
			return agent.Options{Handlers: here}, "https://app.example", func() {}
		},
		"transport": func() (agent.Options, string, func()) {
			return agent.Options{Transport: &overHandlers{fetch.Handlers{Hosts: here}}}, "https://app.example", func() {}
		},
	}
}

// Close ends every request that is under way, whatever it waits for and whoever
// waits for it, and leaves no goroutine and no connection behind.
func TestCloseEndsRequests(t *testing.T) {
	e := newEndless()
	for name, road := range roads(e, e.note) {
		t.Run(name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			o, origin, closeServer := road()
			a := agent.New(o)
			ends := make(chan error, 100)
			waiting := 0
			for _, begin := range []func(*testing.T, *agent.Page, chan<- error){
				doHead, doBody, doDownload, doUpload, streamed, sentOnly, sentOnLoop, panicked,
			} {
				// In a frame of another site each, since there are few connections
				// to one server from one partition.
				page, err := a.PageWith(origin+"/page", agent.PageOptions{InFrameOf: fmt.Sprintf("http://top%d.example", waiting)})
				must(t, err)
				begin(t, page, ends)
				waiting++
			}
			for range waiting {
				<-e.arrived
			}
			a.Close()
			for range waiting {
				if err := <-ends; !errors.Is(err, agent.ErrClosed) {
					t.Errorf("a request ended with %v", err)
				}
			}
			settle(t, "connections", e.connections, 0)
			closeServer()
			settle(t, "goroutines", runtime.NumGoroutine, before)
		})
	}
}

// settle waits until a number is no more than it was.
func settle(t *testing.T, what string, now func() int, most int) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); now() > most; runtime.Gosched() {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d %s, want %d:\n%s", now(), what, most, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// open begins an XMLHttpRequest.
func open(t *testing.T, page *agent.Page, method, path string) *agent.XHR {
	t.Helper()
	x := page.XHR()
	must(t, x.Open(method, path))
	return x
}

func do(x *agent.XHR, body agent.Body, ends chan<- error) {
	go func() {
		_, err := x.Do(context.Background(), body)
		ends <- err
	}()
}

func doHead(t *testing.T, page *agent.Page, ends chan<- error) {
	do(open(t, page, "GET", "/head"), nil, ends)
}

func doBody(t *testing.T, page *agent.Page, ends chan<- error) {
	do(open(t, page, "GET", "/body"), nil, ends)
}

func doDownload(t *testing.T, page *agent.Page, ends chan<- error) {
	x := open(t, page, "GET", "/body")
	x.DownloadTo(io.Discard)
	do(x, nil, ends)
}

// doUpload sends a body that waits for more than there is.
func doUpload(t *testing.T, page *agent.Page, ends chan<- error) {
	x := open(t, page, "POST", "/upload")
	x.Upload().On(xhr.EventProgress, func(agent.Event) {})
	do(x, xhr.NewBlobFrom(1<<20, "", func(int64, int64) (io.ReadCloser, error) {
		r, w := io.Pipe()
		go func() { _, _ = w.Write([]byte("begun")) }() // until the other end is closed
		return r, nil
	}), ends)
}

// streamed waits for more of a body.
func streamed(t *testing.T, page *agent.Page, ends chan<- error) {
	u := mustParse(t, page.URL().OriginString()+"/body")
	go func() {
		res, err := page.Fetch(context.Background(), fetch.Request{Method: "GET", URL: u, Mode: fetch.ModeNavigate})
		if err == nil {
			_, err = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
		}
		ends <- err
	}()
}

// sentOnly has a loop of its own, which nobody runs before the Agent is closed.
func sentOnly(t *testing.T, page *agent.Page, ends chan<- error) {
	x := open(t, page, "GET", "/body")
	must(t, x.Send(context.Background(), nil))
	ends <- agent.ErrClosed
}

// sentOnLoop is on a loop that is run when all is over.
func sentOnLoop(t *testing.T, page *agent.Page, ends chan<- error) {
	var loop agent.EventLoop
	x := page.XHROn(&loop)
	must(t, x.Open("GET", "/body"))
	x.On(agent.EventError, func(agent.Event) { ends <- x.Failure() })
	must(t, x.Send(context.Background(), nil))
	go func() {
		if err := loop.Run(context.Background()); err != nil {
			ends <- err
		}
	}()
}

// panicked is one whose listener panics.
func panicked(t *testing.T, page *agent.Page, ends chan<- error) {
	x := open(t, page, "GET", "/body")
	x.On(agent.EventReadyStateChange, func(agent.Event) { panic("a listener's") })
	must(t, x.Send(context.Background(), nil))
	go func() {
		defer func() {
			if recover() == "a listener's" {
				ends <- agent.ErrClosed
			}
		}()
		_, err := x.Wait(context.Background())
		ends <- err
	}()
}

// A listener that panics ends its request: nothing of it is left behind, and the
// XMLHttpRequest can be used again.
func TestListenerPanics(t *testing.T) {
	e := newEndless()
	for name, road := range roads(e, e.note) {
		t.Run(name, func(t *testing.T) {
			o, origin, closeServer := road()
			a := agent.New(o)
			defer a.Close()
			page, err := a.Page(origin + "/page")
			must(t, err)
			before := runtime.NumGoroutine()
			for _, threaded := range []bool{true, false} {
				x := open(t, page, "GET", "/body")
				x.On(agent.EventProgress, func(agent.Event) { panic("a listener's") })
				func() {
					defer func() {
						if recover() != "a listener's" {
							t.Error("the panic has not arrived")
						}
					}()
					if threaded {
						must(t, x.Send(context.Background(), nil))
						_, err = x.Wait(context.Background())
					} else {
						_, err = x.Do(context.Background(), nil)
					}
				}()
				<-e.arrived
				if _, err := x.Wait(t.Context()); err == nil {
					t.Error("a request whose listener panicked has a response")
				}
				must(t, x.Open("GET", "/body"))
			}
			settle(t, "connections", e.connections, 1) // HTTP/2 keeps its own
			closeServer()
			settle(t, "goroutines", runtime.NumGoroutine, before+2)
		})
	}
}
