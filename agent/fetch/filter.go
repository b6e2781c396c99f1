package fetch

import (
	"io"
	"strconv"

	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// filtered is what the page may see of an answer.
//
// Standard: https://fetch.spec.whatwg.org/#concept-filtered-response
func (f *fetching) filtered(a *answer) *Response {
	r := &Response{URL: f.url, Redirected: f.hops > 0, FromCache: a.cached, Status: a.Status, StatusText: a.Reason}
	switch {
	case a.kind == OpaqueRedirectResponse:
		return f.hidden(r, a, OpaqueRedirectResponse)
	case f.tainting == opaqueTainting:
		r.URL = nil
		return f.hidden(r, a, OpaqueResponse)
	case f.tainting == corsTainting:
		r.Type, r.Header = CORSResponse, f.exposed(a)
	default:
		r.Type, r.Header = BasicResponse, without(a.Header, cors.IsForbiddenResponseHeader)
	}
	if r.URL.Fragment() != "" {
		r.URL = r.URL.WithFragment("")
	}
	f.attach(r, a)
	return r
}

// hidden shows nothing but that there was an answer.
func (f *fetching) hidden(r *Response, a *answer, kind ResponseType) *Response {
	if f.asked.Inside && kind == OpaqueResponse {
		inside := *r
		inside.Type, inside.URL, inside.Header = DefaultResponse, f.url, a.Header
		f.attach(&inside, a)
		*r = Response{Type: kind, FromCache: r.FromCache, Body: noBody{}, Inside: &inside}
		return r
	}
	_ = a.Body.Close() // the page may not have it
	*r = Response{Type: kind, URL: r.URL, Redirected: r.Redirected && kind != OpaqueResponse, FromCache: r.FromCache, Body: noBody{}}
	return r
}

// exposed keeps the fields that the server exposes, or that anybody may read.
//
// Standard: https://fetch.spec.whatwg.org/#concept-filtered-response-cors
func (f *fetching) exposed(a *answer) []wire.Field {
	f.fields.fields = a.Header
	e := cors.Expose(f.corsRequest(), &f.fields)
	kept := make([]wire.Field, 0, len(a.Header))
	for _, field := range a.Header {
		if e.Has(field.Name) {
			kept = append(kept, field)
		}
	}
	return kept
}

// attach gives the response its body, unless it cannot have one.
//
// Standard: https://fetch.spec.whatwg.org/#concept-main-fetch, step 22
func (f *fetching) attach(r *Response, a *answer) {
	if r.Length = a.Length; f.url.IsHTTP() {
		r.Length = contentLength(r.Header)
	}
	b := &body{src: a.Body, raw: a.Body, ctx: f.ctx, url: f.url, hops: f.hops, hooks: f.asked.Hooks}
	r.Body = b
	if f.method == "HEAD" || isNullBody(a.Status) {
		finish(a.Body)
		b.src, b.raw = noBody{}, noBody{}
		return
	}
	if codings, ok := get(a.Header, "Content-Encoding"); ok && f.url.IsHTTP() {
		if b.decode(codings, f.engine.Limits.orDefaults()) {
			r.Length = 0
		}
	}
}

// finish reads a body that should be empty to its end, so that a cache knows that
// it was, and drops what is there nevertheless.
func finish(body io.ReadCloser) {
	var one [1]byte
	_, _ = body.Read(one[:]) // whatever comes is no part of the response
	_ = body.Close()
}

// isNullBody tells the statuses without a body.
//
// Standard: https://fetch.spec.whatwg.org/#null-body-status
func isNullBody(status int) bool {
	switch status {
	case 101, 103, 204, 205, 304:
		return true
	}
	return false
}

// contentLength reads a length that may be repeated but must not differ; 0 for
// none.
//
// Standard: https://fetch.spec.whatwg.org/#content-length-header
func contentLength(h []wire.Field) int64 {
	value, ok := get(h, "Content-Length")
	if !ok {
		return 0
	}
	first := ""
	for more := true; more; {
		var item string
		item, value, more = cutItem(value)
		if first != "" && item != first {
			return 0
		}
		first = item
	}
	n, err := strconv.ParseUint(first, 10, 63)
	if err != nil {
		return 0
	}
	return int64(n)
}

// noBody is the body of a response without one.
type noBody struct{}

func (noBody) Read([]byte) (int, error) { return 0, io.EOF }

func (noBody) Close() error { return nil }
