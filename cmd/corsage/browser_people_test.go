//go:build browser

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
)

// S9: across sites a person signs in, is recognised by cookie, and signs out;
// a bearer token does without a cookie; "*" never goes with credentials; and an
// unnamed site gets none of it.
func TestBrowserS9Credentials(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	by := func(way string) map[string]string {
		return map[string]string{"way": way, "person": d.owner, "password": d.password}
	}
	b.open(d.guest)
	cookie := b.play("s9", "", by("cookie"))
	b.wantState("S9 by cookie", cookie, "read")
	if want := []string{"201 Created", "200 OK", "204 No Content"}; strings.Join(cookie.Statuses, ", ") != strings.Join(want, ", ") {
		t.Errorf("S9 by cookie: statuses %q, want %q", cookie.Statuses, want)
	}
	b.wantState("S9 by token", b.play("s9", "", by("token")), "read")
	b.wantState("S9 by nobody", b.play("s9", "", by("nobody")), "read")
	b.wantState("S9 with a star", b.play("s9", "wildcard", by("cookie")), "blocked")
	b.wantState("S9 refused", b.play("s9", "refuse", by("token")), "blocked")
	b.open(d.unnamed)
	b.wantState("S9 by cookie on the unnamed site", b.play("s9", "", by("cookie")), "blocked")
	b.wantState("S9 by token on the unnamed site, which has none", b.play("s9", "", by("token")), "idle")
	stolen := b.asked(request{Method: "GET", URL: d.album(d.albums.Chosen), Headers: map[string]string{"Authorization": "Bearer " + d.token}})
	if stolen.End != "error" {
		t.Errorf("the guest's token on the unnamed site: %+v, want it blocked", stolen)
	}
}

// S9: only the site where somebody signed in has the use of it, and only for
// albums whose rule allows credentials.
func TestBrowserS9CookieIsBound(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	b.open(d.guest)
	read := func(id string) reading {
		return b.asked(request{Method: "GET", URL: d.album(id), Credentials: true})
	}
	if got := read(d.albums.SignedIn); got.Status != http.StatusUnauthorized {
		t.Errorf("before signing in: %+v, want a readable 401", got)
	}
	signIn := request{
		Method: "POST", URL: d.origin + "/session", Credentials: true, Headers: map[string]string{"Content-Type": "application/json"},
		Body: fmt.Sprintf(`{"name":%q,"password":%q}`, d.owner, d.password),
	}
	if got := b.asked(signIn); got.Status != http.StatusCreated {
		t.Fatalf("signing in: %+v", got)
	}
	if got := read(d.albums.SignedIn); got.Status != http.StatusOK || !strings.Contains(got.Body, `"own":true`) {
		t.Errorf("the album for people who are signed in: %+v", got)
	}
	if got := read(d.albums.Private); got.End != "error" {
		t.Errorf("the private album: %+v, want it blocked", got)
	}
	b.open(d.unnamed)
	if got := read(d.albums.SignedIn); got.End != "error" {
		t.Errorf("on another site: %+v, want it blocked", got)
	}
	b.open(d.origin)
	if got := b.asked(request{Method: "GET", URL: "/session"}); got.Status != http.StatusUnauthorized {
		t.Errorf("at home, after signing in elsewhere only: %+v", got)
	}
}

// S13: a page on http may call https where the service allows it; from https,
// plain http is blocked before anything is sent; ports make origins.
func TestBrowserS13Schemes(t *testing.T) {
	d := startDemo(t, demoOptions{flags: []string{"--tls"}})
	var reached atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached.Add(1)
		w.Header().Set("Access-Control-Allow-Origin", "*")
	}))
	defer elsewhere.Close()
	rule := "MAP photos.example:80 " + strings.TrimPrefix(elsewhere.URL, "http://")
	b := openTab(t, trusting(t, d), chromedp.Flag("host-resolver-rules", rule))

	b.open(d.plainGuest)
	b.wantState("http page, https albums", b.play("s13", "", map[string]string{"where": "https"}), "read")
	b.wantState("another port", b.play("s13", "", map[string]string{"where": "port"}), "blocked")
	if got := b.asked(request{Method: "GET", URL: d.album(d.albums.Chosen)}); got.Status != http.StatusOK {
		t.Errorf("the chosen album over https, from the page on http: %+v", got)
	}

	b.open(d.guest)
	if !strings.HasPrefix(d.guest, "https://") {
		t.Fatalf("the guest with --tls is at %s", d.guest)
	}
	b.wantState("https page, plain http", b.play("s13", "", map[string]string{"where": "http"}), "blocked")
	if n := reached.Load(); n != 0 {
		t.Errorf("%d requests left the browser for plain http", n)
	}
	b.wantConsole("S13", "Mixed Content")
	b.wantState("https page, https albums", b.play("s2", "", nil), "read")
	by := map[string]string{"way": "cookie", "person": d.owner, "password": d.password}
	b.wantState("signing in over https", b.play("s9", "", by), "read")
}

// The owner signs in, shares an album with a site, and sees at once what that
// site could do; the rule is in force at that site's next request.
func TestBrowserOwnerShares(t *testing.T) {
	d, owner, guest := startDemo(t, demoOptions{}), openTab(t), openTab(t)
	guest.open(d.unnamed)
	ask := request{Method: "GET", URL: d.album(d.albums.Private)}
	if got := guest.asked(ask); got.End != "error" {
		t.Errorf("before sharing: %+v, want it blocked", got)
	}

	owner.open(d.origin)
	owner.fill("[data-sign-in] [data-name]", d.owner)
	owner.fill("[data-sign-in] [data-password]", d.password)
	owner.click("[data-sign-in] button[type=submit]")
	owner.wait("[data-sign-out]")
	owner.script(nil, "location.hash = args[0]", "#/albums/"+d.albums.Private+"/sharing")
	owner.click("[data-rule=read] input[value=chosen]")
	owner.fill("[data-rule=read] [data-origins] input", d.unnamed+"/")
	owner.click("[data-save]:enabled")
	owner.wait("[data-rule=read] [data-field-fault=origin]:not(:empty)")
	owner.fill("[data-rule=read] [data-origins] input", d.unnamed)
	owner.click("[data-save]:enabled")
	owner.waitText("[data-saved]", "Saved")

	if got := guest.asked(ask); got.Status != http.StatusOK || !strings.Contains(got.Body, "Private") {
		t.Errorf("after sharing: %+v, want the album", got)
	}
	if got := guest.asked(request{Method: "DELETE", URL: ask.URL}); got.End != "error" {
		t.Errorf("changing it: %+v, want it blocked", got)
	}
}
