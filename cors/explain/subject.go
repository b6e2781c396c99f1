package explain

import (
	"fmt"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// subject is what is to be explained: an exchange with its verdict, and what the
// trace holds around it.
type subject struct {
	trace *scene
	x     *trace.Exchange // on which it shows
	asked *trace.Exchange // the request that suffers; x itself unless that is a preflight
	v     cors.Verdict

	origin      string   // of the page, as it was sent
	method      string   // of the request that suffers
	headers     []string // its header fields that need approval, in lower case
	credentials bool
}

func newSubject(t *scene, x *trace.Exchange) *subject {
	s := &subject{trace: t, x: x, asked: x, v: x.Verdict.Verdict, method: x.Request.Method}
	if x.Preflight {
		s.method = x.Request.Header.Get(cors.HeaderRequestMethod)
		s.headers = namesIn(x.Request.Header.Values(cors.HeaderRequestHeaders))
		if request := t.byID(x.PreflightFor); request != nil {
			s.asked = request
		}
	} else {
		s.headers = unsafeHeaders(x.Request.Header)
	}
	s.origin = x.Request.Header.Get(cors.HeaderOrigin)
	if s.origin == "" {
		s.origin = x.Origin
	}
	s.credentials = s.hasCredentials()
	return s
}

// hasCredentials reports whether the request was made with credentials, as far as
// that is known. The verdict knows it best.
func (s *subject) hasCredentials() bool {
	switch s.v.Reason {
	case cors.WildcardWithCredentials, cors.AllowCredentialsInvalid:
		return true
	}
	if s.asked.Credentials != "" {
		return s.asked.Credentials == "include"
	}
	return s.asked.Request.Header.Has("Cookie")
}

// namesIn lists the names in lines of comma-separated names, in lower case.
func namesIn(lines []string) []string {
	var names []string
	for _, line := range lines {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.ToLower(strings.Trim(name, " \t")); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// unsafeHeaders are the names of the fields that a preflight has to ask for. Those
// that the browser sets itself are none of them.
func unsafeHeaders(h trace.Header) []string {
	var fields []cors.Field
	for _, f := range h {
		if !cors.IsForbiddenRequestHeader(f.Name) && !strings.EqualFold(f.Name, "User-Agent") && !isBrowsers(f.Name) {
			fields = append(fields, cors.Field{Name: f.Name, Value: f.Value})
		}
	}
	return cors.UnsafeRequestHeaderNames(fields)
}

// isBrowsers tells fields that browsers add without asking anybody.
func isBrowsers(name string) bool {
	switch strings.ToLower(name) {
	case "cache-control", "pragma", "upgrade-insecure-requests", "priority", "if-none-match", "if-modified-since":
		return true
	}
	return false
}

// ambiguous: all that is known is what WebKit has printed, which does not tell a
// field that is missing from one that names another origin.
func (s *subject) ambiguous() bool {
	return s.x.Reported && s.trace.Recorder == "WebKit" && s.v.Reason == cors.AllowOriginMissing
}

// lines are the header lines of a name in the answer, as they were.
func (s *subject) lines(name string) []string {
	if s.x.Response == nil {
		return nil
	}
	return linesOf(s.x.Response.Header, name)
}

func linesOf(h trace.Header, name string) []string {
	var lines []string
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			lines = append(lines, f.Name+": "+f.Value)
		}
	}
	return lines
}

// evidence quotes the lines of a field on the answer, or says that there are none.
func (s *subject) evidence(name string, note Text) Evidence {
	e := Evidence{Exchange: s.x.ID, Where: s.where(), Header: name, Lines: s.lines(name), Note: note}
	switch {
	case len(e.Lines) > 0 || note != "":
	case s.x.Reported && s.v.Reason != cors.AllowOriginMissing:
		e.Note = Text("The browser's message does not quote " + code(name) + ".")
	case s.ambiguous():
		e.Note = Text("Either there is no " + code(name) + " in it, or it names another origin: WebKit says the same of both.")
	default:
		e.Note = Text("There is no " + code(name) + " in it.")
	}
	return e
}

// where names the answer on which something shows, by its place in the exchange.
func (s *subject) where() Text { return whereOf(s.x) }

func whereOf(x *trace.Exchange) Text {
	name := "The answer to "
	switch {
	case x.Cache == "hit":
		name = "The answer that the browser had kept of "
	case x.Preflight:
		name = "The answer to the preflight, "
	case x.Verdict != nil && x.Verdict.On == cors.OnRedirect, cors.IsRedirectStatus(x.Status()):
		name = fmt.Sprintf("Redirect %d, the answer to ", x.Hop+1)
	case x.Hop > 0:
		name = "After " + times(x.Hop, "redirect") + ", the answer to "
	}
	asked := code(strings.TrimSpace(x.Request.Method + " " + shortURL(x.Request.URL)))
	if x.Response == nil || x.Response.Status == 0 {
		return Text(name + asked + ":")
	}
	return Text(name + asked + " (" + code(statusLine(x.Response)) + "):")
}

func times(n int, noun string) string {
	if n == 1 {
		return "a " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// statusLine is a status with its phrase: "403 Forbidden".
func statusLine(r *trace.Response) string {
	phrase := r.StatusText
	if phrase == "" {
		phrase = phraseOf(r.Status)
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", r.Status, phrase))
}

// phraseOf is the usual phrase of the statuses that explanations meet.
func phraseOf(status int) string { return phrases[status] }

var phrases = map[int]string{
	200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
	301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect",
	400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 407: "Proxy Authentication Required",
	413: "Content Too Large", 415: "Unsupported Media Type", 429: "Too Many Requests",
	500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
}

// code marks a text as what a program reads or writes. What would spoil the mark,
// or a terminal, is replaced.
func code(s string) string {
	return "`" + strings.ReplaceAll(printable(excerpt(s)), "`", "'") + "`"
}

// excerpt shortens what is too long to be read.
func excerpt(s string) string { return trace.Cut(s, 200) }

// quoted is a value that may be empty or end in spaces.
func quoted(s string) string {
	if s == "" || strings.TrimSpace(s) != s {
		return code(`"` + s + `"`)
	}
	return code(s)
}

// shortURL is an address without its query, which is seldom what matters.
func shortURL(address string) string {
	before, _, found := strings.Cut(address, "?")
	if found {
		return before + "?..."
	}
	return address
}

// codes marks each of a list: "`a`, `b` and `c`".
func codes(list []string) string {
	marked := make([]string, len(list))
	for i, s := range list {
		marked[i] = code(s)
	}
	return and(marked)
}

func and(list []string) string {
	switch n := len(list); n {
	case 0:
		return ""
	case 1:
		return list[0]
	default:
		return strings.Join(list[:n-1], ", ") + " and " + list[n-1]
	}
}
