package albumhttp

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/corsage-go/corsage/album"
)

// siteOf tells whose page makes a request, by the header fields that scripts
// cannot set: Origin, and where a browser sends none, Sec-Fetch-Site and
// Sec-Fetch-Mode. When they make no sense the page is a foreign one of which
// nothing is known.
func (h *Handler) siteOf(r *http.Request) album.Site {
	switch lines := r.Header["Origin"]; len(lines) {
	case 0:
		if crossSite(r) {
			return strangerSite()
		}
		return album.Site{}
	case 1:
		if h.own[lines[0]] {
			return album.Site{}
		}
		return h.foreignSite(lines[0])
	default:
		return strangerSite()
	}
}

func (h *Handler) foreignSite(origin string) album.Site {
	if origin == opaqueOrigin {
		site := strangerSite()
		site.Origin = opaqueOrigin
		return site
	}
	patterns := h.patterns(origin)
	if len(patterns) == 0 {
		return strangerSite()
	}
	return album.Site{Foreign: true, Origin: origin, Patterns: patterns}
}

// opaqueOrigin is what every sandboxed frame and local file has for an origin.
const opaqueOrigin = "null"

// identifiable reports whether the site can be told from all others.
func identifiable(s album.Site) bool { return s.Origin != "" && s.Origin != opaqueOrigin }

// strangerSite is a foreign site of which nothing is known; only a rule for any
// site admits it.
func strangerSite() album.Site {
	return album.Site{Foreign: true, Patterns: []string{album.AnyPattern}}
}

// crossSite reports whether a request without Origin was made by another site's
// page, such as by an image or a script element. Following a link is not: what
// comes of it is shown to the person, and the site that linked does not get it.
func crossSite(r *http.Request) bool {
	site, mode := r.Header["Sec-Fetch-Site"], r.Header["Sec-Fetch-Mode"]
	switch {
	case len(site) == 0:
		return false
	case len(site) > 1 || len(mode) > 1:
		return true
	case site[0] == "same-origin" || site[0] == "none":
		return false
	}
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	return !safe || len(mode) == 0 || mode[0] != "navigate"
}

// exactly is the Patterns of a Config without: no pattern names more than one
// origin.
func exactly(origin string) []string {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != origin || strings.Contains(u.Host, "*") {
		return nil
	}
	return []string{origin, album.AnyPattern}
}
