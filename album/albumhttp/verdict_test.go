package albumhttp

import (
	"net/http"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
)

// Whoever may read or set the rules may ask what they do; rules in question pass
// the same checks as rules to be set, and are not set.
func TestVerdict(t *testing.T) {
	w := newWorld(t)
	a := w.album(w.ada, "Spring", album.Sharing{Read: partners})
	path := "/albums/" + string(a.ID) + "/sharing/verdict"
	ada, eve := ownSession(w.session(w.ada, "")), ownSession(w.session(w.eve, ""))
	saved := w.ask("GET", "/albums/"+string(a.ID)+"/sharing", ada)
	question := func(read string) option {
		return jsonBody(`{"origin":"` + other + `","sharing":{"read":` + read + `,"change":{"sites":"nobody"}}}`)
	}
	for _, c := range []struct {
		what, method, query string
		options             []option
		status              int
		said                string
	}{
		{"in force", "GET", "?origin=" + partner, []option{ada}, 200, `"read":{"allowed":true`},
		{"in force, another site", "GET", "?origin=" + other, []option{ada}, 200, `"read":{"allowed":false`},
		{"unsaved", "POST", "", []option{ada, question(`{"sites":"any"}`)}, 200, `"read":{"allowed":true`},
		{"no origin", "GET", "", []option{ada}, 400, `"field":"origin"`},
		{"nobody", "GET", "?origin=" + partner, nil, 401, ""},
		{"nobody, unsaved", "POST", "", []option{question(`{"sites":"any"}`)}, 401, ""},
		{"somebody else", "POST", "", []option{eve, question(`{"sites":"any"}`)}, 404, ""},
		{"a site", "GET", "?origin=" + partner, []option{from(partner), siteSession(w.session(w.ada, partner))}, 403, ""},
		{"no rule", "POST", "", []option{ada, jsonBody(`{"origin":"` + other + `"}`)}, 400, `"field":"read"`},
		{"nobody with origins", "POST", "", []option{ada, question(`{"sites":"nobody","origins":["` + other + `"]}`)}, 400, `"field":"read.origins"`},
		{"chosen without origins", "POST", "", []option{ada, question(`{"sites":"chosen"}`)}, 400, `"field":"read.origins"`},
		{"long pattern", "POST", "", []option{ada, question(`{"sites":"chosen","origins":["https://` + strings.Repeat("a", 500) + `"]}`)}, 400, `"field":"read.origins[0]"`},
		{"unknown member", "POST", "", []option{ada, jsonBody(`{"orign":"x"}`)}, 400, `"field":"orign"`},
		{"a member twice", "POST", "", []option{ada, jsonBody(`{"origin":"x","origin":"y"}`)}, 400, `"field":"origin"`},
		{"no JSON", "POST", "", []option{ada, sending("text/plain", "{}")}, 415, ""},
		{"too long", "POST", "", []option{ada, jsonBody(`{"origin":"` + strings.Repeat("x", 64<<10) + `"}`)}, 413, ""},
	} {
		res := w.ask(c.method, path+c.query, c.options...)
		if res.Code != c.status || !strings.Contains(res.Body.String(), c.said) {
			t.Errorf("%s: status %d, want %d; body %s, want %s in it", c.what, res.Code, c.status, res.Body, c.said)
		}
	}
	if now := w.ask("GET", "/albums/"+string(a.ID)+"/sharing", ada); now.Header().Get("ETag") != saved.Header().Get("ETag") || now.Body.String() != saved.Body.String() {
		t.Errorf("the rules were changed to %s", now.Body)
	}
}

// Where nobody can tell, there is nothing at the address.
func TestNoVerdict(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Verdict = nil })
	a := w.album(w.ada, "Spring", album.Sharing{})
	res := w.ask("GET", "/albums/"+string(a.ID)+"/sharing/verdict?origin="+partner, ownSession(w.session(w.ada, "")))
	want(t, res, http.StatusNotFound)
}
