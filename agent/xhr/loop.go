package xhr

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Loop runs the tasks of a script one after the other on one goroutine. Its
// methods may be called from any goroutine.
//
// Standard: https://html.spec.whatwg.org/#event-loops
type Loop interface {
	// Post puts a task at the end of the queue. It never waits.
	Post(task func())

	// Now is the time on the loop's clock.
	Now() time.Time

	// After posts a task when some time has passed, unless cancel is called
	// before the task has run.
	After(d time.Duration, task func()) (cancel func())

	// Begin and End frame work that goes on elsewhere and will post tasks: the
	// loop has not come to its end while some is pending.
	Begin()
	End()
}

// Clock tells the time and wakes up.
type Clock interface {
	Now() time.Time

	// AfterFunc calls f on a goroutine of its own when some time has passed,
	// unless stop is called before; see time.AfterFunc.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// systemClock is the machine's.
type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}

// EventLoop is a Loop for Go programs. Its zero value is ready.
type EventLoop struct {
	Clock Clock // nil for the machine's

	mu      sync.Mutex
	tasks   []func() // those before head have run
	head    int
	pending int
	wake    chan struct{} // holds at most one signal; made when first needed
}

func (l *EventLoop) clock() Clock {
	if l.Clock == nil {
		return systemClock{}
	}
	return l.Clock
}

// Now is the time on the loop's clock.
func (l *EventLoop) Now() time.Time { return l.clock().Now() }

// Post puts a task at the end of the queue.
func (l *EventLoop) Post(task func()) {
	l.mu.Lock()
	if l.head > 0 && len(l.tasks) == cap(l.tasks) { // use the room in front before asking for more
		l.tasks, l.head = slices.Delete(l.tasks, 0, l.head), 0
	}
	l.tasks = append(l.tasks, task)
	l.signal()
	l.mu.Unlock()
}

// Begin notes that work goes on elsewhere.
func (l *EventLoop) Begin() {
	l.mu.Lock()
	l.pending++
	l.mu.Unlock()
}

// End notes that such work is over.
func (l *EventLoop) End() {
	l.mu.Lock()
	l.pending--
	l.signal()
	l.mu.Unlock()
}

// After posts a task when some time has passed. It is pending work until then.
// The task may call cancel, which then does nothing.
func (l *EventLoop) After(d time.Duration, task func()) (cancel func()) {
	l.Begin()
	var over atomic.Bool // it has run, or never will; no lock, since tasks may cancel
	once := func(then func()) func() {
		return func() {
			if over.CompareAndSwap(false, true) {
				l.End()
				then()
			}
		}
	}
	stop := l.clock().AfterFunc(d, func() { l.Post(once(task)) })
	return once(func() { stop() })
}

// signal wakes up who waits for tasks. The lock is held.
func (l *EventLoop) signal() {
	if l.wake == nil {
		l.wake = make(chan struct{}, 1)
	}
	select {
	case l.wake <- struct{}{}:
	default: // a signal is there already
	}
}

// Run runs tasks until there are none and none are to come. It ends early, with
// the context's error, when the context does.
func (l *EventLoop) Run(ctx context.Context) error {
	if !l.runUntil(ctx, func() bool { return false }) {
		return context.Cause(ctx)
	}
	return nil
}

// RunUntil is Run that ends as soon as done says so, which is asked before each
// task.
func (l *EventLoop) RunUntil(ctx context.Context, done func() bool) error {
	if !l.runUntil(ctx, done) {
		return context.Cause(ctx)
	}
	return nil
}

// runUntil runs tasks until done says so or there are none to come, and reports
// false if the context has ended first.
func (l *EventLoop) runUntil(ctx context.Context, done func() bool) bool {
	for !done() {
		task, wake := l.next()
		switch {
		case task != nil:
			task()
			continue
		case wake == nil:
			return true
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// next takes a task from the queue, or returns what to wait for; neither if all
// is over.
func (l *EventLoop) next() (task func(), wake <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.head < len(l.tasks) {
		task = l.tasks[l.head]
		l.tasks[l.head] = nil
		if l.head++; l.head == len(l.tasks) {
			l.tasks, l.head = l.tasks[:0], 0
		}
		return task, nil
	}
	if l.pending <= 0 {
		return nil, nil
	}
	if l.wake == nil {
		l.wake = make(chan struct{}, 1)
	}
	return nil, l.wake
}
