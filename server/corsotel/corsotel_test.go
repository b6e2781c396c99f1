package corsotel_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/server/corshttp"
	"github.com/corsage-go/corsage/server/corsotel"
)

// Each decision is counted, and a refusal is an event of its request's span.
func TestObserver(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	o, err := corsotel.New(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)).Meter("test"))
	if err != nil {
		t.Fatal(err)
	}
	spans := tracetest.NewSpanRecorder()
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)).Tracer("test")
	c, err := policy.Compile(policy.Policy{AllowOrigins: []string{"https://app.example"}})
	if err != nil {
		t.Fatal(err)
	}
	h := corshttp.New(c, corshttp.Observe(o, func(*http.Request) string { return "albums" })).Wrap(http.NotFoundHandler())
	for _, origin := range []string{"https://app.example", "https://evil.example", "https://evil.example"} {
		ctx, span := tracer.Start(t.Context(), "request")
		r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
		r.Header.Set("Origin", origin)
		h.ServeHTTP(httptest.NewRecorder(), r)
		span.End()
	}
	if got := counted(t, reader); got["allowed"] != 1 || got["origin-not-allowed"] != 2 || len(got) != 2 {
		t.Errorf("counted %v", got)
	}
	events := 0
	for _, span := range spans.Ended() {
		for _, e := range span.Events() {
			events++
			set := attribute.NewSet(e.Attributes...)
			if seen, _ := set.Value("corsage.seen"); e.Name != "corsage.refused" || seen.AsString() != `"https://evil.example"` {
				t.Errorf("event %s with %v", e.Name, e.Attributes)
			}
		}
	}
	if events != 2 {
		t.Errorf("%d events, want one for each refusal", events)
	}
}

// counted is how often each reason was counted.
func counted(t *testing.T, reader sdkmetric.Reader) map[string]int64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			sum, _ := m.Data.(metricdata.Sum[int64])
			for _, p := range sum.DataPoints {
				reason, _ := p.Attributes.Value("corsage.reason")
				got[reason.AsString()] += p.Value
			}
		}
	}
	return got
}
