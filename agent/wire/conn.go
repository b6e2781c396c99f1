package wire

import (
	"crypto/tls"
	"net"
	"sync/atomic"
	"syscall"
	"time"
)

// conn is a connection that speaks HTTP/1.1, with one request at a time.
type conn struct {
	nc       net.Conn // what is spoken on: raw, or TLS on top of it
	raw      net.Conn
	host     *host
	addr     string // for errors
	tlsState *tls.ConnectionState
	in       input
	probe    probe

	reused    bool      // other requests went over it before
	idleSince time.Time // meaningful while idle

	broken atomic.Bool // broken off from another goroutine
	cut    func()      // breakOff, made once so that no request has to
}

func newConn(nc, raw net.Conn, h *host, state *tls.ConnectionState) *conn {
	cn := &conn{nc: nc, raw: raw, host: h, addr: raw.RemoteAddr().String(), tlsState: state, in: input{src: nc}}
	cn.cut = cn.breakOff
	cn.probe.prepare(raw)
	return cn
}

// breakOff closes the connection at once, without the farewell of TLS, which
// could wait for the other end. Any goroutine may call it, at any time.
func (cn *conn) breakOff() {
	cn.broken.Store(true)
	_ = cn.raw.Close() // there is nothing left to lose
}

// isQuiet reports whether an idle connection is open and nothing has arrived on
// it. Bytes that nobody asked for belong to no answer. As Chromium.
func (cn *conn) isQuiet() bool { return !cn.broken.Load() && cn.probe.isQuiet() }

func (cn *conn) info() ConnInfo {
	return ConnInfo{
		Reused: cn.reused, Proto: "HTTP/1.1", TLS: cn.tlsState,
		Local: cn.raw.LocalAddr(), Remote: cn.raw.RemoteAddr(),
	}
}

// probe looks whether anything has arrived on a connection, without waiting.
type probe struct {
	raw   syscall.RawConn // nil where there is no way to look
	look  func(fd uintptr) bool
	quiet bool
}

func (p *probe) prepare(nc net.Conn) {
	sc, ok := nc.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return
	}
	p.raw = raw
	p.look = func(fd uintptr) bool {
		p.quiet = hasNothing(fd)
		return true
	}
}

func (p *probe) isQuiet() bool {
	if p.raw == nil {
		return true
	}
	p.quiet = false
	return p.raw.Read(p.look) == nil && p.quiet
}
