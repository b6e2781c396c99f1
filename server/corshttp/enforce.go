package corshttp

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
)

// Enforce makes the middleware refuse, with 403 and before the body is read, a
// request that changes state (any method but GET, HEAD, OPTIONS and TRACE) and
// that a browser sends for a page whose origin the policy does not allow. No
// preflight guards a form, and a preflight's answer may be remembered for longer
// than the policy holds.
//
// The page's origin is what the Origin field says; where there is none, a
// Sec-Fetch-Site field of cross-site or same-site tells that the page is a
// foreign one, allowed only where every origin is. Same-origin requests pass, as
// do those of programs that are no browsers, which send neither.
//
// own lists the serialized origins under which the handler itself is reached.
// Without any, an origin counts as the handler's own if its host and port equal
// the request's Host field and its scheme is that of the connection; behind a
// proxy, name them.
func Enforce(own ...string) Option {
	e := &enforcement{own: make(map[string]bool, len(own))}
	for _, o := range own {
		e.own[o] = true
	}
	return func(m *Middleware) { m.enforce = e }
}

type enforcement struct{ own map[string]bool }

// lets reports whether a request may reach the handler.
func (e *enforcement) lets(r *http.Request, c *policy.Compiled, v cors.Verdict) bool {
	if isSafe(r.Method) || v.Allowed() {
		return true
	}
	site := r.Header.Get("Sec-Fetch-Site")
	if origin := requestOrigin(r); origin != "" {
		// Where our own origin has to be guessed, Sec-Fetch-Site, which no script
		// can set, knows better.
		return e.isOwn(origin, r) || len(e.own) == 0 && site == "same-origin"
	}
	switch site {
	case "", "same-origin", "none": // a program, our own page, or the person at the browser
		return true
	default:
		return c.AllowsAny()
	}
}

func isSafe(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

func (e *enforcement) isOwn(origin string, r *http.Request) bool {
	if len(e.own) > 0 {
		return e.own[origin]
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	host, ok := strings.CutPrefix(origin, scheme)
	return ok && strings.EqualFold(host, r.Host)
}

// refusal is the problem document of a refused request (RFC 9457).
type refusal struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

// comesFrom names the page that a request was made for.
func comesFrom(r *http.Request) string {
	switch origin := requestOrigin(r); origin {
	case "":
		return "a page of another site that does not say which"
	case severalOrigins:
		return "a page with several origins, which no browser has"
	case cors.NullOrigin:
		return "a page without an origin of its own (Origin: null)"
	default:
		return "pages of " + cors.Excerpt(origin)
	}
}

func writeRefusal(w http.ResponseWriter, r *http.Request) {
	body, err := json.Marshal(refusal{
		Type:   "about:blank",
		Title:  "Forbidden",
		Status: http.StatusForbidden,
		Detail: fmt.Sprintf("The policy of this resource lets no %s request come from %s. Whoever keeps the policy can add that site to it.", r.Method, comesFrom(r)),
	})
	if err != nil {
		http.Error(w, "Forbidden", http.StatusForbidden)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Connection", "close") // the body has not been read and is not wanted
	w.WriteHeader(http.StatusForbidden)
	_, _ = w.Write(body) // a client that has gone needs no answer
}
