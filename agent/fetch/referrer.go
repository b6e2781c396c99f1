package fetch

import (
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors"
)

// The referrer policies. The empty one stands for DefaultReferrerPolicy.
//
// Standard: https://w3c.github.io/webappsec-referrer-policy/#referrer-policies
const (
	NoReferrer                  ReferrerPolicy = "no-referrer"
	NoReferrerWhenDowngrade     ReferrerPolicy = "no-referrer-when-downgrade"
	SameOriginReferrer          ReferrerPolicy = "same-origin"
	OriginReferrer              ReferrerPolicy = "origin"
	StrictOrigin                ReferrerPolicy = "strict-origin"
	OriginWhenCrossOrigin       ReferrerPolicy = "origin-when-cross-origin"
	StrictOriginWhenCrossOrigin ReferrerPolicy = "strict-origin-when-cross-origin"
	UnsafeURL                   ReferrerPolicy = "unsafe-url"

	DefaultReferrerPolicy = StrictOriginWhenCrossOrigin
)

func (p ReferrerPolicy) isKnown() bool {
	switch p {
	case NoReferrer, NoReferrerWhenDowngrade, SameOriginReferrer, OriginReferrer, StrictOrigin,
		OriginWhenCrossOrigin, StrictOriginWhenCrossOrigin, UnsafeURL:
		return true
	}
	return false
}

// orDefault is the policy that is meant.
func (p ReferrerPolicy) orDefault() ReferrerPolicy {
	if !p.isKnown() {
		return DefaultReferrerPolicy
	}
	return p
}

// ParseReferrerPolicy reads the values of a Referrer-Policy field: the last policy
// that is known counts, so that servers can name new ones after old ones. It is
// "" if there is none.
//
// Standard: https://w3c.github.io/webappsec-referrer-policy/#parse-referrer-policy-from-header
func ParseReferrerPolicy(values []string) ReferrerPolicy {
	var policy ReferrerPolicy
	for _, value := range values {
		for more := true; more; {
			var item string
			item, value, more = cutItem(value)
			if p := ReferrerPolicy(lowerASCII(item)); p.isKnown() {
				policy = p
			}
		}
	}
	return policy
}

// maxReferrer is the longest referrer in bytes; of a longer one only the origin
// is told.
//
// Standard: https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer, step 5
const maxReferrer = 4096

// ReferrerFor determines what a request to target tells of where it comes from;
// nil for nothing.
//
// Standard: https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer
func ReferrerFor(source, target *weburl.URL, policy ReferrerPolicy) *weburl.URL {
	if source == nil || !source.IsHTTP() {
		return nil // nothing is told of local documents
	}
	policy = policy.orDefault()
	same := source.SameOrigin(target)
	down := isTrustworthyURL(source) && !isTrustworthyURL(target)
	switch policy {
	case NoReferrer:
		return nil
	case OriginReferrer:
		return originOf(source)
	case UnsafeURL:
		return whole(source)
	case StrictOrigin:
		return unless(down, originOf(source))
	case OriginWhenCrossOrigin:
		return either(same, source)
	case SameOriginReferrer:
		return unless(!same, whole(source))
	case NoReferrerWhenDowngrade:
		return unless(down, whole(source))
	default:
		return unless(down && !same, either(same, source))
	}
}

func unless(hidden bool, u *weburl.URL) *weburl.URL {
	if hidden {
		return nil
	}
	return u
}

// either is the whole referrer if all may be told, and the origin otherwise.
func either(all bool, u *weburl.URL) *weburl.URL {
	if all {
		return whole(u)
	}
	return originOf(u)
}

// whole strips a URL for use as a referrer.
//
// Standard: https://w3c.github.io/webappsec-referrer-policy/#strip-url
func whole(u *weburl.URL) *weburl.URL {
	if len(u.Href()) > maxReferrer {
		return originOf(u)
	}
	return u.WithoutCredentials().WithFragment("")
}

// originOf strips a URL to its origin, with a slash for its path.
func originOf(u *weburl.URL) *weburl.URL {
	if u.Target() == "/" && u.Fragment() == "" && !u.HasCredentials() {
		return u
	}
	o, err := weburl.Parse(u.OriginString() + "/")
	if err != nil {
		return nil // an origin of http is always a URL
	}
	return o
}

// firstReferrer is the request's referrer before any policy has touched it.
func (f *fetching) firstReferrer() *weburl.URL {
	switch r := f.asked.Referrer; {
	case r.None:
		return nil
	case r.URL != nil:
		return r.URL
	case f.client.Origin.IsOpaque():
		return nil // nothing is told of a document whose origin is hidden
	default:
		return f.client.URL
	}
}

// determineReferrer applies the policy. What was once left out of a referrer stays
// left out on later hops.
//
// Standard: https://fetch.spec.whatwg.org/#concept-main-fetch, step 9
func (f *fetching) determineReferrer() {
	f.referrer = ReferrerFor(f.referrer, f.url, f.policy)
}

// isTrustworthyURL reports whether what comes from a URL cannot be changed on the
// way.
//
// Standard: https://w3c.github.io/webappsec-secure-contexts/#is-url-trustworthy
func isTrustworthyURL(u *weburl.URL) bool {
	switch u.Scheme() {
	case "https", "wss", "data", "about":
		return true
	}
	o, err := cors.ParseOrigin(u.OriginString())
	return err == nil && o.IsTrustworthy()
}
