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
			x.onerror = () => console.log("error", x.status); x.onload = () => console.log("load"); x.send()`,
			"Access to XMLHttpRequest at 'https://closed.example/' from origin 'https://app.example' has been blocked by CORS policy: " +
				"No 'Access-Control-Allow-Origin' header is present on the requested resource.|error 0",
		},
		"sync": {
			`const x = new XMLHttpRequest(); x.open("GET", "https://open.example/", false); x.send(); console.log(x.responseText);
			try { x.open("GET", "https://closed.example/", false); x.send() } catch (e) { console.log(e.name, e.code, e instanceof DOMException) }`,
			`{"method": "GET"}|Access to XMLHttpRequest at 'https://closed.example/' from origin 'https://app.example' has been blocked by CORS policy: ` +
				`No 'Access-Control-Allow-Origin' header is present on the requested resource.|NetworkError 19 true`,
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

// fetch and its objects meet the rules of CORS, and give what was answered.
func TestFetch(t *testing.T) {
	for name, tt := range map[string]struct{ script, want string }{
		"json": {
			`const r = await fetch("https://open.example/", { method: "POST", body: "x" });
			console.log(r.ok, r.type, r.url, r.headers.get("content-type"), (await r.json()).method, r.bodyUsed)`,
			"true cors https://open.example/ application/json POST true",
		},
		"blocked": {
			`try { await fetch("https://closed.example/") } catch (e) { console.log(e.name, e.message) }`,
			"Access to fetch at 'https://closed.example/' from origin 'https://app.example' has been blocked by CORS policy: " +
				"No 'Access-Control-Allow-Origin' header is present on the requested resource.|TypeError Failed to fetch",
		},
		"opaque": {`const r = await fetch("https://closed.example/", { mode: "no-cors" }); console.log(r.type, r.status, r.body)`, "opaque 0 null"},

		"stream": {
			`const r = await fetch("https://open.example/"); let n = 0; for await (const c of r.body) n += c.length; console.log(n)`, "17",
		},
		"clone": {
			`const r = await fetch("https://open.example/"); const s = r.clone(); console.log((await r.text()) === (await s.text()))`, "true",
		},
		"abort": {
			`const c = new AbortController(); const p = fetch("https://open.example/", { signal: c.signal }); c.abort();
			try { await p } catch (e) { console.log(e.name) }`, "AbortError",
		},
		"abort the body": {
			`const c = new AbortController(); const r = await fetch("https://open.example/", { signal: c.signal }); c.abort();
			try { await r.text() } catch (e) { console.log(e.name) }`, "AbortError",
		},
		"headers": {
			`const h = new Headers([["B", "2"], ["a", " 1 "], ["b", "3"]]); h.append("set-cookie", "x"); h.append("set-cookie", "y");
			console.log([...h].map((p) => p.join("=")).join()); try { new Headers([["a b", "c"]]) } catch (e) { console.log(e.name) }`,
			"a=1,b=2, 3,set-cookie=x,set-cookie=y|TypeError",
		},
		"request": {
			`const r = new Request("/x#y", { method: "post", body: new Uint8Array([65]), headers: { Origin: "no", A: "b" } });
			console.log(r.method, r.url, [...r.headers].join(), r.mode, r.credentials, r.signal.aborted, await r.clone().text())`,
			"POST https://app.example/x#y a,b cors same-origin false A",
		},
		"response": {
			`const r = Response.json({ a: 1 }, { status: 201 }); console.log(r.status, r.headers.get("content-type"), await r.text());
			try { new Response("x", { status: 204 }) } catch (e) { console.log(e.name) }
			try { new Response("x", { status: 99 }) } catch (e) { console.log(e.name) }
			const e = Response.error(); console.log(e.type, e.status); try { e.headers.set("a", "b") } catch (e) { console.log(e.name) }`,
			`201 application/json {"a":1}|TypeError|RangeError|error 0|TypeError`,
		},
		"data": {`console.log(await (await fetch("data:text/plain,hello")).text())`, "hello"},
		"integrity": {
			`const digest = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="; // of "hello"
			console.log(await (await fetch("data:,hello", { integrity: digest })).text());
			try { await fetch("data:,hallo", { integrity: digest }) } catch (e) { console.log(e.name) }`,
			"hello|Failed to load resource: the response is not the one that integrity names|TypeError",
		},
	} {
		t.Run(name, func(t *testing.T) {
			realm, lines := newRealm(t, agent.Options{Handlers: map[string]http.Handler{
				"https://open.example":   http.HandlerFunc(hello),
				"https://closed.example": http.NotFoundHandler(),
			}})
			if err := realm.Run(t.Context(), "(async () => {"+tt.script+"\n})()", "test.js"); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(*lines, "|"); got != tt.want {
				t.Errorf("the console shows\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// The page finds itself, its browser and the time.
func TestSurroundings(t *testing.T) {
	for script, want := range map[string]string{
		`self === window && globalThis === self`:                                         "true",
		`Object.prototype.toString.call(self)`:                                           "[object Window]",
		`location.href + " " + location.host + " " + location.search + String(location)`: "https://app.example/ app.example https://app.example/",
		`location.assign("#x"); location.href`:                                           "https://app.example/#x",
		`try { location.origin = 1; location.origin } catch (e) { e.name }`:              "https://app.example",
		`navigator.userAgent.slice(0, 8) + navigator.language + navigator.onLine`:        "Mozilla/en-UStrue",
		`performance.now() >= 0 && performance.timeOrigin > 1e12`:                        "true",
		`origin + isSecureContext`:                                                       "https://app.exampletrue",
		`typeof XDomainRequest + typeof fetch`:                                           "undefinedfunction",
		`Object.getOwnPropertyDescriptor(self, "XMLHttpRequest").writable`:               "true",
		`Object.getOwnPropertyDescriptor(self, "fetch").enumerable`:                      "true",
		`"withCredentials" in new XMLHttpRequest`:                                        "true",
	} {
		realm, _ := newRealm(t, agent.Options{Profile: agent.Chromium})
		got, err := realm.Eval(t.Context(), script, "test.js")
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s is %v (%v), want %s", script, got, err, want)
		}
	}
}

// The engines of old take the branch that feature detection leaves them.
func TestOldEngines(t *testing.T) {
	script := `const seen = [];
		const x = new XMLHttpRequest();
		if ("withCredentials" in x) { x.open("GET", "http://open.example/"); x.onload = () => { seen.push("xhr", x.responseText) }; x.send() }
		else if (typeof XDomainRequest !== "undefined") {
			const d = new XDomainRequest(); d.open("GET", "http://open.example/");
			d.onload = () => seen.push("xdr", d.responseText, d.contentType); d.onerror = () => seen.push("error"); d.send();
		}
		if (typeof fetch === "undefined") seen.push("no fetch");
		new Promise((done) => setTimeout(done, 50)).then(() => seen.join())`
	for _, tt := range []struct {
		profile agent.Profile
		want    string
	}{
		{agent.IE9, `no fetch,xdr,{"method": "GET"},application/json`},
		{agent.IE10, `no fetch,xhr,{"method": "GET"}`},
		{agent.Chromium, `xhr,{"method": "GET"}`},
	} {
		a := agent.New(agent.Options{Profile: tt.profile, Handlers: map[string]http.Handler{"http://open.example": http.HandlerFunc(hello)}})
		defer a.Close()
		page, err := a.Page("http://app.example/")
		if err != nil {
			t.Fatal(err)
		}
		realm, err := New(page, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer realm.Close()
		got, err := realm.Eval(t.Context(), script, "test.js")
		if err != nil || got != tt.want {
			t.Errorf("got %v (%v), want %s", got, err, tt.want)
		}
	}
}

// Values are cloned with all that they hold, or not at all.
func TestStructuredClone(t *testing.T) {
	for script, want := range map[string]string{
		`const o = { a: [1, , undefined], d: new Date(5), r: /x/gi, m: new Map([[1, new Set("ab")]]), n: -0, b: 10n, s: "\ud800", e: new RangeError("no") }; o.self = o;
		const c = structuredClone(o); console.log(c !== o, c.self === c, c.a.length, 1 in c.a, c.d.getTime(), String(c.r), [...c.m.get(1)].join(), Object.is(c.n, -0), c.b, c.s === "\ud800", c.e instanceof RangeError, c.e.message)`: `true true 3 false 5 /x/gi a,b true 10n true true no`,
		`const b = new Uint8Array([1, 2]).buffer; const c = structuredClone({ b, v: new Uint8Array(b, 1) }, { transfer: [b] }); console.log(b.byteLength, c.v[0], c.v.buffer === c.b)`:            `0 2 true`,
		`for (const x of [() => {}, Symbol(), new Event("x"), { f() {} }, new WeakMap(), Promise.resolve()]) try { structuredClone(x); console.log("cloned") } catch (e) { console.log(e.name) }`: `DataCloneError DataCloneError DataCloneError DataCloneError DataCloneError DataCloneError`,
		`console.log(structuredClone(new DOMException("m", "AbortError")).code)`:                                                                                                                  `20`,
		`const { port1, port2 } = new MessageChannel(); port2.onmessage = (e) => console.log(e.data.x, e.ports.length); port1.postMessage({ x: 1 });
		const c = new MessageChannel(); c.port1.onmessage = (e) => console.log(e.data); port1.postMessage({ x: 2 }, [c.port2]); port2.addEventListener("message", (e) => e.ports[0]?.postMessage("through"))`: `1 0 2 1 through`,
	} {
		realm, lines := newRealm(t, agent.Options{})
		if err := realm.Run(t.Context(), script, "test.js"); err != nil {
			t.Errorf("%s: %v", script, err)
		}
		if got := strings.Join(*lines, " "); got != want {
			t.Errorf("%s\nshows %q, want %q", script, got, want)
		}
	}
}
