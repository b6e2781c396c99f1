package fetch

import (
	"strings"

	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// preflight asks the server whether it takes a request, and remembers its answer.
// Nobody's credentials go with it.
//
// Standard: https://fetch.spec.whatwg.org/#cors-preflight-fetch
func (f *fetching) preflight(r cors.Request) error {
	asking := f.wireRequest("OPTIONS", false)
	asking.Header = f.preflightHeader(r)
	// 6. Straight to the network: answers to OPTIONS are in no cache.
	x := f.begin(asking, true, 0)
	resp, err := f.engine.Transport.RoundTrip(f.ctx, asking)
	if err != nil {
		f.lost(x, err)
		return f.failed(cors.OnPreflight, err)
	}
	defer resp.Body.Close() //nolint:errcheck // nobody reads it
	f.arrived(x, resp)
	// 7. The CORS check, the status, and both lists.
	if resp.Status == 407 && f.engine.Profile.ProxyAuthFails {
		return f.failed(cors.OnPreflight, errProxyAuth)
	}
	v := cors.CheckPreflight(r, resp.Status, &lookup{fields: resp.Header})
	if !v.Allowed() {
		return f.refused(v, nil)
	}
	f.report(v)
	if cache := f.preflights(); cache != nil {
		cache.Store(r, f.preflightKey(), &lookup{fields: resp.Header}, f.engine.now())
	}
	return nil
}

// preflightHeader is the header of a preflight.
//
// Standard: https://fetch.spec.whatwg.org/#cors-preflight-fetch, steps 1 to 5
func (f *fetching) preflightHeader(r cors.Request) []wire.Field {
	h := make([]wire.Field, 0, 12)
	h = append(h, wire.Field{Name: "Accept", Value: "*/*"}, wire.Field{Name: cors.HeaderRequestMethod, Value: r.Method})
	if len(r.UnsafeHeaders) > 0 {
		h = append(h, wire.Field{Name: cors.HeaderRequestHeaders, Value: strings.Join(r.UnsafeHeaders, ",")})
	}
	h = append(h, wire.Field{Name: cors.HeaderOrigin, Value: r.Origin})
	if p := &f.engine.Profile; p.UserAgent != "" {
		h = append(h, wire.Field{Name: "User-Agent", Value: p.UserAgent})
	}
	h = f.appendFetchMetadata(h, true)
	h = f.appendReferrer(h)
	h = f.appendEncoding(h, header{})
	return appendSet(h, "Accept-Language", f.engine.Profile.AcceptLanguage)
}
