package albumhttp

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
)

// An Authorization field must be right: it is never passed over.
func TestAuthorization(t *testing.T) {
	w := newWorld(t)
	token := w.token(w.ada, partner, album.ScopeRead)
	w.album(w.ada, "Spring", album.Sharing{Read: partnersSigned})
	for _, c := range []struct {
		what    string
		options []option
		status  int
	}{
		{"nobody", nil, 200},
		{"name and password", []option{basic("Ada", password)}, 200},
		{"scheme in other case", []option{with("Authorization", "bASIC QWRhOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==")}, 200},
		{"wrong password", []option{basic("Ada", "wrong horse")}, 401},
		{"somebody unknown", []option{basic("Nobody", password)}, 401},
		{"no colon", []option{with("Authorization", "Basic QWRh")}, 401},
		{"no base64", []option{with("Authorization", "Basic ????")}, 401},
		{"no UTF-8", []option{with("Authorization", "Basic /zr/")}, 401},
		{"a token at its site", []option{bearer(token), from(partner)}, 200},
		{"a token at another site", []option{bearer(token), from(other)}, 401},
		{"a token from a program", []option{bearer(token)}, 401},
		{"a token at the service's own pages", []option{bearer(token), from(home)}, 401},
		{"a token at a sandboxed page", []option{bearer(token), from("null")}, 401},
		{"a token that is none", []option{bearer("cst_" + strings.Repeat("A", 43)), from(partner)}, 401},
		{"a token of nothing", []option{with("Authorization", "Bearer "), from(partner)}, 401},
		{"an empty field", []option{with("Authorization", "")}, 401},
		{"another scheme", []option{with("Authorization", "Digest x")}, 401},
		{"two fields", []option{basic("Ada", password), with("Authorization", "Bearer x")}, 401},
		{"a right cookie beside a wrong field", []option{with("Authorization", "Digest x"), ownSession(w.session(w.ada, ""))}, 401},
	} {
		if res := w.ask("GET", "/albums", c.options...); res.Code != c.status {
			t.Errorf("%s: status %d, want %d: %s", c.what, res.Code, c.status, res.Body)
		}
	}
}

// A challenge for a name and password would open a window in a browser, so it
// goes to programs only.
func TestChallenge(t *testing.T) {
	w := newWorld(t)
	basicToo := `Bearer realm="corsage"|Basic realm="corsage", charset="UTF-8"`
	for _, c := range []struct {
		options []option
		want    string
	}{
		{nil, basicToo},
		{[]option{basic("Ada", "wrong horse")}, basicToo},
		{[]option{from(partner)}, `Bearer realm="corsage"`},
		{[]option{from(home)}, `Bearer realm="corsage"`},
		{[]option{with("Sec-Fetch-Site", "same-origin")}, `Bearer realm="corsage"`},
		{[]option{with("Sec-Fetch-Mode", "cors")}, `Bearer realm="corsage"`},
		{[]option{with("Sec-Fetch-Dest", "empty")}, `Bearer realm="corsage"`},
	} {
		res := w.ask("GET", "/session", c.options...)
		want(t, res, http.StatusUnauthorized)
		if got := strings.Join(res.Header()["Www-Authenticate"], "|"); got != c.want {
			t.Errorf("%d options: %q, want %q", len(c.options), got, c.want)
		}
	}
}

// Each kind of site has its own cookie, and the other one is not looked at. A
// wrong or old cookie is as none.
func TestCookies(t *testing.T) {
	w := newWorld(t)
	own, site := w.session(w.ada, ""), w.session(w.ada, partner)
	for _, c := range []struct {
		what    string
		options []option
		signed  bool
	}{
		{"own cookie, own page", []option{ownSession(own)}, true},
		{"own cookie, own page's POST", []option{ownSession(own), from(home)}, true},
		{"among others", []option{with("Cookie", "a=b; "+ownCookie+"="+own+"; c=d")}, true},
		{"in a second line", []option{with("Cookie", "a=b"), ownSession(own)}, true},
		{"in quotes", []option{ownSession(`"` + own + `"`)}, true},
		{"site cookie at its site", []option{siteSession(site), from(partner)}, true},
		{"site cookie at another site", []option{siteSession(site), from(other)}, false},
		{"site cookie at a sandboxed page", []option{siteSession(site), from("null")}, false},
		{"site cookie at the service's own pages", []option{siteSession(site)}, false},
		{"own cookie at a foreign site", []option{ownSession(own), from(partner)}, false},
		{"own secret in the site cookie", []option{siteSession(own), from(partner)}, false},
		{"site secret in the own cookie", []option{ownSession(site)}, false},
		{"own cookie with an image of another site", []option{ownSession(own), with("Sec-Fetch-Site", "same-site"), with("Sec-Fetch-Mode", "no-cors")}, false},
		{"a wrong cookie", []option{ownSession(strings.Repeat("A", 43))}, false},
		{"a broken cookie", []option{ownSession("\x00")}, false},
		{"an empty cookie", []option{ownSession("")}, false},
		{"a name that ends alike", []option{with("Cookie", "x"+ownCookie+"="+own)}, false},
	} {
		status := http.StatusUnauthorized
		if c.signed {
			status = http.StatusOK
		}
		if res := w.ask("GET", "/session", c.options...); res.Code != status {
			t.Errorf("%s: status %d, want %d: %s", c.what, res.Code, status, res.Body)
		}
	}
	w.wait(31 * 24 * time.Hour)
	want(t, w.ask("GET", "/session", ownSession(own)), http.StatusUnauthorized)
	want(t, w.ask("GET", "/albums", ownSession(own)), http.StatusOK) // as nobody
}

func TestParseAuthorization(t *testing.T) {
	for _, c := range []struct {
		line string
		want authorization
		ok   bool
	}{
		{"Basic QWRhOnB3", authorization{name: "Ada", password: "pw"}, true},
		{"Basic   QWRhOnB3", authorization{name: "Ada", password: "pw"}, true},
		{"Basic QWRhOnA6dw==", authorization{name: "Ada", password: "p:w"}, true},
		{"Basic Og==", authorization{}, true},
		{"Bearer abc.d-e_f~g+h/i==", authorization{token: "abc.d-e_f~g+h/i=="}, true},
		{"Bearer a=b", authorization{token: "a=b"}, false},
		{"Bearer ab cd", authorization{token: "ab cd"}, false},
		{"Bearer =", authorization{token: "="}, false},
		{"Bearer", authorization{}, false},
		{"Basic", authorization{}, false},
		{"", authorization{}, false},
	} {
		got, ok := parseAuthorization([]string{c.line})
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%q: %+v, %v", c.line, got, ok)
		}
	}
}

// What is read as a proof is what net/http would read.
func FuzzParseAuthorization(f *testing.F) {
	for _, seed := range []string{"Basic QWRhOnB3", "basic Og==", "Bearer cst_x", "Bearer ", "Basic =", "Digest a=b", " ", "Basic  QWRhOnB3\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		a, ok := parseAuthorization([]string{line})
		if !ok {
			return
		}
		if a.token != "" {
			if rest := strings.TrimLeft(line[len("Bearer"):], " "); rest != a.token || strings.ContainsAny(a.token, " \t\r\n\",;") {
				t.Errorf("%q has the token %q", line, a.token)
			}
			return
		}
		r := &http.Request{Header: http.Header{"Authorization": {"Basic " + strings.TrimLeft(line[len("Basic"):], " ")}}}
		name, password, ok := r.BasicAuth()
		if !ok || name != a.name || password != a.password {
			t.Errorf("%q: %q %q, net/http has %q %q %v", line, a.name, a.password, name, password, ok)
		}
	})
}

// A cookie's value is one that net/http finds too.
func FuzzCookieValue(f *testing.F) {
	for _, seed := range []string{ownCookie + "=x", "a=b; " + ownCookie + `="x y"`, ";;=;" + ownCookie, ownCookie + "=a; " + ownCookie + "=b", ownCookie + "=\"", ownCookie + "=\x7f"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		got := cookieValue([]string{line}, ownCookie)
		if strings.ContainsAny(got, " \";,\\\r\n\t\x00") {
			t.Errorf("%q has the value %q", line, got)
		}
		r := &http.Request{Header: http.Header{"Cookie": {line}}}
		all := r.CookiesNamed(ownCookie)
		if got != "" && !slices.ContainsFunc(all, func(c *http.Cookie) bool { return c.Value == got }) {
			t.Errorf("%q: %q, net/http has %v", line, got, all)
		}
	})
}

// countingAccess counts the passwords that are looked at.
type countingAccess struct {
	album.Access
	passwords *int
}

func (a countingAccess) ViewerByPassword(ctx context.Context, name, password, from string, site album.Site) (album.Viewer, error) {
	*a.passwords++
	return a.Access.ViewerByPassword(ctx, name, password, from, site)
}

// A page of another site cannot find out through its visitors' browsers whether a
// password is right: without a rule with credentials for that site it is not even
// looked at.
func TestPasswordsFromForeignSites(t *testing.T) {
	looked := 0
	w := newWorld(t, func(c *Config) { c.Access = countingAccess{c.Access, &looked} })
	open := "/albums/" + string(w.album(w.ada, "Open", album.Sharing{Read: partners, Change: partners}).ID)
	signed := "/albums/" + string(w.album(w.ada, "Signed", album.Sharing{Read: partnersSigned}).ID)
	for _, c := range []struct {
		what, method, path string
		site               option
		status, checked    int
	}{
		{"a rule for anybody", "GET", open, from(partner), 200, 0},
		{"changing for people with tokens", "DELETE", open, from(partner), 401, 0},
		{"no rule", "GET", open, from(other), 403, 0},
		{"a site that is not told", "GET", signed, with("Sec-Fetch-Site", "cross-site"), 403, 0},
		{"the token page", "GET", "/tokens", from(partner), 401, 0},
		{"a rule with credentials", "GET", signed, from(partner), 0, 1},
		{"no site", "GET", signed, func(*http.Request) {}, 0, 1},
	} {
		for _, secret := range []string{password, "wrong horse battery"} {
			looked = 0
			res := w.ask(c.method, c.path, c.site, basic("Ada", secret))
			if c.status != 0 && res.Code != c.status || looked != c.checked {
				t.Errorf("%s: status %d, want %d; %d passwords looked at, want %d", c.what, res.Code, c.status, looked, c.checked)
			}
		}
	}
	w = newWorld(t, func(c *Config) { c.Access, c.Ambient = countingAccess{c.Access, &looked}, nil })
	looked = 0
	w.ask("GET", "/albums", from(partner), basic("Ada", password))
	if looked != 0 {
		t.Error("without Ambient, a password from a foreign site is looked at")
	}
}
