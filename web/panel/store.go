package panel

import (
	"container/list"
	"crypto/rand"
	"strconv"
	"strings"
	"sync"

	"github.com/corsage-go/corsage/cors/trace"
)

// store keeps the last exchanges, and knows which have changed since when. Whoever
// follows it holds a cursor and nothing else: an exchange that changes several
// times while he is away reaches him once, so that a slow reader costs no memory.
type store struct {
	limits trace.Limits
	epoch  string // tells the cursors of this store from those of another

	mu       sync.Mutex
	seq      uint64 // of the last change
	next     uint64 // the place of the next exchange
	first    uint64 // the place of the oldest that is kept
	byPlace  map[uint64]*entry
	byID     map[string]*entry
	changes  *list.List // of *entry, by their last change
	bytes    int        // about what the exchanges take
	dropped  int
	recorder string
	events   []trace.Event
	changed  chan struct{} // closed at the next change
}

// entry is an exchange that is kept. Its fields are not changed but replaced.
type entry struct {
	place  uint64 // by the time it began to be known; stays
	seq    uint64 // of its last change
	x      *trace.Exchange
	bytes  int
	change *list.Element
}

// maxBytes bounds what the exchanges take together, about.
const maxBytes = 64 << 20

func newStore(l trace.Limits) *store {
	s := &store{limits: l.WithDefaults(), epoch: rand.Text()[:8], changed: make(chan struct{})}
	s.empty()
	return s
}

func (s *store) empty() {
	s.byPlace, s.byID, s.changes = map[uint64]*entry{}, map[string]*entry{}, list.New()
	s.first, s.bytes, s.dropped, s.events = s.next, 0, 0, nil
}

// add keeps an exchange, in place of what was known of it before.
func (s *store) add(x *trace.Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(stillLinked(x, s.exchange(x.ID)))
	s.forget()
	s.tell()
}

// stillLinked returns an exchange with the links that were known of it before.
// Whoever finds them tells of them once.
func stillLinked(x, before *trace.Exchange) *trace.Exchange {
	if before == nil || x.PreflightID != "" || x.PreflightFor != "" {
		return x
	}
	linked := *x
	linked.PreflightID, linked.PreflightFor = before.PreflightID, before.PreflightFor
	return &linked
}

func (s *store) exchange(id string) *trace.Exchange {
	if e := s.byID[id]; e != nil {
		return e.x
	}
	return nil
}

// put keeps an exchange as the one that has changed last.
func (s *store) put(x *trace.Exchange) {
	s.seq++
	e := s.byID[x.ID]
	if e == nil {
		e = &entry{place: s.next}
		s.next++
		e.change = s.changes.PushBack(e)
		s.byID[x.ID], s.byPlace[e.place] = e, e
	}
	s.changes.MoveToBack(e.change)
	s.bytes -= e.bytes
	e.x, e.seq, e.bytes = x, s.seq, sizeOf(x)
	s.bytes += e.bytes
}

// forget drops the oldest exchanges until the limits are kept.
func (s *store) forget() {
	for len(s.byPlace) > s.limits.Exchanges || s.bytes > maxBytes && len(s.byPlace) > 1 {
		if e := s.byPlace[s.first]; e != nil {
			s.changes.Remove(e.change)
			s.bytes -= e.bytes
			delete(s.byPlace, e.place)
			delete(s.byID, e.x.ID)
			s.dropped++
		}
		s.first++
	}
}

// tell wakes up whoever waits for a change.
func (s *store) tell() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *store) addEvent(e trace.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.events) >= s.limits.Events {
		s.events = append([]trace.Event(nil), s.events[len(s.events)/2:]...)
	}
	s.events = append(s.events, e)
}

func (s *store) loaded(recorder string, dropped int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recorder, s.dropped = recorder, s.dropped+dropped
}

func (s *store) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.empty()
	s.seq++
	s.tell()
}

func (s *store) trace() *trace.Trace {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &trace.Trace{Recorder: s.recorder, Dropped: s.dropped, Exchanges: make([]trace.Exchange, 0, len(s.byPlace))}
	for place := s.first; place < s.next; place++ {
		if e := s.byPlace[place]; e != nil {
			t.Exchanges = append(t.Exchanges, *e.x)
		}
	}
	t.Events = append(t.Events, s.events...)
	return t
}

// news is what has changed since a cursor.
type news struct {
	rows    []subject
	first   uint64 // what has a lower place is gone
	dropped int
	cursor  uint64
	more    bool            // there is more already
	changed <-chan struct{} // closed when there is more
}

// since returns up to most of the exchanges that have changed since a cursor, by
// their last change.
func (s *store) since(cursor uint64, most int) news {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := news{first: s.first, dropped: s.dropped, cursor: s.seq, changed: s.changed}
	from := s.changes.Back()
	for from != nil && from.Prev() != nil && from.Prev().Value.(*entry).seq > cursor {
		from = from.Prev()
	}
	for ; from != nil; from = from.Next() {
		e := from.Value.(*entry)
		switch {
		case e.seq <= cursor:
		case len(n.rows) == most:
			n.more = true
			return n
		default:
			n.rows = append(n.rows, s.subject(e))
			n.cursor = e.seq
		}
	}
	n.cursor = s.seq
	return n
}

// mark writes a cursor down for a reader to come back with.
func (s *store) mark(cursor uint64) string { return s.epoch + "-" + strconv.FormatUint(cursor, 36) }

// cursor reads a mark. One that is not of this store means from the beginning.
func (s *store) cursor(mark string) (cursor uint64, ok bool) {
	epoch, n, _ := strings.Cut(mark, "-")
	cursor, err := strconv.ParseUint(n, 36, 64)
	if epoch != s.epoch || err != nil {
		return 0, false
	}
	return cursor, true
}

// sizeOf is about what an exchange takes in memory.
func sizeOf(x *trace.Exchange) int {
	const fixed = 1 << 10
	n := fixed + len(x.Request.URL) + len(x.Page) + sizeOfHeader(x.Request.Header) + sizeOfBody(x.Request.Body)
	if x.Response != nil {
		n += sizeOfHeader(x.Response.Header) + sizeOfBody(x.Response.Body)
	}
	for _, c := range x.Cookies {
		n += len(c.Line) + len(c.Detail)
	}
	n += len(x.Mode) + len(x.Type) + len(x.Request.Method) + len(x.Origin)
	if v := x.Verdict; v != nil {
		n += len(v.Observed) + len(v.Expected) + len(v.Detail)
	}
	return n
}

func sizeOfHeader(h trace.Header) int {
	n := 0
	for _, f := range h {
		n += 2*16 + len(f.Name) + len(f.Value) // two strings
	}
	return n
}

func sizeOfBody(b *trace.Body) int {
	if b == nil {
		return 0
	}
	return len(b.Text)
}
