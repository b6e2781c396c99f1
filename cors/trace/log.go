package trace

import (
	"slices"
	"sync"
)

// Log keeps the last exchanges that were recorded. It may be used by many
// goroutines. The zero value keeps as many as Limits has by default.
type Log struct {
	Recorder string // as in Trace
	Limits   Limits // not to be changed once it is used

	mu      sync.Mutex
	order   []string // IDs, oldest first
	byID    map[string]*Exchange
	events  []Event
	dropped int
}

// Sink returns what fills the log.
func (l *Log) Sink() Sink { return Sink{Exchange: l.Add, Event: l.AddEvent} }

// Add keeps an exchange, in place of what was known of it before.
func (l *Log) Add(x *Exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byID == nil {
		l.byID = map[string]*Exchange{}
	}
	if _, known := l.byID[x.ID]; !known {
		l.order = append(l.order, x.ID)
		l.forget(l.Limits.WithDefaults().Exchanges)
	}
	l.byID[x.ID] = x
}

// forget drops the oldest exchanges until no more are left than may be.
func (l *Log) forget(most int) {
	n := len(l.order) - most
	if n <= 0 {
		return
	}
	for _, id := range l.order[:n] {
		delete(l.byID, id)
	}
	l.order = slices.Delete(l.order, 0, n)
	l.dropped += n
}

// AddEvent keeps an event.
func (l *Log) AddEvent(e Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.events) < l.Limits.WithDefaults().Events {
		l.events = append(l.events, e)
	}
}

// Trace returns what the log holds by now.
func (l *Log) Trace() *Trace {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := &Trace{Recorder: l.Recorder, Dropped: l.dropped, Exchanges: make([]Exchange, 0, len(l.order)), Events: slices.Clone(l.events)}
	for _, id := range l.order {
		t.Exchanges = append(t.Exchanges, *l.byID[id])
	}
	return t
}

// Clear empties the log.
func (l *Log) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.order, l.byID, l.events, l.dropped = nil, nil, nil, 0
}
