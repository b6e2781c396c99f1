package cors

import "strings"

// CheckTarget decides whether a URL may be asked at all: not on a port that belongs
// to another protocol, and not where the answer could be changed on its way to a
// page that came over https. url is serialized, port is the one that it leads to.
// Where there is nothing to check, because it is neither http nor https, the verdict
// is NotCORS.
//
// Standard: https://fetch.spec.whatwg.org/#block-bad-port and
// https://w3c.github.io/webappsec-mixed-content/#should-block-fetch
func CheckTarget(url string, port uint16, secure bool) Verdict {
	a, ok := parseAddress(url)
	if !ok || !isWeb(a.scheme) {
		return Verdict{Reason: NotCORS, On: OnRequest}
	}
	if IsBadPort(port) {
		return refuse(OnRequest, BadPort, url[a.host:a.path], "")
	}
	if secure && !a.isTrustworthy() {
		return refuse(OnRequest, MixedContent, a.origin(), "https")
	}
	return Verdict{Reason: Allowed, On: OnRequest}
}

// maxRedirects is how many redirects are followed.
const maxRedirects = 20

// CheckRedirect decides whether a redirect to a URL may be followed. url is
// serialized, hops is how many redirects have been followed before, and checked
// tells that the answer there will be checked, so that the URL may hold no user name
// and no password.
//
// Standard: https://fetch.spec.whatwg.org/#http-redirect-fetch, steps 6 to 10
func CheckRedirect(url string, hops int, checked bool) Verdict {
	a, ok := parseAddress(url)
	switch {
	// 6. Only to http and https; no server may lead to what is on the page's own
	// machine.
	case !ok, isLocalScheme(a.scheme):
		return refuse(OnRedirect, RedirectInvalid, a.scheme+":", "")
	case !isWeb(a.scheme):
		return refuse(OnRedirect, SchemeNotHTTP, a.scheme, "")
	// 7.
	case hops >= maxRedirects:
		return refuse(OnRedirect, RedirectLimit, a.withoutUser(), "")
	// 9. and 10.
	case checked && a.hasUser():
		return refuse(OnRedirect, RedirectWithCredentials, a.withoutUser(), "")
	}
	return Verdict{Reason: Allowed, On: OnRedirect}
}

// isLocalScheme tells the schemes of what is on the page's own machine.
func isLocalScheme(scheme string) bool {
	switch scheme {
	case "about", "blob", "data", "file", "filesystem":
		return true
	}
	return false
}

// CheckResourcePolicy lets a server keep what it answers from pages of other origins
// or sites that ask blindly.
//
// Standard: https://fetch.spec.whatwg.org/#cross-origin-resource-policy-internal-check
func CheckResourcePolicy(page, target Party, h Fields) Verdict {
	values := h.Values("Cross-Origin-Resource-Policy")
	if len(values) != 1 { // none, or a list, which is no policy
		return Verdict{Reason: Allowed, On: OnResponse}
	}
	refused := false
	switch values[0] {
	case "same-origin":
		refused = !sameSerialized(page.Origin, target.Origin)
	case "same-site":
		refused = !isSameSiteUnlessSecret(page.Site, target.Site)
	}
	if refused {
		return refuse(OnResponse, ResourcePolicy, values[0], "cross-origin")
	}
	return Verdict{Reason: Allowed, On: OnResponse}
}

// isSameSiteUnlessSecret compares sites without their schemes; but what came over
// https is not for a page that did not.
//
// Standard: https://html.spec.whatwg.org/#schemelessly-same-site
func isSameSiteUnlessSecret(page, target string) bool {
	scheme, name, _ := strings.Cut(page, "://")
	targetScheme, targetName, _ := strings.Cut(target, "://")
	return name != "" && name == targetName && (scheme == "https" || targetScheme != "https")
}
