// Package corsotel tells OpenTelemetry what corshttp's middleware decides: it counts,
// and it notes refusals in the spans of their requests. It is a module of its own, so
// that OpenTelemetry is no dependency of Corsage.
package corsotel

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/server/corshttp"
)

// Names of what is told. No attribute of a metric holds what a request brings.
const (
	requestsName = "corsage.requests"
	refusedName  = "corsage.refused"

	keyPolicy     = attribute.Key("corsage.policy")
	keyReason     = attribute.Key("corsage.reason")
	keyRefused    = attribute.Key("corsage.refused")
	keyPreflight  = attribute.Key("corsage.preflight")
	keyStopped    = attribute.Key("corsage.stopped")
	keyReportOnly = attribute.Key("corsage.report_only")
	keySeen       = attribute.Key("corsage.seen")
)

// Observer implements corshttp.Observer. Make one with New, and give it to
// corshttp.Observe with a function that names few policies: each name is an attribute.
type Observer struct{ requests metric.Int64Counter }

// New returns an Observer that counts with a meter. The error is that of the meter.
func New(m metric.Meter) (*Observer, error) {
	c, err := m.Int64Counter(requestsName, metric.WithDescription("Requests by what the CORS policy says about them."), metric.WithUnit("{request}"))
	if err != nil {
		return nil, err
	}
	return &Observer{requests: c}, nil
}

// Observe implements corshttp.Observer. A refusal is an event of the request's span,
// if there is one that is recorded; there alone, what was seen is told.
func (o *Observer) Observe(e corshttp.Event) {
	ctx := e.Request.Context()
	attributes := attribute.NewSet(
		keyPolicy.String(e.Policy()),
		keyReason.String(e.Verdict.Reason.String()),
		keyRefused.Bool(e.Refused()),
		keyPreflight.Bool(e.Preflight),
		keyStopped.Bool(e.Stopped),
		keyReportOnly.Bool(e.ReportOnly),
	)
	o.requests.Add(ctx, 1, metric.WithAttributeSet(attributes))
	if e.Refused() {
		note(ctx, e, attributes)
	}
}

func note(ctx context.Context, e corshttp.Event, attributes attribute.Set) {
	span := trace.SpanFromContext(ctx)
	if !span.IsRecording() {
		return
	}
	all := append(attributes.ToSlice(), keySeen.String(cors.Excerpt(e.Verdict.Observed)))
	span.AddEvent(refusedName, trace.WithAttributes(all...))
}
