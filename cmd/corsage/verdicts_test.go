package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/albumhttp"
)

// What the owner is told that a site could do is what happens to that site.
func TestVerdictIsWhatHappens(t *testing.T) {
	d := startDemo(t, demoOptions{})
	for _, id := range []string{d.albums.Open, d.albums.Chosen, d.albums.SignedIn, d.albums.Private} {
		for _, site := range []string{d.guest, d.unnamed, "null"} {
			var told albumhttp.Verdict
			d.do(t, "GET", d.album(id)+"/sharing/verdict?origin="+url.QueryEscape(site), d.basic()).decode(t, &told)
			read := d.do(t, "GET", d.album(id), "Origin: "+site)
			change := d.preflight(t, site, "PUT", d.album(id)+"/photos/x.jpg", "authorization,content-type")
			if told.Origin != site || told.Read.Allowed != read.allows(site) || told.Change.Allowed != change.allows(site) {
				t.Errorf("%s and %s: told %+v, but reading is allowed %v and changing %v", id, site, told, read.allows(site), change.allows(site))
			}
			if told.Read.Credentials != (read.header.Get("Access-Control-Allow-Credentials") == "true") {
				t.Errorf("%s and %s: told credentials %v", id, site, told.Read.Credentials)
			}
			for _, line := range told.Read.Headers {
				name, value, _ := strings.Cut(line, ": ")
				if read.header.Get(name) != value {
					t.Errorf("%s and %s: told %s, but it is %q", id, site, line, read.header.Get(name))
				}
			}
			if told.Read.Sentence == "" || told.Read.Reason == "" || told.Change.Headers == nil {
				t.Errorf("%s and %s: something is missing in %+v", id, site, told)
			}
		}
	}
}

// Rules that are not saved yet are judged as they would be enforced, and stay
// unsaved.
func TestVerdictOfUnsavedRules(t *testing.T) {
	d := startDemo(t, demoOptions{})
	before := d.sharing(t)
	var told albumhttp.Verdict
	d.do(t, "POST", d.album(d.albums.Private)+"/sharing/verdict", d.basic(), map[string]any{
		"origin": "https://a.partner.example",
		"sharing": map[string]any{
			"read":   map[string]any{"sites": "chosen", "origins": []string{"https://*.partner.example"}, "credentials": true},
			"change": map[string]any{"sites": "nobody"},
		},
	}).decode(t, &told)
	if !told.Read.Allowed || !told.Read.Credentials || !slices.Contains(told.Read.Headers, "Access-Control-Allow-Origin: https://a.partner.example") {
		t.Errorf("reading: %+v", told.Read)
	}
	if told.Change.Allowed || told.Change.Reason != "origin-not-allowed" || len(told.Change.Headers) != 0 {
		t.Errorf("changing: %+v", told.Change)
	}
	if after := d.sharing(t); after[d.albums.Private] != before[d.albums.Private] {
		t.Errorf("the rules were changed to %s", after[d.albums.Private])
	}
}

// Only the owner, at the service's own pages, may ask; and the question has to
// make sense.
func TestVerdictRefusals(t *testing.T) {
	d := startDemo(t, demoOptions{})
	get := d.album(d.albums.Chosen) + "/sharing/verdict?origin=" + url.QueryEscape(d.guest)
	post := d.album(d.albums.Chosen) + "/sharing/verdict"
	rule := map[string]any{"sites": "nobody"}
	for _, c := range []struct {
		name, method, url string
		extras            []any
		status            int
		said              string
	}{
		{"nobody", "GET", get, nil, http.StatusUnauthorized, "sign in"},
		{"guest", "GET", get, []any{"Origin: " + d.guest, d.basic()}, http.StatusForbidden, "own pages"},
		{"token", "GET", get, []any{"Origin: " + d.guest, d.bearer()}, http.StatusForbidden, "own pages"},
		{"wrong password", "GET", get, []any{"Authorization: Basic eDp5"}, http.StatusUnauthorized, ""},
		{"no album", "GET", strings.Replace(get, d.albums.Chosen, string(newID(t)), 1), []any{d.basic()}, http.StatusNotFound, "no such album"},
		{"foreign POST", "POST", post, []any{"Origin: " + d.guest, d.basic(), map[string]any{}}, http.StatusForbidden, ""},
		{"no origin", "GET", post, []any{d.basic()}, http.StatusBadRequest, "not a serialized origin"},
		{"bad origin", "GET", get + "%2F", []any{d.basic()}, http.StatusBadRequest, `"field":"origin"`},
		{"method", "PUT", post, []any{d.basic()}, http.StatusMethodNotAllowed, "GET, HEAD, OPTIONS, POST"},
		{"no JSON", "POST", post, []any{d.basic(), []byte("{}")}, http.StatusUnsupportedMediaType, "application/json"},
		{"broken JSON", "POST", post, []any{d.basic(), "Content-Type: application/json", []byte("{")}, http.StatusBadRequest, "no JSON"},
		{"unknown field", "POST", post, []any{d.basic(), map[string]any{"orign": "x"}}, http.StatusBadRequest, "orign"},
		{"two values", "POST", post, []any{d.basic(), "Content-Type: application/json", []byte(`{"origin":"https://a.example"} {}`)}, http.StatusBadRequest, "follows"},
		{"too long", "POST", post, []any{d.basic(), map[string]any{"origin": strings.Repeat("x", int(albumhttp.DefaultLimits.JSONBytes))}}, http.StatusRequestEntityTooLarge, "longer"},
		{"bad rule", "POST", post, []any{d.basic(), map[string]any{
			"origin": d.guest, "sharing": map[string]any{"read": map[string]any{"sites": "chosen", "origins": []string{"https://a.example", "x"}}, "change": rule},
		}}, http.StatusBadRequest, `"field":"read.origins[1]"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := d.do(t, c.method, c.url, c.extras...)
			if r.status != c.status || !strings.Contains(string(r.body), c.said) {
				t.Errorf("%d %s, want %d saying %q", r.status, r.body, c.status, c.said)
			}
			if kind := r.header.Get("Content-Type"); kind != "application/problem+json" {
				t.Errorf("the answer is %s", kind)
			}
		})
	}
}

// The owner is told what a site's pages need besides the rule, and whether their
// visitors could sign in there at all. Asking leaves nothing behind.
func TestVerdictSaysWhatIsNeeded(t *testing.T) {
	d := startDemo(t, demoOptions{})
	guest := func(credentials bool) album.Rule { return chosen(credentials, d.guest, d.unnamed, d.guest) }
	before := d.service.rules.kept()
	for _, c := range []struct {
		origin       string
		rules        album.Sharing
		read, change albumhttp.Needs
		trusted      bool
	}{
		{d.guest, album.Sharing{Read: guest(false), Change: guest(false)}, albumhttp.NeedsNobody, albumhttp.NeedsToken, true},
		{d.guest, album.Sharing{Read: guest(true), Change: guest(true)}, albumhttp.NeedsSignInOrToken, albumhttp.NeedsSignInOrToken, true},
		{d.unnamed, album.Sharing{Read: guest(true)}, albumhttp.NeedsSignInOrToken, "", false},
		{"https://far.example", album.Sharing{Read: guest(false)}, "", "", false},
	} {
		v, err := d.service.policies.verdict(c.rules, c.origin)
		if err != nil || v.Read.Needs != c.read || v.Change.Needs != c.change || v.Trusted != c.trusted {
			t.Errorf("%s: %+v, %v; want %q, %q, trusted %v", c.origin, v, err, c.read, c.change, c.trusted)
		}
	}
	if after := d.service.rules.kept(); after > before {
		t.Errorf("%d policies are kept, before the questions %d", after, before)
	}
}

// kept is how many policies of rules are known.
func (b *rulebook) kept() (n int) {
	for _, right := range b.families {
		for _, f := range right {
			n += f.Len()
		}
	}
	return n
}
