package albumhttp

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
)

// members decodes a JSON object.
func members(t testing.TB, res *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(res.Body.Bytes(), &m); err != nil {
		t.Fatalf("no JSON object: %v: %s", err, res.Body)
	}
	return m
}

// names lists the names of the albums, or photos, of a list.
func names(t testing.TB, res *httptest.ResponseRecorder) string {
	t.Helper()
	var list struct{ Albums, Photos []struct{ Name string } }
	if err := json.Unmarshal(res.Body.Bytes(), &list); err != nil {
		t.Fatalf("no list: %v: %s", err, res.Body)
	}
	var all []string
	for _, row := range append(list.Albums, list.Photos...) {
		all = append(all, row.Name)
	}
	return strings.Join(all, " ")
}

// An album's life: made, made again, read, renamed, deleted.
func TestAlbumLife(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	res := w.ask("PUT", "/albums", ada, from(home), jsonBody(`{"name": "New Album"}`))
	want(t, res, http.StatusCreated)
	id := members(t, res)["id"].(string)
	if got := res.Header().Get("Location"); got != "/albums/"+id {
		t.Errorf("Location %q", got)
	}
	const text = `,"name":"New Album","created":"2026-11-02T09:30:00.000Z","updated":"2026-11-02T09:30:00.000Z","photos":0,"cover":null,"own":true,` +
		`"sharing":{"read":{"sites":"nobody","credentials":false},"change":{"sites":"nobody","credentials":false}}}`
	if got := res.Body.String(); got != `{"id":"`+id+`"`+text {
		t.Errorf("representation: %s", got)
	}

	res = w.ask("PUT", "/albums", ada, jsonBody(`{"name":"New Album"}`))
	want(t, res, http.StatusOK)
	if members(t, res)["id"] != id {
		t.Error("PUT of the same name made another album")
	}
	want(t, w.ask("POST", "/albums", ada, jsonBody(`{"name":"New Album"}`)), http.StatusConflict)
	want(t, w.ask("POST", "/albums", ada, jsonBody(`{"name":"Another"}`)), http.StatusCreated)

	res = w.ask("PATCH", "/albums/"+id, ada, jsonBody(`{"name":"Märkte\u2028& <b>"}`))
	want(t, res, http.StatusBadRequest) // U+2028 does not show
	res = w.ask("PATCH", "/albums/"+id, ada, jsonBody(`{"name":"Märkte & <b>"}`))
	want(t, res, http.StatusOK)
	if got := members(t, res)["name"]; got != "Märkte & <b>" {
		t.Errorf("name %q", got)
	}
	want(t, w.ask("PATCH", "/albums/"+id, ada, jsonBody(`{"name":"Another"}`)), http.StatusConflict)

	res = w.ask("DELETE", "/albums/"+id, ada)
	want(t, res, http.StatusNoContent)
	if res.Body.Len() > 0 {
		t.Errorf("204 with a body: %s", res.Body)
	}
	want(t, w.ask("GET", "/albums/"+id, ada), http.StatusNotFound)
}

// Lists are cut into pages, which a cursor ties together.
func TestAlbumPages(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	var last album.Album
	for _, name := range []string{"a", "b", "c"} {
		last = w.album(w.ada, name, album.Sharing{})
	}
	res := w.ask("GET", "/albums?limit=2", ada)
	want(t, res, http.StatusOK)
	next, _ := members(t, res)["next"].(string)
	if got := names(t, res); got != "c b" || next == "" {
		t.Errorf("first page: %q, next %q", got, next)
	}
	res = w.ask("GET", "/albums?limit=2&cursor="+next, ada)
	if got := names(t, res); got != "a" || members(t, res)["next"] != nil {
		t.Errorf("second page: %s", res.Body)
	}
	for _, query := range []string{"limit=0", "limit=-1", "limit=x", "limit=", "cursor=x", "limit=1;cursor=2", "%zz"} {
		want(t, w.ask("GET", "/albums?"+query, ada), http.StatusBadRequest)
		want(t, w.ask("GET", "/albums/"+string(last.ID)+"/photos?"+query, ada), http.StatusBadRequest)
	}
}

// GET answers 304 to whoever has the representation already, and each viewer's
// representation is their own.
func TestConditionalReads(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	a := w.album(w.ada, "Spring", album.Sharing{Read: anybody})
	w.photo(w.ada, a.ID, "a.jpg", jpegFile())
	token := []option{bearer(w.token(w.ada, partner, album.ScopeRead)), from(partner)}
	for _, path := range []string{"/albums", "/albums/" + string(a.ID), "/albums/" + string(a.ID) + "/sharing", "/albums/" + string(a.ID) + "/photos", "/tokens", "/session", "/openapi.json"} {
		first := w.ask("GET", path, ada)
		want(t, first, http.StatusOK)
		tag := first.Header().Get("ETag")
		if len(tag) < 3 || tag[0] != '"' || tag[len(tag)-1] != '"' {
			t.Fatalf("%s: ETag %q is not a strong one", path, tag)
		}
		for _, known := range []string{tag, "W/" + tag, `"x", ` + tag, `"x",, W/` + tag + " ,", "*"} {
			res := w.ask("GET", path, ada, with("If-None-Match", known))
			if res.Code != http.StatusNotModified || res.Body.Len() > 0 || res.Header().Get("ETag") != tag {
				t.Errorf("%s: If-None-Match %s: status %d, ETag %q, %d bytes", path, known, res.Code, res.Header().Get("ETag"), res.Body.Len())
			}
			want(t, w.ask("HEAD", path, ada, with("If-None-Match", known)), http.StatusNotModified)
		}
		for _, known := range []string{`"x"`, strings.Trim(tag, `"`), tag[:len(tag)-1], "", `"x" ` + tag} {
			want(t, w.ask("GET", path, ada, with("If-None-Match", known)), http.StatusOK)
		}
	}
	path := "/albums/" + string(a.ID)
	own := w.ask("GET", path, ada).Header().Get("ETag")
	want(t, w.ask("GET", path, append(token, with("If-None-Match", own))...), http.StatusOK)
	want(t, w.ask("GET", path, with("If-None-Match", own)), http.StatusOK)
}

// A change of the rules is a change of what the owner sees.
func TestETagsOfAnAlbum(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	a := w.album(w.ada, "Spring", album.Sharing{})
	path := "/albums/" + string(a.ID)
	tag := func() string { return w.ask("GET", path, ada).Header().Get("ETag") }
	seen := map[string]bool{tag(): true}
	for what, change := range map[string]func(){
		"name":    func() { want(t, w.ask("PATCH", path, ada, jsonBody(`{"name":"Summer"}`)), 200) },
		"sharing": func() { want(t, w.ask("PUT", path+"/sharing", ada, jsonBody(rulesText)), 200) },
		"photos":  func() { w.photo(w.ada, a.ID, "a.png", pngFile(1)) },
	} {
		change()
		if now := tag(); seen[now] {
			t.Errorf("%s: the ETag %s was there before", what, now)
		} else {
			seen[now] = true
		}
	}
}

const rulesText = `{"read":{"sites":"chosen","origins":["https://b.example","https://a.example"],"credentials":true},"change":{"sites":"nobody"}}`

// An edit with If-Match is made only to the version that it is meant for.
func TestConditionalEdits(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	a := w.album(w.ada, "Spring", album.Sharing{})
	path := "/albums/" + string(a.ID)
	rename := func(match ...string) int {
		return w.ask("PATCH", path, ada, jsonBody(`{"name":"Spring"}`), with("If-Match", match...)).Code
	}
	tag := w.ask("GET", path, ada).Header().Get("ETag")
	for _, c := range []struct {
		match  []string
		status int
	}{
		{nil, 200},
		{[]string{tag}, 200},
		{[]string{"*"}, 200},
		{[]string{`"9-s", ` + tag}, 200},
		{[]string{`"9-s"`, tag}, 200},
		{[]string{`"9-s"`}, 412},
		{[]string{"W/" + tag}, 412},
		{[]string{`""`}, 412},
		{[]string{`"x"`}, 412},
		{[]string{`"1-rules"`}, 412},
		{[]string{`"99999999999999999999-s"`}, 412},
		{[]string{`"-1-s"`}, 412},
		{[]string{"1-s"}, 400},
		{[]string{""}, 400},
		{[]string{`"1-s" "2-s"`}, 400},
		{[]string{`*, "1-s"`}, 400},
		{[]string{`"1-s`}, 400},
	} {
		if got := rename(c.match...); got != c.status {
			t.Errorf("If-Match %q: status %d, want %d", c.match, got, c.status)
		}
	}

	rules := w.ask("GET", path+"/sharing", ada).Header().Get("ETag")
	want(t, w.ask("PUT", path+"/sharing", ada, jsonBody(rulesText), with("If-Match", tag)), http.StatusPreconditionFailed)
	want(t, w.ask("PUT", path+"/sharing", ada, jsonBody(rulesText), with("If-Match", rules)), http.StatusOK)
	want(t, w.ask("PUT", path+"/sharing", ada, jsonBody(rulesText), with("If-Match", rules)), http.StatusPreconditionFailed)
	want(t, w.ask("DELETE", path, ada, with("If-Match", `"77-s"`)), http.StatusPreconditionFailed)
	want(t, w.ask("DELETE", path, ada, with("If-Match", "7")), http.StatusBadRequest)
	want(t, w.ask("DELETE", path, ada, with("If-Match", w.ask("GET", path, ada).Header().Get("ETag"))), http.StatusNoContent)
}

// The rules are for the owner at home, and are kept whole and in order.
func TestSharingRoute(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	a := w.album(w.ada, "Spring", album.Sharing{Read: partnersSigned, Change: partnersSigned})
	path := "/albums/" + string(a.ID) + "/sharing"
	res := w.ask("PUT", path, ada, from(home), jsonBody(rulesText))
	want(t, res, http.StatusOK)
	const text = `{"read":{"sites":"chosen","origins":["https://a.example","https://b.example"],"credentials":true},"change":{"sites":"nobody","credentials":false}}`
	if got := res.Body.String(); got != text {
		t.Errorf("rules: %s", got)
	}
	if got := w.ask("GET", path, basic("Ada", password)).Body.String(); got != text {
		t.Errorf("rules read by a program: %s", got)
	}
	w.album(w.ada, "Open", album.Sharing{Read: partnersSigned, Change: partnersSigned})
	for _, c := range []struct {
		what    string
		options []option
		status  int
	}{
		{"nobody", nil, 401},
		{"somebody else", []option{ownSession(w.session(w.eve, ""))}, 404},
		{"the owner's token", []option{bearer(w.token(w.ada, partner, album.AllScopes)), from(partner)}, 403},
		{"the owner elsewhere", []option{siteSession(w.session(w.ada, partner)), from(partner)}, 403},
		{"the owner's password elsewhere", []option{basic("Ada", password), from(partner)}, 403},
	} {
		if got := w.ask("GET", path, c.options...); got.Code != c.status {
			t.Errorf("%s reads: status %d, want %d: %s", c.what, got.Code, c.status, got.Body)
		}
		if got := w.ask("PUT", path, append(c.options, jsonBody(rulesText))...); got.Code != c.status {
			t.Errorf("%s writes: status %d, want %d: %s", c.what, got.Code, c.status, got.Body)
		}
	}
	for body, field := range map[string]string{
		`{"read":{"sites":"any"}}`:   "change",
		`{"change":{"sites":"any"}}`: "read",
		`{"read":{"sites":"any","credentials":true},"change":{"sites":"nobody"}}`:                 "read.credentials",
		`{"read":{"sites":"some"},"change":{"sites":"nobody"}}`:                                   "read.sites",
		`{"read":{"sites":"chosen","origins":["a b"]},"change":{"sites":"nobody"}}`:               "read.origins[0]",
		`{"read":{"sites":"any"},"change":{"sites":"nobody"},"others":{}}`:                        "others",
		`{"read":{"sites":"any","version":3},"change":{"sites":"nobody"}}`:                        "version",
		`{"read":{"sites":"any","sites":"nobody"},"change":{"sites":"nobody"}}`:                   "sites",
		`{"Read":{"sites":"any"},"change":{"sites":"nobody"}}`:                                    "Read",
		`{"read":{"sites":"chosen","origins":"https://a.example"},"change":{"sites":"nobody"}}`:   "read.origins",
		`{"read":{"sites":"nobody","credentials":"yes"},"change":{"sites":"nobody"}}`:             "read.credentials",
		`{"read":{"sites":"nobody","origins":["https://a.example"]},"change":{"sites":"nobody"}}`: "read.origins",
	} {
		res := w.ask("PUT", path, ada, jsonBody(body))
		want(t, res, http.StatusBadRequest)
		if got := members(t, res)["field"]; got != field {
			t.Errorf("%s: field %v, want %s: %s", body, got, field, res.Body)
		}
	}
}

// What a page of another site gets is what the rules say, and that at once.
func TestSharingMatrix(t *testing.T) {
	w := newWorld(t)
	type who struct {
		name    string
		options []option
	}
	token := w.token(w.ada, partner, album.AllScopes)
	evesToken := w.token(w.eve, partner, album.AllScopes)
	session := w.session(w.ada, partner)
	whos := []who{
		{"own page, nobody", nil},
		{"own page, owner", []option{ownSession(w.session(w.ada, ""))}},
		{"own page, other", []option{ownSession(w.session(w.eve, ""))}},
		{"partner, nobody", []option{from(partner)}},
		{"partner, owner's session", []option{from(partner), siteSession(session)}},
		{"partner, owner's password", []option{from(partner), basic("Ada", password)}},
		{"partner, owner's token", []option{from(partner), bearer(token)}},
		{"partner, other's token", []option{from(partner), bearer(evesToken)}},
		{"other site, nobody", []option{from(other)}},
		{"other site, owner's own cookie", []option{from(other), ownSession(w.session(w.ada, ""))}},
		{"sandboxed page", []option{from("null")}},
		{"image", []option{with("Sec-Fetch-Site", "cross-site"), with("Sec-Fetch-Mode", "no-cors")}},
	}
	rows := []struct {
		rule album.Rule
		get  []int
	}{
		//                      own pages      partner                       other       unknown
		{nobody, []int{401, 200, 404, 403, 403, 403, 403, 403, 403, 403, 403, 403}},
		{partners, []int{401, 200, 404, 200, 200, 200, 200, 200, 403, 403, 403, 403}},
		{partnersSigned, []int{401, 200, 404, 401, 200, 200, 200, 404, 403, 403, 403, 403}},
		{anybody, []int{200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200}},
	}
	a := w.album(w.ada, "Spring", album.Sharing{})
	p := w.photo(w.ada, a.ID, "a.jpg", jpegFile())
	for _, row := range rows {
		if _, err := w.library.SetSharing(t.Context(), atHome(w.ada), a.ID, album.Sharing{Read: row.rule}, album.Match{}); err != nil {
			t.Fatal(err)
		}
		for i, x := range whos {
			for _, path := range []string{"/albums/" + string(a.ID), "/albums/" + string(a.ID) + "/photos", "/photos/" + string(p.ID), "/photos/" + string(p.ID) + "/about", "/photos/" + string(p.ID) + "/thumbnails/320"} {
				if res := w.ask("GET", path, x.options...); res.Code != row.get[i] {
					t.Errorf("rule %v, %s: GET %s: status %d, want %d", row.rule, x.name, path, res.Code, row.get[i])
				}
			}
			listed := names(t, w.ask("GET", "/albums", x.options...)) == "Spring"
			wantListed := row.get[i] == 200 && !strings.Contains(x.name, "other's") && x.name != "own page, other"
			if listed != wantListed {
				t.Errorf("rule %v, %s: listed %v, want %v", row.rule, x.name, listed, wantListed)
			}
		}
	}
}

// Nothing tells a site that it may not have signed-in visitors who its visitor
// is: "own" and the rules stay out, although the browser sent a proof.
func TestOwnIsNotTold(t *testing.T) {
	w := newWorld(t)
	a := w.album(w.ada, "Spring", album.Sharing{Read: partners})
	path := "/albums/" + string(a.ID)
	for what, options := range map[string][]option{
		"session":  {from(partner), siteSession(w.session(w.ada, partner))},
		"password": {from(partner), basic("Ada", password)},
	} {
		m := members(t, w.ask("GET", path, options...))
		if m["own"] != false || m["sharing"] != nil {
			t.Errorf("%s: own %v, sharing %v", what, m["own"], m["sharing"])
		}
	}
	m := members(t, w.ask("GET", path, from(partner), bearer(w.token(w.ada, partner, album.ScopeRead))))
	if m["own"] != true || m["sharing"] != nil {
		t.Errorf("token: own %v, sharing %v", m["own"], m["sharing"])
	}
}

// A page of another site may make an album with a token, or a sign-in, of its
// own, and the album is shared with that site from the start.
func TestCreateFromForeignSite(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		what    string
		options []option
		status  int
	}{
		{"nobody", []option{from(partner)}, 401},
		{"a token that may not", []option{from(partner), bearer(w.token(w.ada, partner, album.ScopeRead|album.ScopeUpload))}, 403},
		{"a password", []option{from(partner), basic("Ada", password)}, 401},
		{"a token", []option{from(partner), bearer(w.token(w.ada, partner, album.ScopeManage|album.ScopeRead))}, 201},
		{"its session", []option{from(partner), siteSession(w.session(w.ada, partner))}, 201},
		{"the own pages' session", []option{from(partner), ownSession(w.session(w.ada, ""))}, 401},
	} {
		res := w.ask("PUT", "/albums", append(c.options, jsonBody(`{"name":"By `+c.what+`"}`))...)
		if res.Code != c.status {
			t.Errorf("%s: status %d, want %d: %s", c.what, res.Code, c.status, res.Body)
			continue
		}
		if c.status == http.StatusCreated {
			want(t, w.ask("GET", res.Header().Get("Location"), c.options...), http.StatusOK)
		}
	}
}
