package wire

import (
	"context"
	"time"
)

// evict closes an idle connection.
func (c *Client) evict(h *host, i int) {
	cn := h.idle[i]
	c.pool.unlist(cn, i)
	c.pool.discard(cn)
}

// evictOldest closes the connection that has been idle for longest. It looks at
// every host, which is rare enough: it takes hundreds of connections.
func (c *Client) evictOldest() {
	var oldest *host
	for _, h := range c.pool.hosts {
		if len(h.idle) > 0 && (oldest == nil || h.idle[0].idleSince.Before(oldest.idle[0].idleSince)) {
			oldest = h
		}
	}
	c.evict(oldest, 0)
	c.serve(oldest)
}

func (c *Client) idleTimeout() time.Duration { return or(c.IdleTimeout, DefaultIdleTimeout) }

// sweepIdle closes what has been idle for too long, and comes again when that is
// true of the next.
func (c *Client) sweepIdle() {
	p := &c.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	next := c.idleTimeout()
	for _, h := range p.hosts {
		for len(h.idle) > 0 {
			left := c.idleTimeout() - now.Sub(h.idle[0].idleSince)
			if left > 0 {
				next = min(next, left)
				break
			}
			c.evict(h, 0)
		}
		c.serve(h)
	}
	if p.sweep = nil; p.idle > 0 && !p.closed {
		p.sweep = time.AfterFunc(next, c.sweepIdle)
	}
}

// CloseIdle closes the connections that no request uses.
func (c *Client) CloseIdle() {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	for _, h := range c.pool.hosts {
		for len(h.idle) > 0 {
			c.evict(h, 0)
		}
		if h.h2 != nil && h.h2.cc.InFlight() == 0 {
			h.h2.breakOff()
			h.leave(h.h2)
		}
		c.serve(h)
	}
}

// Close closes all connections, breaks off what is under way, and makes later
// requests fail. It returns before the last of them have failed.
func (c *Client) Close() {
	p := &c.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.closed = true
	if p.die != nil {
		p.die()
	}
	for b := range p.all {
		b.breakOff() // who uses it finds out, and gives it back
	}
	for key, h := range p.hosts {
		for _, w := range h.waiters {
			close(w.ready)
		}
		h.waiters, h.idle = nil, nil
		delete(p.hosts, key)
	}
	p.all = nil
	if p.idle = 0; p.sweep != nil {
		p.sweep.Stop()
	}
}

// life is a context that is done when the client is closed.
func (c *Client) life() context.Context {
	p := &c.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.life == nil {
		p.life, p.die = context.WithCancel(context.Background())
		if p.closed {
			p.die()
		}
	}
	return p.life
}
