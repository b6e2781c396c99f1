package wire

// Waiting is how many requests wait for a connection.
func Waiting(c *Client) (n int) {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	for _, h := range c.pool.hosts {
		n += len(h.waiters)
	}
	return n
}

// HTTP2Gone reports whether every connection of HTTP/2 takes no more requests.
func HTTP2Gone(c *Client) bool {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	for _, h := range c.pool.hosts {
		if h.h2 != nil && !h.h2.isGone() {
			return false
		}
	}
	return true
}
