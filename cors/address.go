package cors

import "strings"

// address is a serialized URL, cut where the rules about it look. Of a URL that is
// neither http nor https, nothing but the scheme is known.
type address struct {
	url    string // whole
	scheme string
	host   int // where the host begins, and any user name ends
	path   int // where the host and the port end
}

// parseAddress cuts a URL as the URL standard serializes it. It parses no URLs: of
// any other text, ok is false or the parts are those between the usual marks.
//
// Standard: https://url.spec.whatwg.org/#url-serializing
func parseAddress(url string) (a address, ok bool) {
	scheme, rest, found := strings.Cut(url, ":")
	if !found {
		return address{}, false
	}
	a = address{url: url, scheme: scheme}
	if !isWeb(scheme) {
		return a, true
	}
	if !strings.HasPrefix(rest, "//") {
		return address{}, false
	}
	a.host = len(scheme) + len("://")
	a.path = len(url)
	if end := strings.IndexAny(url[a.host:], `/\?#`); end >= 0 {
		a.path = a.host + end
	}
	a.host += strings.LastIndexByte(url[a.host:a.path], '@') + 1
	return a, a.host < a.path
}

// origin is the serialized origin; "null" where the URL does not tell it.
//
// Standard: https://url.spec.whatwg.org/#concept-url-origin
func (a address) origin() string {
	switch {
	case !isWeb(a.scheme):
		return NullOrigin
	case a.hasUser():
		return a.scheme + "://" + a.url[a.host:a.path]
	default:
		return a.url[:a.path]
	}
}

// hasUser reports whether there is a user name or a password.
//
// Standard: https://url.spec.whatwg.org/#include-credentials
func (a address) hasUser() bool { return a.host > len(a.scheme)+len("://") }

// withoutUser is the whole without user name and password.
func (a address) withoutUser() string {
	if !a.hasUser() {
		return a.url
	}
	return a.url[:len(a.scheme)+len("://")] + a.url[a.host:]
}

// isTrustworthy reports whether what comes from the address cannot be changed on
// the way.
//
// Standard: https://w3c.github.io/webappsec-secure-contexts/#is-url-trustworthy
func (a address) isTrustworthy() bool {
	switch a.scheme {
	case "https", "wss", "data", "about":
		return true
	case "http":
		o, err := ParseOrigin(a.origin())
		return err == nil && o.IsTrustworthy()
	}
	return false
}

// IsTrustworthyURL reports whether what comes from a serialized URL cannot be
// changed on the way: by https, by the URL itself, or from the same machine.
//
// Standard: https://w3c.github.io/webappsec-secure-contexts/#is-url-trustworthy
func IsTrustworthyURL(url string) bool {
	a, ok := parseAddress(url)
	return ok && a.isTrustworthy()
}
