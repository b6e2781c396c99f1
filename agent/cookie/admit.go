package cookie

import (
	"strings"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors"
)

// setting is the attempt to set a cookie.
type setting struct {
	described
	fetch.CookieContext
	jar *Jar
}

// cookie makes of a description the cookie to be kept, by all rules that do not
// depend on what is kept already.
//
// Standard: 6265bis, section 5.7, steps 7 to 22
func (s *setting) cookie() (Cookie, *Refusal) {
	if !s.URL.IsHTTP() {
		return Cookie{}, refuse(NotHTTP, "only http and https have cookies, not %s", quoted(s.URL.Scheme()))
	}
	c := Cookie{
		Name: s.name, Value: s.value, Path: s.path, Expires: s.expires,
		Secure: s.secure, HTTPOnly: s.httpOnly, SameSite: s.sameSite,
	}
	if c.Path == "" {
		c.Path = defaultPath(s.URL.Path())
	}
	for _, rule := range []func(*Cookie) *Refusal{s.place, s.protect, s.crossSite, s.prefix, s.partition} {
		if why := rule(&c); why != nil {
			return Cookie{}, why
		}
	}
	return c, nil
}

// place says to which hosts the cookie goes.
//
// Standard: 6265bis, section 5.7, steps 7 to 10
func (s *setting) place(c *Cookie) *Refusal {
	host := s.URL.Hostname()
	c.Domain, c.HostOnly = host, true
	switch {
	case s.domain == "", s.domain == host && (isPublicSuffix(host) || isAddress(host)):
		return nil
	case !isASCII(s.domain):
		return refuse(BadDomain, "its Domain %s is not ASCII; write the xn-- form", quoted(s.domain))
	case !domainMatches(host, s.domain):
		return refuse(DomainMismatch, "its Domain %s is neither %s nor above it", quoted(s.domain), host)
	case isPublicSuffix(s.domain):
		return refuse(PublicSuffix, "its Domain %s is a public suffix: the hosts below it have different owners", quoted(s.domain))
	}
	c.Domain, c.HostOnly = s.domain, false
	return nil
}

// protect keeps Secure to trustworthy origins and HttpOnly from scripts.
//
// Standard: 6265bis, section 5.7, steps 12 to 15
func (s *setting) protect(c *Cookie) *Refusal {
	switch {
	case c.Secure && !isTrustworthy(s.URL):
		return refuse(InsecureOrigin, "it is Secure, and %s is not trustworthy; use https", s.URL.OriginString())
	case c.HTTPOnly && !s.HTTP:
		return refuse(HTTPOnlyByScript, "it is HttpOnly, which scripts cannot set")
	}
	return nil
}

// crossSite keeps answers to other sites from setting what does not go with
// requests from there.
//
// Standard: 6265bis, section 5.7, steps 17 to 19
func (s *setting) crossSite(c *Cookie) *Refusal {
	switch {
	case c.SameSite == None && !c.Secure:
		return refuse(NoneWithoutSecure, "it has SameSite=None without Secure; add Secure")
	case s.jar.sameSite(c.SameSite) == None || s.CookieContext.SameSite || s.Lax && s.HTTP:
		return nil
	case c.SameSite == Unset:
		return refuse(CrossSite, "it was set across sites without a SameSite, which counts as Lax; add SameSite=None; Secure")
	default:
		return refuse(CrossSite, "it was set across sites with SameSite=%s; only None can be", c.SameSite)
	}
}

// prefix asks of a name what its prefix promises.
//
// Standard: 6265bis, section 5.7, steps 20 to 22, and the draft on layered
// cookies
func (s *setting) prefix(c *Cookie) *Refusal {
	isHost := c.Secure && c.HostOnly && s.hasPath && c.Path == "/"
	isHTTP := c.Secure && c.HTTPOnly
	switch name := c.Name; {
	case name == "" && hasReservedPrefix(c.Value):
		return refuse(HiddenPrefix, "it has no name, and its value would pass for a name with a prefix")
	case hasPrefix(name, "__Secure-") && !c.Secure:
		return refuse(SecurePrefix, "its prefix __Secure- asks for Secure")
	case hasPrefix(name, "__Host-") && !isHost:
		return refuse(HostPrefix, "its prefix __Host- asks for Secure, Path=/ and no Domain")
	case (hasPrefix(name, "__Http-") || hasPrefix(name, "__Host-Http-")) && !isHTTP:
		return refuse(HTTPPrefix, "its prefix __Http- or __Host-Http- asks for Secure and HttpOnly")
	}
	return nil
}

func hasReservedPrefix(s string) bool {
	return hasPrefix(s, "__Secure-") || hasPrefix(s, "__Host-") || hasPrefix(s, "__Http-")
}

// partition keeps the cookie to the site in the address bar, if it asks for that,
// and otherwise keeps third parties from having cookies, if they are blocked.
//
// Standard: https://datatracker.ietf.org/doc/html/draft-cutler-httpbis-partitioned-cookies-01#section-2
func (s *setting) partition(c *Cookie) *Refusal {
	if !s.partitioned {
		if s.jar.BlockThirdParty && isThirdParty(s.CookieContext) {
			return refuse(ThirdParty, "cookies of third parties are blocked, and %s is not of the site in the address bar; add Partitioned",
				s.URL.OriginString())
		}
		return nil
	}
	if !c.Secure {
		return refuse(PartitionedWithoutSecure, "it is Partitioned without Secure; add Secure")
	}
	if c.Partition = partitionOf(s.CookieContext); c.Partition == "" {
		return refuse(NoPartition, "it is Partitioned, and the page in the address bar is of no site")
	}
	return nil
}

// isTrustworthy reports whether a URL's server gets Secure cookies, and sets them.
func isTrustworthy(u *weburl.URL) bool {
	return u.Scheme() == "https" || originOf(u).IsTrustworthy()
}

// originOf is the origin of a URL, opaque if it has none that can be written.
func originOf(u *weburl.URL) cors.Origin {
	o, err := cors.ParseOrigin(u.OriginString())
	if err != nil {
		return cors.Origin{}
	}
	return o
}

// partitionOf is the site in the address bar, or the opaque origin there; a page that the user goes to will
// be there itself.
func partitionOf(c fetch.CookieContext) string {
	if c.Lax {
		return originOf(c.URL).Site()
	}
	return fetch.Partition(c.TopLevel, c.TopLevelNonce)
}

func isThirdParty(c fetch.CookieContext) bool {
	return !c.Lax && !originOf(c.URL).SameSite(c.TopLevel)
}

// clone cuts a cookie from the texts that it was read from, which may be much
// longer.
func (c Cookie) clone() Cookie {
	c.Name, c.Value = strings.Clone(c.Name), strings.Clone(c.Value)
	c.Domain, c.Path = strings.Clone(c.Domain), strings.Clone(c.Path)
	c.Partition = strings.Clone(c.Partition)
	return c
}
