//go:build browser

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// listed is a row of the panel's list.
type listed struct {
	Method, Name, Status, CORS, Type string
	Selected                         bool
}

// listed returns the rows that have elements, by their place on the screen.
func (b *tab) listed() []listed {
	b.t.Helper()
	var rows []listed
	b.script(&rows, `
		const text = (row, cell) => row.querySelector(".cell." + cell).textContent;
		return [...document.querySelectorAll(".canvas .row")]
			.sort((a, b) => a.getAttribute("aria-rowindex") - b.getAttribute("aria-rowindex"))
			.map((row) => ({
				Method: text(row, "method"), Name: row.querySelector(".path").textContent, Status: text(row, "status"),
				CORS: text(row, "cors"), Type: text(row, "type"), Selected: row.getAttribute("aria-selected") === "true",
			}));`)
	return rows
}

// waitCount returns when the panel says that it shows so many requests.
func (b *tab) waitCount(words string) {
	b.t.Helper()
	b.waitText("[data-counts]", words)
}

// selected is the method and the name of the row that is chosen, "" if none is.
func (b *tab) selected() string {
	b.t.Helper()
	for _, row := range b.listed() {
		if row.Selected {
			return row.Method + " " + row.Name
		}
	}
	return ""
}

// press presses keys, one after the other.
func (b *tab) press(keys ...string) {
	b.t.Helper()
	for _, key := range keys {
		step(b, chromedp.KeyEvent(key))
	}
}

// focused describes what has the focus: the value of an attribute that tells.
func (b *tab) focused() string {
	b.t.Helper()
	var got string
	b.script(&got, `
		const e = document.activeElement;
		return e.id || e.getAttribute("role") || (e.hasAttribute("data-filter") ? "filter" : e.tagName);`)
	return got
}

// want fails the test unless two values are the same.
func want[T comparable](t *testing.T, why string, got, wanted T) {
	t.Helper()
	if got != wanted {
		t.Errorf("%s: %v, want %v", why, got, wanted)
	}
}

// putAlbum asks for an album as a browser does for the guest site's page: a
// preflight, and then the request, unless the preflight is answered badly.
func (d *runningDemo) putAlbum(t *testing.T, demo string) {
	t.Helper()
	address, origin := d.origin+"/albums"+demo, "Origin: "+d.guest
	asked := d.do(t, "OPTIONS", address, origin, "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: authorization,content-type")
	if asked.status != http.StatusNoContent || !strings.Contains(asked.header.Get(cors.HeaderAllowMethods), "PUT") {
		return
	}
	d.do(t, "PUT", address, origin, "Sec-Fetch-Dest: empty", "Sec-Fetch-Mode: cors", "Authorization: Bearer "+d.token, map[string]string{"name": "Live"})
}

// S12: an allowed and a blocked request with their preflights are listed as they
// happen, linked both ways, with status and verdict; the console says what a
// browser's would, and filters let through what they say.
func TestBrowserPanelLive(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	b.open(d.service.panelAddress())
	b.waitText("[data-message]", "Nothing yet")
	b.waitText("[data-state]", "Live")

	d.putAlbum(t, "")
	b.waitCount("2 requests")
	d.putAlbum(t, "?demo=no-methods")
	b.waitCount("3 requests")
	wanted := []listed{
		{"OPTIONS for PUT", "/albums", "204", "allowed", "preflight", false},
		{"PUT + preflight", "/albums", "201", "allowed", "xhr", false},
		{"OPTIONS for PUT", "/albums?demo=no-methods", "204", "method-not-approved", "preflight", false},
	}
	if got := b.listed(); !slices.Equal(got, wanted) {
		t.Errorf("the list has\n%+v\nwant\n%+v", got, wanted)
	}
	b.waitText("[data-console] [data-line]", "from origin '"+d.guest+"' has been blocked by CORS policy: Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.")

	b.click(`.canvas .row:has(.cell.method button):not([data-preflight]) .jump`)
	want(t, "from the request", b.selected(), "OPTIONS for PUT /albums")
	b.wait(".detail-head .jump")
	b.waitText(".detail-head .jump", "the PUT it was for")
	b.click(".detail-head .jump")
	want(t, "and back", b.selected(), "PUT + preflight /albums")
	b.waitText(".detail-head .address", "PUT")

	b.click("[data-blocked]")
	b.waitCount("1 of 3 requests")
	want(t, "of the blocked ones", b.listed()[len(b.listed())-1].Name, "/albums?demo=no-methods")
	b.click("[data-hide-preflights]")
	b.waitText("[data-message]", "Nothing like it")
	b.click("[data-blocked]")
	b.waitCount("1 of 3 requests")
	b.click("[data-hide-preflights]")
	b.fill("[data-filter]", "options NO-METHODS")
	b.waitCount("1 of 3 requests")
	b.click("[data-console] .jump")
	want(t, "the console's line leads to", b.selected(), "OPTIONS for PUT /albums?demo=no-methods")

	b.click("[data-clear]")
	b.waitCount("no requests")
	want(t, "kept after clearing", len(d.service.panel.Trace().Exchanges), 0)
}

// What is known of a blocked request is the explanation of package explain, with
// remedies that can be taken along; the header lines that decided are marked.
func TestBrowserPanelExplains(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	d.do(t, "GET", d.origin+"/albums?demo=silent&page=<img/src=x/onerror=alert(1)>", "Origin: "+d.guest, "Cookie: sid=secret")
	b.open(d.service.panelAddress())
	b.script(nil, `navigator.clipboard.writeText = async (text) => { window.taken = text; };`)
	taken := func(button string) (text string) {
		b.click(button)
		b.waitText(button, "Copied")
		b.script(&text, `return window.taken;`)
		return text
	}
	b.click(".canvas .row")
	b.wait(`.why[data-rule="allow-origin-missing"]`)
	if got := taken(".send .copy"); !strings.Contains(got, "Access-Control-Allow-Origin: "+d.guest) || !strings.Contains(got, "Vary: Origin") {
		t.Errorf("the header lines to send: %q", got)
	}
	b.click(`[name=server][value=nginx]`)
	if got := taken("[data-config] .copy"); !strings.Contains(got, "add_header") {
		t.Errorf("for nginx: %q", got)
	}
	b.click("#tab-headers")
	b.waitText(`.field[data-missing]`, "Access-Control-Allow-Origin")
	b.waitText(`.field[data-mark="asks"]`, d.guest)
	b.click("#tab-copy")
	if got := taken(".part:nth-child(2) .copy"); !strings.HasPrefix(got, "corsage xhr '"+d.origin+"/albums?") || !strings.Contains(got, "--origin "+d.guest) {
		t.Errorf("as corsage xhr: %q", got)
	}
	b.click("#tab-cookies")
	b.waitText(".cookie-names", "sid")
	b.click("#tab-body")
	b.waitText("[data-body]", "Open garden")
	b.click("#tab-timing")
	b.waitText(".times", "Until the first byte")
	var page string
	b.script(&page, `return document.documentElement.outerHTML;`)
	d.service.panel.Sink().Exchange(&trace.Exchange{
		ID: "with cookies", Done: true, Sent: true, Timings: trace.NoTimings,
		Request:  trace.Request{Method: "GET", URL: d.origin + "/cookies"},
		Response: &trace.Response{Status: http.StatusOK},
		Cookies: []trace.Cookie{
			{Name: "kept", Line: "kept=[redacted]; Secure", Kept: true},
			{Name: "refused", Line: "refused=[redacted]", Reason: "same-site", Detail: "A cookie of another site needs SameSite=None."},
		},
	})
	b.click(`.canvas .row:has([title$="/cookies"])`)
	b.waitText(".detail-head .address", "/cookies")
	b.click("#tab-cookies")
	b.waitText(`.cookie[data-kept="true"]`, "kept was kept")
	b.waitText(`.cookie[data-kept="false"]`, "refused was refused: same-site")
	if strings.Contains(page, "secret") || strings.Contains(page, "<img") {
		t.Errorf("the page holds a secret, or markup of a request")
	}
	if said := b.console.String(); strings.Contains(said, "Content Security Policy") || strings.Contains(said, "uncaught") {
		t.Errorf("the browser complains:\n%s", said)
	}
}

// What several requests show together is told too: here, that an answer depends on
// the origin and caches are not told.
func TestBrowserPanelFindings(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	b.open(d.service.panelAddress())
	b.click("[data-findings]")
	b.waitText("[data-detail]", "Nothing found")
	for i, origin := range []string{"https://a.example", "https://b.example"} {
		d.service.panel.Sink().Exchange(&trace.Exchange{
			ID: fmt.Sprint("f", i), Done: true, Sent: true, Origin: origin, Timings: trace.NoTimings,
			Request:  trace.Request{Method: "GET", URL: "https://api.example/", Header: trace.Header{{Name: "Origin", Value: origin}}},
			Response: &trace.Response{Status: 200, Header: trace.Header{{Name: "Access-Control-Allow-Origin", Value: origin}}},
		})
	}
	b.click("[data-findings]")
	b.waitText(`[data-findings] [data-rule="vary-missing"]`, "Vary")
	b.press(kb.Escape)
	want(t, "after Escape", b.focused(), "grid")
}

// Everything can be done by keyboard, and what has the focus is told to screen
// readers.
func TestBrowserPanelKeyboard(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	for range 3 {
		d.do(t, "GET", d.origin+"/albums", "Origin: "+d.guest)
	}
	d.do(t, "GET", d.origin+"/albums?demo=silent", "Origin: "+d.guest)
	b.open(d.service.panelAddress())
	b.waitCount("4 requests")

	b.press("/")
	want(t, "after /", b.focused(), "filter")
	b.press("albums", kb.Enter)
	want(t, "after Enter in the filter", b.focused(), "grid")
	active := func() (name string) {
		b.script(&name, `
			const grid = document.activeElement;
			const row = document.getElementById(grid.getAttribute("aria-activedescendant"));
			return row ? row.getAttribute("aria-rowindex") + " of " + grid.getAttribute("aria-rowcount") + " " + row.getAttribute("aria-selected") : "none";`)
		return name
	}
	b.press(kb.ArrowDown, kb.ArrowDown)
	want(t, "after two arrows", active(), "3 of 5 true")
	b.press(kb.End)
	want(t, "after End", active(), "5 of 5 true")
	b.press(kb.ArrowDown)
	want(t, "beyond the end", active(), "5 of 5 true")
	b.wait(`.why[data-rule="allow-origin-missing"]`)
	b.press(kb.Enter)
	want(t, "after Enter in the list", b.focused(), "tab-why")
	b.press(kb.ArrowRight)
	want(t, "after an arrow among the tabs", b.focused(), "tab-headers")
	b.waitText("[role=tabpanel][aria-labelledby=tab-headers]", "Answer")
	b.press(kb.Escape)
	want(t, "after Escape", b.focused(), "grid")
	b.script(nil, `if (!document.querySelector("[data-detail]").hidden) throw new Error("it is still open");`)
	b.press("/", kb.Escape)
	var words string
	b.script(&words, `return document.querySelector("[data-filter]").value;`)
	want(t, "after Escape in the filter", words, "")

	d.do(t, "GET", d.origin+"/albums?demo=silent", "Origin: "+d.guest)
	b.waitText("[data-announce]", "1 more request blocked")
	var roles []string
	b.script(&roles, `return [...new Set([...document.querySelectorAll("[data-grid] [role]")].map((e) => e.getAttribute("role")))].sort();`)
	if wanted := []string{"columnheader", "gridcell", "presentation", "row", "rowgroup"}; !slices.Equal(roles, wanted) {
		t.Errorf("roles %q, want %q", roles, wanted)
	}
}

// The guest site links each of its exchanges to its row, whether the page could
// read the answer or not.
func TestBrowserPanelFromGuest(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	for _, test := range []struct{ scenario, demo, row, cors string }{
		{"s2", "", "GET /albums", "allowed"},
		{"s6", "", "PUT + preflight /albums", "allowed"},
		{"s7", "no-methods", "OPTIONS for PUT /albums?demo=no-methods", "method-not-approved"},
		{"s7", "preflight-redirect", "OPTIONS for PUT /albums?demo=preflight-redirect", "preflight-redirect"},
		{"s8", "mute", "PUT + preflight /albums?demo=mute", "allow-origin-missing"},
		{"s3", "silent", "GET /albums?demo=silent", "allow-origin-missing"},
		{"s12", "silent", "OPTIONS for GET /albums/" + d.albums.Open + "?demo=silent", "allow-origin-missing"},
	} {
		b.open(d.guest)
		b.play(test.scenario, test.demo, nil)
		var href string
		b.script(&href, `return document.querySelector("#" + args[0] + " .exchange [data-panel]").href;`, test.scenario)
		b.open("about:blank")
		b.open(href)
		b.wait(".detail-head")
		want(t, test.scenario+" "+test.demo, b.selected(), test.row)
		b.waitText(".detail-head .fact.cors", test.cors)
	}
	b.open("about:blank")
	b.open(d.service.panelAddress() + "#find?method=GET&url=" + d.origin + "/nowhere&origin=" + d.guest + "&from=0&to=1")
	b.waitText("[data-console] .note", "never reached the service, or is no longer kept")
}

// What is exported is shown by `corsage panel`, on another origin and with another
// token, as it was.
func TestBrowserPanelFile(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	d.putAlbum(t, "")
	d.putAlbum(t, "?demo=preflight-401")
	exported := d.do(t, "GET", d.service.panelAddress()+"export.har")
	file := filepath.Join(t.TempDir(), "session.har")
	must(t, os.WriteFile(file, []byte(exported.body), 0o600))

	b.open(startPanel(t, file))
	b.waitText("[data-state]", "A recording")
	b.waitText("[data-source]", "session.har")
	wanted := []listed{
		{"OPTIONS for PUT", "/albums", "204", "allowed", "preflight", false},
		{"PUT + preflight", "/albums", "201", "allowed", "xhr", false},
		{"OPTIONS for PUT", "/albums?demo=preflight-401", "401", "preflight-status", "preflight", false},
	}
	if got := b.listed(); !slices.Equal(got, wanted) {
		t.Errorf("the list has\n%+v\nwant\n%+v", got, wanted)
	}
	b.waitText("[data-console] [data-line]", "It does not have HTTP ok status.")
	b.click(`.canvas .row[data-cors="blocked"]`)
	b.wait(`.why[data-rule="preflight-status"]`)
}

// startPanel runs `corsage panel` and returns the address that it prints. It ends
// with the test.
func startPanel(t *testing.T, file string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, err := &lockedBuffer{}, &lockedBuffer{}
	ended := make(chan int, 1)
	r, w := io.Pipe()
	go func() {
		ended <- run(ctx, []string{"panel", file}, console{out: io.MultiWriter(out, w), err: err})
		_ = w.Close()
	}()
	t.Cleanup(func() {
		cancel()
		if code := <-ended; code != exitOK {
			t.Errorf("corsage panel ended with %d: %s", code, err)
		}
	})
	address := regexp.MustCompile(`http://\S+`)
	for b := make([]byte, 4096); ; {
		if _, e := r.Read(b); e != nil {
			t.Fatalf("corsage panel has printed no address: %s %s", out, err)
		}
		if found := address.FindString(out.String()); found != "" {
			go func() { _, _ = io.Copy(io.Discard, r) }()
			return found
		}
	}
}

// A page of another origin gets nothing of the panel, although it knows its
// address: neither by scripts nor by whatever a page may load.
func TestBrowserPanelIsClosedToOthers(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	d.putAlbum(t, "")
	address := d.service.panelAddress()
	for _, site := range []string{d.guest, d.unnamed} {
		b.open(site + "/assets/look/icon.svg") // a page without a policy of its own
		var got map[string]string
		b.script(&got, `
			const [panel] = args;
			const tried = {};
			const attempt = async (name, what) => { tried[name] = await what().catch((e) => e.name); };
			const loading = (tag, set) => () => new Promise((resolve) => {
				const e = document.createElementNS("http://www.w3.org/1999/xhtml", tag);
				e.onload = () => resolve("loaded");
				e.onerror = () => resolve("error");
				set(e);
				document.documentElement.append(e);
			});
			await attempt("cors", () => fetch(panel + "export.har").then((r) => r.text()));
			await attempt("credentials", () => fetch(panel + "export.har", { credentials: "include" }).then((r) => r.text()));
			await attempt("no-cors", () => fetch(panel + "export.har", { mode: "no-cors" }).then((r) => r.type));
			await attempt("clear", () => fetch(panel + "clear", { method: "POST", mode: "no-cors" }).then((r) => r.type));
			await attempt("events", () => new Promise((resolve) => {
				const s = new EventSource(panel + "events");
				s.onopen = () => resolve("opened");
				s.onerror = () => (s.close(), resolve("error"));
			}));
			await attempt("script", loading("script", (e) => (e.src = panel + "panel/main.js")));
			await attempt("module", loading("script", (e) => ((e.type = "module"), (e.src = panel + "panel/format.js"))));
			await attempt("image", loading("img", (e) => (e.src = panel + "look/icon.svg")));
			await attempt("style", loading("link", (e) => ((e.rel = "stylesheet"), (e.href = panel + "look/look.css"))));
			return tried;`, address)
		for name, wanted := range map[string]string{
			"cors": "TypeError", "credentials": "TypeError", "no-cors": "TypeError", "clear": "TypeError", "events": "error",
			"script": "error", "module": "error", "image": "error", "style": "error",
		} {
			want(t, "from "+site+", "+name, got[name], wanted)
		}
	}
	want(t, "kept", len(d.service.panel.Trace().Exchanges), 2)
}

// Thousands of rows cost no more elements than a screenful, wherever one looks,
// and new ones come in meanwhile.
func TestBrowserPanelThousands(t *testing.T) {
	const many, most = 5000, 120
	d, b := startDemo(t, demoOptions{}), openTab(t)
	all := &trace.Trace{}
	for i := range many {
		all.Exchanges = append(all.Exchanges, trace.Exchange{
			ID: fmt.Sprint("many-", i), Done: true, Sent: true, Type: "xhr", Started: time.Unix(1_800_000_000, int64(i)*1e6), Timings: trace.NoTimings,
			Request:  trace.Request{Method: "GET", URL: fmt.Sprintf("%s/many/%d", d.origin, i)},
			Response: &trace.Response{Status: http.StatusOK},
		})
	}
	d.service.panel.Load(all)
	b.open(d.service.panelAddress())
	b.waitCount("5000 requests")
	look := func(why, scroll string, first int) {
		t.Helper()
		var got struct {
			Rows, Nodes, Count int
			Seen               []string
		}
		b.script(&got, scroll+`
			await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
			const view = document.querySelector(".view").getBoundingClientRect();
			const rows = [...document.querySelectorAll(".canvas .row")];
			return {
				Rows: rows.length, Nodes: document.querySelectorAll("*").length,
				Count: Number(document.querySelector("[data-grid]").getAttribute("aria-rowcount")),
				Seen: rows.filter((r) => { const at = r.getBoundingClientRect(); return at.bottom > view.top && at.top < view.bottom; })
					.map((r) => r.querySelector(".path").textContent),
			};`)
		if got.Rows > most || got.Nodes > most*30 || got.Count < many {
			t.Errorf("%s: %d rows and %d elements of %d rows", why, got.Rows, got.Nodes, got.Count)
		}
		if !slices.Contains(got.Seen, fmt.Sprint("/many/", first)) {
			t.Errorf("%s: %q, want /many/%d among them", why, got.Seen, first)
		}
	}
	look("at the end", ``, many-1)
	look("at the beginning", `document.querySelector(".view").scrollTop = 0;`, 0)
	look("in the middle", `const v = document.querySelector(".view"); v.scrollTop = v.scrollHeight / 2;`, many/2)
	look("after running through", `
		const v = document.querySelector(".view");
		for (let i = 0; i < 50; i++) {
			v.scrollTop = (v.scrollHeight * i) / 50;
			await new Promise((done) => requestAnimationFrame(done));
		}
		v.scrollTop = 0;`, 0)
	d.putAlbum(t, "")
	b.waitCount("5002 requests")
	look("and new ones have come", ``, 0)
}

// While it is paused nothing moves, and then nothing is missing. When the program
// ends, the page says so and keeps what it has.
func TestBrowserPanelConnection(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	b.open(d.service.panelAddress())
	b.waitText("[data-state]", "Live")
	b.click("[data-pause]")
	b.waitText("[data-state]", "Paused")
	d.putAlbum(t, "")
	b.script(nil, `
		await fetch("findings"); // the panel has the requests by now
		await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
		if (document.querySelector(".canvas .row")) throw new Error("a row came although it is paused");`)
	b.click("[data-pause]")
	b.waitCount("2 requests")
	b.waitText("[data-state]", "Live")
	must(t, d.service.panel.close(t.Context()))
	b.waitText("[data-state]", "Not connected")
	want(t, "rows that are still there", len(b.listed()), 2)
	b.click("[data-clear]")
	b.waitText("[data-console] .note", "corsage does not answer")
}
