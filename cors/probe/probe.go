package probe

import (
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/cors"
)

// Kind says how a probe is sent.
type Kind string

// The kinds.
const (
	// Preflight asks for permission as a browser does and stops there: the request
	// that it is about is never sent, whatever the answer.
	Preflight Kind = "preflight"

	// Request is a page's request, after a preflight if it needs one.
	Request Kind = "request"

	// Plain is sent as no browser would: from no page at all, or with an Origin
	// that none writes.
	Plain Kind = "plain"
)

// Probe is one thing to ask.
type Probe struct {
	Kind        Kind
	Method      string
	URL         string
	Origin      string       // serialized; "" for none, in a Plain probe only
	Header      []cors.Field // as a page's script sets them
	Credentials bool         // the request's credentials mode is "include"
}

// String says in a few words what is asked.
func (p Probe) String() string {
	s := p.Method + " " + p.URL
	if p.Kind == Preflight {
		s = "permission to " + s
	}
	if p.Origin != "" {
		s += " from " + p.Origin
	}
	if p.Credentials {
		s += ", with credentials"
	}
	return s
}

// key is the same for probes that are the same on the wire.
func (p Probe) key() string {
	var b strings.Builder
	for _, part := range [...]string{string(p.Kind), p.Method, p.URL, p.Origin, strconv.FormatBool(p.Credentials)} {
		b.WriteString(strconv.Quote(part))
	}
	for _, f := range p.Header {
		b.WriteString(strconv.Quote(f.Name) + strconv.Quote(f.Value))
	}
	return b.String()
}

// Plan is a list of probes without repetitions. The zero value is empty.
type Plan struct {
	Probes []Probe

	index map[string]int
}

// Ask adds a probe, unless it is there already, and returns its index.
func (p *Plan) Ask(q Probe) int {
	key := q.key()
	if i, ok := p.index[key]; ok {
		return i
	}
	if p.index == nil {
		p.index = map[string]int{}
	}
	p.index[key] = len(p.Probes)
	p.Probes = append(p.Probes, q)
	return len(p.Probes) - 1
}

// UnsafeFields returns header fields of these names with values for which a page
// needs approval, so that a preflight asks for exactly these names.
func UnsafeFields(names []string) []cors.Field {
	fields := make([]cors.Field, 0, len(names))
	for _, name := range names {
		value := "(corsage)" // parentheses are in no safelisted value
		if strings.EqualFold(name, "Content-Type") {
			value = "application/json"
		}
		fields = append(fields, cors.Field{Name: name, Value: value})
	}
	return fields
}
