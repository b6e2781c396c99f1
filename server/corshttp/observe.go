package corshttp

import (
	"net/http"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
)

// Event is what a Middleware has decided about one request, told before the answer
// is written.
type Event struct {
	Request *http.Request // to be read only, and not to be kept
	Verdict cors.Verdict

	// Preflight: the request is a CORS-preflight request.
	Preflight bool

	// Stopped: Enforce keeps the request from the handler.
	Stopped bool

	// ReportOnly: nothing of this is carried out.
	ReportOnly bool

	name func(*http.Request) string
}

// Policy returns the name that Observe gives the request's policy; "" without one.
func (e Event) Policy() string {
	if e.name == nil {
		return ""
	}
	return e.name(e.Request)
}

// Refused reports whether a page does not get what it asked for, or would not.
func (e Event) Refused() bool { return e.Stopped || e.Verdict.Refused() }

// Observer is told of each decision of a Middleware: it counts, traces or writes a
// log. It is called by the goroutine of the request, several at a time, and holds
// the request up.
type Observer interface{ Observe(Event) }

// Observe has an Observer told of each decision; several may be given. name tells the
// policies of a service apart, by route, tenant or kind of resource; it is told
// the request, and nil stands for one name for all. What counts by name keeps
// something for each of them, so there should be few, and no request should be able
// to make new ones.
func Observe(o Observer, name func(*http.Request) string) Option {
	return func(m *Middleware) { m.observers = append(m.observers, observer{o, name}) }
}

type observer struct {
	Observer
	name func(*http.Request) string
}

// ReportOnly makes the middleware decide and tell its observers, and do nothing: no
// field is written, and every request reaches the handler, preflights included. What
// the handler answers by itself, by other means or none, stays in force. So a policy
// can be tried on real requests before it is relied on.
func ReportOnly() Option { return func(m *Middleware) { m.reportOnly = true } }

// tell tells the observers what was decided.
func (m *Middleware) tell(r *http.Request, d policy.Decision, stopped bool) {
	for _, o := range m.observers {
		o.Observe(Event{Request: r, Verdict: d.Verdict, Preflight: d.Preflight, Stopped: stopped, ReportOnly: m.reportOnly, name: o.name})
	}
}
