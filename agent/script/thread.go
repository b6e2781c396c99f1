package script

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/xhr"
)

// Limits bounds what scripts can use up. Zero stands for the default of each.
type Limits struct {
	Memory int64 // bytes of JavaScript's heap; engine.DefaultMemory
	Depth  int   // how many calls may be nested, roughly; a few thousand
	Blobs  int64 // bytes of Blobs in memory, which are not in that heap; DefaultBlobs

	// Task is how long one task may run without coming back to the event loop.
	// DefaultTask.
	Task time.Duration
}

// DefaultTask is how long a task may run, unless Limits says otherwise.
const DefaultTask = time.Minute

// ErrTooLong is behind the error of a script that did not come back to the event
// loop in time.
var ErrTooLong = errors.New("the script did not come back to the event loop in time; give it longer (Limits.Task, --timeout) if it needs that")

// ErrClosed is what comes of running scripts in a Realm that was closed.
var ErrClosed = errors.New("the realm is closed")

// Thread is a heap with its realms, and the event loop that they share.
//
// Standard: https://html.spec.whatwg.org/#similar-origin-window-agent
type Thread struct {
	runtime *engine.Runtime
	loop    loop
	blobs   ledger
	realms  []*Realm
	top     *Realm // the window that the page shows, if it is not the first
	limit   time.Duration
	stack   engine.Value // {depth}: how many callbacks are running; see webidl.js

	ctx      context.Context // of the run that is going on; nil between runs
	scripts  int             // those that Go has started and that are running
	draining bool            // jobs of promises
	rejected []rejection
	notified []engine.Value // rejected promises of which script has been told
	watchdog *time.Timer
	expired  chan struct{} // closed by the watchdog
	stopped  error         // why no script runs any more
	closed   bool          // the engine is gone
	tasks    int           // those that run, one inside the other
	cut      bool          // a script was stopped before its end
	waiting  map[*callback]struct{}
}

// rejection is a promise that was rejected and that nobody handles so far.
type rejection struct {
	realm           *Realm
	promise, reason engine.Value
}

// newThread starts an engine with an event loop on a clock.
func newThread(clock xhr.Clock, l Limits) (*Thread, error) {
	runtime, err := engine.New(engine.Limits{Memory: l.Memory, Depth: l.Depth})
	if err != nil {
		return nil, err
	}
	t := &Thread{runtime: runtime, limit: l.Task, waiting: map[*callback]struct{}{}}
	if t.limit <= 0 {
		t.limit = DefaultTask
	}
	t.blobs.limit = l.Blobs
	if t.blobs.limit <= 0 {
		t.blobs.limit = DefaultBlobs
	}
	t.loop.Clock = clock
	t.loop.frame = t.runTask
	runtime.OnRejection(t.onRejection)
	runtime.SetModules(moduleLoader{})
	return t, nil
}

// close gives back the engine's memory. Nothing runs any more.
func (t *Thread) close() {
	if t.closed {
		return
	}
	t.closed, t.stopped = true, ErrClosed
	for _, r := range t.realms {
		r.release()
	}
	for k := range t.waiting {
		k.drop()
	}
	for _, r := range t.rejected {
		r.free()
	}
	for _, p := range t.notified {
		p.Free()
	}
	t.stack.Free()
	t.runtime.Close()
}

// run runs tasks until done says so, nothing is pending, or the context ends.
func (t *Thread) run(ctx context.Context, done func() bool) error {
	release := t.guard(ctx)
	defer release()
	err := t.loop.RunUntil(ctx, done)
	if err == nil && t.cut {
		err = context.Cause(ctx)
	}
	t.cut = false
	if t.stopped != nil {
		return t.stopped
	}
	if err != nil {
		return fmt.Errorf("the script was stopped: %w", err)
	}
	return nil
}

// guard stops the scripts that run when the context ends.
func (t *Thread) guard(ctx context.Context) (release func()) {
	before := t.ctx
	t.ctx = ctx
	told := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		t.runtime.Interrupt()
		close(told)
	})
	return func() {
		t.ctx = before
		if !stop() {
			<-told // or it would stop what runs next
			t.runtime.Resume()
		}
	}
}

// runTask runs a task and then what promises have waited for.
func (t *Thread) runTask(task func()) {
	if t.stopped != nil {
		return
	}
	defer t.watch()()
	task()
	t.checkpoint()
}

// watch lets the task that begins run for as long as the limit says. A task that
// Go starts inside of another, such as an Eval of what shows the console, is part
// of that.
func (t *Thread) watch() (done func()) {
	t.tasks++
	if t.tasks > 1 {
		return func() { t.tasks-- }
	}
	if t.watchdog == nil {
		t.expired = make(chan struct{})
		t.watchdog = time.AfterFunc(t.limit, func() {
			close(t.expired)
			t.runtime.Interrupt()
		})
	} else {
		t.watchdog.Reset(t.limit)
	}
	return func() {
		t.tasks--
		if t.watchdog.Stop() {
			return
		}
		<-t.expired
		t.stopped = ErrTooLong
	}
}

// standStill runs what script waits for, such as the network. That time does not
// count as the task's.
func (t *Thread) standStill(wait func()) {
	if t.watchdog == nil || !t.watchdog.Stop() {
		wait()
		return
	}
	wait()
	t.watchdog.Reset(t.limit)
}

// script frames a script that Go starts: promises' reactions wait for its end.
func (t *Thread) script(run func()) {
	t.scripts++
	run()
	t.scripts--
	t.checkpoint()
}

// checkpoint runs the reactions of promises, unless script is running that has to
// end before.
//
// Standard: https://html.spec.whatwg.org/#perform-a-microtask-checkpoint
func (t *Thread) checkpoint() {
	if t.draining || t.scripts > 0 {
		return
	}
	t.draining = true
	defer func() { t.draining = false }()
	for {
		ran, err := t.runtime.RunJob()
		if errors.Is(err, engine.ErrInterrupted) {
			t.cut = true
			break
		}
		if !ran {
			break
		}
	}
	if len(t.rejected) > 0 {
		list := t.rejected
		t.rejected = nil
		t.loop.Post(func() { t.notify(list) })
	}
}

// onRejection keeps what the engine tells about rejections.
//
// Standard: https://html.spec.whatwg.org/#the-hostpromiserejectiontracker-implementation
func (t *Thread) onRejection(r engine.Rejection) {
	realm := realmOf(r.Realm)
	if !r.Handled {
		t.rejected = append(t.rejected, rejection{realm, r.Promise.Dup(), r.Reason.Dup()})
		return
	}
	for i, known := range t.rejected {
		if known.promise.Same(r.Promise) {
			known.free()
			t.rejected = append(t.rejected[:i], t.rejected[i+1:]...)
			return
		}
	}
	for i, promise := range t.notified {
		if promise.Same(r.Promise) {
			t.notified = append(t.notified[:i], t.notified[i+1:]...)
			reason := r.Reason.Dup()
			t.loop.Post(func() { realm.tellHandled(promise, reason) })
			return
		}
	}
}

func (r rejection) free() {
	r.promise.Free()
	r.reason.Free()
}

// maxNotified is how many rejected promises are remembered, in case that they are
// handled after all.
const maxNotified = 100

// notify tells script of rejections.
//
// Standard: https://html.spec.whatwg.org/#notify-about-rejected-promises
func (t *Thread) notify(list []rejection) {
	t.rejected = append(list, t.rejected...) // where onRejection finds those handled meanwhile
	for range list {
		if len(t.rejected) == 0 {
			return
		}
		r := t.rejected[0]
		t.rejected = t.rejected[1:]
		t.notified = append(t.notified, r.promise)
		if len(t.notified) > maxNotified {
			t.notified[0].Free()
			t.notified = t.notified[1:]
		}
		r.realm.tellRejected(r.promise, r.reason)
		r.reason.Free()
	}
}
