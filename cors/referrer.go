package cors

import "strings"

// ReferrerPolicy says how much a request tells of where it comes from. It is one of
// the standard's names; "" and names that nobody knows stand for
// DefaultReferrerPolicy.
//
// Standard: https://w3c.github.io/webappsec-referrer-policy/#referrer-policies
type ReferrerPolicy string

// The referrer policies.
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

// ParseReferrerPolicy reads the Referrer-Policy field of a response: the last
// policy that is known counts, so that servers can name new ones after old ones.
// It is "" if there is none.
//
// Standard: https://w3c.github.io/webappsec-referrer-policy/#parse-referrer-policy-from-header
func ParseReferrerPolicy(h Fields) ReferrerPolicy {
	var policy ReferrerPolicy
	for _, line := range h.Values("Referrer-Policy") {
		for name := range strings.SplitSeq(line, ",") {
			if p := ReferrerPolicy(strings.ToLower(strings.Trim(name, " \t"))); p.isKnown() {
				policy = p
			}
		}
	}
	return policy
}

// maxReferrer is the longest referrer in bytes; of a longer one only the origin
// is told.
//
// Standard: https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer, step 6
const maxReferrer = 4096

// Referrer determines what a request to target tells of source, the URL that it
// comes from; "" for nothing. Both are URLs as the URL standard serializes them. It
// allocates nothing unless source holds a user name.
//
// Standard: https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer
func Referrer(source, target string, policy ReferrerPolicy) string {
	from, ok := parseAddress(source)
	to, reachable := parseAddress(target)
	if !ok || !reachable || !isWeb(from.scheme) {
		return "" // nothing is told of local documents
	}
	same := isWeb(to.scheme) && from.origin() == to.origin()
	switch policy.orDefault() {
	case NoReferrer:
		return ""
	case OriginReferrer:
		return from.originReferrer()
	case UnsafeURL:
		return from.wholeReferrer()
	case StrictOrigin:
		return unless(isDowngrade(from, to), from.originReferrer())
	case OriginWhenCrossOrigin:
		return from.referrer(same)
	case SameOriginReferrer:
		return unless(!same, from.wholeReferrer())
	case NoReferrerWhenDowngrade:
		return unless(isDowngrade(from, to), from.wholeReferrer())
	default:
		return unless(!same && isDowngrade(from, to), from.referrer(same))
	}
}

// isDowngrade: what could not be read on its way would be told where it can.
func isDowngrade(from, to address) bool { return from.isTrustworthy() && !to.isTrustworthy() }

func unless(hidden bool, referrer string) string {
	if hidden {
		return ""
	}
	return referrer
}

// referrer is the whole referrer if all may be told, and the origin otherwise.
func (a address) referrer(all bool) string {
	if all {
		return a.wholeReferrer()
	}
	return a.originReferrer()
}

// wholeReferrer strips a URL for use as a referrer.
//
// Standard: https://w3c.github.io/webappsec-referrer-policy/#strip-url
func (a address) wholeReferrer() string {
	whole, _, _ := strings.Cut(a.withoutUser(), "#")
	if len(whole) > maxReferrer {
		return a.originReferrer()
	}
	return whole
}

// originReferrer strips a URL to its origin, with a slash for its path.
func (a address) originReferrer() string {
	if !a.hasUser() && strings.HasPrefix(a.url[a.path:], "/") {
		return a.url[:a.path+1]
	}
	return a.origin() + "/"
}
