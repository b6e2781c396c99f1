package fetch

import (
	"io"

	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// networkOrCache completes the request and finds its answer, in the cache or on
// the network.
//
// Standard: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
func (f *fetching) networkOrCache() (*answer, error) {
	set := scan(f.header)
	credentials := f.includesCredentials()
	asking := f.wireRequest(f.method, credentials)
	asking.Header = f.fullHeader(set)
	if credentials {
		asking.Header = f.appendCookies(asking.Header)
		if !set.authorization {
			asking.Header = f.appendKnownSecret(asking.Header)
		}
	}
	a, err := f.cacheOrNetwork(asking, set)
	if err == nil && a.Status == 421 {
		a, err = f.elsewhere(a, asking)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case a.Status == 401 && credentials && f.mayAuthenticate():
		return f.authenticate(a, asking)
	case a.Status == 407 && f.engine.Profile.ProxyAuthFails:
		_ = a.Body.Close() // the page may not have it
		return nil, f.failed(cors.OnResponse, errProxyAuth)
	}
	return a, nil
}

// elsewhere asks once more on another connection, because the server says that
// this one does not lead to it.
//
// Standard: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 17
func (f *fetching) elsewhere(a *answer, asking *wire.Request) (*answer, error) {
	if f.body != nil && f.body.Once {
		return a, nil
	}
	_ = a.Body.Close() // the next answer counts
	next := *asking
	next.Partition += " misdirected"
	next.Body, next.Trace = nil, nil
	return f.network(&next, 1)
}

// wireRequest is the request without header and body.
func (f *fetching) wireRequest(method string, credentials bool) *wire.Request {
	r := &wire.Request{
		Method: method, Scheme: f.url.Scheme(), Host: f.url.Host(), Target: f.url.Target(), Partition: f.top.withoutAny,
	}
	if credentials {
		r.Partition = f.top.with
	}
	return r
}

// network sends the request.
//
// Standard: https://fetch.spec.whatwg.org/#http-network-fetch
func (f *fetching) network(asking *wire.Request, attempt int) (*answer, error) {
	if err := f.attachBody(asking); err != nil {
		return nil, f.failed(cors.OnRequest, err)
	}
	x := f.begin(asking, false, attempt)
	resp, err := f.engine.Transport.RoundTrip(f.ctx, asking)
	// Below 300 an answer means that the whole body has been sent.
	if err == nil && f.body != nil && (resp.Status < 300 || asking.Length == 0) {
		f.upload.finish()
	}
	if err != nil {
		f.lost(x, err)
		return nil, f.failed(cors.OnResponse, err)
	}
	f.arrived(x, resp)
	a := &answer{Response: *resp}
	f.keepCookies(a.Header)
	return a, nil
}

// attachBody opens the body for one more sending.
func (f *fetching) attachBody(asking *wire.Request) error {
	resends := f.engine.Profile.ResendsAfterStale || f.method != "POST" && f.method != "PUT"
	if f.body == nil || f.body.Length == 0 {
		if !resends && asking.Scheme == "http" {
			asking.Body = emptyBody{} // which cannot be rewound, so that it is not sent again
		}
		return nil
	}
	body, err := f.body.Open()
	if err != nil {
		return &wire.Error{Kind: wire.BodyFailed, Op: "open the request's body", Err: err}
	}
	asking.Body, asking.Length = body, f.body.Length
	if resends && !f.body.Once {
		asking.Rewind = func() (io.Reader, error) { return f.body.Open() }
	}
	return nil
}

// emptyBody is the body of a POST or PUT without one. HTTP/2, which has ways of its
// own to tell whether a request was looked at, does without it.
type emptyBody struct{ noBody }

// Len says that there is nothing to wait for.
func (emptyBody) Len() int { return 0 }

// noteSite keeps up with how far from the page's own site the way has led.
func (f *fetching) noteSite() {
	f.current = cors.FetchSite(f.parties())
	f.site = cors.FartherSite(f.site, f.current)
}

// appendCookies adds the cookies that the jar has for the request.
//
// Standard: https://fetch.spec.whatwg.org/#append-a-request-cookie-header
func (f *fetching) appendCookies(h []wire.Field) []wire.Field {
	if f.engine.Jar == nil {
		return h
	}
	return appendSet(h, "Cookie", f.engine.Jar.Cookies(f.cookieContext(), f.engine.now()))
}

func (f *fetching) cookieContext() CookieContext {
	site := f.site
	if f.engine.Profile.SameSiteByURL {
		site = f.current
	}
	own := f.engine.sites.of(f.client.Origin).site
	safe := f.method == "GET" || f.method == "HEAD" || f.method == "OPTIONS" || f.method == "TRACE"
	return CookieContext{
		URL: f.url, TopLevel: f.client.TopLevel, TopLevelNonce: f.client.TopLevelNonce, HTTP: true,
		SameSite: site != cors.FetchSiteCrossSite && own != "" && own == f.top.site,
		Lax:      f.isTopLevelNavigation() && safe,
	}
}

// keepCookies hands the cookies of an answer to the jar.
//
// Standard: https://fetch.spec.whatwg.org/#parse-and-store-response-set-cookie-headers
func (f *fetching) keepCookies(h []wire.Field) {
	if f.engine.Jar == nil || !f.includesCredentials() {
		return
	}
	var values []string
	for i := range h {
		if isNamed(h[i].Name, "Set-Cookie") {
			values = append(values, h[i].Value)
		}
	}
	if len(values) == 0 {
		return
	}
	notes := f.engine.Jar.SetCookies(f.cookieContext(), values, f.engine.now())
	if hooks := f.asked.Hooks; hooks != nil && hooks.Cookies != nil {
		hooks.Cookies(f.url, notes)
	}
}
