package cors

// Values of Sec-Fetch-Site.
const (
	FetchSiteSameOrigin = "same-origin"
	FetchSiteSameSite   = "same-site"
	FetchSiteCrossSite  = "cross-site"
	FetchSiteNone       = "none"
)

// Party is who asks or is asked, with what tells how close they are.
type Party struct {
	Origin string // serialized; "null" when opaque
	Site   string // see Origin.Site; "" when opaque
}

// FetchSite says how close the one who asks is to the one who is asked, in the words
// of Sec-Fetch-Site.
//
// Standard: https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
func FetchSite(page, target Party) string {
	switch {
	case sameSerialized(page.Origin, target.Origin):
		return FetchSiteSameOrigin
	case page.Site != "" && page.Site == target.Site:
		return FetchSiteSameSite
	default:
		return FetchSiteCrossSite
	}
}

// FartherSite is the farther of two distances. Sec-Fetch-Site tells the farthest on
// the whole way, redirects included: whoever was on it could have changed it.
//
// Standard: https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
func FartherSite(a, b string) string {
	if a == FetchSiteCrossSite || b == FetchSiteSameOrigin {
		return a
	}
	return b
}

// FetchMetadata returns the fields that tell a server what a request is for: site is
// the value of Sec-Fetch-Site, mode the request mode, and destination the request's
// destination, "" for XMLHttpRequest and fetch(). ok is false where there are none:
// they go to URLs that nobody can listen to on the way.
//
// Standard: https://w3c.github.io/webappsec-fetch-metadata/#fetch-metadata-append
func FetchMetadata(url, site, mode, destination string) (fields [3]Field, ok bool) {
	if !IsTrustworthyURL(url) {
		return fields, false
	}
	if destination == "" {
		destination = "empty"
	}
	return [...]Field{{"Sec-Fetch-Site", site}, {"Sec-Fetch-Mode", mode}, {"Sec-Fetch-Dest", destination}}, true
}
