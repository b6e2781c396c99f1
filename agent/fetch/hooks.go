package fetch

import (
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// Hooks are called as a fetch goes its way, one at a time and in order. Each may
// be nil. They must neither change what they are given nor block for long: the
// fetch waits. None is called after Fetch has returned, except Chunk and Body,
// which are called from Read or Close of the response's body, and Event.
type Hooks struct {
	// Begin: a fetch begins. The hooks that it returns are called in place of
	// these for all of the fetch, so that they can have a memory of their own;
	// nil for none.
	Begin func(r *Request) *Hooks

	// Request: a request, or a preflight, is about to be sent as it is given.
	Request func(x *Exchange, r *wire.Request)

	// Trace returns hooks for what happens on the connection; nil for none.
	// BodySent and BodyEnd of the Request are called all the same.
	Trace func(x *Exchange) *wire.Trace

	// Response: the head of an answer has arrived, a preflight's and a
	// redirect's included. Its body is not to be read.
	Response func(x *Exchange, r *wire.Response)

	// Failed: there was no answer.
	Failed func(x *Exchange, err error)

	// Verdict: a rule has decided on the answer of u, or on asking it.
	Verdict func(v cors.Verdict, u *weburl.URL)

	// PreflightKnown: a preflight was not needed because an earlier one has
	// approved.
	PreflightKnown func(u *weburl.URL)

	// Redirect: an answer of u led to another URL.
	Redirect func(status int, u, to *weburl.URL)

	// Cookies: the server of u has set cookies, or tried to.
	Cookies func(u *weburl.URL, notes []CookieNote)

	// Cached: the cache had a part in the answer of u. stored is what it has, as
	// the server once sent it, and nil for a miss.
	Cached func(use CacheUse, u *weburl.URL, stored *wire.Response)

	// End: Fetch is about to return. err is nil, or a *Failure.
	End func(r *Response, err error)

	// Chunk: the page has read some more of the response's body, which is not to
	// be kept.
	Chunk func(p []byte)

	// Body: the response's body has ended, after so many bytes as the page has
	// read. err is nil at its proper end, and a *Failure otherwise.
	Body func(n int64, err error)

	// Event: a script was given an event about the fetch. It is called on the
	// script's goroutine, also after Fetch has returned.
	Event func(e ScriptEvent)
}

// For returns the hooks of one fetch, which are h itself unless Begin says
// otherwise. Fetch calls it; whoever has to know the hooks before, such as
// XMLHttpRequest, calls it instead.
func (h *Hooks) For(r *Request) *Hooks {
	if h == nil || h.Begin == nil {
		return h
	}
	own := h.Begin(r)
	if own != nil && own.Begin != nil {
		copied := *own
		copied.Begin = nil // it has begun
		own = &copied
	}
	return own
}

// ScriptEvent is an event that a script was given.
type ScriptEvent struct {
	On            string // "xhr" or "upload"
	Type          string // "readystatechange", "load" ...
	State, Status int    // of the XMLHttpRequest
	Loaded, Total int64
}

// Exchange is one request on the wire and its answer. The same Exchange is given
// to all hooks that are about it.
type Exchange struct {
	URL       *weburl.URL
	Preflight bool // a CORS-preflight request for the request to the same URL
	Hops      int  // redirects followed before
	Attempt   int  // 0, and 1 after a 401 or 421
}

// CacheUse says what a cache did.
type CacheUse string

// What a cache does.
const (
	CacheHit         CacheUse = "hit"         // answered without asking the server
	CacheRevalidated CacheUse = "revalidated" // the server said that its answer is still good
	CacheMiss        CacheUse = "miss"        // OnlyIfCached, and nothing was there
)
