package fetch

import (
	"context"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// fetching is a fetch under way: the request as redirects have left it, and what
// has been decided about it.
//
// Standard: https://fetch.spec.whatwg.org/#fetch-params
type fetching struct {
	engine *Engine
	asked  *Request // as the page has made it
	client *Client
	ctx    context.Context

	// Of the request; redirects change it.
	url      *weburl.URL
	method   string
	header   []wire.Field
	body     *Body
	referrer string // "" for none
	policy   cors.ReferrerPolicy

	tainting tainting
	tainted  bool   // a redirect from another origin to a third: the origin is hidden
	site     string // of Sec-Fetch-Site, on the way so far
	current  string // the same for the current URL alone
	hops     int

	preflighted bool // some URL on the way asked for a preflight

	upload uploadReport
	fields lookup     // of the answer that is being judged
	top    *partition // of connections, caches, preflights and passwords
}

// tainting is what a page may see of the answer.
//
// Standard: https://fetch.spec.whatwg.org/#concept-request-response-tainting
type tainting uint8

const (
	basicTainting tainting = iota
	corsTainting
	opaqueTainting
)

// nobody stands in for a missing client: an opaque origin without a URL.
var nobody = &Client{}

func newFetching(ctx context.Context, e *Engine, r *Request) *fetching {
	f := &fetching{
		engine: e, asked: r, client: r.Client, ctx: ctx,
		url: r.URL, method: r.Method, header: r.Header, body: r.Body,
		site: cors.FetchSiteSameOrigin,
	}
	if f.client == nil {
		f.client = nobody
	}
	f.upload = uploadReport{sent: r.BodySent, end: r.BodyEnd}
	f.top = e.sites.ofTopLevel(f.client)
	f.policy = r.ReferrerPolicy
	if f.policy == "" {
		f.policy = f.client.ReferrerPolicy
	}
	f.referrer = f.firstReferrer()
	return f
}

// mode, credentials and redirect mode of the request, their defaults filled in.

func (f *fetching) mode() Mode {
	if f.asked.Mode == "" {
		return ModeCORS
	}
	return f.asked.Mode
}

func (f *fetching) includesCredentials() bool {
	switch f.asked.Credentials {
	case IncludeCredentials:
		return true
	case OmitCredentials:
		return false
	default:
		return f.tainting == basicTainting
	}
}

// originRequest is what decides on the Origin field of the request.
func (f *fetching) originRequest() cors.OriginRequest {
	return cors.OriginRequest{
		Origin: f.client.Origin.String(), Target: f.url.OriginString(), Tainted: f.tainted,
		CORS: f.tainting == corsTainting, ModeCORS: f.mode() == ModeCORS, Method: f.method, Policy: f.policy,
	}
}

// origin is how the request's origin is written: hidden once a redirect has
// tainted it.
func (f *fetching) origin() string {
	return cors.OriginRequest{Origin: f.client.Origin.String(), Tainted: f.tainted}.SerializedOrigin()
}

// isOwn reports whether a URL is of the page's origin, which a redirect does not
// change, hidden or not.
func (f *fetching) isOwn(u *weburl.URL) bool {
	return !f.client.Origin.IsOpaque() && f.client.Origin.String() == u.OriginString()
}

// corsRequest is the request in the words of package cors.
func (f *fetching) corsRequest() cors.Request {
	return cors.Request{
		Origin: f.origin(), Method: f.method, Credentials: f.asked.Credentials == IncludeCredentials,
		AuthorizationByWildcard: f.engine.Profile.AuthorizationByWildcard,
	}
}

// refuse is the network error of a rule, reported to the hooks.
func (f *fetching) refuse(reason cors.Reason, on cors.Message, observed, expected string) error {
	return f.refused(cors.Verdict{Reason: reason, On: on, Observed: observed, Expected: expected}, nil)
}

func (f *fetching) refused(v cors.Verdict, cause error) error {
	f.report(v)
	return &Failure{Verdict: v, URL: f.url, Hops: f.hops, Err: cause}
}

// report tells the hooks what was decided.
func (f *fetching) report(v cors.Verdict) {
	if h := f.asked.Hooks; h != nil && h.Verdict != nil {
		h.Verdict(v, f.url)
	}
}

// failed is the network error of an exchange that failed on its way.
func (f *fetching) failed(on cors.Message, err error) error {
	return &Failure{
		Verdict: cors.Verdict{Reason: networkReason(f.ctx, err), On: on}, URL: f.url, Hops: f.hops, Err: err,
	}
}
