package main

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/server/corshttp"
)

// refusalSwitch is the query parameter by which a page of the demo asks the
// data origin to spoil one answer, so that both ends of each story can be seen.
// It exists in the demo only: no other server is wrapped in refusals.
const refusalSwitch = "demo"

// refusals are the ways in which the demo's data origin spoils an answer.
type refusals struct {
	normal http.Handler // the service as it is
	nobody http.Handler // the service, where no rule names anybody
	ways   map[string]http.HandlerFunc
}

// newRefusals wraps the service: next answers requests, and cross applies the
// policies to a handler, with the same options.
func newRefusals(next http.Handler, cross func(http.Handler) http.Handler, options ...corshttp.Option) *refusals {
	f := &refusals{
		normal: cross(next),
		nobody: corshttp.New(policy.Nobody, options...).Wrap(next),
	}
	f.ways = map[string]http.HandlerFunc{
		"":                   f.normal.ServeHTTP,
		"silent":             f.silent,
		"refuse":             f.nobody.ServeHTTP,
		"mute":               f.mute,
		"no-methods":         f.preflight(without(cors.HeaderAllowMethods)),
		"no-headers":         f.preflight(without(cors.HeaderAllowHeaders)),
		"preflight-401":      f.preflight(status(http.StatusUnauthorized)),
		"preflight-redirect": f.preflight(redirected),
		"wildcard":           f.wildcard,
		"slow":               f.slow,
	}
	return f
}

// ServeHTTP implements http.Handler.
func (f *refusals) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	way, rest := cutSwitch(r.URL.RawQuery)
	handle, known := f.ways[way]
	if !known {
		http.Error(w, "the demo knows no refusal "+cors.Excerpt(way)+"; there are: "+strings.Join(f.names(), ", "), http.StatusBadRequest)
		return
	}
	address := *r.URL
	address.RawQuery = rest
	asked := r.WithContext(r.Context()) // a copy: the caller's request stays as it is
	asked.URL = &address
	handle(w, asked)
	r.Pattern = asked.Pattern // which the log wants to know
}

func (f *refusals) names() []string {
	names := make([]string, 0, len(f.ways))
	for name := range f.ways {
		if name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// cutSwitch takes the switch out of a query, which the service must not see.
func cutSwitch(query string) (way, rest string) {
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if read, err := url.QueryUnescape(name); err != nil || read != refusalSwitch {
			kept = append(kept, pair)
			continue
		}
		if v, err := url.QueryUnescape(value); err == nil {
			way = v
		}
	}
	return way, strings.Join(kept, "&")
}

// mute lets the preflight pass and the request be carried out, but the answer
// does not say that the page may read it.
func (f *refusals) mute(w http.ResponseWriter, r *http.Request) {
	if corshttp.IsPreflight(r) {
		f.normal.ServeHTTP(w, r)
		return
	}
	f.edited(without(cors.HeaderAllowOrigin), w, r)
}

// silent is a service that takes no part in CORS. Only its answers say nothing:
// what is refused stays so, as visitors' sign-ins are as real here as elsewhere.
func (f *refusals) silent(w http.ResponseWriter, r *http.Request) {
	f.edited(func(h http.Header, status int) int {
		maps.DeleteFunc(h, func(name string, _ []string) bool { return strings.HasPrefix(name, "Access-Control-") })
		return status
	}, w, r)
}

// preflight spoils the answers to preflights alone.
func (f *refusals) preflight(edit headerEdit) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if corshttp.IsPreflight(r) {
			f.edited(edit, w, r)
			return
		}
		f.normal.ServeHTTP(w, r)
	}
}

// wildcard is the mistake that browsers refuse: any origin, with credentials.
func (f *refusals) wildcard(w http.ResponseWriter, r *http.Request) {
	f.edited(func(h http.Header, status int) int {
		h.Set(cors.HeaderAllowOrigin, cors.AnyOrigin)
		h.Set(cors.HeaderAllowCredentials, "true")
		return status
	}, w, r)
}

// edited answers as the service does, with an edit to the header.
func (f *refusals) edited(edit headerEdit, w http.ResponseWriter, r *http.Request) {
	s := &editedResponse{ResponseWriter: w, edit: edit}
	f.normal.ServeHTTP(s, r)
	if !s.begun {
		s.WriteHeader(http.StatusOK)
	}
}

// headerEdit changes an answer's header fields, and returns the status to send
// instead of the one it is given.
type headerEdit func(h http.Header, status int) int

func without(field string) headerEdit {
	return func(h http.Header, status int) int {
		h.Del(field)
		return status
	}
}

func status(instead int) headerEdit {
	return func(http.Header, int) int { return instead }
}

func redirected(h http.Header, _ int) int {
	h.Set("Location", "/elsewhere")
	return http.StatusFound
}

// editedResponse is a ResponseWriter that edits the header at the last moment, when
// everybody else has said what it should be.
type editedResponse struct {
	http.ResponseWriter
	edit  headerEdit
	begun bool
}

// Unwrap lets http.ResponseController find what it needs.
func (s *editedResponse) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (s *editedResponse) WriteHeader(status int) {
	if status >= http.StatusOK && !s.begun {
		s.begun = true
		status = s.edit(s.Header(), status)
	}
	s.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (s *editedResponse) Write(p []byte) (int, error) {
	if !s.begun {
		s.WriteHeader(http.StatusOK)
	}
	return s.ResponseWriter.Write(p)
}

// A slow answer takes about slowFor and comes in slowPieces pieces.
const (
	slowFor    = 3 * time.Second
	slowPieces = 30
)

func (f *refusals) slow(w http.ResponseWriter, r *http.Request) {
	f.normal.ServeHTTP(&dripper{ResponseWriter: w, r: r, end: time.Now().Add(slowFor)}, r)
}

// dripper is a ResponseWriter that lets the body drip. After end it hurries.
type dripper struct {
	http.ResponseWriter
	r   *http.Request
	end time.Time
}

// Unwrap lets http.ResponseController find what it needs.
func (d *dripper) Unwrap() http.ResponseWriter { return d.ResponseWriter }

// Write implements http.ResponseWriter.
func (d *dripper) Write(p []byte) (int, error) {
	whole := max(len(p), int(contentLength(d.Header())))
	piece := whole/slowPieces + 1
	done := 0
	for done < len(p) {
		n, err := d.ResponseWriter.Write(p[done:min(len(p), done+piece)])
		done += n
		if err != nil {
			return done, err
		}
		if err := d.pause(); err != nil {
			return done, err
		}
	}
	return done, nil
}

// pause sends what is written so far and waits for the time of one piece.
func (d *dripper) pause() error {
	if !time.Now().Before(d.end) {
		return nil
	}
	if err := http.NewResponseController(d.ResponseWriter).Flush(); err != nil {
		return err
	}
	timer := time.NewTimer(slowFor / slowPieces)
	defer timer.Stop()
	select {
	case <-d.r.Context().Done():
		return d.r.Context().Err()
	case <-timer.C:
		return nil
	}
}
