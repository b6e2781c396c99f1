package wire_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corsage-go/corsage/agent/wire"
)

// The frames of HTTP/2 that the servers here write.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9113#name-frame-definitions
const (
	frameHeaders  = 1
	frameReset    = 3
	frameSettings = 4
	frameGoAway   = 7

	flagEnd = 0x5 // END_STREAM and END_HEADERS

	refusedStream = 7
	internalError = 2
)

// http2Peer is the server's end of a connection of HTTP/2, written frame by
// frame.
type http2Peer struct{ *peer }

// stream waits for the next request and returns its stream; 0 if the client goes
// away instead.
func (p *http2Peer) stream() uint32 {
	var head [9]byte
	for {
		if _, err := io.ReadFull(p.in, head[:]); err != nil {
			return 0
		}
		length := int64(head[0])<<16 | int64(head[1])<<8 | int64(head[2])
		if _, err := io.CopyN(io.Discard, p.in, length); err != nil {
			return 0
		}
		if head[3] == frameHeaders {
			return binary.BigEndian.Uint32(head[5:])
		}
	}
}

func (p *http2Peer) frame(kind, flags byte, stream uint32, payload ...byte) {
	head := binary.BigEndian.AppendUint32([]byte{0, 0, byte(len(payload)), kind, flags}, stream)
	_, _ = p.Write(append(head, payload...))
}

// status200 is ":status: 200" in the static table of HPACK.
const status200 = 0x88

func (p *http2Peer) ok(stream uint32) { p.frame(frameHeaders, flagEnd, stream, status200) }

func (p *http2Peer) refuse(stream uint32, code byte) {
	p.frame(frameReset, 0, stream, 0, 0, 0, code)
}

func (p *http2Peer) goAway(last byte) {
	p.frame(frameGoAway, 0, 0, 0, 0, 0, last, 0, 0, 0, 0)
}

// startHTTP2 starts a server of raw HTTP/2, and returns a client that trusts it.
func startHTTP2(t *testing.T, scripts ...func(*http2Peer)) (*wire.Client, *wire.Request) {
	t.Helper()
	certified := httptest.NewUnstartedServer(nil)
	certified.EnableHTTP2 = true
	certified.StartTLS()
	certified.Close() // only its certificate is wanted
	plain := make([]script, len(scripts))
	for i, do := range scripts {
		plain[i] = func(p *peer) {
			secure := tls.Server(p.Conn, certified.TLS)
			defer secure.Close()
			p = &peer{Conn: secure, in: bufio.NewReader(secure)}
			p.body(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
			h2 := &http2Peer{p}
			h2.frame(frameSettings, 0, 0)
			do(h2)
		}
	}
	r := get(startServer(t, plain...))
	r.Scheme = "https"
	c := newClient(t)
	c.TLS = certified.Client().Transport.(*http.Transport).TLSClientConfig
	return c, r
}

// A request that the server says it has not looked at is sent again, on the same
// connection, and once.
func TestHTTP2Refused(t *testing.T) {
	c, r := startHTTP2(t, func(p *http2Peer) {
		p.refuse(p.stream(), refusedStream)
		p.ok(p.stream())
		p.refuse(p.stream(), refusedStream)
		p.refuse(p.stream(), refusedStream)
		p.refuse(p.stream(), internalError)
		p.waitClosed()
	})
	wantBody(t, c, r, "")
	for range 2 {
		_, _, err := do(t.Context(), c, r)
		wantKind(t, err, wire.HTTP2Failed)
	}
}

// A server that closes a connection in good order names the requests that it
// has not seen; they go over another.
func TestHTTP2GoAway(t *testing.T) {
	c, r := startHTTP2(t,
		func(p *http2Peer) {
			p.ok(p.stream())
			p.stream()
			p.goAway(1)
			p.waitClosed()
		},
		func(p *http2Peer) {
			p.ok(p.stream())
			p.goAway(1) // while nothing is under way
			p.waitClosed()
		},
		func(p *http2Peer) {
			p.ok(p.stream())
			p.waitClosed()
		},
	)
	wantBody(t, c, r, "")
	wantBody(t, c, r, "")
	waitFor(t, func() bool { return wire.HTTP2Gone(c) })
	wantBody(t, c, r, "")
}

// A new connection that leads nowhere is not tried again.
func TestHTTP2NewIsNotStale(t *testing.T) {
	c, r := startHTTP2(t, func(p *http2Peer) { p.stream() })
	_, _, err := do(t.Context(), c, r)
	wantKind(t, err, wire.Closed)
}

// Informational answers without end are an error over HTTP/2 as well.
func TestHTTP2InformationalWithoutEnd(t *testing.T) {
	status103 := []byte("\x08\x03103") // literal, named by the table's :status
	c, r := startHTTP2(t, func(p *http2Peer) {
		stream := p.stream()
		for range 200 {
			p.frame(frameHeaders, flagEnd&^1, stream, status103...)
		}
		p.waitClosed()
	})
	seen := 0
	r.Trace = &wire.Trace{Informational: func(int, []wire.Field) { seen++ }}
	_, _, err := do(t.Context(), c, r)
	if wantKind(t, err, wire.HTTP2Failed); seen != 100 {
		t.Errorf("%d were reported", seen)
	}
}

// A server that cannot agree on a protocol is no server for us.
func TestHTTP2NotAgreed(t *testing.T) {
	c, r := startHTTP2(t)
	c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			config := c.TLS.Clone()
			config.Certificates = []tls.Certificate{{}}
			_ = tls.Server(server, config).Handshake()
			server.Close()
		}()
		return client, nil
	}
	_, _, err := do(t.Context(), c, r)
	wantKind(t, err, wire.TLS)
}
