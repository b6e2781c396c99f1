package script

import (
	"math"
	"time"

	"github.com/corsage-go/corsage/agent/script/engine"
)

func (r *Realm) clockOps() ops { return ops{"now": r.opNow} }

// opNow is the time in milliseconds since the realm began.
//
// Standard: https://w3c.github.io/hr-time/#dfn-current-high-resolution-time
func (r *Realm) opNow(*engine.Call) (any, error) {
	const coarse = 100 * time.Microsecond // what browsers show, lest it tell too much
	d := r.thread.loop.Now().Sub(r.began).Truncate(coarse)
	return float64(d.Microseconds()) / 1000, nil
}

func (r *Realm) timerOps() ops {
	return ops{"after": r.opAfter, "afterQuietly": r.opAfterQuietly, "cancel": r.opCancel}
}

// opAfter calls a function when some milliseconds have passed, and returns what
// cancels it.
func (r *Realm) opAfter(c *engine.Call) (any, error) {
	k := r.callback(c, 1)
	stop := r.thread.loop.After(milliseconds(c.Int(0)), func() { k.call() })
	return engine.Handle{Go: &pendingTimer{k, stop}}, nil
}

// opAfterQuietly is opAfter for what nobody waits for: the script is over although
// its time has not come.
func (r *Realm) opAfterQuietly(c *engine.Call) (any, error) {
	k := r.quietCallback(c, 1)
	r.thread.loop.afterQuietly(milliseconds(c.Int(0)), func() { k.call() })
	return engine.Undefined{}, nil
}

// milliseconds is a time that script has given.
func milliseconds(n int64) time.Duration {
	const most = math.MaxInt64 / int64(time.Millisecond)
	return time.Duration(min(n, most)) * time.Millisecond
}

// pendingTimer is a timer that script can cancel.
type pendingTimer struct {
	callback *callback
	stop     func()
}

func (r *Realm) opCancel(c *engine.Call) (any, error) {
	if t, ok := c.Go(0).(*pendingTimer); ok && !t.callback.done {
		t.stop()
		t.callback.drop()
	}
	return engine.Undefined{}, nil
}
