//go:build unix

package wire_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
)

// A connection that closed, or on which something has arrived, is not used again
// even where the request could not be repeated.
func TestIdleConnectionIsLookedAt(t *testing.T) {
	for _, unasked := range []string{"", okAnswer} {
		t.Run(fmt.Sprintf("%q", unasked), func(t *testing.T) {
			first := make(chan struct{})
			addr := startServer(t,
				func(p *peer) { p.head(); p.send(okAnswer); <-first; p.send(unasked) },
				func(p *peer) { p.head(); p.body(5); p.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond") },
			)
			c := newClient(t)
			arrived := &arrival{}
			c.Dial = arrived.dial
			wantBody(t, c, get(addr), "ok")
			close(first)
			arrived.wait(t)
			wantBody(t, c, post(addr, strings.NewReader("12345"), 5), "second")
		})
	}
}

// arrival tells when something, or the end, has arrived on the first connection,
// without reading it.
type arrival struct{ first *net.TCPConn }

func (a *arrival) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	nc, err := new(net.Dialer).DialContext(ctx, network, addr)
	if a.first == nil && err == nil {
		a.first = nc.(*net.TCPConn)
	}
	return nc, err
}

func (a *arrival) wait(t *testing.T) {
	t.Helper()
	raw, err := a.first.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	err = raw.Read(func(fd uintptr) bool {
		_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK)
		return err != syscall.EAGAIN
	})
	if err != nil {
		t.Fatal(err)
	}
}
