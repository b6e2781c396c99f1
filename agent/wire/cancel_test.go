package wire_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
)

// A context that is done ends an exchange in whatever phase it is, and the
// connection with it.
func TestCancelPhases(t *testing.T) {
	const half = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok"
	tests := []struct {
		name   string
		before string // what is sent before it
	}{
		{"before the head", ""},
		{"in the head", "HTTP/1.1 200 OK\r\nA: "},
		{"after an informational answer", "HTTP/1.1 100 Continue\r\n\r\n"},
		{"in the body", half},
		{"in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok"},
		{"in the trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA"},
		{"in a body until the end", "HTTP/1.0 200 OK\r\n\r\nok"},
	}
	for _, tt := range tests {
		for _, deadline := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := &pipeServer{serve: func(p *peer) {
						p.head()
						p.send(tt.before)
					}}
					c := &wire.Client{Dial: s.dial}
					ctx, cancel := context.WithCancel(t.Context())
					want := wire.Canceled
					if deadline {
						ctx, cancel = context.WithTimeout(t.Context(), time.Second)
						want = wire.Timeout
					}
					defer cancel()
					failed := make(chan error)
					go func() {
						_, _, err := do(ctx, c, get("127.0.0.1:1"))
						failed <- err
					}()
					synctest.Wait()
					if !deadline {
						cancel()
					}
					wantKind(t, <-failed, want)
					synctest.Wait()
					if s.open() != 0 {
						t.Error("the connection is still open")
					}
				})
			})
		}
	}
}

// A context that is done in the handshake of TLS ends that too.
func TestCancelHandshake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &pipeServer{serve: func(*peer) {}}
		c := &wire.Client{Dial: s.dial, TLS: &tls.Config{}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r := get("127.0.0.1:1")
		r.Scheme = "https"
		_, err := c.RoundTrip(ctx, r)
		wantKind(t, err, wire.Timeout)
		synctest.Wait()
		if s.open() != 0 {
			t.Error("the connection is still open")
		}
	})
}

// Client.ConnectTimeout bounds a handshake that leads nowhere.
func TestConnectTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &pipeServer{serve: func(*peer) {}}
		c := &wire.Client{Dial: s.dial, ConnectTimeout: 5 * time.Second}
		r := get("127.0.0.1:1")
		r.Scheme = "https"
		begin := time.Now()
		_, err := c.RoundTrip(t.Context(), r)
		wantKind(t, err, wire.Timeout)
		if took := time.Since(begin); took != 5*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// A context that is done after the answer was read does nothing to the
// connection; one that is done before it is asked for sends nothing.
func TestCancelOutside(t *testing.T) {
	addr := startServer(t, answers(okAnswer, okAnswer))
	c := newClient(t)
	ctx, cancel := context.WithCancel(t.Context())
	if _, body, err := do(ctx, c, get(addr)); err != nil || body != "ok" {
		t.Fatal(err)
	}
	cancel()
	_, _, err := do(ctx, c, get(addr))
	wantKind(t, err, wire.Canceled)
	wantBody(t, c, get(addr), "ok")
}

// A cancelled request is not sent again, even if its connection was reused.
func TestCancelIsNotStale(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	addr := startServer(t, func(p *peer) {
		p.head()
		p.send(okAnswer)
		p.head()
		cancel()
		p.waitClosed()
	})
	c := newClient(t)
	wantBody(t, c, get(addr), "ok")
	_, _, err := do(ctx, c, get(addr))
	wantKind(t, err, wire.Canceled)
}

// No descriptor is left open by requests that end in all sorts of ways.
func TestNothingIsLeftOpen(t *testing.T) {
	var open counter
	c := newClient(t)
	c.Dial = open.dial
	raws := []string{
		okAnswer, "", "hello there", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok",
		"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 200 OK\r\n\r\nok",
	}
	scripts := make([]script, len(raws))
	for i, raw := range raws {
		scripts[i] = answer(raw)
	}
	addr := startServer(t, scripts...)
	for range raws {
		r := get(addr)
		r.Header = []wire.Field{{Name: "Connection", Value: "close"}}
		_, _, _ = do(t.Context(), c, r)
	}
	if n := open.n.Load(); n != 0 {
		t.Errorf("%d connections are open", n)
	}
}

// counter counts open connections.
type counter struct{ n atomic.Int64 }

type counted struct {
	net.Conn
	close func()
}

func (c *counted) Close() error {
	c.close()
	return c.Conn.Close()
}

func (c *counter) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	nc, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	c.n.Add(1)
	return &counted{nc, sync.OnceFunc(func() { c.n.Add(-1) })}, nil
}

// The body of an answer is io.EOF at its end and after it, and an error stays.
func TestBodyErrorsStay(t *testing.T) {
	addr := startServer(t, answer(okAnswer), answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok"))
	c := newClient(t)
	for _, want := range []wire.Kind{wire.Unknown, wire.LengthMismatch} {
		r := get(addr)
		r.Header = []wire.Field{{Name: "Connection", Value: "close"}}
		resp, err := c.RoundTrip(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := resp.Body.Read(nil); n != 0 || err != nil {
			t.Errorf("reading nothing gives %d and %v", n, err)
		}
		_, first := io.ReadAll(resp.Body)
		_, again := resp.Body.Read(make([]byte, 1))
		if wire.KindOf(first) != want || wire.KindOf(again) != want || again == nil {
			t.Errorf("got %v, then %v", first, again)
		}
		resp.Body.Close()
	}
}
