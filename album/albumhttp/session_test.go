package albumhttp

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
)

const signIn = `{"name":"Ada","password":"` + password + `"}`

// Signing in sets the cookie of the site that asks, with exactly these
// attributes, and signing out takes it away.
func TestSessionCookies(t *testing.T) {
	const life = "2592000" // 30 days
	for _, c := range []struct {
		what             string
		site             option
		cookie, rest     string
		origin           any
		elsewhere        option
		elsewhereMayKnow bool
	}{
		{
			what: "own page", site: from(home), cookie: ownCookie, origin: nil,
			rest: "; Path=/; Max-Age=" + life + "; HttpOnly; Secure; SameSite=Lax", elsewhere: from(partner),
		},
		{
			what: "program", site: func(*http.Request) {}, cookie: ownCookie, origin: nil,
			rest: "; Path=/; Max-Age=" + life + "; HttpOnly; Secure; SameSite=Lax", elsewhere: from(partner),
		},
		{
			what: "partner", site: from(partner), cookie: siteCookie, origin: partner,
			rest: "; Path=/; Max-Age=" + life + "; HttpOnly; Secure; SameSite=None; Partitioned", elsewhere: from(other),
		},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(t)
			res := w.ask("POST", "/session", c.site, jsonBody(signIn))
			want(t, res, http.StatusCreated)
			secret, rest := cookieOf(t, res, c.cookie)
			if len(secret) != 43 || rest != c.rest {
				t.Errorf("secret of %d characters, attributes %q", len(secret), rest)
			}
			m := members(t, res)
			if m["origin"] != c.origin || m["expires"] != "2026-12-02T09:30:00.000Z" || m["person"].(map[string]any)["name"] != "Ada" {
				t.Errorf("session: %s", res.Body)
			}
			cookie := with("Cookie", c.cookie+"="+secret)
			again := w.ask("GET", "/session", c.site, cookie)
			want(t, again, http.StatusOK)
			if again.Body.String() != res.Body.String() {
				t.Errorf("GET has another session: %s", again.Body)
			}
			want(t, w.ask("GET", "/session", c.elsewhere, cookie), http.StatusUnauthorized)

			res = w.ask("DELETE", "/session", c.site, cookie)
			want(t, res, http.StatusNoContent)
			gone, rest := cookieOf(t, res, c.cookie)
			if gone != "" || rest != strings.Replace(c.rest, life, "0", 1) {
				t.Errorf("after signing out: %q, attributes %q", gone, rest)
			}
			want(t, w.ask("GET", "/session", c.site, cookie), http.StatusUnauthorized)
			want(t, w.ask("DELETE", "/session", c.site, cookie), http.StatusNoContent)
			want(t, w.ask("DELETE", "/session", c.site), http.StatusNoContent)
		})
	}
}

// cookieOf returns the value of the one cookie that an answer sets, and its
// attributes as they are written.
func cookieOf(t *testing.T, res *httptest.ResponseRecorder, name string) (value, rest string) {
	t.Helper()
	lines := res.Header()["Set-Cookie"]
	if len(lines) != 1 || !strings.HasPrefix(lines[0], name+"=") {
		t.Fatalf("cookies %q, want one %s", lines, name)
	}
	value, rest, _ = strings.Cut(strings.TrimPrefix(lines[0], name+"="), ";")
	return value, ";" + rest
}

// Nobody signs in with a wrong password, from a site that cannot be told from
// others, or with a body that a form could send.
func TestSignInRefused(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		what    string
		options []option
		status  int
	}{
		{"wrong password", []option{jsonBody(`{"name":"Ada","password":"wrong horse"}`)}, 401},
		{"unknown name", []option{jsonBody(`{"name":"Nobody","password":"` + password + `"}`)}, 401},
		{"nothing", []option{jsonBody(`{}`)}, 401},
		{"sandboxed page", []option{from("null"), jsonBody(signIn)}, 403},
		{"no origin that makes sense", []option{from("https://x y"), jsonBody(signIn)}, 403},
		{"two origins", []option{from(home), from(partner), jsonBody(signIn)}, 403},
		{"cross-site without Origin", []option{with("Sec-Fetch-Site", "cross-site"), jsonBody(signIn)}, 403},
		{"a form", []option{sending("text/plain", signIn)}, 415},
		{"a form at another site", []option{from(partner), sending("text/plain", signIn)}, 415},
		{"more", []option{jsonBody(`{"name":"Ada","password":"x","admin":true}`)}, 400},
	} {
		res := w.ask("POST", "/session", c.options...)
		if res.Code != c.status || res.Header()["Set-Cookie"] != nil {
			t.Errorf("%s: status %d, want %d; cookies %q", c.what, res.Code, c.status, res.Header()["Set-Cookie"])
		}
	}
}

// Whoever shows who they are is told who they are, in whatever way.
func TestGetSession(t *testing.T) {
	w := newWorld(t)
	for what, c := range map[string]struct {
		options []option
		expires any
	}{
		"password": {[]option{basic("Ada", password)}, nil},
		"token":    {[]option{from(partner), bearer(w.token(w.ada, partner, album.ScopeRead))}, "2026-12-02T09:30:00.000Z"},
	} {
		res := w.ask("GET", "/session", c.options...)
		want(t, res, http.StatusOK)
		if m := members(t, res); m["expires"] != c.expires || m["person"].(map[string]any)["id"] != string(w.ada.ID) {
			t.Errorf("%s: %s", what, res.Body)
		}
	}
}

// A token's secret is told once; afterwards it can be listed and revoked.
func TestTokenLife(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	res := w.ask("POST", "/tokens", ada, from(home), jsonBody(`{"label":"Guest","origin":"`+partner+`","scopes":["upload","read","read"],"days":7}`))
	want(t, res, http.StatusCreated)
	m := members(t, res)
	secret, id := m["token"].(string), m["id"].(string)
	if res.Header().Get("Cache-Control") != "no-store" || res.Header().Get("Location") != "/tokens/"+id {
		t.Errorf("header: %v", res.Header())
	}
	const text = `,"label":"Guest","origin":"` + partner + `","scopes":["read","upload"],"created":"2026-11-02T09:30:00.000Z","expires":"2026-11-09T09:30:00.000Z"`
	if got := res.Body.String(); got != `{"id":"`+id+`"`+text+`,"token":"`+secret+`"}` {
		t.Errorf("token: %s", got)
	}
	want(t, w.ask("GET", "/albums", from(partner), bearer(secret)), http.StatusOK)
	if got := w.ask("GET", "/tokens", ada).Body.String(); got != `{"tokens":[{"id":"`+id+`"`+text+`}]}` {
		t.Errorf("list: %s", got)
	}
	want(t, w.ask("DELETE", "/tokens/"+id, ownSession(w.session(w.eve, ""))), http.StatusNotFound)
	want(t, w.ask("DELETE", "/tokens/"+id), http.StatusUnauthorized)
	want(t, w.ask("DELETE", "/tokens/"+id, ada), http.StatusNoContent)
	want(t, w.ask("DELETE", "/tokens/"+id, ada), http.StatusNotFound)
	want(t, w.ask("GET", "/albums", from(partner), bearer(secret)), http.StatusUnauthorized)
}

func TestTokenRefused(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	for text, field := range map[string]string{
		`{"label":"x","origin":"` + partner + `","scopes":["admin"]}`:                   "scopes",
		`{"label":"x","origin":"` + partner + `","scopes":[]}`:                          "scopes",
		`{"label":"x","origin":"` + partner + `"}`:                                      "scopes",
		`{"label":"x","origin":"null","scopes":["read"]}`:                               "origin",
		`{"label":"x","scopes":["read"]}`:                                               "origin",
		`{"origin":"` + partner + `","scopes":["read"]}`:                                "label",
		`{"label":"x","origin":"` + partner + `","scopes":["read"],"days":0}`:           "days",
		`{"label":"x","origin":"` + partner + `","scopes":["read"],"days":366}`:         "days",
		`{"label":"x","origin":"` + partner + `","scopes":["read"],"days":99999999999}`: "days",
		`{"label":"x","origin":"` + partner + `","scopes":["read"],"days":1.5}`:         "days",
	} {
		res := w.ask("POST", "/tokens", ada, jsonBody(text))
		want(t, res, http.StatusBadRequest)
		if got := members(t, res)["field"]; got != field {
			t.Errorf("%s: field %v, want %s", text, got, field)
		}
	}
	request := jsonBody(`{"label":"x","origin":"` + partner + `","scopes":["read"]}`)
	token := bearer(w.token(w.ada, partner, album.AllScopes))
	want(t, w.ask("POST", "/tokens", request), http.StatusUnauthorized)
	want(t, w.ask("POST", "/tokens", from(partner), token, request), http.StatusForbidden)
	want(t, w.ask("GET", "/tokens", from(partner), token), http.StatusForbidden)
	want(t, w.ask("POST", "/tokens", from(partner), siteSession(w.session(w.ada, partner)), request), http.StatusCreated)
	want(t, w.ask("POST", "/tokens", from(other), siteSession(w.session(w.ada, other)), request), http.StatusForbidden)
}
