package wire_test

import (
	"bufio"
	"context"
	"io"
	"log"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
)

// script is what a server does on one connection. The connection is closed after
// it.
type script func(p *peer)

// peer is the server's end of a connection.
type peer struct {
	net.Conn
	in *bufio.Reader
}

func newPeer(nc net.Conn) *peer { return &peer{Conn: nc, in: bufio.NewReader(nc)} }

// startServer accepts a connection for each script, in order, and fails the test
// if there are more or fewer.
func startServer(t *testing.T, scripts ...script) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		defer func() {
			if len(scripts) > 0 {
				t.Errorf("%d connections fewer than expected", len(scripts))
			}
		}()
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			if len(scripts) == 0 {
				t.Error("a connection more than expected")
				nc.Close()
				continue
			}
			do := scripts[0]
			scripts = scripts[1:]
			serving.Go(func() {
				defer nc.Close()
				do(newPeer(nc))
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		serving.Wait()
	})
	return l.Addr().String()
}

// head reads the head of a request; it is "" if the client goes away instead.
func (p *peer) head() string {
	var head strings.Builder
	for {
		line, err := p.in.ReadString('\n')
		if err != nil {
			return ""
		}
		head.WriteString(line)
		if line == "\r\n" {
			return head.String()
		}
	}
}

// body reads n bytes of a request's body, or as many as come.
func (p *peer) body(n int) string {
	b := make([]byte, n)
	n, _ = io.ReadFull(p.in, b)
	return string(b[:n])
}

// send writes bytes; a client that does not want them is no error here.
func (p *peer) send(s string) { _, _ = io.WriteString(p, s) }

// waitClosed returns when the client has closed the connection.
func (p *peer) waitClosed() { _, _ = io.Copy(io.Discard, p.in) }

// reset has the connection end with a reset instead of in order.
func (p *peer) reset() {
	_ = p.Conn.(*net.TCPConn).SetLinger(0)
	p.Close()
}

// answer is a script for one request: read its head, send these bytes.
func answer(raw string) script {
	return func(p *peer) {
		p.head()
		p.send(raw)
	}
}

// answers is a script for requests without bodies that answers each in turn and
// waits for the client to close.
func answers(raws ...string) script {
	return func(p *peer) {
		for _, raw := range raws {
			if p.head() == "" {
				return
			}
			p.send(raw)
		}
		p.waitClosed()
	}
}

const okAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// newClient returns a client that is closed at the end of the test, which fails
// if it leaves goroutines behind.
func newClient(t *testing.T) *wire.Client {
	t.Helper()
	c := &wire.Client{}
	t.Cleanup(func() {
		c.Close()
		checkGoroutines(t)
	})
	return c
}

// checkGoroutines fails the test if goroutines of the package remain. Those that
// are on their way out get time to go.
func checkGoroutines(t *testing.T) {
	t.Helper()
	var left string
	for start := time.Now(); time.Since(start) < 5*time.Second; runtime.Gosched() {
		if left = goroutines(); left == "" {
			return
		}
	}
	t.Errorf("goroutines are left behind:\n%s", left)
}

// goroutines returns the stacks of goroutines that are in the package.
func goroutines() string {
	buf := make([]byte, 1<<20)
	var left []string
	for stack := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(stack, "agent/wire.(") && !strings.Contains(stack, "testing.tRunner") {
			left = append(left, stack)
		}
	}
	return strings.Join(left, "\n\n")
}

var discardLog = log.New(io.Discard, "", 0)

// dialNobody is a network without anybody on it.
func dialNobody(context.Context, string, string) (net.Conn, error) { return nil, syscall.ECONNREFUSED }

func get(addr string) *wire.Request {
	return &wire.Request{Method: "GET", Scheme: "http", Host: addr, Target: "/"}
}

func post(addr string, body io.Reader, length int64) *wire.Request {
	return &wire.Request{Method: "POST", Scheme: "http", Host: addr, Target: "/", Body: body, Length: length}
}

// do sends a request and reads the whole answer.
func do(ctx context.Context, c *wire.Client, r *wire.Request) (*wire.Response, string, error) {
	resp, err := c.RoundTrip(ctx, r)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

// wantBody fails the test unless the request is answered with this body.
func wantBody(t *testing.T, c *wire.Client, r *wire.Request, want string) {
	t.Helper()
	if _, body, err := do(t.Context(), c, r); err != nil || body != want {
		t.Fatalf("got body %q and error %v, want %q", body, err, want)
	}
}

// wantKind fails the test unless an error is of a kind.
func wantKind(t *testing.T, err error, want wire.Kind) {
	t.Helper()
	if got := wire.KindOf(err); got != want {
		t.Fatalf("got kind %v (error %v), want %v", got, err, want)
	}
}

// tempFile returns a file that holds these bytes.
func tempFile(t *testing.T, content string) *os.File {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "body")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if _, err := io.WriteString(f, content); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	return f
}

// zeros is a body without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
