package agent

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"time"

	"github.com/corsage-go/corsage/agent/cookie"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/httpcache"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// Options says how an Agent is to be. The zero value is a browser that follows the
// standards, on the network.
type Options struct {
	Profile Profile // which browser it is like

	// Handlers answer the requests to their servers in this process, by origin
	// ("https://api.example") or by host ("api.example"): nothing goes over the
	// network then, and the names of other servers have no address. A key that no
	// request could be for is an error of Page.
	Handlers map[string]http.Handler

	// Transport carries the requests instead of the network; it is not closed
	// with the Agent.
	Transport fetch.Transport

	// Resolve says where to connect, by "host:port", by "host" or by "*" for all
	// others; the value is an address, with a port or without. Names that it does
	// not have go to the system's resolver. A key that no request could be for is
	// an error of Page.
	Resolve map[string]string

	// Roots are the authorities whose certificates are trusted; nil for the
	// system's.
	Roots *x509.CertPool

	DisableHTTP2 bool

	// BlockThirdPartyCookies keeps cookies from requests to other sites than the
	// page's.
	BlockThirdPartyCookies bool

	// Jar and Cache keep cookies and responses; nil for new ones in memory.
	Jar   fetch.Jar
	Cache fetch.Cache

	// NoCache keeps no responses.
	NoCache bool

	Clock       Clock        // nil for the machine's
	Limits      fetch.Limits // what a server can make a page spend
	MaxResponse int64        // bytes kept of one response; 0 for xhr.DefaultMaxResponse
	Hooks       *fetch.Hooks // of all requests; may be nil

	// Prompt asks the user for a name and a password; nil for a user who gives
	// none.
	Prompt func(ctx context.Context, c fetch.Challenge) (user, password string, ok bool)
}

// ErrClosed is behind the failure of every request of an Agent that was closed,
// by errors.Is: of those that were under way, and of those that came later.
var ErrClosed = wire.ErrClosed

// Agent is one browser. It may be used by many goroutines.
type Agent struct {
	engine      fetch.Engine
	unfit       error           // what is wrong with the options; nil for nothing
	life        context.Context // done when it is closed
	die         context.CancelCauseFunc
	profile     xhr.Profile
	clock       Clock // nil for the machine's
	maxResponse int64
	hooks       *fetch.Hooks
	blobs       blobStore
	close       func() // of connections; nil if there are none
}

// New returns an Agent. Close it to leave no connections behind. What is wrong
// with the options is the error of its methods Page and PageWith, so that a test can
// make an Agent in one line and still be told.
func New(o Options) *Agent {
	a := &Agent{profile: o.Profile.XHR, clock: o.Clock, maxResponse: o.MaxResponse, hooks: o.Hooks}
	a.unfit = o.check()
	a.life, a.die = context.WithCancelCause(context.Background())
	e := &a.engine
	e.Jar, e.Cache = o.Jar, o.Cache
	e.Profile, e.Limits, e.Prompt = o.Profile.Fetch, o.Limits, a.mortalPrompt(o.Prompt)
	e.Preflights = o.Profile.Fetch.PreflightCache()
	e.Blobs = &a.blobs
	if o.Clock != nil {
		e.Now = o.Clock.Now
	}
	if e.Jar == nil {
		e.Jar = &cookie.Jar{BlockThirdParty: o.BlockThirdPartyCookies}
	}
	if e.Cache == nil && !o.NoCache {
		e.Cache = &httpcache.Cache{}
	}
	switch {
	case o.Transport != nil:
		e.Transport = &mortal{o.Transport, a.life}
	case o.Handlers != nil:
		e.Transport = &mortal{&fetch.Handlers{
			Hosts: o.Handlers, Now: e.Now, MaxHeadBytes: o.Limits.HeadBytes, MaxFields: o.Limits.HeadFields,
		}, a.life}
	default:
		client := newClient(o)
		e.Transport, a.close = client, client.Close
	}
	return a
}

// Close ends all requests that are under way, with an event error where somebody
// listens, and closes all connections; later requests fail too. Handlers and a
// Transport of the caller's are told by their context, and bring what they are
// doing to their own end.
func (a *Agent) Close() {
	a.die(ErrClosed)
	if a.close != nil {
		a.close()
	}
}

// gate lets the requests of pages through to the engine while the Agent is open.
type gate struct{ agent *Agent }

func (g gate) Fetch(ctx context.Context, r *fetch.Request) (*fetch.Response, error) {
	if g.agent.life.Err() != nil {
		why := cors.Verdict{Reason: cors.NetworkFailed, On: cors.OnRequest}
		return nil, &fetch.Failure{Verdict: why, URL: r.URL, Err: ErrClosed}
	}
	return g.agent.engine.Fetch(ctx, r)
}

// SetCookie sets a cookie as a response of a URL would, by a value of Set-Cookie.
// The error says why it was refused.
func (a *Agent) SetCookie(url, cookie string) error {
	u, err := weburl.Parse(url)
	if err != nil {
		return fmt.Errorf("set a cookie: %w", err)
	}
	return a.setCookie(firstParty(u), cookie)
}

func (a *Agent) setCookie(c fetch.CookieContext, cookie string) error {
	for _, note := range a.engine.Jar.SetCookies(c, []string{cookie}, a.now()) {
		if !note.Kept {
			return fmt.Errorf("set a cookie: %q of %s is refused: %s (%s)", note.Name, c.URL.OriginString(), note.Detail, note.Reason)
		}
	}
	return nil
}

// Cookies returns the cookies that a request to a URL carries on a page of the
// same origin, as its Cookie field has them.
func (a *Agent) Cookies(url string) (string, error) {
	u, err := weburl.Parse(url)
	if err != nil {
		return "", fmt.Errorf("find cookies: %w", err)
	}
	return a.engine.Jar.Cookies(firstParty(u), a.now()), nil
}

// firstParty is a request of a page to its own origin.
func firstParty(u *weburl.URL) fetch.CookieContext {
	return fetch.CookieContext{URL: u, TopLevel: originOf(u), SameSite: true, HTTP: true}
}

func (a *Agent) now() time.Time {
	if a.clock == nil {
		return time.Now()
	}
	return a.clock.Now()
}
