package script

import (
	"container/heap"
	"time"

	"github.com/corsage-go/corsage/agent/xhr"
)

// loop is the event loop of a thread. Each task is followed by a microtask
// checkpoint, and timers that are due at the same time run in the order in which
// they were set.
//
// Standard: https://html.spec.whatwg.org/#event-loop-processing-model
type loop struct {
	xhr.EventLoop
	frame func(task func()) // runs a task with all that is around it

	timers timers
	last   uint64 // the latest timer's number
	wakeAt time.Time
	unwake func() bool // stops the clock that is set for wakeAt; nil for none
}

// Post puts a task at the end of the queue. Any goroutine may call it.
func (l *loop) Post(task func()) {
	l.EventLoop.Post(func() { l.frame(task) })
}

// After posts a task when some time has passed. Only the loop's goroutine may
// call it, and cancel.
func (l *loop) After(d time.Duration, task func()) (cancel func()) {
	l.Begin()
	return l.start(d, task, false)
}

// afterQuietly is After for a task that the loop's end does not wait for.
func (l *loop) afterQuietly(d time.Duration, task func()) (cancel func()) {
	return l.start(d, task, true)
}

func (l *loop) start(d time.Duration, task func(), quiet bool) (cancel func()) {
	l.last++
	t := &timer{due: l.Now().Add(max(d, 0)), number: l.last, task: task, quiet: quiet}
	heap.Push(&l.timers, t)
	l.setClock()
	return func() {
		if t.task == nil {
			return
		}
		t.task = nil
		heap.Remove(&l.timers, t.index)
		l.setClock()
		if !quiet {
			l.End()
		}
	}
}

// setClock makes the clock wake up the loop for the first timer.
func (l *loop) setClock() {
	if len(l.timers) == 0 {
		l.dropClock()
		return
	}
	first := l.timers[0].due
	if l.unwake != nil && l.wakeAt.Equal(first) {
		return
	}
	l.dropClock()
	l.wakeAt = first
	wait := first.Sub(l.Now())
	if wait <= 0 {
		l.EventLoop.Post(l.runTimer)
		l.unwake = func() bool { return true }
		return
	}
	l.unwake = l.clock().AfterFunc(wait, func() { l.EventLoop.Post(l.runTimer) })
}

func (l *loop) dropClock() {
	if l.unwake != nil {
		l.unwake()
		l.unwake = nil
	}
}

// clock is the loop's, or the machine's.
func (l *loop) clock() xhr.Clock {
	if l.Clock == nil {
		return machine{}
	}
	return l.Clock
}

// machine is the machine's clock.
type machine struct{}

func (machine) Now() time.Time { return time.Now() }

func (machine) AfterFunc(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }

// runTimer runs the first timer, if it is due.
func (l *loop) runTimer() {
	l.dropClock()
	if len(l.timers) > 0 && !l.timers[0].due.After(l.Now()) {
		t := heap.Pop(&l.timers).(*timer) //nolint:forcetypeassert // nothing else is in it
		task := t.task
		t.task = nil
		l.frame(task)
		if !t.quiet {
			l.End()
		}
	}
	l.setClock()
}

// timer is a task with its time.
type timer struct {
	due    time.Time
	number uint64
	task   func() // nil if it has run, or never will
	index  int
	quiet  bool // the loop may end without it
}

// timers is a heap of those that are to come.
type timers []*timer

func (t timers) Len() int { return len(t) }

func (t timers) Less(i, j int) bool {
	if !t[i].due.Equal(t[j].due) {
		return t[i].due.Before(t[j].due)
	}
	return t[i].number < t[j].number
}

func (t timers) Swap(i, j int) {
	t[i], t[j] = t[j], t[i]
	t[i].index, t[j].index = i, j
}

func (t *timers) Push(x any) {
	added := x.(*timer) //nolint:forcetypeassert // by heap.Push, above
	added.index = len(*t)
	*t = append(*t, added)
}

func (t *timers) Pop() any {
	last := len(*t) - 1
	x := (*t)[last]
	(*t)[last] = nil
	*t = (*t)[:last]
	return x
}
