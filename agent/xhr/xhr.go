package xhr

import (
	"context"
	"io"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// Fetcher is the fetch that an XHR rests on; *fetch.Engine is one. Fetch, and Read
// of the response's body, return soon after the context has ended. The errors of
// both are *fetch.Failure.
type Fetcher interface {
	Fetch(ctx context.Context, r *fetch.Request) (*fetch.Response, error)
}

// DefaultMaxResponse is how many bytes of a response are kept in memory, unless
// Settings says otherwise. Browsers keep more, but have a process for each site
// to lose.
const DefaultMaxResponse = 64 << 20

// Settings is what all XHRs of a page, or of a worker, have in common: what the
// standard takes from the environment settings object. It must not be changed
// once there is an XHR.
//
// Standard: https://html.spec.whatwg.org/#environment-settings-object
type Settings struct {
	Fetcher Fetcher
	Client  *fetch.Client // whose requests these are; its URL is the base of relative ones, unless Base says otherwise
	Profile Profile
	Worker  bool // there is no document: synchronous requests may have a timeout and a response type

	// Blobs finds what blob URLs stand for when they are read; nil to look for it
	// no sooner than it is fetched.
	Blobs fetch.BlobStore

	Clock       Clock // nil for the machine's; of XHRs without a loop of the caller's
	MaxResponse int64 // bytes kept of one response; 0 for DefaultMaxResponse

	Hooks *fetch.Hooks // may be nil

	// Base is what relative URLs are resolved against at the time of the call: what
	// a document's base element says. Nil for the Client's URL.
	Base func() *weburl.URL

	// Life ends requests when it is done, with its cause, even if nobody runs
	// their loop any more; nil for one without an end. The Fetcher ends what it
	// has under way by itself.
	Life context.Context
}

// State is a readyState.
//
// Standard: https://xhr.spec.whatwg.org/#states
type State uint8

// The states.
const (
	Unsent State = iota
	Opened
	HeadersReceived
	Loading
	Done
)

// ResponseType says what Response returns.
//
// Standard: https://xhr.spec.whatwg.org/#the-responsetype-attribute
type ResponseType string

// The response types.
const (
	DefaultType     ResponseType = "" // text; a document too, if it is XML
	ArrayBufferType ResponseType = "arraybuffer"
	BlobType        ResponseType = "blob"
	DocumentType    ResponseType = "document"
	JSONType        ResponseType = "json"
	TextType        ResponseType = "text"
)

// XHR is an XMLHttpRequest. It belongs to one goroutine at a time: the one that
// runs its loop.
//
// Standard: https://xhr.spec.whatwg.org/#interface-xmlhttprequest
type XHR struct {
	EventTarget
	upload Upload

	settings *Settings
	loop     Loop // of the caller's; nil for own
	own      EventLoop

	// What open() and the attributes have set.
	method          string
	url             *weburl.URL // nil for one that no request can be made of
	blob            *fetch.Blob // what url stands for, if it is that of a blob
	sync            bool
	header          []wire.Field // author request headers
	timeout         time.Duration
	withCredentials bool
	omitCredentials bool // an XDomainRequest's
	responseType    ResponseType
	override        *cors.MIMEType
	sink            io.Writer // takes the bytes of the response; nil to keep them

	// What has become of it.
	state          State
	sent           bool    // the send() flag
	flight         *flight // the fetch under way; nil for none
	uploadEvents   bool    // the upload listener flag: they may fire
	uploadComplete bool
	response       *fetch.Response // nil for a network error
	received       []byte
	length         int64 // bytes received, kept or not
	lastProgress   time.Time
	deferred       func() // cancels a progress event that waits for its time; nil for none
	object         any    // the response object, once made
	failure        *fetch.Failure
}

// New returns an XHR with a loop of its own, which Do and Wait run.
func New(s *Settings) *XHR { return &XHR{settings: s} }

// NewOn returns an XHR whose tasks run on a loop of the caller's.
func NewOn(s *Settings, loop Loop) *XHR { return &XHR{settings: s, loop: loop} }

// tasks is the loop.
func (x *XHR) tasks() Loop {
	if x.loop != nil {
		return x.loop
	}
	x.own.Clock = x.settings.Clock
	return &x.own
}

// clock is for what cannot wait for the loop.
func (x *XHR) clock() Clock {
	if x.settings.Clock != nil {
		return x.settings.Clock
	}
	return systemClock{}
}

// Upload returns where the events of the upload are. Listeners that are there
// when the request is sent make it ask for permission first, as the standard has
// it: whether a server takes an upload at all is not a page's to see.
func (x *XHR) Upload() *Upload { return &x.upload }

// State returns the readyState.
func (x *XHR) State() State { return x.state }

// Pending reports whether a request is under way, so that events may come.
func (x *XHR) Pending() bool { return x.flight != nil }

// Failure says why there is no response, which no script is told; nil if nothing
// has failed since open().
func (x *XHR) Failure() *fetch.Failure { return x.failure }

// Has reports whether the engine's XMLHttpRequest has the attribute or method of
// a name: what "withCredentials" in xhr tells a script.
func (x *XHR) Has(member string) bool {
	switch member {
	case "withCredentials":
		return !x.settings.Profile.NoWithCredentials
	case "upload", "responseType", "response":
		return !x.settings.Profile.NoCORS // they came together with CORS
	case "open", "send", "abort", "setRequestHeader", "getResponseHeader", "getAllResponseHeaders",
		"overrideMimeType", "timeout", "readyState", "status", "statusText", "responseText", "responseXML", "responseURL":
		return true
	default:
		return false
	}
}
