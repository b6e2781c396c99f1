package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// comparison is of one step: what was seen now, and what should have been.
type comparison struct {
	got, want seen
	scripted  map[string]bool // the headers that the script sets, in lower case
	deviation deviation       // of the recording, from what should have been

	// standard: what should have been follows from the standards. Of the headers
	// of requests, only those are compared of which CORS or the script has a say;
	// the rest is the browser's own.
	standard bool

	found []string
}

// byRecording compares with what the browser did.
func byRecording(got, recorded seen, scripted map[string]bool) []string {
	c := comparison{got: got, want: recorded, scripted: scripted}
	return c.all()
}

// byStandard compares with what the standards would have had the browser do: what
// it did, but for the deviation.
func byStandard(got, recorded seen, scripted map[string]bool, d deviation) []string {
	c := comparison{got: got, want: d.expected(recorded), scripted: scripted, standard: true, deviation: d}
	found := c.all()
	switch {
	case len(d.unread) == 0:
		return found
	case len(found) == 0:
		return []string{"agrees, though the browser leaves the standard there: " + strings.Join(d.unread, "; ")}
	}
	return nil // it differs, and who is to say that it does so in another way
}

// all returns what differs: texts of several lines, none if all agrees.
func (c *comparison) all() []string {
	if !slices.Contains(c.want.Unstable, "requests") {
		c.requests()
	}
	if !slices.Contains(c.want.Unstable, "events") {
		c.events()
	}
	c.differ("outcome", c.got.Outcome, c.want.Outcome)
	c.differ("threw", fmt.Sprint(c.got.Threw), fmt.Sprint(c.want.Threw))
	if c.deviation.outcome == "" {
		c.result()
	} else {
		c.otherResult()
	}
	return c.found
}

func (c *comparison) differ(what, got, want string) {
	if got != want {
		c.found = append(c.found, fmt.Sprintf("%s\n    got  %s\n    want %s", what, got, want))
	}
}

func (c *comparison) requests() {
	const indent = "\n         "
	c.differ("requests", strings.Join(c.requestLines(c.got.Requests), indent), strings.Join(c.requestLines(c.want.Requests), indent))
}

// events compares the events, those that the browser lacks apart. Where the outcome
// is another than the recorded one, nothing is known but how they end.
func (c *comparison) events() {
	got := c.got.Events
	for _, label := range c.deviation.lacking {
		left := dropped(got, []string{label})
		if len(left) == len(got) {
			c.differ("event that the standard has", "none", label)
		}
		got = left
	}
	if c.deviation.outcome != "" {
		c.differ("last events", lastTypes(got), c.want.Outcome+" loadend")
		return
	}
	c.differ("events", eventsText(got), eventsText(c.want.Events))
}

func lastTypes(events []event) string {
	var types []string
	for _, e := range events[max(0, len(events)-2):] {
		types = append(types, e.Type)
	}
	return strings.Join(types, " ")
}

// result compares what the script and the developer tools see in the end.
func (c *comparison) result() {
	got, want := c.got, c.want
	c.differ("state", fmt.Sprint(got.ReadyState, " ", got.StatusText), fmt.Sprint(want.ReadyState, " ", want.StatusText))
	c.differ("status", fmt.Sprint(got.Status), fmt.Sprint(want.Status))
	c.differ("responseURL", got.ResponseURL, want.ResponseURL)
	c.differ("response", got.Response, want.Response)
	c.differ("allHeaders", got.AllHeaders, want.AllHeaders)
	c.differ("headers", headersText(got.Headers, want.Headers), headersText(want.Headers, want.Headers))
	c.reason()
}

// reason compares what the browser's tools name. By the standards, it says nothing
// where the browser went another way, or where its tools name no reason of CORS.
func (c *comparison) reason() {
	want := reasonText(c.want.Failures)
	if c.standard && (want == "" || c.deviation.requests != nil) {
		if c.want.Outcome == "error" {
			c.differ("a reason", fmt.Sprint(len(c.got.Failures) > 0), "true")
		}
		return
	}
	c.differ("reason", reasonText(sameRefused(c.got.Failures, c.want.Failures)), want)
	if !c.standard {
		c.differ("explained", c.got.explained, reasonName(c.want.Failures))
		c.differ("console", blockedLines(sameRefusedLine(c.got, c.want)), blockedLines(c.want.Console))
	}
}

// otherResult looks at a result that no recording holds: nothing can be read after
// an error, and something after anything else.
func (c *comparison) otherResult() {
	c.differ("something to read", fmt.Sprint(c.got.Status != 0), fmt.Sprint(c.want.Outcome == "load"))
	if c.want.Outcome == "error" {
		c.differ("allHeaders", c.got.AllHeaders, "")
		c.differ("response", c.got.Response, "")
		c.differ("a reason", fmt.Sprint(len(c.got.Failures) > 0), "true")
	}
}

// requestLines writes requests so that equal ones are equal texts: header names
// in lower case and sorted, without those that recordings leave out.
func (c *comparison) requestLines(requests []arrival) []string {
	var lines []string
	for i, r := range requests {
		lines = append(lines, c.requestLine(r, i))
	}
	return lines
}

// requestLine writes the request in the i-th place. Where no recording holds the
// one that should be there, it says no more than what is known of that.
func (c *comparison) requestLine(r arrival, i int) string {
	if i < len(c.want.Requests) {
		if c.want.Requests[i].unknown != "" {
			return r.label()
		}
		r = withoutChance(r, c.want.Requests[i])
	}
	headers := []string{}
	for _, h := range r.Headers {
		name := strings.ToLower(h[0])
		if !leftOut(name, c.scripted) && (!c.standard || c.isEssential(name, r.Kind)) {
			headers = append(headers, name+": "+h[1])
		}
	}
	slices.Sort(headers)
	return fmt.Sprintf("%s unscripted=%v {%s} %q", r.label(), r.Unscripted, strings.Join(headers, "; "), r.Body)
}

// label says what is asked of whom, as the field differs of a recording does.
func (a arrival) label() string {
	if a.unknown != "" {
		return a.unknown
	}
	return fmt.Sprintf("%s %s %s%s", a.Kind, a.Method, a.Origin, a.Path)
}

// label writes an event as the field differs of a recording does.
func (e event) label() string {
	return fmt.Sprintf("%s.%s:%d(%d/%d)", e.On, e.Type, e.ReadyState, e.Loaded, e.Total)
}

// isEssential tells the headers that CORS itself sends, and, but for preflights,
// which do not carry them, the script's own. A User-Agent is the browser's own
// unless the recording says which one the standard would have had it send.
func (c *comparison) isEssential(name, kind string) bool {
	if name == "user-agent" && !c.deviation.says(name) {
		return false
	}
	return name == "origin" || strings.HasPrefix(name, "access-control-request-") || c.scripted[name] && kind == "actual"
}

var (
	boundaryLine = regexp.MustCompile(`^--(\S+)\r\n`)
	longBody     = regexp.MustCompile(`^\[\d+ bytes\]$`)
)

// withoutChance writes a request as its recording does: a placeholder where the
// browser chooses at random and where a length depends on that, and the length
// alone of a long body.
func withoutChance(r, recorded arrival) arrival {
	if longBody.MatchString(recorded.Body) && !longBody.MatchString(r.Body) {
		r.Body = fmt.Sprintf("[%d bytes]", len(r.Body))
	}
	m := boundaryLine.FindStringSubmatch(r.Body)
	if m == nil || !strings.Contains(recorded.Body, "{{boundary}}") {
		return r
	}
	r.Body = strings.ReplaceAll(r.Body, m[1], "{{boundary}}")
	r.Headers = slices.Clone(r.Headers)
	for j, h := range r.Headers {
		r.Headers[j][1] = strings.ReplaceAll(h[1], m[1], "{{boundary}}")
		if strings.EqualFold(h[0], "Content-Length") {
			r.Headers[j][1] = "{{length}}"
		}
	}
	return r
}

// leftOut tells the headers that recordings do not hold, or hold only where the
// script has set them.
func leftOut(name string, scripted map[string]bool) bool {
	switch name {
	case "host", "connection", "accept-encoding", "priority", "upgrade-insecure-requests":
		return true
	case "user-agent", "cache-control", "pragma", "accept-language":
		return !scripted[name]
	}
	return strings.HasPrefix(name, "sec-ch-ua")
}

func eventsText(events []event) string {
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "%s.%s(%d %d", e.On, e.Type, e.ReadyState, e.Status)
		if e.Type != "readystatechange" {
			fmt.Fprintf(&b, " %d/%d", e.Loaded, e.Total)
		}
		b.WriteString(") ")
	}
	return b.String()
}

// cut shortens runs of progress and readystatechange 3, whose number is a matter
// of chance, to the first readystatechange and the last progress.
func cut(events []event) []event {
	inRun := func(e event) bool {
		return e.On == "xhr" && (e.Type == "progress" || e.Type == "readystatechange" && e.ReadyState == 3)
	}
	var short []event
	for i := 0; i < len(events); {
		if !inRun(events[i]) {
			short = append(short, events[i])
			i++
			continue
		}
		end := i
		for end < len(events) && inRun(events[end]) {
			end++
		}
		short = append(short, firstAndLast(events[i:end])...)
		i = end
	}
	return cutUpload(short)
}

func firstAndLast(run []event) []event {
	var short []event
	first := slices.IndexFunc(run, func(e event) bool { return e.Type == "readystatechange" })
	if first >= 0 {
		short = append(short, run[first])
	}
	for i, e := range slices.Backward(run) {
		if e.Type == "progress" {
			return append(short, run[i])
		}
	}
	return short
}

// cutUpload keeps the last of a run of progress events of the upload.
func cutUpload(events []event) []event {
	var short []event
	for i, e := range events {
		again := i+1 < len(events) && events[i+1].On == "upload" && events[i+1].Type == "progress"
		if e.On == "upload" && e.Type == "progress" && again {
			continue
		}
		short = append(short, e)
	}
	return short
}

// headersText writes the values of the headers that a recording names.
func headersText(headers, recorded map[string]*string) string {
	var lines []string
	for name := range recorded {
		if value := headers[name]; value == nil {
			lines = append(lines, name+": null")
		} else {
			lines = append(lines, fmt.Sprintf("%s: %q", name, *value))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "; ")
}

// sameRefused has failures name the refused header that the recording names, if it
// is among those that were refused now. Chromium keeps headers in a hash table, so
// which of several its tools name is a matter of chance.
func sameRefused(got, recorded []failure) []failure {
	for _, want := range slices.Backward(recorded) {
		for i, f := range got {
			if f.CORSError == want.CORSError && want.FailedParameter != nil && slices.Contains(f.refused, *want.FailedParameter) {
				got = slices.Clone(got)
				got[i].FailedParameter = want.FailedParameter
				return got
			}
		}
	}
	return got
}

// reasonText is the CORS error of the last failure, with its parameter.
func reasonText(failures []failure) string {
	for _, f := range slices.Backward(failures) {
		if f.CORSError == "" {
			continue
		}
		if f.FailedParameter != nil {
			return fmt.Sprintf("%s %q", f.CORSError, *f.FailedParameter)
		}
		return f.CORSError
	}
	return ""
}
