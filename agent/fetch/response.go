package fetch

import (
	"io"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
)

// Response is a response as a page sees it: filtered, if it comes from another
// origin. The caller closes Body.
//
// Standard: https://fetch.spec.whatwg.org/#concept-response
type Response struct {
	Type       ResponseType
	URL        *weburl.URL // the last one's, without fragment; nil for none
	Redirected bool
	Status     int    // 0 if the page may not know
	StatusText string // the reason phrase, one byte for each character

	// Header holds the fields that the page may read, in the order of the wire.
	// Set-Cookie is never among them.
	Header []wire.Field

	// Body is the content, its codings (gzip and the like) undone. An error of
	// Read is a *Failure.
	Body io.ReadCloser

	// Length is the Content-Length that progress events tell as their total, 0 if
	// it is not known or does not count decoded bytes.
	Length int64

	// Inside is what is behind an opaque response, if Request.Inside asked for it.
	// Its Body is closed instead of the opaque response's own.
	Inside *Response

	// FromCache: the response was not asked of the server just now.
	FromCache bool
}

// ResponseType is the standard's response type.
//
// Standard: https://fetch.spec.whatwg.org/#concept-response-type
type ResponseType string

// The types.
const (
	BasicResponse          ResponseType = "basic"
	CORSResponse           ResponseType = "cors"
	DefaultResponse        ResponseType = "default"
	OpaqueResponse         ResponseType = "opaque"
	OpaqueRedirectResponse ResponseType = "opaqueredirect"
)
