package fetch

import (
	"time"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors"
)

// Jar keeps cookies. Implementations are safe for concurrent use.
//
// Standard: https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html
type Jar interface {
	// Cookies returns the value of the Cookie field for a request, "" for none.
	Cookies(c CookieContext, now time.Time) string

	// SetCookies takes the Set-Cookie values of a response, in order, and
	// reports what became of each: one note for each value, in the same order.
	SetCookies(c CookieContext, values []string, now time.Time) []CookieNote
}

// CookieContext is what decides which cookies go with a request, and which may
// be set by its response.
type CookieContext struct {
	URL      *weburl.URL // the request's current URL
	TopLevel cors.Origin // the page in the address bar: partitions, third parties

	// TopLevelNonce tells an opaque TopLevel from others; see Client.
	TopLevelNonce Nonce

	// SameSite: the request, with all its redirects, and the page that makes it
	// are of the same site as the page in the address bar.
	SameSite bool

	// Lax: a top-level navigation with a safe method, with which cookies of
	// SameSite=Lax go even across sites.
	Lax bool

	// HTTP is true for cookies of requests and responses, false for those that a
	// script reads and sets, which never sees HttpOnly ones.
	HTTP bool
}

// CookieNote says what became of one Set-Cookie value.
type CookieNote struct {
	Name string // the cookie's name, as far as it could be read
	Line string // the value as it was sent; it may hold a secret
	Kept bool

	// Reason is a short name of why it was refused, such as "domain-mismatch",
	// and Detail a sentence for people; both "" if it was kept.
	Reason, Detail string
}
