// Package corsprom counts the decisions of corshttp's middleware for Prometheus.
//
// The labels are few and bounded: no origin, address or header that a request brings
// becomes one.
package corsprom

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/server/corshttp"
)

// Metrics is an Observer that counts. Make one with New, and give it to
// corshttp.Observe.
//
//	corsage_requests_total{policy, request, verdict, reason, mode}
//	corsage_requests_stopped_total{policy, mode}
//
// policy is the name that Observe gives it; request is same-origin, actual or
// preflight; verdict is allowed, refused or none; reason is that of the cors.Verdict;
// mode is enforced or report-only. Requests without an Origin field count as
// same-origin.
type Metrics struct {
	requests, stopped *prometheus.CounterVec

	mu    sync.RWMutex
	names map[string]bool
}

// mostNames is how many policies are told apart. What comes later is counted as
// otherName: a label for each thing that a request can name would fill the memory of
// whoever collects them.
const (
	mostNames = 200
	otherName = "other"
)

// New returns Metrics that are registered with r. The error is that of r, such as for
// a second one of the same.
func New(r prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{
		names: map[string]bool{},
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "corsage_requests_total", Help: "Requests by what the CORS policy says about them.",
		}, []string{"policy", "request", "verdict", "reason", "mode"}),
		stopped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "corsage_requests_stopped_total", Help: "Requests that change state and are kept from the handler, since no policy allows their origin.",
		}, []string{"policy", "mode"}),
	}
	for _, c := range []prometheus.Collector{m.requests, m.stopped} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Observe implements corshttp.Observer.
func (m *Metrics) Observe(e corshttp.Event) {
	name, mode := m.bounded(e.Policy()), "enforced"
	if e.ReportOnly {
		mode = "report-only"
	}
	m.requests.WithLabelValues(name, request(e), verdict(e.Verdict), e.Verdict.Reason.String(), mode).Inc()
	if e.Stopped {
		m.stopped.WithLabelValues(name, mode).Inc()
	}
}

func request(e corshttp.Event) string {
	switch {
	case e.Preflight:
		return "preflight"
	case e.Verdict.Reason == cors.NotCORS:
		return "same-origin"
	default:
		return "actual"
	}
}

func verdict(v cors.Verdict) string {
	switch {
	case v.Allowed():
		return "allowed"
	case v.Refused():
		return "refused"
	default:
		return "none"
	}
}

// bounded is the label of a policy's name.
func (m *Metrics) bounded(name string) string {
	m.mu.RLock()
	known := m.names[name]
	m.mu.RUnlock()
	if known {
		return name
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.names[name] && len(m.names) >= mostNames {
		return otherName
	}
	m.names[name] = true
	return name
}
