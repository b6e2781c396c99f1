package corshttp_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/server/corshttp"
)

// discard is a ResponseWriter that costs nothing of its own.
type discard struct{ header http.Header }

func (w *discard) Header() http.Header         { return w.header }
func (w *discard) Write(b []byte) (int, error) { return len(b), nil }
func (w *discard) WriteHeader(int)             {}

func origins(n int, format string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(format, i)
	}
	return list
}

// nobody is an Observer that does nothing.
type nobody struct{}

func (nobody) Observe(corshttp.Event) {}

// BenchmarkObserve shows what being watched costs, and that it costs nothing when
// nobody watches.
func BenchmarkObserve(b *testing.B) {
	c := compile(b, policy.Policy{AllowOrigins: origins(1, "https://site%d.example")})
	byPath := func(*http.Request) string { return "albums" }
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	for _, row := range []struct {
		name    string
		options []corshttp.Option
	}{
		{"off", nil},
		{"an observer", []corshttp.Option{corshttp.Observe(nobody{}, byPath)}},
		{"a sampled log", []corshttp.Option{corshttp.Observe(corshttp.NewRefusalLog(log, slog.LevelInfo, 10, time.Second, nil), byPath)}},
		{"report only", []corshttp.Option{corshttp.Observe(nobody{}, byPath), corshttp.ReportOnly()}},
	} {
		for _, origin := range []string{"https://site0.example", "https://evil.example"} {
			b.Run(row.name+" "+map[bool]string{true: "hit", false: "miss"}[origin == "https://site0.example"], func(b *testing.B) {
				h := corshttp.New(c, row.options...).Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
				r, w := (&http.Request{Method: "GET", Header: http.Header{"Origin": {origin}}}).WithContext(b.Context()), &discard{header: http.Header{}}
				b.ReportAllocs()
				for b.Loop() {
					clear(w.header)
					h.ServeHTTP(w, r)
				}
			})
		}
	}
}

// BenchmarkMiddleware measures one request through the middleware, the cost of
// the (empty) handler included. Rows named hit are allowed, rows named miss refused.
func BenchmarkMiddleware(b *testing.B) {
	const exact, below = "https://site%d.example", "https://*.site%d.example"
	preflight := func(origin, headers string) http.Header {
		return http.Header{"Origin": {origin}, "Access-Control-Request-Method": {"PUT"}, "Access-Control-Request-Headers": {headers}}
	}
	from := func(origin string) http.Header { return http.Header{"Origin": {origin}} }
	one := policy.Policy{AllowOrigins: origins(1, exact), AllowMethods: []string{"PUT"}, AllowHeaders: []string{"authorization", "content-type", "x-a", "x-b", "x-c"}, MaxAge: new(600)}
	credentialed := policy.Policy{AllowOrigins: origins(1, exact), AllowCredentials: true, ExposeHeaders: []string{"ETag", "Link"}}
	for _, row := range []struct {
		name   string
		policy policy.Policy
		method string
		header http.Header
	}{
		{"no origin", one, "GET", http.Header{}},
		{"any hit", policy.Policy{AllowOrigins: []string{"*"}}, "GET", from("https://site0.example")},
		{"credentialed hit", credentialed, "GET", from("https://site0.example")},
		{"exact 1 hit", one, "GET", from("https://site0.example")},
		{"exact 100 hit", policy.Policy{AllowOrigins: origins(100, exact)}, "GET", from("https://site99.example")},
		{"exact 10000 hit", policy.Policy{AllowOrigins: origins(10000, exact)}, "GET", from("https://site9999.example")},
		{"exact 1 miss", one, "GET", from("https://evil.example")},
		{"exact 10000 miss", policy.Policy{AllowOrigins: origins(10000, exact)}, "GET", from("https://evil.example")},
		{"pattern 1 hit", policy.Policy{AllowOrigins: origins(1, below)}, "GET", from("https://www.site0.example")},
		{"pattern 100 hit", policy.Policy{AllowOrigins: origins(100, below)}, "GET", from("https://www.site99.example")},
		{"pattern 10000 hit", policy.Policy{AllowOrigins: origins(10000, below)}, "GET", from("https://www.site9999.example")},
		{"pattern 10000 miss", policy.Policy{AllowOrigins: origins(10000, below)}, "GET", from("https://www.evil.example")},
		{"pattern 10000 ports hit", policy.Policy{AllowOrigins: origins(10000, "https://*.site.example:1%04d")}, "GET", from("https://www.site.example:19999")},
		{"any port hit", policy.Policy{AllowOrigins: []string{"http://localhost:*"}}, "GET", from("http://localhost:3000")},
		{"preflight hit", one, "OPTIONS", preflight("https://site0.example", "authorization,content-type,x-a,x-b,x-c")},
		{"preflight origin miss", one, "OPTIONS", preflight("https://evil.example", "x-a")},
		{"preflight header miss", one, "OPTIONS", preflight("https://site0.example", "x-z")},
		{"preflight 64KB of commas", one, "OPTIONS", preflight("https://site0.example", strings.Repeat(",", 64<<10))},
		{"64KB origin", one, "GET", from("https://" + strings.Repeat("a", 64<<10))},
	} {
		b.Run(row.name, func(b *testing.B) {
			h := corshttp.New(compile(b, row.policy)).Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			r := &http.Request{Method: row.method, Header: row.header}
			w := &discard{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				h.ServeHTTP(w, r)
			}
		})
	}
}
