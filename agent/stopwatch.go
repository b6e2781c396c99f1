package agent

import (
	"time"

	"github.com/corsage-go/corsage/cors/trace"
)

// stopwatch holds when the parts of an exchange were over; zero for those that
// did not happen.
type stopwatch struct {
	started, resolved, connected, handshaken, got, wrote, first, head, end time.Time
}

// timings are the parts' durations, as far as they have come.
func (c *stopwatch) timings() trace.Timings {
	t := trace.NoTimings
	at := c.started
	step := func(d *time.Duration, until time.Time) {
		if !until.IsZero() {
			*d, at = max(until.Sub(at), 0), until
		}
	}
	if c.resolved.IsZero() && c.connected.IsZero() { // a connection that was there, or none
		step(&t.Blocked, c.got)
	} else {
		step(&t.DNS, c.resolved)
		step(&t.Connect, c.connected)
		step(&t.TLS, c.handshaken)
		if !c.got.IsZero() {
			t.Blocked = max(c.got.Sub(at), 0) // in line for it
			at = c.got
		}
	}
	// Without a connection, as with handlers, all of the time is waiting.
	step(&t.Send, c.wrote)
	if c.first.IsZero() {
		step(&t.Wait, c.head)
	} else {
		step(&t.Wait, c.first)
	}
	step(&t.Receive, c.end)
	return t
}
