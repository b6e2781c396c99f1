package script

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsage-go/corsage/agent"
)

// newRealm opens a page with what scripts write to its console.
func newRealm(t testing.TB, o agent.Options) (*Realm, *[]string) {
	t.Helper()
	a := agent.New(o)
	t.Cleanup(a.Close)
	page, err := a.Page("https://app.example/")
	if err != nil {
		t.Fatal(err)
	}
	lines := new([]string)
	realm, err := New(page, Options{Console: func(m Message) { *lines = append(*lines, m.Text) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(realm.Close)
	return realm, lines
}

// Callbacks, promises and timers run in the order of the standard.
func TestOrder(t *testing.T) {
	for name, tt := range map[string]struct{ script, want string }{
		"console": {`console.log("a", 1, {b: [2, "c"]}, null)`, `a 1 {b: [2, "c"]} null`},
		"timers": {
			`setTimeout(() => console.log(3), 2); setTimeout(() => console.log(1)); setTimeout(() => console.log(2)); console.log(0)`,
			"0 1 2 3",
		},
		"microtasks after each callback": {
			`const t = new EventTarget();
			for (const n of [1, 2]) t.addEventListener("x", () => { console.log(n); Promise.resolve().then(() => console.log("then", n)) });
			setTimeout(() => t.dispatchEvent(new Event("x")));`,
			"1 2 then 1 then 2",
		},
		"reactions before the next timer": {
			`setTimeout(() => { Promise.resolve().then(() => console.log("a")) }); setTimeout(() => console.log("b"))`, "a b",
		},
		"rejections": {
			`addEventListener("unhandledrejection", e => { console.log(e.reason); e.preventDefault() }); Promise.reject("no")`, "no",
		},
		"onerror": {
			`onerror = (m, f, l, c, e) => { console.log(m, f, l, e.name); return true }; setTimeout(() => null.x)`,
			"Uncaught TypeError: cannot read property 'x' of null test.js 1 TypeError",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				realm, lines := newRealm(t, agent.Options{})
				if err := realm.Run(t.Context(), tt.script, "test.js"); err != nil {
					t.Fatal(err)
				}
				if got := strings.Join(*lines, " "); got != tt.want {
					t.Errorf("the console shows %q, want %q", got, tt.want)
				}
			})
		})
	}
}

func BenchmarkPage(b *testing.B) {
	a := agent.New(agent.Options{})
	page, err := a.Page("https://app.example/")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		realm, err := New(page, Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(realm.thread.runtime.MemoryUsed()), "heap-bytes")
		realm.Close()
	}
}

// A realm can be closed while much is pending.
func TestCloseEarly(t *testing.T) {
	realm, _ := newRealm(t, agent.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := realm.Run(ctx, `setInterval(() => {}, 1000); Promise.reject(1); const o = {}; o.o = o`, "test.js")
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

// An endless script is stopped, with an error that says so.
func TestEndless(t *testing.T) {
	realm, _ := newRealm(t, agent.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := realm.Run(ctx, `try { for (;;); } catch { console.log("caught") } finally { for (;;); }`, "test.js")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
}

// hello answers any origin.
func hello(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"method": %q}`, r.Method)
}

// An XMLHttpRequest of script meets the rules of CORS.
func TestXHR(t *testing.T) {
	for name, tt := range map[string]struct{ script, want string }{
		"allowed": {
			`const x = new XMLHttpRequest(); x.open("GET", "https://open.example/"); x.responseType = "json";
			for (const e of ["readystatechange", "loadstart", "progress", "load", "loadend", "error"])
				x["on" + e] = (ev) => console.log(e + x.readyState, ev.loaded ?? "");
			x.onload = () => console.log(x.status, x.response.method, x.response === x.response); x.send()`,
			"loadstart1 0|readystatechange2 |readystatechange3 |progress3 17|progress3 17|readystatechange4 |200 GET true|loadend4 17",
		},
		"blocked": {
			`const x = new XMLHttpRequest(); x.open("GET", "https://closed.example/");
			x.onerror = () => console.log("error", x.status); x.onload = () => console.log("load"); x.send()`, "error 0",
		},
		"sync": {
			`const x = new XMLHttpRequest(); x.open("GET", "https://open.example/", false); x.send(); console.log(x.responseText);
			try { x.open("GET", "https://closed.example/", false); x.send() } catch (e) { console.log(e.name, e.code, e instanceof DOMException) }`,
			`{"method": "GET"}|NetworkError 19 true`,
		},
		"exceptions": {
			`const x = new XMLHttpRequest(); try { x.send() } catch (e) { console.log(e.name) }
			try { x.open("GET") } catch (e) { console.log(e.name) }
			try { XMLHttpRequest() } catch (e) { console.log(e.name) }
			try { XMLHttpRequest.prototype.readyState } catch (e) { console.log(e.name) }
			try { new XMLHttpRequestUpload() } catch (e) { console.log(e.message) }`,
			"InvalidStateError|TypeError|TypeError|TypeError|Illegal constructor",
		},
	} {
		t.Run(name, func(t *testing.T) {
			realm, lines := newRealm(t, agent.Options{Handlers: map[string]http.Handler{
				"https://open.example":   http.HandlerFunc(hello),
				"https://closed.example": http.NotFoundHandler(),
			}})
			if err := realm.Run(t.Context(), tt.script, "test.js"); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(*lines, "|"); got != tt.want {
				t.Errorf("the console shows\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
