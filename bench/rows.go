package main

import (
	"net/http"
	"slices"
	"strings"
)

// row is one case: a configuration, a request, and what the answer has to be.
type row struct {
	name     string
	config   config
	method   string
	header   http.Header
	want     outcome
	parallel bool // by as many goroutines as there are processors
}

// outcome is what a page has to get by the Fetch standard.
type outcome uint8

const (
	refused outcome = iota
	allowed
	open     // a request without an origin: there is nobody to allow
	arguable // no browser sends this, so either will do
)

const site0 = "https://site0.example"

// rows is what is measured, in the order of the report.
var rows = []row{
	{name: "no Origin", config: one, method: "GET", header: http.Header{}, want: open},
	get("one origin, hit", one, site0, allowed),
	get("one origin, miss", one, "https://evil.example", refused),
	get("any origin (`*`)", anybody, site0, allowed),
	get("credentialed + exposed headers", credentialed, site0, allowed),
	get("10 origins, hit", config{origins: exact(10)}, "https://site9.example", allowed),
	get("100 origins, hit", config{origins: exact(100)}, "https://site99.example", allowed),
	get("10 000 origins, hit", config{origins: exact(10_000)}, "https://site9999.example", allowed),
	get("10 000 origins, miss", config{origins: exact(10_000)}, "https://evil.example", refused),

	get("any port, hit", anyPort, "http://localhost:3000", allowed),
	get("any port, look-alike", anyPort, "http://localhost:evil.net", refused),
	get("1 subdomain pattern, hit", config{origins: below(1)}, "https://www.site0.example", allowed),
	get("1 subdomain pattern, look-alike", config{origins: below(1)}, "https://evil.net/.site0.example", refused),
	get("100 subdomain patterns, hit", config{origins: below(100)}, "https://www.site99.example", allowed),
	get("100 subdomain patterns, miss", config{origins: below(100)}, "https://www.evil.example", refused),
	get("10 000 subdomain patterns, hit", config{origins: below(10_000)}, "https://www.site9999.example", allowed),
	get("10 000 subdomain patterns, miss", config{origins: below(10_000)}, "https://www.evil.example", refused),

	preflight("preflight, no headers", one, site0, "PUT", allowed),
	preflight("preflight, 1 header", one, site0, "PUT", allowed, "x-header-00"),
	preflight("preflight, 5 headers", one, site0, "PUT", allowed, strings.Join(names(5), ",")),
	preflight("preflight, 25 headers", manyHeaders, site0, "PUT", allowed, strings.Join(names(25), ",")),
	preflight("preflight, 5 headers on 5 lines", one, site0, "PUT", allowed, names(5)...),
	preflight("preflight, any origin (`*`)", anybody, site0, "PUT", allowed, "x-header-00"),
	preflight("preflight, credentialed", credentialed, site0, "PUT", allowed, "x-header-00"),
	preflight("preflight, bad origin", one, "https://evil.example", "PUT", refused, "x-header-00"),
	preflight("preflight, bad method", one, site0, "PATCH", refused, "x-header-00"),
	preflight("preflight, bad header", one, site0, "PUT", refused, "x-header-00,x-other"),

	get("64 KB Origin", one, "https://"+strings.Repeat("a", 64<<10), arguable),
	get("64 KB Origin of labels, pattern", config{origins: below(1)}, "https://"+strings.Repeat("a.", 32<<10)+"site0.example", arguable),
	preflight("preflight, 64 KB of commas", one, site0, "PUT", arguable, strings.Repeat(",", 64<<10)),
	preflight("preflight, 64 KB name", one, site0, "PUT", refused, strings.Repeat("x", 64<<10)),

	get("one origin, hit", one, site0, allowed).inParallel(),
	preflight("preflight, 5 headers", one, site0, "PUT", allowed, strings.Join(names(5), ",")).inParallel(),
}

func get(name string, c config, origin string, want outcome) row {
	return row{name: name, config: c, method: "GET", header: http.Header{"Origin": {origin}}, want: want}
}

// preflight asks for a method and, line by line, for headers.
func preflight(name string, c config, origin, method string, want outcome, lines ...string) row {
	h := http.Header{"Origin": {origin}, "Access-Control-Request-Method": {method}}
	if len(lines) > 0 {
		h["Access-Control-Request-Headers"] = slices.Clone(lines)
	}
	return row{name: name, config: c, method: "OPTIONS", header: h, want: want}
}

func (r row) inParallel() row {
	r.name += ", in parallel"
	r.parallel = true
	return r
}

func (r row) isPreflight() bool { return r.method == "OPTIONS" }

// request makes what a handler is called with, with a header of its own.
func (r row) request() *http.Request {
	return &http.Request{Method: r.method, Header: r.header.Clone(), Host: "data.example", URL: target, RequestURI: "/albums", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
}
