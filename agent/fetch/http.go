package fetch

import (
	"errors"

	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// scheme fetches by the scheme of the current URL.
//
// Standard: https://fetch.spec.whatwg.org/#concept-scheme-fetch
func (f *fetching) scheme() (*answer, error) {
	switch f.url.Scheme() {
	case "http", "https":
		return f.http()
	case "data":
		return f.data()
	case "blob":
		return f.blob()
	case "about":
		return f.about()
	default:
		return nil, f.refuse(cors.SchemeNotHTTP, cors.OnRequest, f.url.Scheme(), "")
	}
}

// http asks a server, after a preflight if need be, and checks whether the page
// may have the answer.
//
// Standard: https://fetch.spec.whatwg.org/#concept-http-fetch
func (f *fetching) http() (*answer, error) {
	r := f.corsRequest()
	// 4.1. A preflight first, where method or header fields ask for one.
	if f.tainting == corsTainting {
		r.UnsafeHeaders = f.unsafeHeaders()
		r.ForcedPreflight = f.forcesPreflight()
		if r.ForcedPreflight || len(r.UnsafeHeaders) > 0 || !cors.IsSafelistedMethod(r.Method) {
			f.preflighted = true
			if err := f.approve(r); err != nil {
				return nil, err
			}
		}
	}
	// 4.3. The request itself.
	a, err := f.networkOrCache()
	if err == nil {
		if err = f.check(r, a); err != nil {
			_ = a.Body.Close() // the page may not have it
		}
	}
	return a, err
}

// check decides whether the page may have an answer, redirects included.
//
// Standard: https://fetch.spec.whatwg.org/#concept-http-fetch, steps 4.4 and 5
func (f *fetching) check(r cors.Request, a *answer) error {
	f.fields.fields = a.Header
	switch f.tainting {
	case corsTainting:
		if f.engine.Profile.LocationBeforeCheck {
			if err := f.checkLocation(a); err != nil {
				return err
			}
		}
		on := cors.OnResponse
		if cors.IsRedirectStatus(a.Status) {
			on = cors.OnRedirect
		}
		v := cors.Check(r, &f.fields, on)
		if !v.Allowed() {
			return f.refused(v, nil)
		}
		f.report(v)
	case opaqueTainting:
		return f.checkResourcePolicy()
	}
	return nil
}

// forcesPreflight: listeners on the upload ask for a preflight on their own. What
// counts is the body that was asked for, even if a redirect has dropped it.
func (f *fetching) forcesPreflight() bool {
	p := &f.engine.Profile
	return f.asked.ForcePreflight &&
		!(p.ForcedPreflightNotSync && f.asked.Sync) &&
		!(p.ForcedPreflightNeedsBody && f.asked.Body == nil)
}

// unsafeHeaders names the header fields that need approval. Most requests have
// none, and those allocate nothing.
func (f *fetching) unsafeHeaders() []string {
	total := 0
	for i := range f.header {
		field := &f.header[i]
		if !f.isSafelisted(field) {
			return f.unsafeNames()
		}
		total += len(field.Value)
	}
	if total > maxSafelistedTotal {
		return f.unsafeNames()
	}
	return nil
}

// maxSafelistedTotal is the limit of package cors; up to it, it need not be asked.
const maxSafelistedTotal = 1024

func (f *fetching) isSafelisted(field *wire.Field) bool {
	return f.isLeftOut(field) || cors.IsSafelistedRequestHeader(field.Name, field.Value) && !f.isUnsafeRange(field)
}

// isLeftOut tells the fields of which this engine has a view of its own.
func (f *fetching) isLeftOut(field *wire.Field) bool {
	p := &f.engine.Profile
	return p.ClientHintsSafelisted && isClientHint(field) || p.UserAgentForbidden && isNamed(field.Name, "User-Agent")
}

// unsafeNames lists the names as package cors does, for this engine.
func (f *fetching) unsafeNames() []string {
	fields := make([]cors.Field, 0, len(f.header))
	for _, field := range f.header {
		switch {
		case f.isLeftOut(&field):
		case f.isUnsafeRange(&field):
			fields = append(fields, cors.Field{Name: field.Name}) // no value is safe
		default:
			fields = append(fields, cors.Field(field))
		}
	}
	return cors.UnsafeRequestHeaderNames(fields)
}

// approve makes a preflight unless an earlier one has approved.
func (f *fetching) approve(r cors.Request) error {
	e := f.engine
	if cache := f.preflights(); cache != nil && !cache.NeedsPreflight(r, f.preflightKey(), e.now()) {
		if h := f.asked.Hooks; h != nil && h.PreflightKnown != nil {
			h.PreflightKnown(f.url)
		}
		return nil
	}
	return f.preflight(r)
}

// preflights is the cache to use for this request; nil for none.
func (f *fetching) preflights() *cors.PreflightCache {
	if f.engine.Profile.OpaqueNotRemembered && f.origin() == cors.NullOrigin {
		return nil
	}
	return f.engine.Preflights
}

func (f *fetching) preflightKey() cors.PreflightKey {
	return cors.PreflightKey{Partition: f.top.key, Origin: f.origin(), URL: f.url.HrefNoFragment()}
}

// forget clears what was approved for the URL at which the request has failed after
// all, if a preflight had a part in it on the way.
//
// Standard: https://fetch.spec.whatwg.org/#concept-main-fetch, step 12
func (f *fetching) forget() {
	if cache := f.preflights(); f.preflighted && cache != nil && !f.engine.Profile.PreflightsKept {
		cache.Clear(f.preflightKey())
	}
}

// errProxyAuth is a demand for credentials that only a proxy may make.
var errProxyAuth = errors.New("the server asks for proxy credentials (status 407), and there is no proxy")
