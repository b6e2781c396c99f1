package wire

import (
	"context"
	"slices"
	"sync"
	"time"
)

// pool is the connections of a Client. Its methods are the Client's, since they
// need its settings.
type pool struct {
	mu     sync.Mutex
	hosts  map[hostKey]*host
	all    map[breaker]struct{} // every open connection, for Close
	idle   int                  // how many no request uses, not counting HTTP/2
	sweep  *time.Timer          // closes what was idle for too long; set while there is any
	closed bool
	life   context.Context // done when the client is closed; made when first needed
	die    context.CancelFunc
}

// breaker is a connection in so far as it can be broken off.
type breaker interface{ breakOff() }

// hostKey is what connections are for.
type hostKey struct{ scheme, host, partition string }

// host is the connections for one key, and who waits for one.
//
// Nobody waits while there is something to be had: whatever changes calls serve.
type host struct {
	key     hostKey
	open    int     // connections that are open or being opened
	opening int     // of these, how many are being opened
	idle    []*conn // the one used last is last
	waiters []*waiter
	h2      *h2conn
	http1   bool // the last TLS handshake agreed on HTTP/1.1
}

// lease is the right to use a connection, or, if it has none, to open one.
type lease struct {
	host *host
	conn *conn
	h2   *h2conn
}

type waiter struct {
	fresh bool
	ready chan lease // one lease, or closed because the client is
}

// acquire waits for a connection, or the right to open one.
func (c *Client) acquire(ctx context.Context, key hostKey, fresh bool) (lease, error) {
	p := &c.pool
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return lease{}, closedError(key)
	}
	h := p.host(key)
	if l, ok := c.take(h, fresh); ok {
		p.mu.Unlock()
		return l, nil
	}
	w := &waiter{fresh: fresh, ready: make(chan lease, 1)}
	h.waiters = append(h.waiters, w)
	p.mu.Unlock()
	select {
	case l, ok := <-w.ready:
		if !ok {
			return lease{}, closedError(key)
		}
		return l, nil
	case <-ctx.Done():
		c.withdraw(h, w)
		return lease{}, interrupted(ctx, opWait, key.host)
	}
}

func closedError(key hostKey) error { return &Error{Kind: ClientClosed, Op: opWait, Addr: key.host} }

func (p *pool) host(key hostKey) *host {
	h := p.hosts[key]
	if h == nil {
		h = &host{key: key}
		if p.hosts == nil {
			p.hosts = map[hostKey]*host{}
		}
		p.hosts[key] = h
	}
	return h
}

// take finds something for one request. The connection used last is the one
// most likely to be open still.
func (c *Client) take(h *host, fresh bool) (lease, bool) {
	if h.h2 != nil && h.h2.isGone() {
		h.leave(h.h2)
	}
	last := len(h.idle) - 1
	switch {
	case h.h2 != nil:
		return lease{host: h, h2: h.h2}, true
	case last >= 0 && !fresh:
		cn := h.idle[last]
		c.pool.unlist(cn, last)
		return lease{host: h, conn: cn}, true
	case last >= 0 && !c.mayOpen(h):
		c.evict(h, 0)
	}
	if !c.mayOpen(h) {
		return lease{}, false
	}
	h.open++
	h.opening++
	return lease{host: h}, true
}

// mayOpen reports whether one more connection may be opened. Where it may turn
// out to speak HTTP/2, and one will do for all, only one is opened at a time.
func (c *Client) mayOpen(h *host) bool {
	if h.key.scheme == "https" && !c.DisableHTTP2 && !h.http1 && h.opening > 0 {
		return false
	}
	return h.open < or(c.MaxConnsPerHost, DefaultMaxConnsPerHost)
}

// serve gives what can be had to those who wait, in order, and forgets a host of
// which nothing is left.
func (c *Client) serve(h *host) {
	for len(h.waiters) > 0 {
		w := h.waiters[0]
		l, ok := c.take(h, w.fresh)
		if !ok {
			return
		}
		h.waiters = h.waiters[1:]
		w.ready <- l
	}
	h.waiters = nil
	if h.open == 0 && c.pool.hosts[h.key] == h { // it may have a successor already
		delete(c.pool.hosts, h.key)
	}
}

// withdraw stops waiting. What was given in the meantime goes to the next.
func (c *Client) withdraw(h *host, w *waiter) {
	c.pool.mu.Lock()
	if i := slices.Index(h.waiters, w); i >= 0 {
		h.waiters = slices.Delete(h.waiters, i, i+1)
		c.serve(h)
	}
	c.pool.mu.Unlock()
	select {
	case l, ok := <-w.ready:
		switch {
		case !ok || l.h2 != nil:
		case l.conn != nil:
			c.put(l.conn)
		default:
			c.notOpened(h)
		}
	default: // it will get nothing any more
	}
}

// opened takes in a connection that was opened on a lease, and reports whether
// the client still wants it. One that speaks HTTP/2 serves all who wait.
func (c *Client) opened(h *host, cn *conn, h2 *h2conn) bool {
	p := &c.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	h.opening--
	h.http1 = h2 == nil
	switch {
	case p.closed:
		h.open--
		return false
	case h2 != nil:
		h.h2 = h2
		p.enter(h2)
	default:
		p.enter(cn)
	}
	c.serve(h)
	return true
}

func (p *pool) enter(b breaker) {
	if p.all == nil {
		p.all = map[breaker]struct{}{}
	}
	p.all[b] = struct{}{}
}

// notOpened gives a lease back.
func (c *Client) notOpened(h *host) {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	h.opening--
	h.open--
	c.serve(h)
}

// put gives back a connection that can be used again.
func (c *Client) put(cn *conn) {
	p := &c.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		p.discard(cn)
		return
	}
	cn.reused = true
	cn.idleSince = time.Now()
	cn.host.idle = append(cn.host.idle, cn)
	p.idle++
	if len(cn.host.waiters) > 0 {
		c.serve(cn.host)
	}
	if p.idle > or(c.MaxIdleConns, DefaultMaxIdleConns) {
		c.evictOldest()
	}
	if p.sweep == nil && p.idle > 0 {
		p.sweep = time.AfterFunc(c.idleTimeout(), c.sweepIdle)
	}
}

// drop gives back a connection that cannot.
func (c *Client) drop(cn *conn) {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	c.pool.discard(cn)
	c.serve(cn.host)
}

// discard closes a connection that is not listed as idle.
func (p *pool) discard(cn *conn) {
	cn.breakOff()
	delete(p.all, cn)
	cn.host.open--
}

// unlist takes a connection off the idle ones of its host.
func (p *pool) unlist(cn *conn, i int) {
	cn.host.idle = slices.Delete(cn.host.idle, i, i+1)
	p.idle--
}

// dropHTTP2 takes note that a connection of HTTP/2 is closed.
func (c *Client) dropHTTP2(h2 *h2conn) {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	delete(c.pool.all, h2)
	h2.host.leave(h2)
	c.serve(h2.host)
}

// leave makes a host forget a connection of HTTP/2, which goes on with the
// requests that it has.
func (h *host) leave(gone *h2conn) {
	if h.h2 == gone {
		h.h2 = nil
		h.open--
	}
}
