package agent

import (
	"testing"
	"time"

	"github.com/corsage-go/corsage/cors/trace"
)

// The parts of an exchange add up to the whole, whichever of them have happened.
func TestStopwatch(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	for _, test := range []struct {
		why   string
		watch stopwatch
		want  trace.Timings
	}{
		{"nothing yet", stopwatch{started: start}, trace.NoTimings},
		{
			"a new connection",
			stopwatch{started: start, resolved: at(3), connected: at(8), handshaken: at(18), got: at(19), wrote: at(20), first: at(40), head: at(41), end: at(50)},
			trace.Timings{Blocked: ms(1), DNS: ms(3), Connect: ms(5), TLS: ms(10), Send: ms(1), Wait: ms(20), Receive: ms(10)},
		},
		{
			"without a name and without TLS",
			stopwatch{started: start, connected: at(8), got: at(8), wrote: at(9), first: at(20), head: at(20)},
			trace.Timings{Blocked: 0, DNS: -1, Connect: ms(8), TLS: -1, Send: ms(1), Wait: ms(11), Receive: -1},
		},
		{
			"a connection that was there",
			stopwatch{started: start, got: at(2), wrote: at(3), first: at(10), head: at(10), end: at(12)},
			trace.Timings{Blocked: ms(2), DNS: -1, Connect: -1, TLS: -1, Send: ms(1), Wait: ms(7), Receive: ms(2)},
		},
		{
			"a handler, without a connection",
			stopwatch{started: start, head: at(4), end: at(5)},
			trace.Timings{Blocked: -1, DNS: -1, Connect: -1, TLS: -1, Send: -1, Wait: ms(4), Receive: ms(1)},
		},
		{
			"a name that took long, and no connection yet",
			stopwatch{started: start, resolved: at(5)},
			trace.Timings{Blocked: -1, DNS: ms(5), Connect: -1, TLS: -1, Send: -1, Wait: -1, Receive: -1},
		},
	} {
		if got := test.watch.timings(); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.why, got, test.want)
		}
	}
}
