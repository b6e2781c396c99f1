package cookie

import (
	"fmt"

	"github.com/corsage-go/corsage/cors"
)

// Refusal is why a cookie was not kept.
type Refusal struct {
	Reason string // one of the constants
	Detail string // a sentence for people
}

// Error says why the cookie was not kept.
func (r *Refusal) Error() string { return "cookie refused: " + r.Detail }

// The reasons.
const (
	BadCharacter             = "bad-character"              // it has a control character
	Empty                    = "empty"                      // it has neither name nor value
	TooLarge                 = "too-large"                  // name and value are longer than MaxPair
	NotHTTP                  = "not-http"                   // its URL is not one of http or https
	ThirdParty               = "third-party"                // cookies of third parties are blocked
	BadDomain                = "bad-domain"                 // Domain is not ASCII
	DomainMismatch           = "domain-mismatch"            // Domain is not the host nor above it
	PublicSuffix             = "public-suffix"              // Domain is of many owners
	InsecureOrigin           = "insecure-origin"            // Secure, from an origin that is not trustworthy
	HTTPOnlyByScript         = "http-only-by-script"        // a script may not set HttpOnly
	OverlaysSecure           = "overlays-secure"            // it could be taken for a Secure one
	CrossSite                = "cross-site"                 // across sites only SameSite=None can be set
	NoneWithoutSecure        = "none-without-secure"        // SameSite=None asks for Secure
	SecurePrefix             = "secure-prefix"              // __Secure- asks for Secure
	HostPrefix               = "host-prefix"                // __Host- asks for Secure, Path=/, no Domain
	HTTPPrefix               = "http-prefix"                // __Http- asks for Secure and HttpOnly
	HiddenPrefix             = "hidden-prefix"              // without a name, the value passes for a prefix
	PartitionedWithoutSecure = "partitioned-without-secure" // Partitioned asks for Secure
	NoPartition              = "no-partition"               // the page in the address bar is of no site
	OverwritesHTTPOnly       = "overwrites-http-only"       // a script may not change it
	Expired                  = "expired"                    // its time is over; an older one is deleted
	NoRoom                   = "no-room"                    // the limits leave no room for it
)

func refuse(reason, format string, args ...any) *Refusal {
	return &Refusal{Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

// quoted is a text from outside, for a sentence.
func quoted(s string) string { return cors.Excerpt(s) }
