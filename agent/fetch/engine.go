package fetch

import (
	"context"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// Transport carries one request to a server and brings back its answer. It
// follows no redirects, and knows no cookies. *wire.Client is one, and Handlers
// another, which needs no network.
type Transport interface {
	RoundTrip(ctx context.Context, r *wire.Request) (*wire.Response, error)
}

var _ Transport = (*wire.Client)(nil)

// Engine is what a browser's pages share: connections, cookies and caches. It may
// be used by many goroutines, and must not be copied or changed once it is used.
type Engine struct {
	Transport  Transport
	Jar        Jar                  // nil: no cookies are kept
	Cache      Cache                // nil: no responses are kept
	Preflights *cors.PreflightCache // nil: none are kept; see Profile.PreflightCache
	Blobs      BlobStore            // nil: there are no blobs
	Profile    Profile              // zero: as the standards say
	Now        func() time.Time     // nil: time.Now
	Limits     Limits               // zero: DefaultLimits

	// Prompt asks the user for a name and a password, as a browser does on a 401
	// to which nobody has an answer. ok is false if the user gives none, which
	// is also what a nil Prompt stands for: the page gets the 401 then.
	Prompt func(ctx context.Context, c Challenge) (user, password string, ok bool)

	sites   siteMemory
	secrets secretMemory
}

// Fetch asks as the page r.Client asks, and returns what the page may see. The
// error is always a *Failure.
//
// It returns when the head of the answer is there. The context covers the whole
// of it, to the end of the response's body: when it is done, everything is
// broken off at once.
//
// Standard: https://fetch.spec.whatwg.org/#concept-fetch
func (e *Engine) Fetch(ctx context.Context, r *Request) (*Response, error) {
	if r.Hooks != nil && r.Hooks.Begin != nil {
		begun := *r
		begun.Hooks = r.Hooks.For(r)
		r = &begun
	}
	f := newFetching(ctx, e, r)
	resp, err := f.main()
	if err != nil {
		f.forget()
	}
	if r.Hooks != nil && r.Hooks.End != nil {
		r.Hooks.End(resp, err)
	}
	if err != nil {
		return nil, err
	}
	return resp, nil
}

func (e *Engine) now() time.Time {
	if e.Now != nil {
		return e.Now()
	}
	return time.Now()
}
