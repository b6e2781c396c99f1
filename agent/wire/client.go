package wire

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// What a Client does where its field is zero. As Chromium, except for what
// Chromium does not limit.
const (
	DefaultMaxConnsPerHost = 6
	DefaultMaxIdleConns    = 256
	DefaultIdleTimeout     = 5 * time.Minute
	DefaultConnectTimeout  = 2 * time.Minute
	DefaultMaxHeadBytes    = 256 << 10
	DefaultMaxFields       = 10_000
)

// maxInformational is how many answers of 100 to 199 may precede the real one.
const maxInformational = 100

// Client sends requests and keeps connections. Its zero value is ready. It is
// safe for concurrent use; its fields must not be changed after the first
// request. Close it to leave nothing behind.
type Client struct {
	// Dial opens a connection; nil means a net.Dialer. addr is an address and a
	// port, or a name and a port if Resolve is nil.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	// Resolve finds the addresses of a name, best first. nil means the system's
	// resolver, except that localhost and names below it are this machine.
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)

	// TLS is what connections of https start from; nil means the defaults of
	// crypto/tls. The server's name, unless set, and the protocols are filled in.
	TLS *tls.Config

	// DisableHTTP2 keeps https to HTTP/1.1. HTTP/2 is carried by net/http, which
	// does not keep the order of fields and refuses control bytes in values.
	DisableHTTP2 bool

	// KeepRepeats leaves several Location or Content-Disposition that differ to
	// the caller. By default they are errors, as in Chromium.
	KeepRepeats bool

	MaxConnsPerHost int           // connections for a scheme, host and partition; further requests wait in order
	MaxIdleConns    int           // connections kept for later, in all
	IdleTimeout     time.Duration // how long they are kept
	ConnectTimeout  time.Duration // for resolving, connecting and the TLS handshake together
	MaxHeadBytes    int           // of an answer, and again of a trailer
	MaxFields       int           // of an answer

	pool    pool
	h2Once  sync.Once
	h2Maker *http.Transport
}

// or returns a setting, or its default where it is not set.
func or[T int | time.Duration](set, standard T) T {
	if set > 0 {
		return set
	}
	return standard
}

func (c *Client) headLimits() headLimits {
	return headLimits{bytes: or(c.MaxHeadBytes, DefaultMaxHeadBytes), fields: or(c.MaxFields, DefaultMaxFields)}
}

// RoundTrip sends a request and returns when the head of the answer has arrived
// and the request has been sent. An answer that comes before that ends the
// sending if it is of status 300 or more; the rest of the body is not wanted
// then. Otherwise the answer waits, as the Fetch standard has it.
//
// The context covers the exchange to the end of the response's body: when it is
// done, the connection is broken off at once.
//
// The error is an *Error. Of what is the server's to decide nothing is: any
// status is an answer.
func (c *Client) RoundTrip(ctx context.Context, r *Request) (*Response, error) {
	body := r.Body
	defer func() { closeBody(body) }()
	o, err := r.outline()
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, interrupted(ctx, opWait, r.Host)
	}
	resp, f, err := c.attempt(ctx, r, o, body, false)
	if !f.stale || body != nil && r.Rewind == nil {
		return resp, err
	}
	r.Trace.resending(err)
	closeBody(body)
	if body, err = rewind(ctx, r, body, f.settle); err != nil {
		return nil, err
	}
	resp, _, err = c.attempt(ctx, r, o, body, true)
	return resp, err
}

// fate is what is to be known of an attempt that failed.
type fate struct {
	// stale says that the connection had been idle and turned out to be closed,
	// so that the request may be sent again.
	stale bool

	// settle waits until the body is not being read any more; nil if it was not
	// read by another goroutine.
	settle func(context.Context)
}

// attempt sends the request once; fresh asks for a connection that was not used
// before.
func (c *Client) attempt(ctx context.Context, r *Request, o outline, body io.Reader, fresh bool) (*Response, fate, error) {
	l, err := c.connection(ctx, r, fresh)
	if err != nil {
		return nil, fate{}, err
	}
	if l.h2 != nil {
		return c.exchangeHTTP2(ctx, l.h2, r, body)
	}
	return c.exchange(ctx, l.conn, r, o, body)
}

// rewind returns the body for another attempt, when nobody reads the one of the
// first any more: they may share their source.
func rewind(ctx context.Context, r *Request, first io.Reader, settle func(context.Context)) (io.Reader, error) {
	if first == nil {
		return nil, nil
	}
	if settle != nil {
		settle(ctx)
	}
	if ctx.Err() != nil {
		return nil, interrupted(ctx, opRewind, r.Host)
	}
	body, err := r.Rewind()
	if err != nil {
		return nil, &Error{Kind: BodyFailed, Op: opRewind, Addr: r.Host, Err: err}
	}
	return body, nil
}

// connection finds or opens a connection for a request.
func (c *Client) connection(ctx context.Context, r *Request, fresh bool) (lease, error) {
	key := hostKey{scheme: r.Scheme, host: r.Host, partition: r.Partition}
	for {
		l, err := c.acquire(ctx, key, fresh)
		switch {
		case err != nil:
			return lease{}, err
		case l.h2 != nil:
			return l, nil
		case l.conn == nil:
			return c.open(ctx, l.host, r.Trace)
		case l.conn.isQuiet():
			return l, nil
		}
		c.drop(l.conn)
	}
}

func canClose(body io.Reader) bool {
	_, ok := body.(io.Closer)
	return ok
}

func closeBody(body io.Reader) {
	if closer, ok := body.(io.Closer); ok {
		_ = closer.Close() // it was read as far as it was wanted
	}
}
