package cors

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Site returns what two origins must share to be of the same site: the scheme and
// the registrable domain, or the whole host where there is none. It is "" for
// opaque origins.
//
// Standard: https://html.spec.whatwg.org/#obtain-a-site
func (o Origin) Site() string {
	if o.IsOpaque() {
		return ""
	}
	return o.Scheme() + "://" + registrable(o.Host())
}

func registrable(host string) string {
	if host == "" || host[0] == '[' || endsInNumber(host) {
		return host
	}
	name := strings.TrimSuffix(host, ".")
	if domain, err := publicsuffix.EffectiveTLDPlusOne(name); err == nil {
		return domain + host[len(name):]
	}
	return host
}

// SameSite reports whether two origins are of the same site. An opaque origin is
// of no site.
//
// Standard: https://html.spec.whatwg.org/#same-site
func (o Origin) SameSite(p Origin) bool {
	return !o.IsOpaque() && !p.IsOpaque() && o.Site() == p.Site()
}

// IsTrustworthy reports whether what comes from the origin cannot be changed on
// the way: https, or a host that never leaves the machine.
//
// Standard: https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
func (o Origin) IsTrustworthy() bool {
	return !o.IsOpaque() && (o.Scheme() == "https" || o.IsLoopback() || !isWeb(o.Scheme()))
}
