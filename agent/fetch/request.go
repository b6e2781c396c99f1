package fetch

import (
	"io"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// Request is what a page asks for. Fetch does not change it, so it may be used
// again unless its body can be read only once.
//
// Standard: https://fetch.spec.whatwg.org/#concept-request
type Request struct {
	Method string // normalised (cors.NormalizeMethod)
	URL    *weburl.URL
	Blob   *Blob        // what a blob URL stood for when it was read; nil to look now
	Header []wire.Field // as script has set them, in order
	Body   *Body        // nil for none

	Client      *Client
	Mode        Mode
	Credentials Credentials
	Redirect    Redirect
	Cache       CacheMode
	Destination string // "" for XMLHttpRequest and fetch(), "font", "document", "iframe", "script", "image"

	Referrer       Referrer
	ReferrerPolicy cors.ReferrerPolicy // "" for the client's

	// UseURLCredentials: user and password in URL are for HTTP authentication.
	UseURLCredentials bool

	// ForcePreflight is the standard's use-CORS-preflight flag: there are
	// listeners on the upload.
	ForcePreflight bool

	// Inside: the response is for what runs or shows it, and not for script. An
	// opaque one has in Response.Inside what script must not see.
	Inside bool

	// Sync: the request was made by a synchronous XMLHttpRequest.
	Sync bool

	// BodySent is called as bytes of the body have left, with their number;
	// BodyEnd once when all have. Both may be nil; they are called from another
	// goroutine than Fetch's, never after Fetch has returned, never at once.
	BodySent func(n int64)
	BodyEnd  func()

	Hooks *Hooks // may be nil
}

// Body is a request's body.
//
// Standard: https://fetch.spec.whatwg.org/#concept-body
type Body struct {
	Length int64 // bytes; -1 if not known

	// Open gives the bytes from the beginning. It is called again when the body
	// has to be sent again (redirects 307 and 308, authentication, a connection
	// that turned out to be closed). A reader with a method Len() int is in
	// memory; small ones go out together with the head.
	Open func() (io.ReadCloser, error)

	// Once: Open works only once, as for a stream.
	Once bool
}

// Client is the page (or worker) that asks: the standard's environment settings
// object, as far as fetching looks at it.
//
// Standard: https://html.spec.whatwg.org/#environment-settings-object
type Client struct {
	Origin         cors.Origin
	URL            *weburl.URL // the document's, for relative URLs and as referrer
	ReferrerPolicy cors.ReferrerPolicy

	// TopLevel is the origin of the page in the browser's address bar: this
	// page's own unless it is in a frame. It says what is a third party, and
	// partitions cookies, caches and connections.
	TopLevel cors.Origin

	// TopLevelNonce keeps a TopLevel that is opaque apart from all others (see
	// NewNonce): the page in the address bar has one, and its frames have the
	// same. Without it nothing is shared between two requests.
	TopLevelNonce Nonce

	// Secure: mixed content is not let in. True for pages on https, and for
	// frames anywhere inside one.
	Secure bool
}

// Mode is the standard's request mode.
type Mode string

// The modes. The empty Mode counts as ModeCORS.
const (
	ModeCORS       Mode = "cors"
	ModeNoCORS     Mode = "no-cors"
	ModeSameOrigin Mode = "same-origin"
	ModeNavigate   Mode = "navigate"
)

// Credentials is the standard's credentials mode.
type Credentials string

// The credentials modes. The empty one counts as SameOriginCredentials.
const (
	OmitCredentials       Credentials = "omit"
	SameOriginCredentials Credentials = "same-origin"
	IncludeCredentials    Credentials = "include"
)

// Redirect is the standard's redirect mode.
type Redirect string

// The redirect modes. The empty one counts as FollowRedirects.
const (
	FollowRedirects Redirect = "follow"
	ErrorOnRedirect Redirect = "error"
	ManualRedirect  Redirect = "manual"
)

// CacheMode is the standard's cache mode.
type CacheMode string

// The cache modes. The empty one counts as DefaultCache.
const (
	DefaultCache CacheMode = "default"
	NoStore      CacheMode = "no-store"
	Reload       CacheMode = "reload"
	NoCache      CacheMode = "no-cache"
	ForceCache   CacheMode = "force-cache"
	OnlyIfCached CacheMode = "only-if-cached"
)

// Referrer says what may be told of where a request comes from.
type Referrer struct {
	None bool        // nothing
	URL  *weburl.URL // this; nil for the client's own URL
}
