package albumhttp

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/corsage-go/corsage/album"
)

// problem is a failure as it is told to whoever asked.
//
// https://www.rfc-editor.org/rfc/rfc9457
type problem struct {
	Type    string          `json:"type"`
	Title   string          `json:"title"`
	Status  int             `json:"status"`
	Detail  string          `json:"detail"`
	Field   string          `json:"field,omitempty"`   // the part of the request it is about
	Limit   int64           `json:"limit,omitempty"`   // the limit that was reached
	File    string          `json:"file,omitempty"`    // the file of an upload that failed
	Stored  json.RawMessage `json:"stored,omitempty"`  // the photos that were stored before it
	Request string          `json:"request,omitempty"` // where to find it in the service's log

	wait time.Duration // before trying again; 0 if that is not known
}

const problemTypes = "/problems/"

// Error implements error.
func (p *problem) Error() string { return p.Title + ": " + p.Detail }

// caused is a problem that is worded already, with its cause for the log.
type caused struct {
	*problem
	cause error
}

// Error implements error.
func (e *caused) Error() string { return e.problem.Error() + ": " + e.cause.Error() }

// Unwrap returns the problem.
func (e *caused) Unwrap() error { return e.problem }

// kinds gives every album.Kind its status and its title.
var kinds = [...]struct {
	status int
	title  string
}{
	album.Internal:        {http.StatusInternalServerError, "The service failed"},
	album.Invalid:         {http.StatusBadRequest, "The request makes no sense"},
	album.Unauthenticated: {http.StatusUnauthorized, "Nobody is signed in"},
	album.Forbidden:       {http.StatusForbidden, "Not allowed"},
	album.NotFound:        {http.StatusNotFound, "Not found"},
	album.Conflict:        {http.StatusConflict, "The name is taken"},
	album.Stale:           {http.StatusPreconditionFailed, "It has changed meanwhile"},
	album.TooLarge:        {http.StatusRequestEntityTooLarge, "Too large"},
	album.Unsupported:     {http.StatusUnsupportedMediaType, "Not a type the service takes"},
	album.Exhausted:       {http.StatusConflict, "There is no room for more"},
	album.TooOften:        {http.StatusTooManyRequests, "Too often"},
}

// The failures that only HTTP knows.
var (
	errNoSuchAddress = album.Errorf(album.NotFound, "there is nothing at this address; /openapi.json lists what there is")
	errTooSlow       = &problem{
		Type: problemTypes + "too-slow", Title: "Too slow", Status: http.StatusRequestTimeout,
		Detail: "the body came in too slowly, so the service gave up; send it again over a better connection, or in smaller files",
	}
	errNotReady = &problem{
		Type: problemTypes + "not-ready", Title: "Not ready", Status: http.StatusServiceUnavailable,
		Detail: "the service cannot do its work at the moment; its log says why",
	}
)

func newProblem(k album.Kind, detail string) *problem {
	return &problem{
		Type:   problemTypes + k.String(),
		Title:  kinds[k].title,
		Status: kinds[k].status,
		Detail: detail,
	}
}

// problemOf words an error for whoever asked. Of an error that is the service's
// own fault it tells nothing.
func problemOf(err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	e, ok := errors.AsType[*album.Error](err)
	if !ok || e.Kind == album.Internal || int(e.Kind) >= len(kinds) {
		return newProblem(album.Internal, "the service could not do this, and it is not your fault; try again later")
	}
	p := newProblem(e.Kind, e.Detail)
	p.Field, p.Limit, p.wait = e.Field, e.Limit, e.Wait
	return p
}

// fail answers a request with the problem that err is.
func (c *call) fail(err error) {
	if _, worded := errors.AsType[*caused](err); !worded {
		err = c.bodyFault(err)
	}
	p := *problemOf(err)
	switch p.Status {
	case http.StatusUnauthorized:
		c.challenge()
	case http.StatusTooManyRequests:
		c.w.Header().Set("Retry-After", strconv.Itoa(roundedUp(cmp.Or(p.wait, c.limits.RetryAfter))))
	case http.StatusRequestTimeout:
		c.w.Header().Set("Connection", "close")
	}
	if p.Status >= http.StatusInternalServerError {
		p.Request = cmp.Or(c.w.Header().Get(requestIDHeader), rand.Text())
		c.logFailure(p.Request, err)
	}
	c.writeProblem(&p)
}

func (c *call) logFailure(request string, err error) {
	ctx, level := c.r.Context(), slog.LevelError
	if ctx.Err() != nil {
		level = slog.LevelDebug // the client has gone, which makes many things fail
	}
	c.log.Log(ctx, level, "request failed", "request", request, "what", c.what, "route", c.r.Pattern, "error", err)
}

// requestIDHeader carries the ID of a request in its answer, if whatever stands
// before a Handler has given it one. A failure is then logged under that.
const requestIDHeader = "X-Request-Id"

// roundedUp is in seconds: whoever comes back then must not be too early.
func roundedUp(wait time.Duration) int { return int((wait + time.Second - 1) / time.Second) }

// challenge says how to sign in. HTTP authentication is offered only where no
// browser asks: it would put a window of its own before the page.
func (c *call) challenge() {
	header := c.w.Header()
	header.Add("WWW-Authenticate", `Bearer realm="corsage"`)
	// Over plain http browsers send no Sec-Fetch fields; their languages they tell always.
	for _, name := range [...]string{"Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Sec-Fetch-User", "Accept-Language"} {
		if len(c.r.Header[name]) > 0 {
			return
		}
	}
	header.Add("WWW-Authenticate", `Basic realm="corsage", charset="UTF-8"`)
}

func (c *call) writeProblem(p *problem) {
	text, err := json.Marshal(p)
	if err != nil { // only if Stored were no JSON
		c.log.Error("a problem could not be written", "error", err)
		text = []byte(`{"type":"about:blank","status":500}`)
	}
	c.setPrivate()
	c.write(p.Status, "application/problem+json", text)
}
