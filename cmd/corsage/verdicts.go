package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/albumhttp"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
)

// verdicts answers the owner's question what pages of an origin could do with an
// album: by the rules in force, or by rules not yet saved. It asks the very
// policies that browsers meet, so what it tells is what will happen.
//
//	GET  /albums/{id}/sharing/verdict?origin=https://...
//	POST /albums/{id}/sharing/verdict {"sharing": {...}, "origin": "https://..."}
type verdicts struct {
	service http.Handler
	rules   *rulebook
}

func newVerdicts(service http.Handler, rules *rulebook) *verdicts {
	return &verdicts{service: service, rules: rules}
}

const (
	verdictSuffix = "/verdict"

	// mostVerdictBytes has room for two rules of the usual limit.
	mostVerdictBytes = 256 << 10
)

// serves reports whether a request is for this handler.
func (v *verdicts) serves(r *http.Request) bool {
	_, ok := sharingRequest(r)
	return ok
}

// sharingRequest returns a request for the album's rules by the same person from
// the same place.
func sharingRequest(r *http.Request) (*http.Request, bool) {
	path, ok := strings.CutSuffix(r.URL.Path, verdictSuffix)
	if !ok || r.URL.RawPath != "" {
		return nil, false
	}
	asked := r.Clone(r.Context())
	asked.URL.Path, asked.URL.RawQuery = path, ""
	asked.Method, asked.Body, asked.ContentLength = http.MethodGet, http.NoBody, 0
	asked.Header.Del("If-None-Match")
	return asked, albumhttp.Target(asked).Kind == albumhttp.Sharing
}

// ServeHTTP implements http.Handler.
func (v *verdicts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Whoever may read the rules may ask about them. The service knows who that
	// is, and how to refuse the others.
	r.Pattern = r.Method + " /albums/{id}/sharing/verdict" // for the log
	asked, _ := sharingRequest(r)
	rules := &kept{header: http.Header{}, status: http.StatusOK}
	v.service.ServeHTTP(rules, asked)
	if rules.status != http.StatusOK {
		rules.send(w)
		return
	}
	answer, err := v.answer(r, rules.body.Bytes())
	if err != nil {
		writeProblem(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(answer) // a reader that went away is no concern of ours
}

// verdictAnswer is what pages of an origin could do.
type verdictAnswer struct {
	Origin string  `json:"origin"`
	Read   outcome `json:"read"`   // of a GET
	Change outcome `json:"change"` // of the preflight for a PUT of JSON with a token
}

// outcome is a verdict as the page shows it.
type outcome struct {
	Allowed     bool     `json:"allowed"`
	Credentials bool     `json:"credentials"`
	Reason      string   `json:"reason"`
	Sentence    string   `json:"sentence"`
	Headers     []string `json:"headers"`
}

func (v *verdicts) answer(r *http.Request, saved []byte) (*verdictAnswer, error) {
	q, err := readQuestion(r, saved)
	if err != nil {
		return nil, err
	}
	if _, err := cors.ParseOrigin(q.Origin); err != nil {
		return nil, &album.Error{Kind: album.Invalid, Field: "origin", Detail: err.Error()}
	}
	if q.Sharing, err = v.rules.checkSharing(q.Sharing); err != nil {
		return nil, err
	}
	both, err := v.rules.compileBoth(q.Sharing)
	if err != nil {
		return nil, err
	}
	return &verdictAnswer{
		Origin: q.Origin,
		Read:   outcomeOf(both.read, http.MethodGet, q.Origin, nil),
		Change: outcomeOf(both.change, http.MethodOptions, q.Origin, http.Header{
			cors.HeaderRequestMethod:  {http.MethodPut},
			cors.HeaderRequestHeaders: {"authorization,content-type"},
		}),
	}, nil
}

// question is what is asked.
type question struct {
	Sharing album.Sharing `json:"sharing"`
	Origin  string        `json:"origin"`
}

func readQuestion(r *http.Request, saved []byte) (q question, err error) {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		q.Origin = r.URL.Query().Get("origin")
		err = json.Unmarshal(saved, &q.Sharing)
		return q, err
	case http.MethodPost:
	default:
		return q, errVerdictMethod
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return q, album.Errorf(album.Unsupported, "send the rules and the origin as application/json")
	}
	body := http.MaxBytesReader(nil, r.Body, mostVerdictBytes)
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		return q, badQuestion(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return q, album.Errorf(album.Invalid, "something follows the JSON object")
	}
	return q, nil
}

var errVerdictMethod = errors.New("ask with GET or POST")

func badQuestion(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return album.Errorf(album.TooLarge, "the body is longer than %d bytes", mostVerdictBytes)
	}
	return &album.Error{Kind: album.Invalid, Detail: `send {"sharing": {"read": {...}, "change": {...}}, "origin": "https://..."} as JSON`, Err: err}
}

// outcomeOf asks a policy about a request.
func outcomeOf(c *policy.Compiled, method, origin string, header http.Header) outcome {
	d := c.Decide(method, origin, header)
	fields := http.Header{}
	d.Apply(fields)
	fields.Del("Vary") // for caches, not for the page
	o := outcome{
		Allowed:     d.Verdict.Allowed(),
		Credentials: d.Verdict.Allowed() && c.AllowsCredentials(),
		Reason:      d.Verdict.Reason.String(),
		Sentence:    d.Verdict.Reason.Sentence(),
		Headers:     []string{},
	}
	for name, values := range fields {
		for _, value := range values {
			o.Headers = append(o.Headers, name+": "+value)
		}
	}
	slices.Sort(o.Headers)
	return o
}

// kept is a ResponseWriter that keeps the answer.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *kept) Header() http.Header         { return k.header }
func (k *kept) WriteHeader(status int)      { k.status = status }
func (k *kept) Write(p []byte) (int, error) { return k.body.Write(p) }

func (k *kept) send(w http.ResponseWriter) {
	for name, values := range k.header {
		w.Header()[name] = values
	}
	w.WriteHeader(k.status)
	_, _ = w.Write(k.body.Bytes()) // a reader that went away is no concern of ours
}

// writeProblem answers with a problem document, as the service does.
func writeProblem(w http.ResponseWriter, err error) {
	p := problem{Type: "/problems/internal", Title: "The service failed", Status: http.StatusInternalServerError}
	e, known := errors.AsType[*album.Error](err)
	switch {
	case errors.Is(err, errVerdictMethod):
		w.Header().Set("Allow", "GET, HEAD, POST")
		p = problem{"/problems/method", "Not a method of this address", http.StatusMethodNotAllowed, err.Error(), ""}
	case known && e.Kind == album.Invalid:
		p = problem{"/problems/invalid", "The request makes no sense", http.StatusBadRequest, e.Detail, e.Field}
	case known && e.Kind == album.TooLarge:
		p = problem{"/problems/too-large", "Too large", http.StatusRequestEntityTooLarge, e.Detail, e.Field}
	case known && e.Kind == album.Unsupported:
		p = problem{"/problems/unsupported", "Not a type the service takes", http.StatusUnsupportedMediaType, e.Detail, e.Field}
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a reader that went away is no concern of ours
}

// problem is a problem document (RFC 9457).
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	Field  string `json:"field,omitempty"`
}
