package corshttp_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/server/corshttp"
)

// notes is an Observer that writes down what it is told.
type notes []string

func (n *notes) Observe(e corshttp.Event) {
	s := fmt.Sprintf("%s %s %s", e.Policy(), e.Request.Method, e.Verdict.Reason)
	if e.Preflight {
		s += " preflight"
	}
	if e.Stopped {
		s += " stopped"
	}
	if e.ReportOnly {
		s += " only reported"
	}
	*n = append(*n, s)
}

// watched are requests of every sort, and what an observer of a policy for
// https://app.example is told of each.
var watched = []struct{ method, origin, asked, told string }{
	{"GET", "", "", "/a GET not-cors"},
	{"GET", "https://app.example", "", "/a GET allowed"},
	{"GET", "https://evil.example", "", "/a GET origin-not-allowed"},
	{"POST", "https://evil.example", "", "/a POST origin-not-allowed stopped"},
	{"POST", "evil", "", "/a POST origin-malformed stopped"},
	{"OPTIONS", "https://app.example", "PUT", "/a OPTIONS allowed preflight"},
	{"OPTIONS", "https://app.example", "PATCH", "/a OPTIONS method-not-allowed preflight"},
	{"OPTIONS", "https://app.example", "", "/a OPTIONS allowed"},
}

func ask(h http.Handler, method, origin, asked string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/a", nil)
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	if asked != "" {
		r.Header.Set("Access-Control-Request-Method", asked)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func byPath(r *http.Request) string { return r.URL.Path }

func appPolicy(t testing.TB) *policy.Compiled {
	return compile(t, policy.Policy{AllowOrigins: []string{"https://app.example"}, AllowMethods: []string{"PUT"}})
}

// An observer is told of every decision, each once, and so is a second one.
func TestObserve(t *testing.T) {
	var first, second notes
	h := corshttp.New(appPolicy(t), corshttp.Enforce(), corshttp.Observe(&first, byPath), corshttp.Observe(&second, nil)).Wrap(teapot())
	var want []string
	for _, c := range watched {
		ask(h, c.method, c.origin, c.asked)
		want = append(want, c.told)
	}
	if !slices.Equal(first, want) {
		t.Errorf("told\n%q, want\n%q", first, want)
	}
	for i := range want {
		if second[i] != strings.TrimPrefix(want[i], "/a") {
			t.Errorf("the second observer was told %q", second[i])
		}
	}
}

// With ReportOnly every request reaches the handler, whose answer stays as it is, and
// the observer is told what would have been done.
func TestReportOnly(t *testing.T) {
	var told notes
	h := corshttp.New(appPolicy(t), corshttp.Enforce(), corshttp.ReportOnly(), corshttp.Observe(&told, byPath)).Wrap(teapot())
	for i, c := range watched {
		if w := ask(h, c.method, c.origin, c.asked); w.Code != handled || len(w.Header()) != 0 {
			t.Errorf("%s from %q: status %d, fields %v", c.method, c.origin, w.Code, w.Header())
		}
		if want := c.told + " only reported"; told[i] != want {
			t.Errorf("told %q, want %q", told[i], want)
		}
	}
}

// Being watched changes no answer.
func TestObserveChangesNothing(t *testing.T) {
	var told notes
	plain := corshttp.New(appPolicy(t), corshttp.Enforce()).Wrap(teapot())
	watching := corshttp.New(appPolicy(t), corshttp.Enforce(), corshttp.Observe(&told, nil)).Wrap(teapot())
	for _, c := range watched {
		a, b := ask(plain, c.method, c.origin, c.asked), ask(watching, c.method, c.origin, c.asked)
		if a.Code != b.Code || fmt.Sprint(a.Header()) != fmt.Sprint(b.Header()) {
			t.Errorf("%s from %q: %d %v, watched %d %v", c.method, c.origin, a.Code, a.Header(), b.Code, b.Header())
		}
	}
}

// The log has a line for a refusal, so many in a while, and says how many are missing.
func TestRefusalLog(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	now := time.Unix(1_000_000, 0)
	refusals := corshttp.NewRefusalLog(log, slog.LevelWarn, 2, time.Second, func() time.Time { return now })
	h := corshttp.New(appPolicy(t), corshttp.Enforce(), corshttp.Observe(refusals, byPath)).Wrap(teapot())
	for range 5 {
		ask(h, "GET", "https://app.example", "")
		ask(h, "POST", "https://evil.example\n", "")
	}
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("%d lines, want 2:\n%s", n, &out)
	}
	out.Reset()
	now = now.Add(time.Second)
	ask(h, "OPTIONS", "https://app.example", "PATCH")
	const want = `level=WARN msg="refused a page of another site" policy=/a reason=method-not-allowed seen="\"PATCH\"" method="\"PATCH\"" preflight=true stopped=false left_out=3` + "\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
}
