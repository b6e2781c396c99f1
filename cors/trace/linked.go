package trace

import (
	"slices"
	"sync"

	"github.com/corsage-go/corsage/cors"
)

// maxTold bounds how many exchanges are remembered.
const maxTold = 1024

// Linked returns a Sink that finds the request of each preflight, among exchanges
// that a server has recorded: the next one of the same origin to the same URL
// with the method that was asked for. A preflight is handed to s once more, when
// its request is known.
func Linked(s Sink) Sink {
	l := &linker{to: s, waiting: map[linkKey][]*Exchange{}, told: map[string]partner{}}
	return Sink{Exchange: l.take, Event: s.Event}
}

type linker struct {
	to Sink

	mu      sync.Mutex
	waiting map[linkKey][]*Exchange // preflights, the oldest first
	told    map[string]partner      // those that were told before, by ID
	order   []told                  // the same, the oldest first
}

type linkKey struct{ origin, method, url string }

// partner is the other one of a preflight and its request; none as long as id is "".
type partner struct{ id, fetch string }

type told struct {
	id  string
	key linkKey
}

func (l *linker) take(x *Exchange) {
	preflight := l.link(x)
	if l.to.Exchange == nil {
		return
	}
	l.to.Exchange(x)
	if preflight != nil {
		l.to.Exchange(preflight)
	}
}

// link notes a preflight, or finds the one of a request and says so in both. What
// is told again, because more is known of it, keeps its partner.
func (l *linker) link(x *Exchange) *Exchange {
	if x.Origin == "" || x.PreflightID != "" || x.PreflightFor != "" {
		return nil
	}
	key := linkKey{x.Origin, x.Request.Method, x.Request.URL}
	if x.Preflight {
		key.method = x.Request.Header.Get(cors.HeaderRequestMethod)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	p, again := l.told[x.ID]
	switch {
	case again:
		l.tellAgain(x, key, p)
	case x.Preflight:
		l.remember(x.ID, key)
		l.waiting[key] = append(l.waiting[key], x)
	default:
		l.remember(x.ID, key)
		return l.pair(x, key)
	}
	return nil
}

// tellAgain says in an exchange what was found when it was told first.
func (l *linker) tellAgain(x *Exchange, key linkKey, p partner) {
	switch {
	case !x.Preflight:
		x.PreflightID = p.id
	case p.id != "":
		x.PreflightFor, x.Fetch = p.id, p.fetch
	default: // still without its request: this is what will be handed over
		for i, w := range l.waiting[key] {
			if w.ID == x.ID {
				l.waiting[key][i] = x
			}
		}
	}
}

// pair takes the oldest preflight that waits for such a request.
func (l *linker) pair(x *Exchange, key linkKey) *Exchange {
	list := l.waiting[key]
	if len(list) == 0 {
		return nil
	}
	l.drop(key, 0)
	linked := *list[0] // the one that was handed over is not changed
	linked.PreflightFor, linked.Fetch, x.PreflightID = x.ID, x.Fetch, linked.ID
	l.told[linked.ID], l.told[x.ID] = partner{x.ID, x.Fetch}, partner{id: linked.ID}
	return &linked
}

// drop takes a preflight from those that wait.
func (l *linker) drop(key linkKey, i int) {
	list := slices.Delete(slices.Clone(l.waiting[key]), i, i+1)
	if l.waiting[key] = list; len(list) == 0 {
		delete(l.waiting, key)
	}
}

// remember notes that an exchange was told, and forgets the oldest when there are
// too many.
func (l *linker) remember(id string, key linkKey) {
	if len(l.order) >= maxTold {
		oldest := l.order[0]
		l.order = l.order[1:]
		delete(l.told, oldest.id)
		if i := slices.IndexFunc(l.waiting[oldest.key], func(x *Exchange) bool { return x.ID == oldest.id }); i >= 0 {
			l.drop(oldest.key, i)
		}
	}
	l.told[id] = partner{}
	l.order = append(l.order, told{id, key})
}
