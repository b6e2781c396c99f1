package fetch

import (
	"io"
	"time"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
)

// Cache keeps responses as RFC 9111 lets a private cache keep them.
// Implementations are safe for concurrent use, and bound what they keep.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9111
type Cache interface {
	// Lookup finds what is stored for a request: of the responses whose Vary
	// agrees with the request's header, the latest. It returns nil if there is
	// none. The caller closes its Body, whether it reads it or not.
	Lookup(r CacheRequest, now time.Time) *Stored

	// Keep is shown every response of a server but 304s, and returns the body to
	// read instead of the response's: what is read through it to its end is
	// stored; a body that is closed before leaves nothing. It returns resp.Body
	// itself where nothing may be stored. sent is when the request was sent.
	//
	// The body of a redirect is closed unread, since nobody ever sees it: a cache
	// that keeps redirects keeps them without one.
	Keep(r CacheRequest, resp *wire.Response, sent, received time.Time) io.ReadCloser

	// Freshen takes a 304 as the word that a stored response is still good, and
	// returns it with the header fields renewed. Its Body is that of stored.
	Freshen(r CacheRequest, stored *Stored, resp *wire.Response, sent, received time.Time) *Stored

	// Invalidate forgets what is stored for the URL, after a request that was
	// not safe has succeeded.
	Invalidate(partition string, u *weburl.URL)
}

// CacheRequest is a request as far as a cache looks at it.
type CacheRequest struct {
	Partition string // what is stored for one partition is not found by another
	Method    string
	URL       *weburl.URL  // its fragment and credentials do not count
	Header    []wire.Field // as it goes on the wire: Vary, Cache-Control, Range
}

// Stored is a response from a cache.
type Stored struct {
	Status int
	Reason string
	Header []wire.Field // not to be changed

	// Body gives the bytes as they came, content codings included. Length is
	// their number.
	Body   io.ReadCloser
	Length int64

	// Fresh: it may be used without asking the server, as far as its age, its
	// Cache-Control and that of the request go.
	Fresh bool

	// ETag and LastModified are what to ask the server with; "" for none.
	ETag, LastModified string
}
