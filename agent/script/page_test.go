package script

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent"
)

// site is what the servers of these tests have, by URL without its scheme.
type site map[string]string

func (s site) handlers() map[string]http.Handler {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := s[r.Host+r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		switch {
		case strings.HasSuffix(r.URL.Path, "/echo"):
			body, _ := io.ReadAll(r.Body)
			text = fmt.Sprintf(text, r.Method, r.URL.RawQuery, r.Header.Get("Content-Type"), string(body), r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Mode"))
			w.Header().Set("Content-Type", "text/html")
		case strings.HasSuffix(r.URL.Path, ".js"):
			w.Header().Set("Content-Type", "text/javascript")
		case strings.HasSuffix(r.URL.Path, ".json"):
			w.Header().Set("Content-Type", "application/json")
		case strings.HasSuffix(r.URL.Path, ".css"):
			w.Header().Set("Content-Type", "text/css")
		case strings.HasSuffix(r.URL.Path, ".txt"):
			w.Header().Set("Content-Type", "text/plain")
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		if strings.Contains(r.URL.Path, "open") {
			w.Header().Set("Access-Control-Allow-Origin", "*")
		}
		fmt.Fprint(w, text)
	})
	return map[string]http.Handler{"https://app.example": h, "https://other.example": h}
}

// loadPage loads the page of an address, with what was written to the console.
func loadPage(t testing.TB, s site, url string) (*Realm, []string, error) {
	t.Helper()
	a := agent.New(agent.Options{Handlers: s.handlers()})
	t.Cleanup(a.Close)
	from, err := a.Page("https://app.example/")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	realm, err := Load(context.Background(), from, url, Options{Console: func(m Message) { lines = append(lines, m.Text) }})
	if realm != nil {
		t.Cleanup(realm.Close)
	}
	return realm, lines, err
}

func TestPages(t *testing.T) {
	for name, tt := range map[string]struct {
		page string
		more site
		want string
	}{
		"a script sees the document up to itself": {
			page: `<!DOCTYPE html><title>A &amp; B</title><p id=p class="x y">text<script>
				console.log(document.title, document.querySelector("p.x").firstChild.data, document.body.children.length, document.getElementById("q"), document.readyState)
				</script><p id=q>`,
			want: "A & B text 1 null loading",
		},
		"events of the end": {
			page: `<script>
				document.addEventListener("readystatechange", () => console.log(document.readyState));
				addEventListener("DOMContentLoaded", e => console.log(e.type, e.target === document));
				onload = e => console.log(e.type, e.target === document, document.querySelectorAll("*").length);
				</script><body><p>`,
			want: "interactive|DOMContentLoaded true|complete|load true 5",
		},
		"scripts in their order": {
			page: `<script src=a.js></script><script defer src=c.js></script><script>console.log("b")</script><script src=missing.js onerror="console.log('error')"></script><p onclick>`,
			more: site{"app.example/a.js": `console.log("a", document.currentScript.src)`, "app.example/c.js": `console.log("c", document.querySelector("p") !== null)`},
			want: "a https://app.example/a.js|b|error|c true",
		},
		"document.write": {
			page: `<body><script>document.write("<p id=w>wr", "itten</p>"); console.log(document.getElementById("w").textContent);
				document.write("<script>console.log('inner'); document.write('<i>deep</i>')<\/script><b>"); document.write("more</b>")</script><u>rest</u>
				<script>console.log(document.body.innerHTML.replace(/<script.*?<\/script>/gs, "").trim())</script>`,
			want: `written|inner|<p id="w">written</p><i>deep</i><b>more</b><u>rest</u>`,
		},
		"an error is placed": {
			page: "<p>\n<script>\nonerror = (m, f, l) => !console.log(m, f, l)\n</script><script>\n\nnull.x</script>",
			want: "Uncaught TypeError: cannot read property 'x' of null https://app.example/page 6",
		},
		"errors of foreign scripts are muted": {
			page: `<script>onerror = (m, f, l, c, e) => !console.log(m, f, l, e?.name)</script><script src="https://other.example/open/e.js"></script><script crossorigin src="https://other.example/open/e.js"></script>`,
			more: site{"other.example/open/e.js": `null.x`},
			want: `Script error.  0 undefined|Uncaught TypeError: cannot read property 'x' of null https://other.example/open/e.js 1 TypeError`,
		},
		"scripts that are added": {
			page: `<script>const s = document.createElement("script"); s.src = "https://other.example/jsonp.js"; s.onload = () => console.log("loaded"); document.head.append(s);
				window.callback = x => console.log(x.albums[0]); console.log("after")</script>`,
			more: site{"other.example/jsonp.js": `callback({albums: ["Open garden"]})`},
			want: "after|Open garden|loaded",
		},
		"handlers in attributes": {
			page: `<body onload="console.log('load', this === window)"><form id=f name=g><input id=i value=v onclick="console.log(value, id, event.type, name === '')"></form><script>i.click(); console.log(f === document.getElementById("f"))</script>`,
			want: "v i click true|true|load true",
		},
		"modules": {
			page: `<script type=module>import { x } from "./m.js"; import j from "./d.json" with { type: "json" }; console.log(x, j.a, import.meta.url, (await import("./n.js")).default)</script>
				<script type=module src="https://other.example/n.js" onerror="console.log('blocked')"></script><script nomodule>console.log("never")</script>`,
			more: site{"app.example/m.js": `export const x = 1`, "app.example/n.js": `export default 2`, "app.example/d.json": `{"a": 3}`, "other.example/n.js": ""},
			want: "1 3 https://app.example/page 2|blocked",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := site{"app.example/page": tt.page}
			for k, v := range tt.more {
				s[k] = v
			}
			_, lines, err := loadPage(t, s, "https://app.example/page")
			if err != nil {
				t.Fatalf("%v\n%s", err, strings.Join(lines, "\n"))
			}
			var got []string
			for _, l := range lines {
				if !strings.HasPrefix(l, "Failed to load") && !strings.HasPrefix(l, "Access to") && !strings.HasPrefix(l, "TypeError: the module") {
					got = append(got, l)
				}
			}
			if g := strings.Join(got, "|"); g != tt.want {
				t.Errorf("the console shows\n%s\nwant\n%s", g, tt.want)
			}
		})
	}
}
