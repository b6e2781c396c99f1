package fetch

import (
	"time"

	"github.com/corsage-go/corsage/cors"
)

// Profile says where an engine leaves the standards. The zero Profile follows
// them. The numbers in brackets are those of recorded scenarios in which
// Chromium 156 was seen to do so.
type Profile struct {
	// AuthorizationByWildcard: Access-Control-Allow-Headers: * approves
	// Authorization too (18).
	AuthorizationByWildcard bool

	// ClientHintsSafelisted: Device-Memory, DPR and the like need no preflight (9).
	ClientHintsSafelisted bool

	// UserAgentForbidden: a User-Agent set by script is not sent (6).
	UserAgentForbidden bool

	// RangeNumbersBounded: a Range with a number of more than 63 bits needs a
	// preflight (3).
	RangeNumbersBounded bool

	// RangeRewritten: a Range that can be read is sent in its plain form (9).
	RangeRewritten bool

	// PreflightFetchMode: a preflight carries Sec-Fetch-Mode whatever its target
	// is (all preflights over http).
	PreflightFetchMode bool

	// PreflightsKept: what preflights have approved stays in the cache when the
	// request itself fails; the standard clears it (7). That a new answer
	// replaces an old one, and what negative ages mean, is said to
	// cors.PreflightCache, by Profile.PreflightCache.
	PreflightsKept bool

	// PreflightsReplaced: see cors.PreflightCache.Replace (2).
	PreflightsReplaced bool

	// NegativeAgeIsZero: see cors.PreflightCache.NegativeIsZero (4).
	NegativeAgeIsZero bool

	// PreflightAge caps how long approvals are remembered, in seconds; 0 for a day.
	PreflightAge int

	// OpaqueNotRemembered: nothing is remembered of preflights of opaque
	// origins (2).
	OpaqueNotRemembered bool

	// ForcedPreflightNeedsBody: listeners on the upload force a preflight only
	// if there is a body to upload (41).
	ForcedPreflightNeedsBody bool

	// ForcedPreflightNotSync: they force none on a synchronous request (3).
	ForcedPreflightNotSync bool

	// EmptyLocationIsNone: an empty Location is no redirect (2).
	EmptyLocationIsNone bool

	// EqualLocationsAreOne: a Location that is repeated counts once (6).
	EqualLocationsAreOne bool

	// LocationBeforeCheck: a Location that is no URL is found before CORS is
	// looked at (1). The page sees no difference, only the reason differs.
	LocationBeforeCheck bool

	// SameSiteByURL: whether a request is same-site for cookies follows from its
	// current URL alone, not from the redirects that led there.
	SameSiteByURL bool

	// StorageAccess: Sec-Fetch-Storage-Access goes with cross-site requests that
	// may have credentials (1).
	StorageAccess bool

	// LocalSchemesFail: what cannot be found on the page's own machine fails as
	// such, not because its scheme is not http (4). Only the reason differs.
	LocalSchemesFail bool

	// ProxyAuthFails: a 407 from no proxy is an error (4).
	ProxyAuthFails bool

	// PromptsAcrossOrigins: the user is asked for a password on a 401 of a
	// cross-origin request with credentials, unless its URL brings one (2).
	PromptsAcrossOrigins bool

	// ResendsAfterStale: a POST or PUT is sent again when a connection that was
	// used before turns out to be closed without an answer (4). HTTP lets a
	// client do so with other methods only.
	ResendsAfterStale bool

	// UserAgent, AcceptLanguage and AcceptEncoding are sent unless script has set
	// the field; an empty one is not sent, except that an empty AcceptEncoding
	// stands for all that can be undone.
	UserAgent, AcceptLanguage, AcceptEncoding string
}

// StandardProfile follows the standards to the letter.
var StandardProfile = Profile{}

// ChromiumProfile does as Chromium 156 was seen to do.
var ChromiumProfile = Profile{
	AuthorizationByWildcard: true, ClientHintsSafelisted: true, UserAgentForbidden: true,
	RangeNumbersBounded: true, RangeRewritten: true,
	PreflightFetchMode: true, PreflightsKept: true, PreflightsReplaced: true, NegativeAgeIsZero: true,
	PreflightAge: 7200, OpaqueNotRemembered: true,
	ForcedPreflightNeedsBody: true, ForcedPreflightNotSync: true, ResendsAfterStale: true,
	EmptyLocationIsNone: true, EqualLocationsAreOne: true, LocationBeforeCheck: true,
	LocalSchemesFail: true, SameSiteByURL: true, StorageAccess: true, ProxyAuthFails: true, PromptsAcrossOrigins: true,
	UserAgent:      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36",
	AcceptLanguage: "en-US,en;q=0.9",
}

// IE10Profile is Internet Explorer 10 as far as it shows on the wire. What else is
// old about it concerns XMLHttpRequest.
var IE10Profile = Profile{
	UserAgentForbidden: true,
	UserAgent:          "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)",
	AcceptLanguage:     "en-US", AcceptEncoding: "gzip, deflate",
}

// IE9Profile is Internet Explorer 9, which asked other origins with XDomainRequest
// only.
var IE9Profile = Profile{
	UserAgentForbidden: true,
	UserAgent:          "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
	AcceptLanguage:     "en-US", AcceptEncoding: "gzip, deflate",
}

// PreflightCache returns an empty cache of preflights for engines of this profile.
func (p Profile) PreflightCache() *cors.PreflightCache {
	return &cors.PreflightCache{
		MaxAge: time.Duration(p.PreflightAge) * time.Second, Replace: p.PreflightsReplaced, NegativeIsZero: p.NegativeAgeIsZero,
	}
}
