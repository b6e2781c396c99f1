package xhr

import (
	"fmt"
	"slices"
	"strings"
)

// Types of events. All but the first are progress events.
const (
	EventReadyStateChange = "readystatechange"
	EventLoadStart        = "loadstart"
	EventProgress         = "progress"
	EventAbort            = "abort"
	EventError            = "error"
	EventLoad             = "load"
	EventTimeout          = "timeout"
	EventLoadEnd          = "loadend"
)

// progressEvents are those of an upload, and with readystatechange those of an XHR.
var progressEvents = []string{
	EventLoadStart, EventProgress, EventAbort, EventError, EventLoad, EventTimeout, EventLoadEnd,
}

var allEvents = append([]string{EventReadyStateChange}, progressEvents...)

// IsEvent reports whether an XHR fires events of a type.
func IsEvent(typ string) bool { return slices.Contains(allEvents, typ) }

// refuseUnless panics for a type of events that a target never fires: a listener
// that waits for "laod" would wait for ever. It is a mistake in the program, as a
// pattern is that regexp.MustCompile cannot read.
func refuseUnless(fires bool, target, typ string, types ...string) {
	if !fires {
		panic(fmt.Sprintf("xhr: %s fires no event %q; there are %s", target, typ, strings.Join(types, ", ")))
	}
}

// Event is an event at an XHR or at its upload.
//
// Standard: https://xhr.spec.whatwg.org/#interface-progressevent
type Event struct {
	Type string

	Loaded, Total    int64 // bytes; 0 but in progress events
	LengthComputable bool  // Total is known
}

// listener is one registration. Its address tells it from others.
type listener struct {
	typ     string
	call    func(Event)
	removed bool
}

// EventTarget keeps listeners and calls them. Its zero value has none.
//
// Standard: https://dom.spec.whatwg.org/#interface-eventtarget
type EventTarget struct {
	listeners []*listener
	told      func(Event) // is called first, whatever the event; nil for none
}

// On registers a listener for events of a type, such as EventLoad, and returns
// what removes it again. Listeners are called in the order of their registration,
// on the goroutine that runs the loop. It panics if an XHR fires no such events
// (see IsEvent).
func (t *EventTarget) On(typ string, call func(Event)) (remove func()) {
	refuseUnless(IsEvent(typ), "an XMLHttpRequest", typ, allEvents...)
	return t.on(typ, call)
}

// on is On for types that are known to be right.
func (t *EventTarget) on(typ string, call func(Event)) (remove func()) {
	l := &listener{typ: typ, call: call}
	t.listeners = append(t.listeners, l)
	return func() {
		l.removed = true
		// A copy, because an event may be on its way through the old list.
		t.listeners = slices.DeleteFunc(slices.Clone(t.listeners), func(k *listener) bool { return k == l })
	}
}

// OnAny is On for events of all types.
func (t *EventTarget) OnAny(call func(Event)) (remove func()) { return t.on(anyType, call) }

// anyType stands for all types of events.
const anyType = ""

// hears reports whether a listener is for events of a type.
func (l *listener) hears(typ string) bool { return l.typ == typ || l.typ == anyType }

// fire calls the listeners of an event: those registered by now, unless they are
// removed meanwhile.
func (t *EventTarget) fire(e Event) {
	if t.told != nil {
		t.told(e)
	}
	for _, l := range t.listeners {
		if l.hears(e.Type) && !l.removed {
			l.call(e)
		}
	}
}

// listens reports whether there is a listener for events of the type.
func (t *EventTarget) listens(typ string) bool {
	return slices.ContainsFunc(t.listeners, func(l *listener) bool { return l.hears(typ) })
}

// fireProgress fires a progress event.
//
// Standard: https://xhr.spec.whatwg.org/#concept-event-fire-progress
func (t *EventTarget) fireProgress(typ string, loaded, total int64) {
	t.fire(Event{Type: typ, Loaded: loaded, Total: total, LengthComputable: total != 0})
}

// Upload is where the events of a request's body are.
//
// Standard: https://xhr.spec.whatwg.org/#xmlhttprequestupload
type Upload struct{ EventTarget }

// On registers a listener for events of a type, such as EventProgress, and returns
// what removes it again; see EventTarget.On. It panics if an upload fires no such
// events: readystatechange is none of its.
func (u *Upload) On(typ string, call func(Event)) (remove func()) {
	refuseUnless(slices.Contains(progressEvents, typ), "the upload", typ, progressEvents...)
	return u.on(typ, call)
}
