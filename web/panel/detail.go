package panel

import (
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

// detail is all there is to know of one exchange.
type detail struct {
	Row      row              `json:"row"`
	Exchange *trace.Exchange  `json:"exchange"`
	Finding  *explain.Finding `json:"finding"` // nil if nothing was blocked
	Marks    []mark           `json:"marks"`
	Copies   []snippet        `json:"copies"`
	Events   []trace.Event    `json:"events"` // that the script was given
	Around   []row            `json:"around"` // its preflight, its request, what led to it
}

// mark points to a header line that decided.
type mark struct {
	Side  side         `json:"side"`
	Index int          `json:"index"` // of the line; -1 for one that is not there
	Name  string       `json:"name"`  // of the field
	Kind  markKind     `json:"kind"`
	Note  explain.Text `json:"note,omitempty"`
}

type side string

const (
	ofRequest  side = "request"
	ofResponse side = "response"
)

type markKind string

const (
	asks    markKind = "asks"    // what the request wants to know
	allows  markKind = "allows"  // what let it through
	refuses markKind = "refuses" // what did not, or is not there
)

// detail gathers what is known of the exchange at a place; nil if it is gone.
func (s *store) detail(place uint64) *detail {
	sub, events, ok := s.look(place)
	if !ok {
		return nil
	}
	d := &detail{Row: newRow(sub), Exchange: sub.x, Finding: sub.finding(), Copies: copies(sub), Events: events, Around: []row{}}
	d.Marks = marks(sub.x, d.Finding)
	for _, x := range sub.around {
		if place, ok := s.placeOf(x.ID); ok {
			d.Around = append(d.Around, newRow(subject{place: place, x: x}))
		}
	}
	return d
}

func (s *store) look(place uint64) (sub subject, events []trace.Event, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byPlace[place]
	if e == nil {
		return sub, nil, false
	}
	events = []trace.Event{}
	for _, event := range s.events {
		if event.Fetch != "" && event.Fetch == e.x.Fetch {
			events = append(events, event)
		}
	}
	return s.subject(e), events, true
}

func (s *store) placeOf(id string) (uint64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byID[id]
	if e == nil {
		return 0, false
	}
	return e.place, true
}

// marks are the header lines of an exchange that decided: those that a finding
// names, or else those that the verdict went by. Lines with which a request asks
// are marked too.
func marks(x *trace.Exchange, f *explain.Finding) []mark {
	all := []mark{}
	for _, name := range [...]string{cors.HeaderOrigin, cors.HeaderRequestMethod, cors.HeaderRequestHeaders} {
		all = markLines(all, ofRequest, x.Request.Header, name, asks, "")
	}
	switch {
	case f != nil:
		return append(without(all, f), evidenceMarks(x, f)...)
	case x.Verdict != nil && x.Verdict.Allowed() && x.Response != nil:
		for _, name := range readByCheck(x.Preflight) {
			all = markLines(all, ofResponse, x.Response.Header, name, allows, "")
		}
	}
	return all
}

// readByCheck are the fields of an answer that a browser's check reads.
func readByCheck(preflight bool) []string {
	names := []string{cors.HeaderAllowOrigin, cors.HeaderAllowCredentials}
	if preflight {
		names = append(names, cors.HeaderAllowMethods, cors.HeaderAllowHeaders, cors.HeaderMaxAge)
	}
	return names
}

// evidenceMarks are the lines that a finding quotes from an exchange.
func evidenceMarks(x *trace.Exchange, f *explain.Finding) []mark {
	var all []mark
	for _, e := range f.Evidence {
		if e.Header == "" || e.Exchange != "" && e.Exchange != x.ID {
			continue
		}
		at, header := sideOf(x, f)
		before := len(all)
		all = markLines(all, at, header, e.Header, refuses, e.Note)
		if len(all) == before {
			all = append(all, mark{Side: at, Index: -1, Name: e.Header, Kind: refuses, Note: e.Note})
		}
	}
	return all
}

// sideOf is the message that a finding is about. A server finds fault with what it
// is asked, a browser with what it is answered.
func sideOf(x *trace.Exchange, f *explain.Finding) (side, trace.Header) {
	if x.Verdict != nil && x.Verdict.Reason == f.Reason && x.Verdict.On == cors.OnRequest {
		return ofRequest, x.Request.Header
	}
	if x.Response == nil {
		return ofResponse, nil
	}
	return ofResponse, x.Response.Header
}

// without leaves out the marks of lines that a finding marks in its own way.
func without(all []mark, f *explain.Finding) []mark {
	kept := all[:0]
	for _, m := range all {
		named := false
		for _, e := range f.Evidence {
			named = named || strings.EqualFold(e.Header, m.Name)
		}
		if !named {
			kept = append(kept, m)
		}
	}
	return kept
}

func markLines(all []mark, at side, h trace.Header, name string, kind markKind, note explain.Text) []mark {
	for i, f := range h {
		if strings.EqualFold(f.Name, name) {
			all = append(all, mark{Side: at, Index: i, Name: f.Name, Kind: kind, Note: note})
		}
	}
	return all
}
