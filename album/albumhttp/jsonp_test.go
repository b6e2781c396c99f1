package albumhttp

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
)

// A list of photos comes as a call of the page's function, for albums open to
// any site. Who asks does not matter.
func TestJSONP(t *testing.T) {
	w := newWorld(t)
	a := w.album(w.ada, "Open", album.Sharing{Read: anybody})
	w.photo(w.ada, a.ID, "<script><!-- & .jpg", jpegFile())
	path := "/albums/" + string(a.ID) + "/photos?callback=page.show"
	plain := w.ask("GET", "/albums/"+string(a.ID)+"/photos").Body.String()
	for what, options := range map[string][]option{
		"nobody":                nil,
		"a script element":      {with("Sec-Fetch-Site", "cross-site"), with("Sec-Fetch-Mode", "no-cors"), with("Sec-Fetch-Dest", "script")},
		"the owner":             {ownSession(w.session(w.ada, ""))},
		"a wrong Authorization": {with("Authorization", "nonsense")},
	} {
		res := w.ask("GET", path, options...)
		want(t, res, http.StatusOK)
		if got := res.Body.String(); got != "/**/page.show("+plain+");" {
			t.Errorf("%s: %s", what, got)
		}
		if strings.ContainsAny(res.Body.String(), "<>&\u2028\u2029") {
			t.Errorf("%s: not safe in a page: %s", what, res.Body)
		}
		checkWanted(t, what, res, map[string]string{
			"Content-Type": "application/javascript; charset=utf-8", "X-Content-Type-Options": "nosniff",
			"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "private, no-cache",
		})
	}
	if got := w.ask("GET", path+"&limit=1&cursor=").Code; got != http.StatusOK {
		t.Errorf("a page of it: status %d", got)
	}
}

// No album that is not open to any site is told in this way, not even to its
// owner, whose browser would answer for a page that is unknown.
func TestJSONPRefused(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	for name, rule := range map[string]album.Rule{"nobody": nobody, "partners": partners, "signed": partnersSigned} {
		a := w.album(w.ada, name, album.Sharing{Read: rule})
		path := "/albums/" + string(a.ID) + "/photos?callback=show"
		for what, options := range map[string][]option{
			"nobody": nil, "owner": {ada}, "partner": {from(partner)}, "password": {basic("Ada", password)},
			"token": {from(partner), bearer(w.token(w.ada, partner, album.AllScopes))},
		} {
			res := w.ask("GET", path, options...)
			if res.Code != http.StatusForbidden || res.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s, %s: status %d: %s", name, what, res.Code, res.Body)
			}
		}
	}
	want(t, w.ask("GET", "/albums/"+someID+"/photos?callback=show"), http.StatusNotFound)
	a := w.album(w.ada, "open", album.Sharing{Read: anybody})
	for _, callback := range []string{"", "1", "a b", "a;b", "a(", "a.", ".a", "a..b", "a-b", "ä", "a[0]", "a\n", "a\u2028", "alert(1)//", strings.Repeat("a", 65)} {
		want(t, w.ask("GET", "/albums/"+string(a.ID)+"/photos?callback="+url.QueryEscape(callback), ada), http.StatusBadRequest)
	}
	want(t, w.ask("GET", "/albums/"+string(a.ID)+"/photos?callback=%zz"), http.StatusBadRequest)
	want(t, w.ask("GET", "/albums/"+string(a.ID)+"/photos?callback="+strings.Repeat("a", 64)), http.StatusOK)
}

var callbackForm = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*)*$`)

// What passes as a callback is dotted names of harmless characters, and short.
func FuzzCallback(f *testing.F) {
	for _, seed := range []string{"show", "page.show", "$", "_1", "a..b", "", "a.", "1a", "a\x00", "ſ", "a.b.c.d", strings.Repeat("a", 65)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := isCallback(s), callbackForm.MatchString(s) && len(s) <= 64; got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	})
}

// A text means in the answer what it was, and can be put into a script.
func FuzzAppendString(f *testing.F) {
	for _, seed := range []string{"", "plain", `"\/`, "<!--</script>&", "\u2028\u2029", "\x00\x1f\x7f", "ä🌷", "\xff\xfe", "a\xc3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := appendString(nil, s)
		valid := string([]rune(s)) // each byte that is no UTF-8 becomes U+FFFD
		var back string
		if err := json.Unmarshal(text, &back); err != nil || back != valid {
			t.Errorf("%q: %s, %v", s, text, err)
		}
		if strings.ContainsAny(string(text), "<>&\u2028\u2029\n\r\x00") {
			t.Errorf("%q: not safe: %s", s, text)
		}
	})
}
