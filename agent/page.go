package agent

import (
	"context"
	"errors"
	"fmt"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// PageOptions says what is special about a page. The zero value is a page in the
// address bar.
type PageOptions struct {
	// Sandboxed gives the page an opaque origin, as a sandbox without
	// allow-same-origin does. Pages of data: and the like have one anyway. An
	// opaque origin equals no other: two such pages in the address bar share
	// neither connections nor anything that is remembered, even if they are of
	// the same URL.
	Sandboxed bool

	// InFrameOf is the URL of the page in the address bar, if this one is in a
	// frame of it. It decides what is a third party, and whether plain http is
	// let in.
	InFrameOf string

	// Parent is the page in whose frame this one is, as InFrameOf but for a page
	// that is open: what has an opaque origin can be named in no other way. It
	// belongs to the same Agent.
	Parent *Page

	ReferrerPolicy cors.ReferrerPolicy // "" for the default
	Worker         bool                // the script of a worker: no documents, and more freedom for synchronous requests
}

// Page is a document, or a worker, with an origin. It may be used by many
// goroutines.
type Page struct {
	agent    *Agent
	client   fetch.Client
	settings xhr.Settings
}

// Page opens a page. Nothing is fetched: it is there by saying so. The error says
// what is wrong with the URL, or with the Options of the Agent.
func (a *Agent) Page(url string) (*Page, error) { return a.PageWith(url, PageOptions{}) }

// PageWith opens a page that is special in some way.
func (a *Agent) PageWith(url string, o PageOptions) (*Page, error) {
	if a.unfit != nil {
		return nil, fmt.Errorf("open a page: %w", a.unfit)
	}
	u, err := weburl.Parse(url)
	if err != nil {
		return nil, fmt.Errorf("open a page: %w", err)
	}
	p := &Page{agent: a}
	p.client = fetch.Client{URL: u, ReferrerPolicy: o.ReferrerPolicy, Secure: u.Scheme() == "https"}
	if !o.Sandboxed {
		p.client.Origin = originOf(u)
	}
	if err := p.place(o); err != nil {
		return nil, err
	}
	p.settings = xhr.Settings{
		Blobs:   &p.agent.blobs,
		Fetcher: gate{a}, Client: &p.client, Profile: a.profile, Worker: o.Worker,
		Clock: a.clock, MaxResponse: a.maxResponse, Hooks: a.hooks, Life: a.life,
	}
	return p, nil
}

// place puts the page into the address bar, or into a frame.
func (p *Page) place(o PageOptions) error {
	c := &p.client
	switch {
	case o.Parent != nil && o.InFrameOf != "":
		return errors.New("open a page in a frame: both Parent and InFrameOf say of which; set one of them")
	case o.Parent != nil && o.Parent.agent != p.agent:
		return errors.New("open a page in a frame: Parent is a page of another Agent; open both with the same one")
	case o.Parent != nil:
		parent := &o.Parent.client
		c.TopLevel, c.TopLevelNonce = parent.TopLevel, parent.TopLevelNonce
		c.Secure = c.Secure || parent.Secure
		return nil
	case o.InFrameOf != "":
		u, err := weburl.Parse(o.InFrameOf)
		if err != nil {
			return fmt.Errorf("open a page in a frame: %w", err)
		}
		c.TopLevel = originOf(u)
		c.Secure = c.Secure || u.Scheme() == "https"
	default:
		c.TopLevel = c.Origin
	}
	if c.TopLevel.IsOpaque() {
		c.TopLevelNonce = fetch.NewNonce()
	}
	return nil
}

// originOf is the origin of a URL; opaque for those that have no other.
func originOf(u *weburl.URL) cors.Origin {
	o, err := cors.ParseOrigin(u.OriginString())
	if err != nil {
		return cors.Origin{}
	}
	return o
}

// Origin returns the page's origin.
func (p *Page) Origin() cors.Origin { return p.client.Origin }

// URL returns the page's URL.
func (p *Page) URL() *weburl.URL { return p.client.URL }

// Settings returns what the page's XMLHttpRequests have in common. It must not be
// changed.
func (p *Page) Settings() *xhr.Settings { return &p.settings }

// XHR returns a new XMLHttpRequest of the page. It has a loop of its own, which its
// methods Do and Wait run.
func (p *Page) XHR() *XHR { return xhr.New(&p.settings) }

// XHROn returns a new XMLHttpRequest of the page on a loop that several may share.
func (p *Page) XHROn(loop xhr.Loop) *XHR { return xhr.NewOn(&p.settings, loop) }

// XDomainRequest returns a new XDomainRequest of the page. It is an error if the
// agent's profile has none.
func (p *Page) XDomainRequest() (*XDomainRequest, error) { return xhr.NewXDomainRequest(&p.settings) }

// Get asks for a URL, which may be relative to the page's, and returns what the
// page may see. The error is a *DOMException for a URL that is none, and
// otherwise a *fetch.Failure, which unwraps to a cors.Verdict. A status of 400 and
// more is no error.
func (p *Page) Get(ctx context.Context, url string) (*Response, error) {
	x := p.XHR()
	if err := x.Open("GET", url); err != nil {
		return nil, err
	}
	return x.Do(ctx, nil)
}

// Fetch makes a request of any kind for the page, such as that of a font or of a
// form. r.Client is the page, whatever it was, and of r.Header that is left out which
// no page may set. The caller closes the body of the
// response.
func (p *Page) Fetch(ctx context.Context, r fetch.Request) (*fetch.Response, error) {
	r.Client = &p.client
	r.Header = fetch.SettableHeader(r.Mode, r.Header)
	if r.Hooks == nil {
		r.Hooks = p.agent.hooks
	}
	return gate{p.agent}.Fetch(ctx, &r)
}

// Cookies returns the cookies that the page's script sees, as document.cookie
// does. A page with an opaque origin has none.
//
// Standard: https://html.spec.whatwg.org/#dom-document-cookie
func (p *Page) Cookies() string {
	if p.client.Origin.IsOpaque() {
		return ""
	}
	return p.agent.engine.Jar.Cookies(p.cookieContext(), p.agent.now())
}

// SetCookie sets a cookie as the page's script does, by a value of Set-Cookie. The
// error, which no script is told, says why it was refused.
//
// Standard: https://html.spec.whatwg.org/#dom-document-cookie
func (p *Page) SetCookie(cookie string) error {
	if p.client.Origin.IsOpaque() {
		return errors.New("set a cookie: a page with an opaque origin has none")
	}
	return p.agent.setCookie(p.cookieContext(), cookie)
}

// cookieContext is that of a script.
func (p *Page) cookieContext() fetch.CookieContext {
	c := &p.client
	return fetch.CookieContext{URL: c.URL, TopLevel: c.TopLevel, TopLevelNonce: c.TopLevelNonce, SameSite: c.Origin.SameSite(c.TopLevel)}
}
