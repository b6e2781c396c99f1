package panel

import (
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

// subject is an exchange with what an explanation of it looks at: its preflight,
// the request that it was a preflight for, and the redirects that led to it. They
// are few, so that explaining one exchange of many stays cheap.
type subject struct {
	place  uint64
	x      *trace.Exchange
	around []*trace.Exchange
}

// maxAround bounds how many exchanges are looked at beside one.
const maxAround = 30

func (s *store) subject(e *entry) subject {
	sub := subject{place: e.place, x: e.x}
	seen := map[string]bool{e.x.ID: true}
	queue := []*trace.Exchange{e.x}
	for len(queue) > 0 && len(sub.around) < maxAround {
		x := queue[0]
		queue = queue[1:]
		for _, id := range [...]string{x.PreflightFor, x.PreflightID, x.RedirectedBy} {
			if other := s.exchange(id); other != nil && !seen[id] {
				seen[id] = true
				sub.around = append(sub.around, other)
				queue = append(queue, other)
			}
		}
	}
	return sub
}

// trace holds the exchange last, and what is around it.
func (s subject) trace() (*trace.Trace, *trace.Exchange) {
	t := &trace.Trace{Exchanges: make([]trace.Exchange, 0, len(s.around)+1)}
	for _, x := range s.around {
		t.Exchanges = append(t.Exchanges, *x)
	}
	t.Exchanges = append(t.Exchanges, *s.x)
	return t, &t.Exchanges[len(t.Exchanges)-1]
}

// finding explains the exchange; nil if there is nothing to explain.
func (s subject) finding() *explain.Finding {
	t, x := s.trace()
	return explain.Exchange(t, x)
}
