package script

import "github.com/corsage-go/corsage/agent/script/engine"

func (r *Realm) webidlOps() ops {
	return ops{"stack": r.opStack, "checkpoint": r.opCheckpoint}
}

// opStack gives the counter of running callbacks, which all realms of a thread
// share.
func (r *Realm) opStack(*engine.Call) (any, error) {
	t := r.thread
	if t.stack.IsNullish() {
		v, err := r.engine.NewValue(engine.Record{{Name: "depth", Value: 0}})
		if err != nil {
			return nil, err
		}
		t.stack = v
	}
	return t.stack, nil
}

// opCheckpoint is called after the outermost callback.
func (r *Realm) opCheckpoint(*engine.Call) (any, error) {
	r.thread.checkpoint()
	return engine.Undefined{}, nil
}
