package main

import (
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
	silent http.Handler // the service, taking no part in CORS
	nobody http.Handler // the service, where no rule names anybody
	ways   map[string]refusal
}

// refusal answers a request in a spoilt way.
type refusal func(w http.ResponseWriter, r *http.Request)

// newRefusals wraps the service: next answers requests, and cross applies the
// policies to a handler.
func newRefusals(next http.Handler, cross func(http.Handler) http.Handler, own ...string) *refusals {
	f := &refusals{
		normal: cross(next),
		silent: next,
		nobody: corshttp.New(policy.Nobody, corshttp.Enforce(own...)).Wrap(next),
	}
	f.ways = map[string]refusal{
		"":                   f.normal.ServeHTTP,
		"silent":             f.silent.ServeHTTP,
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
	answer, known := f.ways[way]
	if !known {
		http.Error(w, "the demo knows no refusal "+cors.Excerpt(way)+"; there are: "+strings.Join(f.names(), ", "), http.StatusBadRequest)
		return
	}
	address := *r.URL
	address.RawQuery = rest
	spoilt := r.WithContext(r.Context()) // a copy: the caller's request stays as it is
	spoilt.URL = &address
	answer(w, spoilt)
	r.Pattern = spoilt.Pattern // which the log wants to know
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
		if name != refusalSwitch {
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
	f.spoilt(without(cors.HeaderAllowOrigin), w, r)
}

// preflight spoils the answers to preflights alone.
func (f *refusals) preflight(spoil spoil) refusal {
	return func(w http.ResponseWriter, r *http.Request) {
		if corshttp.IsPreflight(r) {
			f.spoilt(spoil, w, r)
			return
		}
		f.normal.ServeHTTP(w, r)
	}
}

// wildcard is the mistake that browsers refuse: any origin, with credentials.
func (f *refusals) wildcard(w http.ResponseWriter, r *http.Request) {
	f.spoilt(func(h http.Header, status int) int {
		h.Set(cors.HeaderAllowOrigin, cors.AnyOrigin)
		h.Set(cors.HeaderAllowCredentials, "true")
		return status
	}, w, r)
}

// spoilt answers as the service does and spoils that.
func (f *refusals) spoilt(spoil spoil, w http.ResponseWriter, r *http.Request) {
	s := &spoiler{ResponseWriter: w, spoil: spoil}
	f.normal.ServeHTTP(s, r)
	if !s.begun {
		s.WriteHeader(http.StatusOK)
	}
}

// spoil changes an answer's header fields, and returns the status to send
// instead of the one it is given.
type spoil func(h http.Header, status int) int

func without(field string) spoil {
	return func(h http.Header, status int) int {
		h.Del(field)
		return status
	}
}

func status(instead int) spoil {
	return func(http.Header, int) int { return instead }
}

func redirected(h http.Header, _ int) int {
	h.Set("Location", "/elsewhere")
	return http.StatusFound
}

// spoiler is a ResponseWriter that spoils the answer at the last moment, when
// everybody else has said what it should be.
type spoiler struct {
	http.ResponseWriter
	spoil spoil
	begun bool
}

// Unwrap lets http.ResponseController find what it needs.
func (s *spoiler) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (s *spoiler) WriteHeader(status int) {
	if status >= http.StatusOK && !s.begun {
		s.begun = true
		status = s.spoil(s.Header(), status)
	}
	s.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (s *spoiler) Write(p []byte) (int, error) {
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
