package script

import "github.com/corsage-go/corsage/agent/script/engine"

// callback is a function of script that an op calls later, once: something is
// pending until then.
type callback struct {
	realm    *Realm
	function engine.Value
	quiet    bool // the script may end without it
	done     bool
}

// callback keeps an argument that is a function.
func (r *Realm) callback(c *engine.Call, i int) *callback {
	r.thread.loop.Begin()
	k := r.quietCallback(c, i)
	k.quiet = false
	return k
}

// quietCallback keeps an argument that is a function, which the end of the script
// does not wait for.
func (r *Realm) quietCallback(c *engine.Call, i int) *callback {
	k := &callback{realm: r, function: c.Arg(i).Dup(), quiet: true}
	r.thread.waiting[k] = struct{}{}
	return k
}

// complete posts a task that calls the function. Any goroutine may call it, once.
func (k *callback) complete(args ...any) {
	k.realm.Post(func() { k.call(args...) })
}

// call calls the function now. Only the loop's goroutine may call it.
func (k *callback) call(args ...any) {
	if k.done {
		return
	}
	f := k.function.Dup()
	defer f.Free()
	k.drop()
	k.realm.call(f, args...)
}

// call calls a function of the prelude. What it throws is reported.
func (r *Realm) call(f engine.Value, args ...any) {
	if r.thread.stopped != nil || r.unloaded {
		return
	}
	v, err := f.Call(args...)
	if err != nil {
		r.report(err)
		return
	}
	v.Free()
}

// drop gives up a callback that will not be called. Only the loop's goroutine may
// call it.
func (k *callback) drop() {
	if k.done {
		return
	}
	k.done = true
	delete(k.realm.thread.waiting, k)
	k.function.Free()
	if !k.quiet {
		k.realm.thread.loop.End()
	}
}
