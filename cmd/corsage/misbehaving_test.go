package main

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/server/corshttp"
)

// misbehaving is a server that takes part in CORS, with one thing wrong with it.
// The zero value, but for allows, is right: pages of https://app.example may use
// GET and PUT with two header fields and with credentials.
type misbehaving struct {
	allows      func(origin string) bool // nil: https://app.example alone
	value       func(origin string) []string
	open        bool // no credentials
	unasked     bool // the fields are on answers to requests without an origin too
	noVary      bool
	maxAge      string
	methods     func(asked string) string
	headers     func(asked string) string
	unexposed   bool
	preflight   func(w http.ResponseWriter, r *http.Request) bool // true: it has answered
	errorsBare  bool                                              // error answers have no fields
	silentOn    string                                            // a method whose answers have no fields
	answersWith func(w http.ResponseWriter, r *http.Request)
}

const appOrigin = "https://app.example"

// ServeHTTP implements http.Handler.
func (m misbehaving) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := r.Header.Get("Access-Control-Request-Method")
	isPreflight := r.Method == http.MethodOptions && asked != "" && r.Header.Get("Origin") != ""
	if isPreflight && m.preflight != nil && m.preflight(w, r) {
		return
	}
	if bare := m.errorsBare && strings.HasSuffix(r.URL.Path, "/none"); !bare && (r.Method != m.silentOn || isPreflight) {
		m.permit(w, r)
	}
	switch {
	case isPreflight:
		m.approve(w, r, asked)
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", "GET, HEAD, PUT, OPTIONS")
		w.WriteHeader(http.StatusNoContent)
	case strings.HasSuffix(r.URL.Path, "/none"):
		http.Error(w, "there is nothing here", http.StatusNotFound)
	case m.answersWith != nil:
		m.answersWith(w, r)
	default:
		w.Header().Set("ETag", `"1"`)
		_, _ = w.Write([]byte("albums"))
	}
}

// permit writes what an answer of any kind has.
func (m misbehaving) permit(w http.ResponseWriter, r *http.Request) {
	h, origin := w.Header(), r.Header.Get("Origin")
	if !m.noVary {
		h.Add("Vary", "Origin")
	}
	allows := m.allows
	if allows == nil {
		allows = func(o string) bool { return o == appOrigin }
	}
	if origin == "" && !m.unasked || !allows(origin) {
		return
	}
	values := []string{origin}
	if m.value != nil {
		values = m.value(origin)
	}
	for _, v := range values {
		h.Add("Access-Control-Allow-Origin", v)
	}
	if !m.open {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	if !m.unexposed {
		h.Set("Access-Control-Expose-Headers", "ETag")
	}
}

// approve writes the rest of a preflight's answer.
func (m misbehaving) approve(w http.ResponseWriter, r *http.Request, asked string) {
	h := w.Header()
	methods, headers, maxAge := "GET, PUT", "authorization, content-type", "600"
	if m.methods != nil {
		methods = m.methods(asked)
	}
	if m.headers != nil {
		headers = m.headers(r.Header.Get("Access-Control-Request-Headers"))
	}
	if m.maxAge != "" {
		maxAge = m.maxAge
	}
	h.Set("Access-Control-Allow-Methods", methods)
	h.Set("Access-Control-Allow-Headers", headers)
	h.Set("Access-Control-Max-Age", maxAge)
	w.WriteHeader(http.StatusNoContent)
}

func echo(s string) string { return s }

func anybody(string) bool { return true }

// besides lets more origins in besides the right one.
func besides(more func(origin string) bool) func(string) bool {
	return func(o string) bool { return o == appOrigin || more(o) }
}

func matches(expression string) func(string) bool {
	return regexp.MustCompile(expression).MatchString
}

func fixed(values ...string) func(string) []string {
	return func(string) []string { return values }
}

// servers are the servers of the scripts, by name: each does one thing wrong.
var servers = map[string]http.Handler{
	"correct":  misbehaving{},
	"corshttp": ourOwn(),
	"public":   misbehaving{allows: anybody, value: fixed("*"), unasked: true, open: true, headers: func(string) string { return "*" }, noVary: true},
	"bare":     http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("albums")) }),

	"reflects-with-credentials": misbehaving{allows: anybody},
	"reflects":                  misbehaving{allows: anybody, open: true},
	"null":                      misbehaving{allows: besides(func(o string) bool { return o == "null" })},
	"prefix":                    misbehaving{allows: func(o string) bool { return strings.HasPrefix(o, appOrigin+".") || o == appOrigin }},
	"suffix":                    misbehaving{allows: besides(matches(`^https://[^.]*app\.example$`))},
	"subdomain":                 misbehaving{allows: besides(matches(`^https://([a-z-]+\.)+app\.example$`))},
	"dot":                       misbehaving{allows: matches(`^https://app.example$`)},
	"special":                   misbehaving{allows: matches(`^https://app\.example($|[^a-z0-9.:-])`)},
	"http":                      misbehaving{allows: matches(`^https?://app\.example$`)},
	"port":                      misbehaving{allows: matches(`^https://app\.example(:\d+)?$`)},
	"trailing-dot":              misbehaving{allows: matches(`^https://app\.example\.?$`)},
	"capitals":                  misbehaving{allows: func(o string) bool { return strings.EqualFold(o, appOrigin) }},

	"wildcard-with-credentials": misbehaving{allows: anybody, value: fixed("*"), unasked: true, noVary: true},
	"no-vary":                   misbehaving{noVary: true},
	"two-values":                misbehaving{value: fixed(appOrigin, appOrigin)},
	"slash":                     misbehaving{value: fixed(appOrigin + "/")},
	"silent-answer":             misbehaving{silentOn: http.MethodGet},
	"max-age":                   misbehaving{maxAge: "31536000"},
	"max-age-words":             misbehaving{maxAge: "one day"},
	"any-method":                misbehaving{methods: echo},
	"more-methods":              misbehaving{methods: func(string) string { return "GET, PUT, PATCH, DELETE" }},
	"any-header":                misbehaving{headers: echo},

	"hidden-field":      misbehaving{unexposed: true},
	"bare-errors":       misbehaving{errorsBare: true},
	"redirects":         misbehaving{answersWith: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) }},
	"preflight-refused": misbehaving{preflight: refusesPreflights},
	"preflight-moved": misbehaving{preflight: func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, "https://api.example"+r.URL.Path, http.StatusMovedPermanently)
		return true
	}},
}

// ourOwn is the middleware with a policy that says what the zero value does.
func ourOwn() http.Handler {
	c, err := policy.Compile(policy.Policy{
		AllowOrigins: []string{appOrigin}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"Authorization", "Content-Type"},
		ExposeHeaders: []string{"ETag"}, AllowCredentials: true, MaxAge: new(600),
	})
	if err != nil {
		panic(err)
	}
	return corshttp.New(c, corshttp.Enforce()).Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/none") {
			http.Error(w, "there is nothing here", http.StatusNotFound)
			return
		}
		w.Header().Set("ETag", `"1"`)
		_, _ = w.Write([]byte("albums"))
	}))
}

// refusesPreflights asks preflights to sign in, which none can.
func refusesPreflights(w http.ResponseWriter, _ *http.Request) bool {
	w.Header().Set("WWW-Authenticate", `Bearer realm="api"`)
	http.Error(w, "sign in first", http.StatusUnauthorized)
	return true
}
