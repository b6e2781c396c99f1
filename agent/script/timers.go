package script

import (
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

func (r *Realm) timerOps() ops { return ops{"after": r.opAfter, "cancel": r.opCancel} }

// opAfter calls a function when some milliseconds have passed, and returns what
// cancels it.
func (r *Realm) opAfter(c *engine.Call) (any, error) {
	k := r.callback(c, 1)
	stop := r.thread.loop.After(time.Duration(c.Int(0))*time.Millisecond, func() { k.call() })
	return engine.Handle{Go: &pendingTimer{k, stop}}, nil
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
