package albumhttp

import (
	"net/http/httptest"
	"testing"

	"github.com/corsage-go/corsage/album"
)

// Whose page asks is told by Origin, and without it by the fetch metadata. What
// makes no sense is a foreign site of which nothing is known.
func TestSiteOf(t *testing.T) {
	h := New(Config{Origins: []string{home, "https://photos.example:8443"}, Patterns: testPatterns})
	own, stranger := album.Site{}, strangerSite()
	named := album.Site{Foreign: true, Origin: partner, Patterns: testPatterns(partner)}
	opaque := album.Site{Foreign: true, Origin: "null", Patterns: []string{"*"}}
	crossNoCORS := []option{with("Sec-Fetch-Site", "cross-site"), with("Sec-Fetch-Mode", "no-cors")}
	for _, c := range []struct {
		what    string
		method  string
		options []option
		want    album.Site
	}{
		{"a program", "GET", nil, own},
		{"a program that changes something", "POST", nil, own},
		{"an own page", "POST", []option{from(home)}, own},
		{"an own page at another address", "POST", []option{from("https://photos.example:8443")}, own},
		{"an own page's GET", "GET", []option{with("Sec-Fetch-Site", "same-origin")}, own},
		{"an address that was typed", "GET", []option{with("Sec-Fetch-Site", "none"), with("Sec-Fetch-Mode", "navigate")}, own},
		{"a link that was followed", "GET", []option{with("Sec-Fetch-Site", "cross-site"), with("Sec-Fetch-Mode", "navigate")}, own},
		{"a link from a page of the same site", "HEAD", []option{with("Sec-Fetch-Site", "same-site"), with("Sec-Fetch-Mode", "navigate")}, own},
		{"a form of another site without Origin", "POST", []option{with("Sec-Fetch-Site", "cross-site"), with("Sec-Fetch-Mode", "navigate")}, stranger},
		{"a site that a pattern names", "GET", []option{from(partner)}, named},
		{"Origin counts more than fetch metadata", "GET", []option{from(partner), with("Sec-Fetch-Site", "same-origin")}, named},
		{"an image of another site", "GET", crossNoCORS, stranger},
		{"an image of a page of the same site", "GET", []option{with("Sec-Fetch-Site", "same-site"), with("Sec-Fetch-Mode", "no-cors")}, stranger},
		{"no mode", "GET", []option{with("Sec-Fetch-Site", "cross-site")}, stranger},
		{"a Sec-Fetch-Site that does not exist", "GET", []option{with("Sec-Fetch-Site", "mars")}, stranger},
		{"an empty Sec-Fetch-Site", "GET", []option{with("Sec-Fetch-Site", "")}, stranger},
		{"two of Sec-Fetch-Site", "GET", []option{with("Sec-Fetch-Site", "same-origin", "cross-site")}, stranger},
		{"a sandboxed page", "GET", []option{from("null")}, opaque},
		{"no origin at all", "GET", []option{from("")}, stranger},
		{"two origins", "GET", []option{from(home), from(home)}, stranger},
		{"two origins in a line", "GET", []option{from(home + " " + home)}, stranger},
		{"its own host with another scheme", "GET", []option{from("http://photos.example")}, stranger},
		{"its own host in capitals", "GET", []option{from("https://PHOTOS.example")}, stranger},
		{"its own origin with a slash", "GET", []option{from(home + "/")}, stranger},
		{"a pattern", "GET", []option{from("https://*.partner.example")}, stranger},
		{"the pattern of everybody", "GET", []option{from("*")}, stranger},
	} {
		r := httptest.NewRequest(c.method, "/albums", nil)
		for _, o := range c.options {
			o(r)
		}
		if got := h.siteOf(r); !sameSite(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.what, got, c.want)
		}
	}
}

func sameSite(a, b album.Site) bool {
	if a.Foreign != b.Foreign || a.Origin != b.Origin || len(a.Patterns) != len(b.Patterns) {
		return false
	}
	for i := range a.Patterns {
		if a.Patterns[i] != b.Patterns[i] {
			return false
		}
	}
	return true
}

// Without Patterns, an origin is named by itself and by the pattern of
// everybody, and what is no origin by nothing: least of all what reads like a
// pattern.
func TestSiteWithoutPatterns(t *testing.T) {
	for origin, named := range map[string]bool{
		"https://a.example": true, "http://localhost:8402": true, "http://[::1]:80": true,
		"https://*.example": false, "*": false, "https://a.example/": false, "https://a.example?": false, "https://u@a.example": false,
		"": false, "a.example": false, "https://": false, "https:a": false, "https://a b": false, "\x00": false,
	} {
		if got := len(exactly(origin)) > 0; got != named {
			t.Errorf("%q: named %v, want %v", origin, got, named)
		}
	}
}

// With no own origins every site is foreign: the Host field, which a request can
// choose, says nothing.
func TestSiteWithoutOwnOrigins(t *testing.T) {
	r := httptest.NewRequest("POST", home+"/albums", nil)
	r.Header.Set("Origin", home)
	if got := New(Config{}).siteOf(r); !got.Foreign {
		t.Error("the origin of the Host field counts as the service's own")
	}
}
