package panel

import (
	"crypto/subtle"
	"net/http"
	"strings"
)

// guard stands before a panel. It lets pass what the person at this machine asks
// for, by the panel's own address and token, and what the panel's own page asks
// for. To everybody else there is nothing here.
type guard struct {
	origin string // the panel's own, such as "http://127.0.0.1:8404"
	token  string
	next   http.Handler // below the token
}

// safety are the header fields of every answer. No page of another origin may load,
// frame or open what is here, nothing runs that is not a file of ours, and the
// address is told to nobody.
var safety = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Referrer-Policy":              "no-referrer",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Cache-Control":                "no-store",
}

// ServeHTTP implements http.Handler.
func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, value := range safety {
		w.Header().Set(name, value)
	}
	token, rest, below := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case !g.isOwnHost(r.Host):
		http.Error(w, "this is not the address of the panel", http.StatusMisdirectedRequest)
	case subtle.ConstantTimeCompare([]byte(token), []byte(g.token)) != 1:
		http.Error(w, "the panel is at the whole address that corsage printed, with its token", http.StatusNotFound)
	case !g.isOwnPage(r) && !isOpening(r, rest):
		http.Error(w, "other pages get nothing from the panel", http.StatusForbidden)
	case !below:
		w.Header().Set("Location", "/"+g.token+"/")
		w.WriteHeader(http.StatusFound)
	default:
		http.StripPrefix("/"+g.token, g.next).ServeHTTP(w, r)
	}
}

// isOwnHost keeps out names that somebody else lets lead here.
func (g *guard) isOwnHost(host string) bool {
	_, own, _ := strings.Cut(g.origin, "://")
	return strings.EqualFold(host, own)
}

// isOwnPage reports whether a request was made by the panel's own page, or by a
// person: typed, or by a program that is no browser. Whatever changes something
// has to name the origin.
//
// Standard: https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
func (g *guard) isOwnPage(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	for _, origin := range origins {
		if origin != g.origin {
			return false
		}
	}
	if len(origins) == 0 && r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	return false
}

// isOpening reports whether a link of another page opens the panel in a tab, where
// that page cannot look into it.
func isOpening(r *http.Request, path string) bool {
	return path == "" && r.Method == http.MethodGet && len(r.Header.Values("Origin")) == 0 &&
		r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}
