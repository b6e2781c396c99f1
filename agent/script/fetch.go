package script

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

func (r *Realm) fetchOps() ops { return ops{"fetch": r.opFetch, "abort": of(abortFetch)} }

// fetching is a fetch that script can abort.
type fetching struct {
	realm  *Realm
	kept   int64 // bytes of its body, while they count; see maxKeepalive
	cancel context.CancelFunc
	hidden *stream // the body of a response that script may not read; nil for none
}

// end ends what nobody can abort any more.
func (f *fetching) end() {
	if f.hidden != nil {
		f.hidden.close()
	}
}

func abortFetch(f *fetching, _ *engine.Call) (any, error) {
	f.cancel()
	return engine.Undefined{}, nil
}

// opFetch starts a fetch. Its last argument is called with whether it failed, what
// the head of the response says, and the body or null.
func (r *Realm) opFetch(c *engine.Call) (any, error) {
	req, err := r.requestOf(c)
	if err != nil {
		return nil, err
	}
	integrity := c.Text(11)
	req.Blob, _ = c.Go(13).(*fetch.Blob)
	done := r.callback(c, 14)
	ctx, cancel := context.WithCancel(r.ctx)
	f := &fetching{realm: r, cancel: cancel}
	if c.Bool(12) && !f.keepAlive(req) {
		done.complete(true)
		return engine.Handle{Go: f}, nil
	}
	go func() {
		resp, err := r.environment.Fetch(ctx, *req)
		if err == nil && integrity != "" {
			resp, err = verified(resp, integrity)
		}
		if err != nil {
			r.Post(func() {
				f.over()
				r.tellFailed("fetch", req.URL.HrefNoFragment(), err)
				done.call(true)
			})
			return
		}
		r.Post(func() {
			r.tellStatus(resp.Status, req.URL.HrefNoFragment())
			done.call(false, headOf(resp), f.bodyOf(req, resp))
		})
	}()
	return engine.Handle{Go: f, Released: f.end}, nil
}

// maxKeepalive is how large the bodies of those requests may be together that are
// to outlive their page.
//
// Standard: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 8.10
const maxKeepalive = 64 << 10

// keepAlive reports whether there is room for the request among those.
func (f *fetching) keepAlive(req *fetch.Request) bool {
	if req.Body == nil {
		return true
	}
	if f.realm.keptAlive+req.Body.Length > maxKeepalive {
		return false
	}
	f.kept = req.Body.Length
	f.realm.keptAlive += f.kept
	return true
}

// over gives back that room. The loop's goroutine calls it.
func (f *fetching) over() {
	f.realm.keptAlive -= f.kept
	f.kept = 0
}

// requestOf reads a request from the arguments of an op.
func (r *Realm) requestOf(c *engine.Call) (*fetch.Request, error) {
	u, err := weburl.Parse(c.Text(1))
	if err != nil {
		return nil, typeError("fetch: the URL cannot be read", err)
	}
	req := &fetch.Request{
		Method: c.Text(0), URL: u, Header: headerOf(c.Text(2)),
		Mode: fetch.Mode(c.Text(5)), Credentials: fetch.Credentials(c.Text(6)), Cache: fetch.CacheMode(c.Text(7)),
		Redirect: fetch.Redirect(c.Text(8)), ReferrerPolicy: cors.ReferrerPolicy(c.Text(10)),
	}
	if req.Referrer, err = referrerOf(c.Text(9)); err != nil {
		return nil, err
	}
	if c.Text(3) == "native" {
		body, ok := c.Go(4).(*fetch.Body)
		if !ok {
			return nil, errors.New("fetch: the body is not one that was extracted")
		}
		req.Body = body
		return req, nil
	}
	body, err := bodyOf(c, 3)
	if err == nil && body != nil {
		req.Body, _ = xhr.Extract(body)
	}
	return req, err
}

// headerOf takes apart lines of names and values.
func headerOf(lines string) []wire.Field {
	if lines == "" {
		return nil
	}
	var header []wire.Field
	for line := range strings.SplitSeq(lines, "\n") {
		name, value, _ := strings.Cut(line, ":")
		value, _ = xhr.ByteString(value) // headers.js has converted it to one
		header = append(header, wire.Field{Name: name, Value: value})
	}
	return header
}

// referrerOf reads a request's referrer.
//
// Standard: https://fetch.spec.whatwg.org/#concept-request-referrer
func referrerOf(s string) (fetch.Referrer, error) {
	switch s {
	case "":
		return fetch.Referrer{None: true}, nil
	case "about:client":
		return fetch.Referrer{}, nil
	}
	u, err := weburl.Parse(s)
	if err != nil {
		return fetch.Referrer{}, typeError("fetch: the referrer cannot be read", err)
	}
	return fetch.Referrer{URL: u}, nil
}

// headOf is what script sees of a response besides its body.
func headOf(resp *fetch.Response) engine.Record {
	header := []engine.Record{}
	for _, f := range resp.Header {
		header = append(header, engine.Record{{Name: "name", Value: f.Name}, {Name: "value", Value: xhr.Isomorphic(f.Value)}})
	}
	url := ""
	if resp.URL != nil && resp.Type != fetch.OpaqueResponse {
		url = resp.URL.HrefNoFragment()
	}
	return engine.Record{
		{Name: "type", Value: string(resp.Type)},
		{Name: "url", Value: url},
		{Name: "redirected", Value: resp.Redirected},
		{Name: "status", Value: resp.Status},
		{Name: "statusText", Value: xhr.Isomorphic(resp.StatusText)},
		{Name: "headers", Value: header},
	}
}

// bodyOf is the body for script; nil where there is none by definition.
//
// Standard: https://fetch.spec.whatwg.org/#concept-main-fetch, step 21
func (f *fetching) bodyOf(req *fetch.Request, resp *fetch.Response) any {
	if resp.Body == nil {
		f.over()
		return nil
	}
	var ended func()
	if f.kept > 0 {
		ended = func() { f.realm.Post(f.over) }
	}
	b := &stream{body: newReadAhead(resp.Body, resp.Length, ended)}
	switch {
	case resp.Type == fetch.OpaqueResponse || resp.Type == fetch.OpaqueRedirectResponse:
		f.hidden = b // its connection stays open until script lets go of it
		return nil
	case req.Method == "HEAD" || isNullBodyStatus(resp.Status):
		b.close()
		return nil
	}
	return engine.Handle{Go: b, Released: b.close}
}

// isNullBodyStatus reports whether responses of a status have no body.
//
// Standard: https://fetch.spec.whatwg.org/#null-body-status
func isNullBodyStatus(status int) bool {
	return status == 101 || status == 103 || status == 204 || status == 205 || status == 304
}

// dataCloneError is what becomes a DataCloneError of script.
func dataCloneError(message string) error {
	return &xhr.DOMException{Name: "DataCloneError", Message: message}
}

// typeError is what becomes a TypeError of script.
func typeError(message string, cause error) error {
	return &xhr.DOMException{Name: xhr.TypeError, Message: message, Cause: cause}
}

func (r *Realm) headerOps() ops {
	return ops{
		"isForbiddenRequest": func(c *engine.Call) (any, error) {
			return cors.IsForbiddenRequestField(c.Text(0), c.Text(1)), nil
		},
		"isNoCORSSafelisted": func(c *engine.Call) (any, error) {
			value, _ := xhr.ByteString(c.Text(1)) // headers.js has converted it to one
			return cors.IsNoCORSSafelistedRequestHeader(c.Text(0), value), nil
		},
	}
}

func (r *Realm) requestOps() ops {
	return ops{"parseURL": r.opParseURL, "parseReferrer": r.opParseReferrer}
}

// baseURL is what relative URLs are resolved against.
//
// Standard: https://html.spec.whatwg.org/#api-base-url
func (r *Realm) baseURL() *weburl.URL { return r.base }

// opParseURL returns a URL, whether it has a user name or a password, and what it
// stands for if it is that of a blob.
func (r *Realm) opParseURL(c *engine.Call) (any, error) {
	u, err := weburl.ParseRef(r.baseURL(), c.Text(0))
	if err != nil {
		return nil, typeError("the URL "+cors.Excerpt(c.Text(0))+" cannot be read", err)
	}
	return []any{u.Href(), u.HasCredentials(), r.entryOf(u)}, nil
}

// entryOf is what a blob URL stands for now, for script to hold; nil for nothing.
//
// Standard: https://url.spec.whatwg.org/#concept-url-blob-entry
func (r *Realm) entryOf(u *weburl.URL) any {
	s := r.settings()
	if u.Scheme() != "blob" || s.Blobs == nil {
		return nil
	}
	b, ok := s.Blobs.Blob(u, s.Client)
	if !ok {
		return nil
	}
	return engine.Handle{Go: &b}
}

// opParseReferrer returns a referrer that script has set: that of the page itself
// if it is of another origin.
//
// Standard: https://fetch.spec.whatwg.org/#dom-request, step 14
func (r *Realm) opParseReferrer(c *engine.Call) (any, error) {
	u, err := weburl.ParseRef(r.baseURL(), c.Text(0))
	if err != nil {
		return nil, typeError("the referrer "+cors.Excerpt(c.Text(0))+" cannot be read", err)
	}
	const own = "about:client"
	if u.Href() == own || u.OriginString() != r.settings().Client.Origin.String() {
		return own, nil
	}
	return u.Href(), nil
}

// stream is the body of a response, which is read on other goroutines: one at a
// time, since script asks for the next piece when it has got the last.
type stream struct{ body io.ReadCloser }

func (s *stream) close() { _ = s.body.Close() } // nobody is there to be told
