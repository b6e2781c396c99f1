package trace

import (
	"sync"

	"github.com/corsage-go/corsage/cors"
)

// maxWaiting bounds how many preflights are remembered whose request has not come.
const maxWaiting = 1024

// Linked returns a Sink that finds the request of each preflight, among exchanges
// that a server has recorded: the next one of the same origin to the same URL
// with the method that was asked for. A preflight is handed to s once more, when
// its request is known.
func Linked(s Sink) Sink {
	l := &linker{to: s, waiting: map[linkKey]*Exchange{}}
	return Sink{Exchange: l.take, Event: s.Event}
}

type linker struct {
	to Sink

	mu      sync.Mutex
	waiting map[linkKey]*Exchange // preflights
	order   []linkKey             // oldest first; may name some that have been found
}

type linkKey struct{ origin, method, url string }

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

// link notes a preflight, or finds the one of a request and says so in both.
func (l *linker) link(x *Exchange) *Exchange {
	if x.Origin == "" || x.PreflightID != "" || x.PreflightFor != "" {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if x.Preflight {
		l.remember(linkKey{x.Origin, x.Request.Header.Get(cors.HeaderRequestMethod), x.Request.URL}, x)
		return nil
	}
	key := linkKey{x.Origin, x.Request.Method, x.Request.URL}
	p := l.waiting[key]
	if p == nil {
		return nil
	}
	delete(l.waiting, key)
	linked := *p // the one that was handed over is not changed
	linked.PreflightFor, linked.Fetch, x.PreflightID = x.ID, x.Fetch, p.ID
	return &linked
}

func (l *linker) remember(key linkKey, x *Exchange) {
	if len(l.order) >= maxWaiting {
		delete(l.waiting, l.order[0])
		l.order = l.order[1:]
	}
	l.waiting[key] = x
	l.order = append(l.order, key)
}
