package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"strings"
	"time"
)

// open opens a connection on a lease.
func (c *Client) open(ctx context.Context, h *host, t *Trace) (lease, error) {
	cn, h2, err := c.establish(ctx, h, t)
	if err != nil {
		c.notOpened(h)
		return lease{}, err
	}
	if c.opened(h, cn, h2) {
		return lease{host: h, conn: cn, h2: h2}, nil
	}
	if h2 != nil {
		h2.breakOff()
	} else {
		cn.breakOff()
	}
	return lease{}, closedError(h.key)
}

// establish resolves, connects and agrees on TLS, within one time limit.
func (c *Client) establish(ctx context.Context, h *host, t *Trace) (*conn, *h2conn, error) {
	ctx, cancel := context.WithTimeout(ctx, or(c.ConnectTimeout, DefaultConnectTimeout))
	defer cancel()
	ctx, quit := context.WithCancelCause(ctx)
	defer quit(nil)
	stop := context.AfterFunc(c.life(), func() { quit(ErrClosed) })
	defer stop()

	name, port := splitHost(h.key.host)
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[h.key.scheme]
	}
	raw, err := c.connect(ctx, name, port, t)
	if err != nil {
		return nil, nil, closedOr(ctx, err)
	}
	if h.key.scheme == "http" {
		return newConn(raw, raw, h, nil), nil, nil
	}
	cn, h2, err := c.secure(ctx, raw, name, h, t)
	if err != nil {
		_ = raw.Close() // the handshake's error says more
		return nil, nil, closedOr(ctx, err)
	}
	return cn, h2, nil
}

// closedOr says that the client was closed where that is why a context is done.
func closedOr(ctx context.Context, err error) error {
	e, ok := errors.AsType[*Error](err)
	if ok && context.Cause(ctx) == ErrClosed {
		return &Error{Kind: ClientClosed, Op: e.Op, Addr: e.Addr}
	}
	return err
}

// connect makes the connection below HTTP and TLS.
func (c *Client) connect(ctx context.Context, name, port string, t *Trace) (net.Conn, error) {
	addrs, err := c.addresses(ctx, name, t)
	if err != nil {
		return nil, err
	}
	if len(addrs) == 0 { // the name is for Dial to resolve
		return c.dialOne(ctx, net.JoinHostPort(name, port), t)
	}
	hosts := make([]string, len(addrs))
	for i, a := range addrs {
		hosts[i] = net.JoinHostPort(a.String(), port)
	}
	return c.dialAny(ctx, hosts, t)
}

// addresses resolves a name. There are none where that is left to Dial.
func (c *Client) addresses(ctx context.Context, name string, t *Trace) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(name); err == nil {
		return []netip.Addr{a}, nil
	}
	resolve := c.Resolve
	if resolve == nil {
		if c.Dial != nil {
			return nil, nil
		}
		resolve = resolveBySystem
	}
	addrs, err := resolve(ctx, name)
	if err == nil && len(addrs) == 0 {
		err = errors.New("the resolver knows no address")
	}
	t.resolved(name, addrs, err)
	if err != nil {
		if ctx.Err() != nil {
			return nil, interrupted(ctx, opResolve, name)
		}
		return nil, &Error{Kind: Resolve, Op: opResolve, Addr: name, Err: err}
	}
	return alternate(addrs), nil
}

// resolveBySystem asks the system, but not about localhost: what listens on this
// machine would otherwise be the name server's to choose.
//
// Standard: https://www.rfc-editor.org/rfc/rfc6761#section-6.3
func resolveBySystem(ctx context.Context, name string) ([]netip.Addr, error) {
	bare := strings.TrimSuffix(name, ".")
	if isNamed(bare, "localhost") || len(bare) > len(".localhost") && isNamed(bare[len(bare)-len(".localhost"):], ".localhost") {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}, nil
	}
	return net.DefaultResolver.LookupNetIP(ctx, "ip", name)
}

// maxAddrs bounds how many addresses of a name are tried.
const maxAddrs = 16

// alternate puts the two families in turn, beginning with that of the best, so
// that a network that lacks one of them costs one attempt.
//
// Standard: https://www.rfc-editor.org/rfc/rfc8305#section-4
func alternate(addrs []netip.Addr) []netip.Addr {
	var same, other []netip.Addr
	for _, a := range addrs[:min(len(addrs), maxAddrs)] {
		a = a.Unmap()
		if a.Is4() == addrs[0].Unmap().Is4() {
			same = append(same, a)
		} else {
			other = append(other, a)
		}
	}
	turns := make([]netip.Addr, 0, len(same)+len(other))
	for len(same) > 0 || len(other) > 0 {
		if len(same) > 0 {
			turns, same = append(turns, same[0]), same[1:]
		}
		if len(other) > 0 {
			turns, other = append(turns, other[0]), other[1:]
		}
	}
	return turns
}

// headStart is how long an address has for itself before the next is tried
// beside it.
//
// Standard: https://www.rfc-editor.org/rfc/rfc8305#section-5
const headStart = 250 * time.Millisecond

// dialAny returns the first connection that can be had to any of the addresses,
// tried in order.
func (c *Client) dialAny(ctx context.Context, addrs []string, t *Trace) (net.Conn, error) {
	if len(addrs) == 1 {
		return c.dialOne(ctx, addrs[0], t)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // the others give up
	results := make(chan dialed)
	var failed []error
	next := time.NewTimer(0)
	defer next.Stop()
	for running := 0; len(failed) < len(addrs); {
		select {
		case <-next.C:
			if tried := running + len(failed); tried < len(addrs) {
				go c.dialFor(ctx, addrs[tried], results)
				running++
				next.Reset(headStart)
			}
		case r := <-results:
			running--
			t.connected(r.addr, r.err)
			if r.err == nil {
				return r.nc, nil
			}
			failed = append(failed, r.err)
			next.Reset(0)
		case <-ctx.Done():
			return nil, interrupted(ctx, opConnect, addrs[0])
		}
	}
	return nil, connectError(ctx, addrs[0], errors.Join(failed...))
}

type dialed struct {
	addr string
	nc   net.Conn
	err  error
}

// dialFor is one attempt of several. A connection that is too late is closed.
func (c *Client) dialFor(ctx context.Context, addr string, results chan<- dialed) {
	nc, err := c.dial(ctx, addr)
	select {
	case results <- dialed{addr, nc, err}:
	case <-ctx.Done():
		if err == nil {
			_ = nc.Close() // nothing was said on it
		}
	}
}

func (c *Client) dialOne(ctx context.Context, addr string, t *Trace) (net.Conn, error) {
	nc, err := c.dial(ctx, addr)
	t.connected(addr, err)
	if err != nil {
		return nil, connectError(ctx, addr, err)
	}
	return nc, nil
}

func (c *Client) dial(ctx context.Context, addr string) (net.Conn, error) {
	if c.Dial != nil {
		return c.Dial(ctx, "tcp", addr)
	}
	return new(net.Dialer).DialContext(ctx, "tcp", addr)
}

func connectError(ctx context.Context, addr string, err error) error {
	kind := Connect
	if isRefused(err) {
		kind = Refused
	} else if _, ok := errors.AsType[*net.DNSError](err); ok {
		kind = Resolve // Dial was given the name
	}
	if ctx.Err() != nil {
		return interrupted(ctx, opConnect, addr)
	}
	return &Error{Kind: kind, Op: opConnect, Addr: addr, Err: err}
}

// secure agrees on TLS, and by it on the version of HTTP.
func (c *Client) secure(ctx context.Context, raw net.Conn, name string, h *host, t *Trace) (*conn, *h2conn, error) {
	nc := tls.Client(raw, c.tlsConfig(name))
	err := nc.HandshakeContext(ctx)
	state := nc.ConnectionState()
	t.handshaken(state, err)
	if err != nil {
		return nil, nil, handshakeError(ctx, h.key.host, err)
	}
	if state.NegotiatedProtocol != "h2" {
		return newConn(nc, raw, h, &state), nil, nil
	}
	h2, err := c.newHTTP2(ctx, nc, raw, h, &state)
	if err != nil {
		return nil, nil, &Error{Kind: HTTP2Failed, Op: opHandshake, Addr: h.key.host, Err: err}
	}
	return nil, h2, nil
}

func (c *Client) tlsConfig(name string) *tls.Config {
	config := c.TLS.Clone()
	if config == nil {
		config = new(tls.Config)
	}
	if config.ServerName == "" {
		config.ServerName = name
	}
	config.NextProtos = []string{"h2", "http/1.1"}
	if c.DisableHTTP2 {
		config.NextProtos = config.NextProtos[1:]
	}
	return config
}

// handshakeError tells a server that is not trusted from one that does not speak
// TLS, and both from one that went away.
func handshakeError(ctx context.Context, addr string, err error) error {
	e := explain(ctx, opHandshake, addr, err)
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok && ctx.Err() == nil {
		e.Kind = Certificate
	} else if e.Kind == ReadFailed {
		e.Kind = TLS
	}
	return e
}
