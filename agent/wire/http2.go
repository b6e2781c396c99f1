package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
)

// h2conn is a connection that speaks HTTP/2, with any number of requests at a
// time. net/http does the speaking.
type h2conn struct {
	cc       *http.ClientConn
	raw      net.Conn
	host     *host
	addr     string
	tlsState *tls.ConnectionState
	used     atomic.Bool // a request went over it
	broken   atomic.Bool // broken off by this end
}

// newHTTP2 makes a connection of HTTP/2 of one that has agreed on it.
func (c *Client) newHTTP2(ctx context.Context, nc *tls.Conn, raw net.Conn, h *host, state *tls.ConnectionState) (*h2conn, error) {
	c.h2Once.Do(c.makeHTTP2)
	cc, err := c.h2Maker.NewClientConn(context.WithValue(ctx, handOver{}, nc), "https", "handed.over.invalid:443")
	if err != nil {
		return nil, err
	}
	h2 := &h2conn{cc: cc, raw: raw, host: h, addr: raw.RemoteAddr().String(), tlsState: state}
	cc.SetStateHook(func(*http.ClientConn) {
		if cc.Err() != nil {
			// Not in this goroutine: it may hold the lock that this takes.
			go c.dropHTTP2(h2)
		}
	})
	return h2, nil
}

// handOver is the context key of the connection that h2Maker is to use.
type handOver struct{}

func (c *Client) makeHTTP2() {
	var protocols http.Protocols
	protocols.SetHTTP2(true)
	c.h2Maker = &http.Transport{
		DialTLSContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return ctx.Value(handOver{}).(*tls.Conn), nil
		},
		Protocols:              &protocols,
		DisableCompression:     true,
		IdleConnTimeout:        c.idleTimeout(),
		MaxResponseHeaderBytes: int64(c.headLimits().bytes),
	}
}

// isGone reports whether the connection takes no more requests: it is closed, or
// was asked to close and has nothing left to do.
func (h2 *h2conn) isGone() bool {
	return h2.cc.Err() != nil || h2.cc.InFlight() == 0 && h2.cc.Available() == 0
}

func (h2 *h2conn) breakOff() {
	h2.broken.Store(true)
	_ = h2.raw.Close() // there is nothing left to lose
	_ = h2.cc.Close()
}

func (h2 *h2conn) info(reused bool) ConnInfo {
	return ConnInfo{
		Reused: reused, Proto: "HTTP/2.0", TLS: h2.tlsState,
		Local: h2.raw.LocalAddr(), Remote: h2.raw.RemoteAddr(),
	}
}

// exchangeHTTP2 carries a request out on a connection that others may use too.
func (c *Client) exchangeHTTP2(ctx context.Context, h2 *h2conn, r *Request, body io.Reader) (*Response, fate, error) {
	reused := h2.used.Swap(true)
	if r.Trace != nil && r.Trace.GotConn != nil {
		r.Trace.GotConn(h2.info(reused))
	}
	req, sending, err := newHTTP2Request(ctx, r, body)
	if err != nil {
		return nil, fate{}, err
	}
	resp, err := h2.cc.RoundTrip(req)
	if err == nil {
		err = sending.await(ctx, resp)
	}
	sending.stop(ctx)
	if err != nil {
		e := sending.explain(ctx, h2, err)
		return nil, fate{stale: c.isStale(h2, reused, e), settle: sending.settle}, e
	}
	answer, err := c.http2Response(ctx, h2, r, resp)
	if err != nil {
		_ = resp.Body.Close() // it is not wanted
		return nil, fate{}, explain(ctx, opReadHead, h2.addr, err)
	}
	return answer, fate{}, nil
}

// streamError has the shape of net/http's error for a single request, which
// errors.As fills in by the names of its fields.
type streamError struct {
	StreamID uint32
	Code     uint32
	Cause    error
}

func (e streamError) Error() string { return "HTTP/2 stream error" }

// refusedStream says that the server has not looked at a request.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9113#name-error-codes
const refusedStream = 7

// isStale decides whether a request that failed may be sent again: the server
// has not looked at it, or the connection was of use before and is not any more.
// In the second case nobody else must be led to it either.
func (c *Client) isStale(h2 *h2conn, reused bool, e *Error) bool {
	switch e.Kind {
	case Canceled, Timeout, ClientClosed, BodyFailed, HeadTooLarge:
		return false
	}
	if s, ok := errors.AsType[streamError](e.Err); ok {
		return s.Code == refusedStream
	}
	if h2.cc.Err() == nil && h2.cc.Available() > 0 {
		return false
	}
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	h2.host.leave(h2)
	c.serve(h2.host)
	return reused
}

// classifyHTTP2 finds the kind of an error of net/http. Where it has no value or
// type to go by there is only its text.
func classifyHTTP2(op string, err error) Kind {
	text := err.Error()
	switch kind := classify(op, err); {
	case strings.Contains(text, "header list larger"):
		return HeadTooLarge
	case strings.Contains(text, "force closed via ClientConn.Close"):
		return ClientClosed
	case kind == WriteFailed, kind == ReadFailed:
		return HTTP2Failed
	default:
		return kind
	}
}
