package probe

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

// Where says which answer an exchange holds: "The answer to `GET https://api.example/`
// (`200 OK`):".
func Where(x *trace.Exchange) explain.Text {
	what := "The answer to"
	if x.Preflight {
		what = "The answer to the preflight,"
	}
	status := strconv.Itoa(x.Status())
	if x.Response != nil && x.Response.StatusText != "" {
		status += " " + x.Response.StatusText
	}
	return explain.Text(fmt.Sprintf("%s `%s %s` (`%s`):", what, x.Request.Method, x.Request.URL, status))
}

// maxQuoted is how much of a header field's value is quoted.
const maxQuoted = 1 << 10

// Lines quotes fields of an answer. note says what is wrong with them.
// Where none is there, it says so.
func Lines(x *trace.Exchange, note explain.Text, names ...string) []explain.Evidence {
	e := explain.Evidence{Exchange: x.ID, Where: Where(x), Header: names[0], Note: note}
	for _, name := range names {
		for _, value := range x.Response.Header.Values(name) {
			e.Lines = append(e.Lines, name+": "+trace.Cut(value, maxQuoted))
		}
	}
	if len(e.Lines) == 0 && note == "" {
		e.Note = explain.Text("no `" + strings.Join(names, "` and no `") + "`")
	}
	return []explain.Evidence{e}
}

// About begins a finding about an exchange.
func About(rule string, x *trace.Exchange, title, happened explain.Text) *explain.Finding {
	f := &explain.Finding{Rule: rule, Severity: explain.Broken, Title: title, Happened: happened}
	if x != nil {
		f.Exchange, f.Request, f.Method, f.URL, f.Origin = x.ID, x.ID, x.Request.Method, x.Request.URL, x.Origin
	}
	return f
}

// Blocked explains why a page did not get what it should have.
func Blocked(a *Answer) *explain.Finding {
	t := a.Trace()
	for i := range t.Exchanges {
		x := &t.Exchanges[i]
		if !x.Blocked() {
			continue
		}
		f := explain.Exchange(t, x)
		if f.Title == "" {
			f.Title = explain.Text(a.Probe.String() + " is blocked")
		}
		if len(f.Evidence) == 0 {
			f.Evidence = Lines(x, "", cors.HeaderAllowOrigin, cors.HeaderAllowCredentials, cors.HeaderAllowMethods, cors.HeaderAllowHeaders)
		}
		return f
	}
	return About(a.Verdict.Reason.String(), a.Last(), explain.Text(a.Probe.String()+" is blocked"), explain.Text(a.Verdict.String()))
}
