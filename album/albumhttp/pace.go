package albumhttp

import "time"

// pace tells when the other end of a connection has become too slow: when within
// a window of waiting for it, it has not moved its quota of bytes. Time that the
// service itself takes does not count.
type pace struct {
	window time.Duration // how long to wait ...
	quota  int64         // ... for this many bytes
	waited time.Duration // in this window
	moved  int64         // in this window
}

func (l Limits) pace() pace {
	return pace{window: l.BodyWindow, quota: max(1, int64(float64(l.BodyRate)*l.BodyWindow.Seconds()))}
}

// deadline is for a wait that begins now.
func (p *pace) deadline(now time.Time) time.Time { return now.Add(p.window - p.waited) }

// note takes down what a wait has brought. The window begins anew with each
// quota.
func (p *pace) note(took time.Duration, n int64) {
	p.waited += took
	if p.moved += n; p.moved >= p.quota {
		p.moved, p.waited = 0, 0
	}
}
