package wire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
)

// A connection is used again when the answer allows it and has been read.
func TestReuse(t *testing.T) {
	tests := []struct {
		name, raw string
		change    func(*wire.Request)
		reused    bool
	}{
		{name: "length", raw: okAnswer, reused: true},
		{name: "no body", raw: "HTTP/1.1 204 No Content\r\n\r\n", reused: true},
		{name: "chunked", raw: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nA: 1\r\n\r\n", reused: true},
		{name: "HEAD", raw: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", change: func(r *wire.Request) { r.Method = "HEAD" }, reused: true},
		{name: "HTTP/1.0 keep-alive", raw: "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", reused: true},
		{name: "HTTP/1.0", raw: "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"},
		{name: "server closes", raw: "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"},
		{name: "client closes", raw: okAnswer, change: func(r *wire.Request) { r.Header = []wire.Field{{Name: "Connection", Value: "close"}} }},
		{name: "more than the length", raw: okAnswer + "x"},
		{name: "more than no body", raw: "HTTP/1.1 304 Not Modified\r\n\r\nx"},
		{name: "more than the chunks", raw: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nx"},
		{name: "other partition", raw: okAnswer, change: func(r *wire.Request) { r.Partition = "other" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			scripts := []script{answers(tt.raw), answers(okAnswer)}
			if tt.reused {
				scripts = []script{answers(tt.raw, okAnswer)}
			}
			addr := startServer(t, scripts...)
			c := newClient(t)
			r := get(addr)
			if tt.change != nil {
				tt.change(r)
			}
			if _, _, err := do(t.Context(), c, r); err != nil {
				t.Fatal(err)
			}
			wantBody(t, c, get(addr), "ok")
		})
	}
}

// Closing a body keeps the connection only if the rest has arrived: nobody waits
// for what nobody reads.
func TestCloseBody(t *testing.T) {
	for _, arrived := range []bool{true, false} {
		t.Run(fmt.Sprintf("arrived %v", arrived), func(t *testing.T) {
			scripts := []script{answers(okAnswer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n", okAnswer)}
			if !arrived {
				scripts = []script{
					answers("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nok"),
					answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"),
					answers(okAnswer),
				}
			}
			addr := startServer(t, scripts...)
			c := newClient(t)
			for range 2 {
				resp, err := c.RoundTrip(t.Context(), get(addr))
				if err != nil {
					t.Fatal(err)
				}
				for range 2 { // the second does nothing
					if err := resp.Body.Close(); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := resp.Body.Read(make([]byte, 1)); wire.KindOf(err) != wire.Canceled {
					t.Errorf("reading it gives %v", err)
				}
			}
			wantBody(t, c, get(addr), "ok")
		})
	}
}

// Close ends a Read that waits in another goroutine.
func TestCloseWhileReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &pipeServer{serve: answers("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok")}
		c := &wire.Client{Dial: s.dial}
		defer c.Close()
		resp, err := c.RoundTrip(t.Context(), get("127.0.0.1:1"))
		if err != nil {
			t.Fatal(err)
		}
		failed := make(chan error)
		go func() {
			_, err := io.ReadAll(resp.Body)
			failed <- err
		}()
		synctest.Wait() // it waits for the rest
		resp.Body.Close()
		wantKind(t, <-failed, wire.Canceled)
		synctest.Wait()
		if s.open() != 0 {
			t.Error("the connection is still open")
		}
	})
}

// Closing a body again and again, while it is read or not, never touches a
// connection that has gone to another request.
func TestCloseTouchesNoOther(t *testing.T) {
	serve := func(p *peer) {
		for p.head() != "" {
			p.send(okAnswer)
		}
	}
	addr := startServer(t, serve)
	c := newClient(t)
	c.MaxConnsPerHost = 1
	for range 200 {
		resp, err := c.RoundTrip(t.Context(), get(addr))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			t.Fatal(err)
		}
		go resp.Body.Close()
	}
}

// A request that meets a connection closed in the meantime is sent again, with
// any method, if it can be.
func TestStaleConnection(t *testing.T) {
	answerThenClose := func(closed chan struct{}, end func(*peer)) script {
		return func(p *peer) {
			p.head()
			p.send(okAnswer)
			p.head() // takes the second request, and closes without a word
			end(p)
			close(closed)
		}
	}
	second := func(p *peer) {
		if strings.HasPrefix(p.head(), "POST") {
			if got := p.body(5); got != "12345" {
				t.Errorf("the body is %q the second time", got)
			}
		}
		p.send(okAnswer)
		p.waitClosed()
	}
	rewind := func() (io.Reader, error) { return strings.NewReader("12345"), nil }
	tests := []struct {
		name   string
		method string
		body   io.Reader
		rewind func() (io.Reader, error)
		end    func(*peer)
		want   wire.Kind
	}{
		{name: "GET", method: "GET", end: func(*peer) {}},
		{name: "reset", method: "GET", end: (*peer).reset},
		{name: "DELETE", method: "DELETE", end: func(*peer) {}},
		{name: "POST", method: "POST", body: strings.NewReader("12345"), rewind: rewind, end: func(*peer) {}},
		{name: "POST of a stream", method: "POST", body: plain{strings.NewReader("12345")}, rewind: rewind, end: (*peer).reset},
		{name: "POST once", method: "POST", body: strings.NewReader("12345"), end: (*peer).reset, want: wire.Reset},
		{name: "rewind fails", method: "POST", body: strings.NewReader("12345"), end: (*peer).reset, want: wire.BodyFailed, rewind: func() (io.Reader, error) { return nil, errOdd }},
		{name: "half an answer", method: "GET", end: func(p *peer) { p.send("HTT") }, want: wire.InvalidResponse},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			closed := make(chan struct{})
			scripts := []script{answerThenClose(closed, tt.end)}
			if tt.want == wire.Unknown {
				scripts = append(scripts, second)
			}
			addr := startServer(t, scripts...)
			c := newClient(t)
			wantBody(t, c, get(addr), "ok")
			var resent error
			r := &wire.Request{
				Method: tt.method, Scheme: "http", Host: addr, Target: "/", Body: tt.body, Rewind: tt.rewind,
				Trace: &wire.Trace{Resending: func(err error) { resent = err }},
			}
			if tt.body != nil {
				r.Length = 5
			}
			_, _, err := do(t.Context(), c, r)
			wantKind(t, err, tt.want)
			if (resent != nil) != (tt.want == wire.Unknown || tt.name == "rewind fails") {
				t.Errorf("sent again because of %v", resent)
			}
		})
	}
}

// Each body of a request that is sent again is closed, once, and before the next
// is asked for.
func TestStaleClosesBodies(t *testing.T) {
	addr := startServer(t,
		func(p *peer) { p.head(); p.send(okAnswer); p.head(); p.reset() },
		func(p *peer) { p.head(); p.body(5); p.send(okAnswer) },
	)
	c := newClient(t)
	wantBody(t, c, get(addr), "ok")
	first, second := &closing{Reader: strings.NewReader("12345")}, &closing{Reader: strings.NewReader("12345")}
	r := post(addr, first, 5)
	r.Rewind = func() (io.Reader, error) {
		if first.closed.Load() != 1 {
			t.Error("the first is still open")
		}
		return second, nil
	}
	wantBody(t, c, r, "ok")
	if first.closed.Load() != 1 || second.closed.Load() != 1 {
		t.Errorf("they were closed %d and %d times", first.closed.Load(), second.closed.Load())
	}
}

// A context that is done between the two ends it.
func TestStaleCancelled(t *testing.T) {
	addr := startServer(t, func(p *peer) { p.head(); p.send(okAnswer); p.head(); p.reset() })
	c := newClient(t)
	wantBody(t, c, get(addr), "ok")
	ctx, cancel := context.WithCancel(t.Context())
	r := post(addr, strings.NewReader("12345"), 5)
	r.Rewind = func() (io.Reader, error) { return nil, errors.New("not to be asked") }
	r.Trace = &wire.Trace{Resending: func(error) { cancel() }}
	_, _, err := do(ctx, c, r)
	wantKind(t, err, wire.Canceled)
}

// It is sent again once: another connection that closes without an answer is an
// answer of its own.
func TestStaleOnce(t *testing.T) {
	addr := startServer(t,
		func(p *peer) { p.head(); p.send(okAnswer); p.head() },
		func(p *peer) { p.head() },
	)
	c := newClient(t)
	wantBody(t, c, get(addr), "ok")
	_, _, err := do(t.Context(), c, get(addr))
	wantKind(t, err, wire.EmptyResponse)
}

// A request that is sent again makes room for its new connection if need be: it
// does not wait for a connection that it cannot use.
func TestFreshMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		held := func(p *peer) {
			p.head()
			<-release
			p.send(okAnswer)
		}
		scripts := []script{
			func(p *peer) { held(p); held(p) },
			func(p *peer) { held(p); p.head(); p.Close() }, // is closed when used again
			held,
			answers(okAnswer),
		}
		s := &pipeServer{}
		c := &wire.Client{MaxConnsPerHost: 2, Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			s.serve = scripts[s.opened]
			return s.dial(ctx, network, addr)
		}}
		defer c.Close()
		var running sync.WaitGroup
		start := func() {
			running.Go(func() { wantBody(t, c, get("127.0.0.1:1"), "ok") })
			synctest.Wait()
		}
		start()
		start()
		release <- struct{}{} // the first is idle
		synctest.Wait()
		release <- struct{}{} // the second too, and will be used before it
		synctest.Wait()
		r := get("127.0.0.1:1")
		r.Trace = &wire.Trace{Resending: func(error) {
			start() // takes the first
			start() // takes the place of the second
			time.AfterFunc(time.Second, func() { release <- struct{}{} })
		}}
		wantBody(t, c, r, "ok")
		close(release)
		running.Wait()
	})
}

// No more than six connections are open to a host; who comes later waits, and is
// served in order.
func TestConnectionsPerHost(t *testing.T) {
	const limit, total = wire.DefaultMaxConnsPerHost, 20
	var mu sync.Mutex
	var order []string
	release := make(chan struct{})
	one := func(p *peer) {
		for {
			head := p.head()
			if head == "" {
				return
			}
			mu.Lock()
			order = append(order, strings.Fields(head)[1])
			mu.Unlock()
			<-release
			p.send(okAnswer)
		}
	}
	addr := startServer(t, one, one, one, one, one, one)
	c := newClient(t)
	var running sync.WaitGroup
	for i := range total {
		r := get(addr)
		r.Target = fmt.Sprintf("/%d", i)
		started := make(chan struct{})
		running.Go(func() {
			close(started)
			wantBody(t, c, r, "ok")
		})
		<-started
		waitFor(t, func() bool { // the i-th request is at the server, or waits
			mu.Lock()
			defer mu.Unlock()
			return len(order) == min(i+1, limit) && wire.Waiting(c) == max(0, i+1-limit)
		})
	}
	for i := limit; i < total; i++ {
		release <- struct{}{}
		waitFor(t, func() bool {
			mu.Lock()
			defer mu.Unlock()
			return len(order) == i+1 && order[i] == fmt.Sprintf("/%d", i)
		})
	}
	close(release)
	running.Wait()
}

// waitFor waits until something is true.
func waitFor(t *testing.T, is func() bool) {
	t.Helper()
	for start := time.Now(); !is(); {
		if time.Since(start) > 10*time.Second {
			t.Fatal("it did not come true")
		}
		runtime.Gosched()
	}
}

// pipeServer answers every request on connections in memory, so that time can be
// simulated.
type pipeServer struct {
	mu     sync.Mutex
	opened int
	closed int
	serve  script
}

func (s *pipeServer) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	s.mu.Lock()
	s.opened++
	s.mu.Unlock()
	serve := s.serve
	go func() {
		defer server.Close()
		p := newPeer(server)
		serve(p)
		p.waitClosed()
		s.mu.Lock()
		s.closed++
		s.mu.Unlock()
	}()
	return client, nil
}

func (s *pipeServer) open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opened - s.closed
}

// What is idle for too long is closed, each connection at its own time.
func TestIdleTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &pipeServer{serve: answers(okAnswer, okAnswer, okAnswer)}
		c := &wire.Client{Dial: s.dial, IdleTimeout: time.Minute}
		defer c.Close()
		after := func(d time.Duration, want int) {
			t.Helper()
			time.Sleep(d)
			synctest.Wait()
			if got := s.open(); got != want {
				t.Errorf("%d connections are open, want %d", got, want)
			}
		}
		wantBody(t, c, get("127.0.0.1:1"), "ok")
		after(40*time.Second, 1)
		wantBody(t, c, get("127.0.0.1:2"), "ok")
		after(10*time.Second, 2)
		after(11*time.Second, 1)
		wantBody(t, c, get("127.0.0.1:2"), "ok") // used, so its time begins again
		after(50*time.Second, 1)
		after(11*time.Second, 0)
	})
}

// More idle connections than are allowed close the one that is idle for longest.
func TestMaxIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &pipeServer{serve: answers(okAnswer, okAnswer)}
		c := &wire.Client{Dial: s.dial, MaxIdleConns: 2}
		defer c.Close()
		for port := 1; port <= 3; port++ {
			wantBody(t, c, get(fmt.Sprintf("127.0.0.1:%d", port)), "ok")
			time.Sleep(time.Second)
		}
		synctest.Wait()
		if got := s.open(); got != 2 {
			t.Errorf("%d connections are open", got)
		}
		wantBody(t, c, get("127.0.0.1:3"), "ok")
		wantBody(t, c, get("127.0.0.1:2"), "ok")
		if s.opened != 3 {
			t.Errorf("%d connections were opened: not the oldest was closed", s.opened)
		}
	})
}

// CloseIdle closes what no request uses, and nothing else.
func TestCloseIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &pipeServer{serve: answers(okAnswer, okAnswer)}
		c := &wire.Client{Dial: s.dial}
		defer c.Close()
		wantBody(t, c, get("127.0.0.1:1"), "ok")
		resp, err := c.RoundTrip(t.Context(), get("127.0.0.1:2"))
		if err != nil {
			t.Fatal(err)
		}
		c.CloseIdle()
		synctest.Wait()
		if got := s.open(); got != 1 {
			t.Errorf("%d connections are open", got)
		}
		if body, err := io.ReadAll(resp.Body); string(body) != "ok" {
			t.Errorf("the body in use is %q and %v", body, err)
		}
		wantBody(t, c, get("127.0.0.1:1"), "ok")
	})
}

// Close ends everything: what is under way, what waits, and what comes later.
func TestClose(t *testing.T) {
	arrived := make(chan struct{})
	addr := startServer(t, func(p *peer) {
		p.head()
		close(arrived)
		p.waitClosed()
	})
	c := newClient(t)
	c.MaxConnsPerHost = 1
	failed := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := c.RoundTrip(t.Context(), get(addr))
			failed <- err
		}()
	}
	<-arrived
	waitFor(t, func() bool { return wire.Waiting(c) == 1 })
	c.Close()
	c.Close() // does nothing
	wantKind(t, <-failed, wire.ClientClosed)
	wantKind(t, <-failed, wire.ClientClosed)
	_, err := c.RoundTrip(t.Context(), get(addr))
	wantKind(t, err, wire.ClientClosed)
}

// Close ends a connection that is being made.
func TestCloseWhileConnecting(t *testing.T) {
	c := newClient(t)
	c.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		c.Close()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	_, err := c.RoundTrip(t.Context(), get("127.0.0.1:1"))
	wantKind(t, err, wire.ClientClosed)

	c = newClient(t)
	server, client := net.Pipe()
	c.Dial = func(context.Context, string, string) (net.Conn, error) {
		c.Close()
		return client, nil // as if it had not noticed
	}
	_, err = c.RoundTrip(t.Context(), get("127.0.0.1:1"))
	wantKind(t, err, wire.ClientClosed)
	if _, err := server.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the connection was left open: %v", err)
	}
}

// One who stops waiting holds nobody up, even if served in the same moment.
func TestCancelWaiting(t *testing.T) {
	for i := range 40 { // the last ones are served and cancelled in the same moment
		synctest.Test(t, func(t *testing.T) { cancelWaiting(t, i < 2) })
	}
}

func cancelWaiting(t *testing.T, first bool) {
	release := make(chan struct{})
	s := &pipeServer{serve: func(p *peer) {
		for p.head() != "" {
			<-release
			p.send(okAnswer)
		}
	}}
	c := &wire.Client{Dial: s.dial, MaxConnsPerHost: 1}
	defer c.Close()
	var running sync.WaitGroup
	start := func(ctx context.Context) {
		running.Go(func() {
			_, _, err := do(ctx, c, get("127.0.0.1:1"))
			if kind := wire.KindOf(err); err != nil && (kind != wire.Canceled || ctx == t.Context()) {
				t.Errorf("got %v", err)
			}
		})
		synctest.Wait()
	}
	ctx, cancel := context.WithCancel(t.Context())
	start(t.Context())
	start(ctx)
	start(t.Context())
	cancel()
	if first {
		synctest.Wait()
	}
	close(release)
	running.Wait()
}

// A failed attempt to connect makes way for who waits.
func TestFailedConnectServesNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &pipeServer{serve: answers(okAnswer)}
		fail := make(chan struct{})
		var once sync.Once
		c := &wire.Client{MaxConnsPerHost: 1, Dial: func(ctx context.Context, network, addr string) (nc net.Conn, err error) {
			err = nil
			once.Do(func() {
				<-fail
				err = errors.New("no way")
			})
			if err != nil {
				return nil, err
			}
			return s.dial(ctx, network, addr)
		}}
		defer c.Close()
		var running sync.WaitGroup
		running.Go(func() {
			_, err := c.RoundTrip(t.Context(), get("127.0.0.1:1"))
			if wire.KindOf(err) != wire.Connect {
				t.Errorf("got %v", err)
			}
		})
		synctest.Wait()
		running.Go(func() { wantBody(t, c, get("127.0.0.1:1"), "ok") })
		synctest.Wait()
		close(fail)
		running.Wait()
	})
}

// Many requests at a time, of all sorts, leave the client in order.
func TestConcurrent(t *testing.T) {
	serve := func(p *peer) {
		for {
			head := p.head()
			if head == "" {
				return
			}
			body := p.body(lengthIn(head))
			p.send(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
		}
	}
	addr := startServer(t, serve, serve, serve)
	c := newClient(t)
	c.MaxConnsPerHost = 3
	var running sync.WaitGroup
	for i := range 16 {
		running.Go(func() {
			for j := range 20 {
				want := bytes.Repeat([]byte{byte('a' + i)}, 1+i*j*200)
				var body io.Reader = bytes.NewReader(want)
				if j%2 == 1 {
					body = plain{body}
				}
				resp, got, err := do(t.Context(), c, post(addr, body, int64(len(want))))
				if err != nil || resp.Status != 200 || got != string(want) {
					t.Errorf("got %d bytes and %v, want %d", len(got), err, len(want))
				}
			}
		})
	}
	running.Wait()
}
