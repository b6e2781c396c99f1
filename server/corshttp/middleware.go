package corshttp

import (
	"net/http"
	"sync/atomic"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
)

// Source gives the policy for a request; nil means policy.Nobody. For a preflight
// it is called with the preflight itself: the method that the page wants to use
// is in Access-Control-Request-Method (see Method).
type Source func(*http.Request) *policy.Compiled

// Middleware applies policies to handlers. It may be used by many requests at
// once, and its policy may be replaced meanwhile. Make one with New or
// NewPerRequest.
type Middleware struct {
	source  atomic.Pointer[Source]
	enforce *enforcement // nil unless Enforce was given

	recorder   *Recorder // nil unless Record was given
	observers  []observer
	reportOnly bool
}

// Option changes how a Middleware works.
type Option func(*Middleware)

// New returns a Middleware that applies one policy to all requests.
func New(c *policy.Compiled, options ...Option) *Middleware {
	return NewPerRequest(always(c), options...)
}

// NewPerRequest returns a Middleware that asks source for the policy of each
// request. A source that looks at anything besides method and path makes the
// answer depend on it, and has to say so in the answer's Vary.
func NewPerRequest(source Source, options ...Option) *Middleware {
	m := &Middleware{}
	m.source.Store(&source)
	for _, option := range options {
		option(m)
	}
	return m
}

// Replace puts a policy in the place of the one in force, or of the source. It
// holds from the next request on; requests under way keep the one they began with.
func (m *Middleware) Replace(c *policy.Compiled) {
	source := always(c)
	m.source.Store(&source)
}

func always(c *policy.Compiled) Source {
	return func(*http.Request) *policy.Compiled { return c }
}

// Wrap returns a handler that applies the policy and, unless the request is a
// preflight or refused by Enforce, calls next. The ResponseWriter that next gets
// is the server's own unless Record is used, so streaming and
// http.ResponseController work.
//
// The header is next's to write, as always: it should add to Vary, not set it, and
// leave the Access-Control fields alone, or it undoes what the policy says.
func (m *Middleware) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if m.recorder != nil {
			m.serveRecorded(w, r, next)
			return
		}
		c, d := m.decide(w, r)
		m.answer(w, r, next, c, d)
	})
}

// decide asks the policy of a request, and puts what it says into the header of
// the answer.
func (m *Middleware) decide(w http.ResponseWriter, r *http.Request) (*policy.Compiled, policy.Decision) {
	c := (*m.source.Load())(r)
	d := c.Decide(r.Method, requestOrigin(r), r.Header)
	if !m.reportOnly {
		d.Apply(w.Header())
	}
	return c, d
}

// answer answers what is the policy's to answer, and leaves the rest to next.
func (m *Middleware) answer(w http.ResponseWriter, r *http.Request, next http.Handler, c *policy.Compiled, d policy.Decision) {
	stopped := !d.Preflight && m.enforce != nil && !m.enforce.lets(r, c, d.Verdict)
	if m.observers != nil {
		m.tell(r, d, stopped)
	}
	switch {
	case m.reportOnly:
		next.ServeHTTP(w, r)
	case d.Preflight:
		w.WriteHeader(d.Status)
	case stopped:
		writeRefusal(w, r)
	default:
		next.ServeHTTP(w, r)
	}
}

// severalOrigins is what a request with more than one Origin line is judged by:
// no origin, so it is refused.
const severalOrigins = "several Origin fields"

// requestOrigin returns the value of the Origin field, "" if there is none.
func requestOrigin(r *http.Request) string {
	switch values := r.Header[cors.HeaderOrigin]; len(values) {
	case 0:
		return ""
	case 1:
		return values[0]
	default:
		return severalOrigins
	}
}

// IsPreflight reports whether a request is a CORS-preflight request.
//
// Standard: https://fetch.spec.whatwg.org/#cors-preflight-request
func IsPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && requestOrigin(r) != "" && len(r.Header[cors.HeaderRequestMethod]) > 0
}

// Method returns the method that a request is about: for a preflight the one
// that it asks for, otherwise its own.
func Method(r *http.Request) string {
	if IsPreflight(r) {
		return r.Header[cors.HeaderRequestMethod][0]
	}
	return r.Method
}
