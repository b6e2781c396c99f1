package script

import (
	"strings"
	"testing"
)

// runPages loads pages, each with what else its servers have, and compares what
// they write to the console.
func runPages(t *testing.T, tests map[string]struct {
	page string
	more site
	want string
},
) {
	t.Helper()
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := site{"app.example/page": tt.page}
			for k, v := range tt.more {
				s[k] = v
			}
			_, lines, err := loadPage(t, s, "https://app.example/page")
			if err != nil {
				t.Fatalf("%v\n%s", err, strings.Join(lines, "\n"))
			}
			if got := strings.Join(lines, "|"); got != tt.want {
				t.Errorf("the console shows\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// Frames have windows and origins of their own: those of the same origin reach each
// other, and others by messages only.
//
// Standard: https://html.spec.whatwg.org/#cross-origin-objects
func TestFrames(t *testing.T) {
	says := `<script>parent.postMessage({from: location.href, origin: self.origin}, "*")</script>`
	hear := `<script>onmessage = e => console.log(e.data.from, e.data.origin, e.origin, e.source === frames[0])</script>`
	runPages(t, map[string]struct {
		page string
		more site
		want string
	}{
		"of the same origin": {
			page: `<iframe name=inner src="inner" onload="console.log(contentDocument.body.textContent, contentWindow.x, frames.length, inner === contentWindow)"></iframe>`,
			more: site{"app.example/inner": `<body>hello<script>var x = parent.location.pathname + (top === parent) + (frameElement !== null) + document.referrer</script>`},
			want: `hellovar x = parent.location.pathname + (top === parent) + (frameElement !== null) + document.referrer /pagetruetruehttps://app.example/page 1 true`,
		},
		"of another origin": {
			page: hear + `<iframe src="https://other.example/inner"></iframe><script>onload = () => {
				const w = document.querySelector("iframe").contentWindow;
				for (const f of [() => w.document, () => w.location.href, () => w.x, () => Object.keys(w).length, () => w.closed, () => w === frames[0], () => document.querySelector("iframe").contentDocument])
					try { console.log(f()) } catch (e) { console.log(e.name) } }</script>`,
			more: site{"other.example/inner": says},
			want: `https://other.example/inner https://other.example https://other.example true|SecurityError|SecurityError|SecurityError|0|false|true|null`,
		},
		"sandboxed": {
			page: hear + `<iframe sandbox="allow-scripts" src="inner"></iframe><script>onload = () => { try { frames[0].document } catch (e) { console.log(e.name) } }</script>`,
			more: site{"app.example/inner": says},
			want: `https://app.example/inner null null true|SecurityError`,
		},
		"without scripts": {
			page: `<iframe sandbox="allow-same-origin" srcdoc="<p onclick=0>x</p><script>parent.console.log('never')</script>"></iframe><script>onload = () => console.log(frames[0].document.querySelector("p").textContent)</script>`,
			want: "x",
		},
		"srcdoc and about:blank inherit": {
			page: hear + `<iframe srcdoc="<script>parent.postMessage({from: location.href + document.baseURI, origin: self.origin}, '/')</script>"></iframe>
				<script>const f = document.createElement("iframe"); f.onload = () => console.log("blank", f.contentDocument.URL); document.body.append(f);
				console.log(f.contentWindow.location.href, f.contentWindow.origin)</script>`,
			want: "blank about:blank|about:blank https://app.example|about:srcdochttps://app.example/page https://app.example https://app.example true",
		},
		"data: is opaque": {
			page: hear + `<iframe src="data:text/html,<script>parent.postMessage({from: 'data', origin: self.origin}, '*')</script>"></iframe>`,
			want: "data null null true",
		},
		"a message for another origin does not arrive": {
			page: `<iframe src="https://other.example/inner"></iframe><script>onload = () => { frames[0].postMessage("a", "https://app.example"); frames[0].postMessage("b", "https://other.example"); }; onmessage = e => console.log(e.data)</script>`,
			more: site{"other.example/inner": `<script>onmessage = e => e.source.postMessage("got " + e.data, e.origin)</script>`},
			want: "got b",
		},
		"a frame goes elsewhere": {
			page: `<iframe src="a" onload="console.log(contentWindow.location.pathname); if (contentWindow.location.pathname === '/a') contentWindow.location.href = 'b'"></iframe>`,
			more: site{"app.example/a": "", "app.example/b": ""},
			want: "/a|/b",
		},
		"a form is sent from a frame's name": {
			page: `<iframe name=t></iframe><form target=t method=post action="https://other.example/echo"><input name=a value="1 &"><button name=b value=2>go</button></form>
				<script>onmessage = e => console.log(e.data); document.querySelector("button").click()</script>`,
			more: site{"other.example/echo": "<script>parent.postMessage('%s|%s|%s|%s|%s|%s', '*')</script>"},
			want: "POST||application/x-www-form-urlencoded|a=1+%26&b=2|https://app.example|navigate",
		},
		"ports": {
			page: `<iframe src="https://other.example/inner"></iframe><script>onload = () => { const c = new MessageChannel(); c.port1.onmessage = e => console.log(e.data); frames[0].postMessage("port", "*", [c.port2]) }</script>`,
			more: site{"other.example/inner": `<script>onmessage = e => e.ports[0].postMessage(e.data + e.ports.length)</script>`},
			want: "port1",
		},
		"window.open": {
			page: `<script>const w = open("https://other.example/pop"); onmessage = e => { console.log(e.data, e.source === w, w.closed); w.close(); console.log(w.closed) }</script>`,
			more: site{"other.example/pop": `<script>opener.postMessage("opened " + (parent === window), "*")</script>`},
			want: "opened true true false|true",
		},
	})
}

// Workers run apart from the page and meet it by messages.
//
// Standard: https://html.spec.whatwg.org/#workers
func TestWorkers(t *testing.T) {
	runPages(t, map[string]struct {
		page string
		more site
		want string
	}{
		"messages": {
			page: `<script>const w = new Worker("w.js", {name: "n"}); w.onmessage = e => { console.log(e.data); w.terminate() }; w.postMessage(new Uint8Array([1, 2]))</script>`,
			more: site{"app.example/w.js": `importScripts("lib.js"); onmessage = e => postMessage([name, e.data instanceof Uint8Array, e.data[1], lib, typeof document, self instanceof DedicatedWorkerGlobalScope, location.pathname].join())`, "app.example/lib.js": `var lib = "lib"`},
			want: "n,true,2,lib,undefined,true,/w.js",
		},
		"modules": {
			page: `<script>const w = new Worker("w.js", {type: "module"}); w.onmessage = e => console.log(e.data)</script>`,
			more: site{"app.example/w.js": `import { x } from "./m.js"; postMessage(x)`, "app.example/m.js": `export const x = 7`},
			want: "7",
		},
		"errors": {
			page: `<script>const w = new Worker("w.js"); w.onerror = e => { console.log(e.message, e.filename, e.lineno); e.preventDefault() }</script>`,
			more: site{"app.example/w.js": "\nnull.x"},
			want: "Uncaught TypeError: cannot read property 'x' of null https://app.example/w.js 2",
		},
		"of another origin": {
			page: `<script>const w = new Worker("https://other.example/open/w.js"); w.onerror = e => console.log("error"); w.onmessage = () => console.log("message")</script>`,
			more: site{"other.example/open/w.js": "postMessage(1)"},
			want: "Failed to load resource: fetch https://other.example/open/w.js: The request was made for its own origin only, and leads to another. Seen: \"https://other.example\". Expected: \"https://app.example\".|error",
		},
		"shared": {
			page: `<script>for (let i = 0; i < 2; i++) { const w = new SharedWorker("w.js"); w.port.onmessage = e => console.log(e.data) }</script>`,
			more: site{"app.example/w.js": `let n = 0; onconnect = e => e.ports[0].postMessage(++n)`},
			want: "1|2",
		},
		"blob:": {
			page: `<script>new Worker(URL.createObjectURL(new Blob(["postMessage(self.origin)"], {type: "text/javascript"}))).onmessage = e => console.log(e.data)</script>`,
			want: "https://app.example",
		},
		"data:": {
			page: `<script>new Worker("data:text/javascript,postMessage(self.origin)").onmessage = e => console.log(e.data)</script>`,
			want: "null",
		},
	})
}

// Fonts of other origins are for those that have permission.
func TestFonts(t *testing.T) {
	load := `<script>const f = new FontFace("Garden", "url(https://other.example/%s)"); document.fonts.add(f);
		document.fonts.load("12px Garden").then(l => console.log(l.length, f.status, document.fonts.check("12px Garden")), e => console.log(e.name, f.status))</script>`
	runPages(t, map[string]struct {
		page string
		more site
		want string
	}{
		"shared":   {page: strings.ReplaceAll(load, "%s", "open/f.woff2"), more: site{"other.example/open/f.woff2": "wOF2..."}, want: "1 loaded true"},
		"no font":  {page: strings.ReplaceAll(load, "%s", "open/f.woff2"), more: site{"other.example/open/f.woff2": "no"}, want: "NetworkError error"},
		"withheld": {page: strings.ReplaceAll(load, "%s", "f.woff2"), more: site{"other.example/f.woff2": "wOF2..."}, want: "Access to font at 'https://other.example/f.woff2' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.|NetworkError error"},
	})
}
