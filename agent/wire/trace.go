package wire

import (
	"crypto/tls"
	"net"
	"net/netip"
)

// Trace has hooks that are called as a request goes its way. Each may be nil.
// They are called one at a time, and never after RoundTrip has returned; they
// must not block for long, since the request waits.
type Trace struct {
	Resolved   func(host string, addrs []netip.Addr, err error) // the name was looked up
	Connected  func(addr string, err error)                     // a connection was made, or failed
	Handshaken func(state tls.ConnectionState, err error)       // TLS was agreed, or failed
	GotConn    func(ConnInfo)                                   // the request has a connection

	WroteHead func()        // the head has been sent
	WroteBody func(n int64) // n more bytes of the body have been handed to the kernel

	FirstByte     func()                           // the first byte of an answer has arrived
	Informational func(status int, fields []Field) // an answer of 100 to 199, before the real one
	Resending     func(err error)                  // the request is sent again from its start
}

// ConnInfo is what a request travels on.
type ConnInfo struct {
	Reused        bool   // other requests went over it before
	Proto         string // "HTTP/1.1" or "HTTP/2.0"
	Local, Remote net.Addr
	TLS           *tls.ConnectionState // nil without TLS; not to be changed
}

func (t *Trace) resolved(host string, addrs []netip.Addr, err error) {
	if t != nil && t.Resolved != nil {
		t.Resolved(host, addrs, err)
	}
}

func (t *Trace) connected(addr string, err error) {
	if t != nil && t.Connected != nil {
		t.Connected(addr, err)
	}
}

func (t *Trace) handshaken(state tls.ConnectionState, err error) {
	if t != nil && t.Handshaken != nil {
		t.Handshaken(state, err)
	}
}

func (t *Trace) wroteHead() {
	if t != nil && t.WroteHead != nil {
		t.WroteHead()
	}
}

func (t *Trace) wroteBody(n int64) {
	if t != nil && t.WroteBody != nil && n > 0 {
		t.WroteBody(n)
	}
}

func (t *Trace) firstByte() {
	if t != nil && t.FirstByte != nil {
		t.FirstByte()
	}
}

func (t *Trace) informational(status int, fields []Field) {
	if t != nil && t.Informational != nil {
		t.Informational(status, fields)
	}
}

func (t *Trace) resending(err error) {
	if t != nil && t.Resending != nil {
		t.Resending(err)
	}
}
