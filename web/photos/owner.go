package photos

import (
	"net/http"
	"strings"
)

// ownerPolicy lets the owner's page use its own origin and nothing else. Blob
// addresses show pictures that wait for upload. With Trusted Types no text can
// become markup or script, whatever an album is called.
var ownerPolicy = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self' blob:",
	"connect-src 'self'",
	"form-action 'self'",
	"frame-ancestors 'none'",
	"base-uri 'none'",
	"require-trusted-types-for 'script'",
	"trusted-types 'none'",
}, "; ")

// Owner serves the owner's page at / and what it loads below /assets/. It
// belongs on the origin of the album service, whose routes the page calls.
func Owner() http.Handler {
	return newSite("owner", ownerPolicy, "same-origin")
}
