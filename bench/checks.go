package main

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/cors"
)

var target = &url.URL{Path: "/albums"}

// mark is something that an implementation gets wrong in a row.
type mark struct{ sign, means string }

// The marks, found by asking and looking. Who has one in a row is no measure of
// how fast that row can be.
var (
	opens       = mark{"O", "lets a page in that the configuration does not name"}
	closes      = mark{"C", "keeps a page out that the configuration names, by the checks that the Fetch standard asks of browsers"}
	bars        = mark{"B", "keeps an actual request from the handler: a same-site post, which carries Origin too, does not get through"}
	noVary      = mark{"V", "leaves Origin out of `Vary` where the answer depends on it, so a cache may hand one site's answer to another"}
	noVaryAsked = mark{"v", "does so in the answer to a preflight, which caches must not keep; delivery networks that can be told to keep it need the field"}
	shares      = mark{"S", "puts a slice into the answer that other answers share: a handler that changes or appends to it changes all of them"}
	marks       = []mark{opens, closes, bars, noVary, noVaryAsked, shares}
)

// look asks an implementation what a row asks, and returns what is wrong.
func look(wrap wrapper, r row) []mark {
	var found []mark
	reached := false
	h := wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	answer := ask(h, r)
	got := accepted(r, answer)
	switch {
	case got && r.want == refused:
		found = append(found, opens)
	case !got && r.want == allowed:
		found = append(found, closes)
	}
	if !r.isPreflight() && !reached {
		found = append(found, bars)
	}
	if dependsOnOrigin(r.config) && !variesBy(answer.header, "Origin") {
		if r.isPreflight() {
			found = append(found, noVaryAsked)
		} else {
			found = append(found, noVary)
		}
	}
	if sharesSlices(h, r) {
		found = append(found, shares)
	}
	return found
}

// answer is what a handler has written.
type answer struct {
	header http.Header
	status int
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(b []byte) (int, error) { return len(b), nil }
func (a *answer) WriteHeader(status int)      { a.status = status }

// WriteString implements io.StringWriter, as the server's own writer does.
func (a *answer) WriteString(s string) (int, error) { return len(s), nil }

var _ io.StringWriter = (*answer)(nil)

func ask(h http.Handler, r row) *answer {
	a := &answer{header: http.Header{}, status: http.StatusOK}
	h.ServeHTTP(a, r.request())
	return a
}

// accepted reports whether a browser lets the page have what it asked for.
func accepted(r row, a *answer) bool {
	asked := cors.Request{
		Origin: r.header.Get("Origin"), Credentials: r.config.credentials,
		Method: r.header.Get("Access-Control-Request-Method"), UnsafeHeaders: unsafeNames(r.header),
	}
	if r.isPreflight() {
		return cors.CheckPreflight(asked, a.status, a.header).Allowed()
	}
	return cors.Check(asked, a.header, cors.OnResponse).Allowed()
}

func unsafeNames(header http.Header) []string {
	var names []string
	for _, line := range header["Access-Control-Request-Headers"] {
		for name := range strings.SplitSeq(line, ",") {
			if name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// dependsOnOrigin reports whether a correct answer is another for another origin.
func dependsOnOrigin(c config) bool { return c.origins[0] != "*" }

func variesBy(header http.Header, name string) bool {
	for _, line := range header["Vary"] {
		for field := range strings.SplitSeq(line, ",") {
			if field = strings.TrimSpace(field); strings.EqualFold(field, name) || field == "*" {
				return true
			}
		}
	}
	return false
}

// sharesSlices reports whether what is done to one answer's values shows in later
// answers: each value is overwritten, and one appended to it.
func sharesSlices(h http.Handler, r row) bool {
	want := ask(h, r).header.Clone()
	for range 3 {
		spoiled := ask(h, r).header
		for _, values := range spoiled {
			_ = append(values, "appended")
			for i := range values {
				values[i] = "overwritten"
			}
		}
		next := ask(h, r).header
		for name, values := range next {
			if !slices.Equal(values, want[name]) || slices.Contains(values[:cap(values)], "appended") {
				mend(next, want)
				return true
			}
		}
	}
	return false
}

// mend puts back into shared slices what stood there, so that what is measured
// afterwards is the answer.
func mend(header, want http.Header) {
	for name, values := range header {
		copy(values, want[name])
		clear(values[len(values):cap(values)])
	}
}
