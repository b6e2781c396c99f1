package main

import (
	"net/http"
	"strings"
)

// safeFloor is the least that a correct and safe middleware has to do: find the
// origin in a map, and set the right fields, in slices that nobody else holds. It
// checks nothing of a preflight but its origin, knows no patterns, and trusts its
// configuration. It is a measure, not a peer.
func safeFloor(c config) (wrapper, error) {
	if hasPatterns(c.origins) {
		return nil, errUnable
	}
	f := &floor{
		anybody: c.origins[0] == "*", origins: map[string]bool{}, names: map[string]bool{},
		methods: strings.Join(c.methods, ", "), headers: strings.Join(c.headers, ", "), exposed: strings.Join(c.exposed, ", "),
		credentials: c.credentials,
	}
	if c.maxAge > 0 {
		f.maxAge = "600"
	}
	for _, o := range c.origins {
		f.origins[o] = true
	}
	for _, h := range c.headers {
		f.names[h] = true
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if f.answer(w, r) {
				next.ServeHTTP(w, r)
			}
		})
	}, nil
}

type floor struct {
	anybody        bool
	origins, names map[string]bool

	methods, headers, exposed, maxAge string
	credentials                       bool
}

// answer sets the fields. It reports whether the request is for the handler.
func (f *floor) answer(w http.ResponseWriter, r *http.Request) bool {
	h := w.Header()
	origin := ""
	if o := r.Header["Origin"]; len(o) == 1 {
		origin = o[0]
	}
	preflight := origin != "" && r.Method == "OPTIONS" && len(r.Header["Access-Control-Request-Method"]) > 0
	known := origin != "" && (f.anybody || f.origins[origin])
	switch {
	case preflight && !known:
		h["Vary"] = []string{"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"}
		w.WriteHeader(http.StatusForbidden)
	case preflight:
		f.preflight(h, r, origin)
		w.WriteHeader(http.StatusNoContent)
	case f.anybody:
		h["Access-Control-Allow-Origin"] = []string{"*"}
	case known:
		f.actual(h, origin)
	default:
		h["Vary"] = []string{"Origin"}
	}
	return !preflight
}

// actual cuts what it needs from one allocation.
func (f *floor) actual(h http.Header, origin string) {
	s := make([]string, 4)
	s[0], s[1] = "Origin", origin
	h["Vary"], h["Access-Control-Allow-Origin"] = s[0:1:1], s[1:2:2]
	if f.credentials {
		s[2] = "true"
		h["Access-Control-Allow-Credentials"] = s[2:3:3]
	}
	if f.exposed != "" {
		s[3] = f.exposed
		h["Access-Control-Expose-Headers"] = s[3:4:4]
	}
}

func (f *floor) preflight(h http.Header, r *http.Request, origin string) {
	s := make([]string, 6)
	s[0], s[1], s[2] = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers", origin, f.methods
	if f.anybody {
		s[1] = "*"
	}
	h["Vary"], h["Access-Control-Allow-Origin"], h["Access-Control-Allow-Methods"] = s[0:1:1], s[1:2:2], s[2:3:3]
	if asked := r.Header["Access-Control-Request-Headers"]; len(asked) > 0 && f.knows(asked[0]) {
		s[3] = f.headers
		h["Access-Control-Allow-Headers"] = s[3:4:4]
	}
	if f.maxAge != "" {
		s[4] = f.maxAge
		h["Access-Control-Max-Age"] = s[4:5:5]
	}
	if f.credentials {
		s[5] = "true"
		h["Access-Control-Allow-Credentials"] = s[5:6:6]
	}
}

// knows looks up each name of a list that is written as browsers write it.
func (f *floor) knows(list string) bool {
	for more := true; more; {
		var name string
		name, list, more = strings.Cut(list, ",")
		if !f.names[name] {
			return false
		}
	}
	return true
}
