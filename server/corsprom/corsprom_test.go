package corsprom_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/server/corshttp"
	"github.com/corsage-go/corsage/server/corsprom"
)

func watched(t testing.TB, r prometheus.Registerer, options ...corshttp.Option) http.Handler {
	t.Helper()
	m, err := corsprom.New(r)
	if err != nil {
		t.Fatal(err)
	}
	c, err := policy.Compile(policy.Policy{AllowOrigins: []string{"https://app.example"}, AllowMethods: []string{"PUT"}})
	if err != nil {
		t.Fatal(err)
	}
	options = append(options, corshttp.Enforce(), corshttp.Observe(m, func(r *http.Request) string { return r.URL.Path }))
	return corshttp.New(c, options...).Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
}

func ask(h http.Handler, method, path, origin, asked string) {
	r := httptest.NewRequest(method, path, nil)
	for name, value := range map[string]string{"Origin": origin, "Access-Control-Request-Method": asked} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	h.ServeHTTP(httptest.NewRecorder(), r)
}

// exposed is what a collector gets to read, without the comments.
func exposed(t testing.TB, g prometheus.Gatherer) string {
	t.Helper()
	w := httptest.NewRecorder()
	promhttp.HandlerFor(g, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	var lines []string
	for line := range strings.Lines(w.Body.String()) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// Each decision is counted by its policy, request, verdict and reason, and nothing
// that a request brings is in the text.
func TestMetrics(t *testing.T) {
	r := prometheus.NewRegistry()
	h := watched(t, r)
	ask(h, "GET", "/a", "", "")
	for range 2 {
		ask(h, "GET", "/a", "https://app.example", "")
	}
	ask(h, "POST", "/a", "https://evil.example", "")
	ask(h, "OPTIONS", "/b", "https://app.example", "PUT")
	ask(h, "OPTIONS", "/b", "https://app.example", "X-EVIL")
	const want = `corsage_requests_stopped_total{mode="enforced",policy="/a"} 1
corsage_requests_total{mode="enforced",policy="/a",reason="allowed",request="actual",verdict="allowed"} 2
corsage_requests_total{mode="enforced",policy="/a",reason="not-cors",request="same-origin",verdict="none"} 1
corsage_requests_total{mode="enforced",policy="/a",reason="origin-not-allowed",request="actual",verdict="refused"} 1
corsage_requests_total{mode="enforced",policy="/b",reason="allowed",request="preflight",verdict="allowed"} 1
corsage_requests_total{mode="enforced",policy="/b",reason="method-not-allowed",request="preflight",verdict="refused"} 1
`
	if got := exposed(t, r); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// What would have been refused is counted apart.
func TestReportOnly(t *testing.T) {
	r := prometheus.NewRegistry()
	ask(watched(t, r, corshttp.ReportOnly()), "POST", "/a", "https://evil.example", "")
	const want = `corsage_requests_stopped_total{mode="report-only",policy="/a"} 1
corsage_requests_total{mode="report-only",policy="/a",reason="origin-not-allowed",request="actual",verdict="refused"} 1
`
	if got := exposed(t, r); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// A thousand names do not make a thousand labels.
func TestNamesAreBounded(t *testing.T) {
	r := prometheus.NewRegistry()
	h := watched(t, r)
	for i := range 1000 {
		ask(h, "GET", fmt.Sprint("/", i), "", "")
	}
	got := exposed(t, r)
	if n := strings.Count(got, "\n"); n != 201 {
		t.Errorf("%d series, want 200 and one for the others", n)
	}
	if !strings.Contains(got, `policy="other",reason="not-cors",request="same-origin",verdict="none"} 800`) {
		t.Error("the others are not counted together")
	}
}

// Two of the same cannot be told apart, so the second is an error.
func TestTwice(t *testing.T) {
	r := prometheus.NewRegistry()
	watched(t, r)
	if _, err := corsprom.New(r); err == nil {
		t.Error("no error for the second one")
	}
}

func ExampleNew() {
	registry := prometheus.NewRegistry()
	metrics, err := corsprom.New(registry)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := policy.Compile(policy.Policy{AllowOrigins: []string{"https://app.example"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	byRoute := func(r *http.Request) string { return r.Pattern }
	handler := corshttp.New(c, corshttp.Observe(metrics, byRoute)).Wrap(http.NotFoundHandler())
	ask(handler, "GET", "/", "https://evil.example", "")
	families, err := registry.Gather()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range families {
		fmt.Println(f.GetName(), f.GetMetric()[0].GetCounter().GetValue())
	}
	// Output: corsage_requests_total 1
}

// BenchmarkObserve is what counting a request costs.
func BenchmarkObserve(b *testing.B) {
	h := watched(b, prometheus.NewRegistry())
	r, w := httptest.NewRequest("GET", "/a", nil), httptest.NewRecorder()
	r.Header.Set("Origin", "https://evil.example")
	b.ReportAllocs()
	for b.Loop() {
		clear(w.Header())
		h.ServeHTTP(w, r)
	}
}
