//go:build browser

package main

import (
	"net/http"
	"strings"
	"testing"
)

// S1: on the owner's own page a plain XMLHttpRequest lists albums, without any
// CORS field, whatever the albums' rules say.
func TestBrowserS1SameOrigin(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	b.open(d.origin + "/#/script")
	got := b.asked(request{Method: "GET", URL: "/albums"})
	if got.End != "load" || got.Status != http.StatusOK || strings.Contains(strings.ToLower(got.Header), "access-control-") {
		t.Errorf("the script at home got %+v", got)
	}
	if !strings.Contains(got.Body, "Open garden") {
		t.Errorf("the list holds no open album: %s", got.Body)
	}
}

// S2 and S3: with only the address changed the script reads the list, unless the
// service takes no part; then it learns nothing, and the console says why.
func TestBrowserS2S3OtherOrigin(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	b.open(d.guest)
	b.wantState("S2, allowed", b.play("s2", "", nil), "read")
	b.wantState("S2, refused", b.play("s2", "refuse", nil), "blocked")
	silent := b.play("s3", "silent", nil)
	b.wantState("S3, silent", silent, "blocked")
	b.wantConsole("S3", "No 'Access-Control-Allow-Origin' header is present on the requested resource")
	if said := b.console.String(); !strings.Contains(said, silent.Console) || silent.Console == "" {
		t.Errorf("the page promises the console line\n%s\nthe console says\n%s", silent.Console, said)
	}
	b.wantState("S3, taking part", b.play("s3", "", nil), "read")
}

// S4: data open to any site is read by any site without credentials, and refused
// with them.
func TestBrowserS4AnySite(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	for _, site := range []string{d.guest, d.unnamed} {
		b.open(site)
		b.wantState("S4 on "+site, b.play("s4", "", map[string]string{"withCredentials": "false"}), "read")
		b.wantState("S4 with credentials on "+site, b.play("s4", "", map[string]string{"withCredentials": "true"}), "blocked")
		b.wantState("S4 silent on "+site, b.play("s4", "silent", map[string]string{"withCredentials": "false"}), "blocked")
	}
	b.wantConsole("S4", "must not be the wildcard '*' when the request's credentials mode is 'include'")
}

// S5: the chosen album is read by the site that its rule names, and by no other.
func TestBrowserS5ChosenSites(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	b.open(d.guest)
	b.wantState("S5 on the named site", b.play("s5", "", nil), "read")
	b.wantState("S5 refused", b.play("s5", "refuse", nil), "blocked")
	b.open(d.unnamed)
	b.wantState("S5 on the unnamed site", b.play("s5", "", nil), "blocked")
	list := b.asked(request{Method: "GET", URL: d.origin + "/albums"})
	if list.End != "load" || strings.Contains(list.Body, "For the partner") || !strings.Contains(list.Body, "Open garden") {
		t.Errorf("the unnamed site lists %+v, want what is open to it and no more", list)
	}
}

// S12: the panel's facts are the browser's: a blocked request fails on its
// preflight, and the console has the line that the page promised.
func TestBrowserS12DeveloperTools(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	b.open(d.guest)
	got := b.play("s12", "silent", nil)
	b.wantState("S12", got, "blocked")
	b.wantConsole("S12", "Response to preflight request doesn't pass access control check")
	if !strings.Contains(b.console.String(), got.Console) || got.Console == "" {
		t.Errorf("the page promises\n%s\nthe console says\n%s", got.Console, b.console)
	}
	b.wantState("S12, taking part", b.play("s12", "", nil), "read")
}

// S10: the property decides, and each branch that this browser can run runs.
func TestBrowserS10Detection(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	b.open(d.guest)
	for _, test := range []struct{ engine, album, demo, state, headline string }{
		{"this", "open", "", "read", "XMLHttpRequest with CORS"},
		{"this", "chosen", "", "read", "XMLHttpRequest with CORS"},
		{"this", "open", "silent", "blocked", "XMLHttpRequest with CORS"},
		{"none", "open", "", "read", "JSONP"},
		{"none", "open", "silent", "read", "JSONP"},
		{"none", "chosen", "", "blocked", "JSONP"},
		{"xdr", "open", "", "error", "No XDomainRequest"},
	} {
		why := strings.Join([]string{"S10", test.engine, test.album, test.demo}, " ")
		got := b.play("s10", test.demo, map[string]string{"engine": test.engine, "album": test.album})
		if got.State != test.state || !strings.Contains(got.Headline, test.headline) {
			t.Errorf("%s: %s, %q, want %s by %s", why, got.State, got.Headline, test.state, test.headline)
		}
	}
	b.script(nil, `window.XDomainRequest = class {
		open(method, url) { this.sent = fetch(url).then((r) => r.text()); }
		send() { this.sent.then((text) => { this.responseText = text; this.onload(); }, () => this.onerror()); }
	};`)
	got := b.play("s10", "", map[string]string{"engine": "xdr", "album": "open"})
	if got.State != "read" || !strings.Contains(got.Headline, "XDomainRequest") {
		t.Errorf("S10 with an XDomainRequest: %s, %q: %s", got.State, got.Headline, got.Words)
	}
}

// S15: a web font loads only with permission.
func TestBrowserS15Fonts(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	b.open(d.guest)
	b.wantState("S15, allowed", b.play("s15", "", nil), "read")
	var family string
	b.script(&family, `return getComputedStyle(document.getElementById("s15-sample")).fontFamily`)
	if !strings.Contains(family, "Go Smallcaps") {
		t.Errorf("the sample is set in %q", family)
	}
	b.wantState("S15, refused", b.play("s15", "refuse", nil), "blocked")
	b.wantConsole("S15", "Access to font at")
	b.open(d.unnamed)
	b.wantState("S15 on the unnamed site", b.play("s15", "", nil), "blocked")
}
