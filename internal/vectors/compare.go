package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// differences says where what was seen now is not what was recorded: texts of
// several lines, none if all agrees. With essence, only that is compared which
// the field differs of a recording speaks of: what the standards say of requests,
// outcome, status, header and events.
func differences(got, want seen, scripted map[string]bool, essence bool) []string {
	var all []string
	differ := func(what, got, want string) {
		if got != want {
			all = append(all, fmt.Sprintf("%s\n    got  %s\n    want %s", what, got, want))
		}
	}
	lines := func(s seen) string {
		return strings.Join(requestLines(s.Requests, scripted, want.Requests, essence), "\n         ")
	}
	if !slices.Contains(want.Unstable, "requests") {
		differ("requests", lines(got), lines(want))
	}
	if !slices.Contains(want.Unstable, "events") {
		differ("events", eventsText(got.Events), eventsText(want.Events))
	}
	differ("outcome", got.Outcome, want.Outcome)
	differ("status", fmt.Sprint(got.Status), fmt.Sprint(want.Status))
	differ("allHeaders", got.AllHeaders, want.AllHeaders)
	if essence {
		return all
	}
	differ("threw", fmt.Sprint(got.Threw), fmt.Sprint(want.Threw))
	differ("state", fmt.Sprint(got.ReadyState, " ", got.StatusText), fmt.Sprint(want.ReadyState, " ", want.StatusText))
	differ("responseURL", got.ResponseURL, want.ResponseURL)
	differ("response", got.Response, want.Response)
	differ("headers", headersText(got.Headers, want.Headers), headersText(want.Headers, want.Headers))
	differ("reason", reasonText(sameRefused(got.Failures, want.Failures)), reasonText(want.Failures))
	return all
}

// requestLines writes requests so that equal ones are equal texts: header names
// in lower case and sorted, without those that recordings leave out.
func requestLines(requests []arrival, scripted map[string]bool, recorded []arrival, essence bool) []string {
	var lines []string
	for i, r := range requests {
		r = withoutChance(r, recorded, i)
		headers := []string{}
		for _, h := range r.Headers {
			name := strings.ToLower(h[0])
			if !leftOut(name, scripted) && (!essence || isEssential(name, r.Kind, scripted)) {
				headers = append(headers, name+": "+h[1])
			}
		}
		slices.Sort(headers)
		body := fmt.Sprintf("%q", r.Body)
		if essence {
			body = fmt.Sprintf("body %v", r.Body != "")
		}
		lines = append(lines, fmt.Sprintf("%s %s %s%s unscripted=%v {%s} %s", r.Kind, r.Method, r.Origin, r.Path, r.Unscripted, strings.Join(headers, "; "), body))
	}
	return lines
}

// isEssential tells the headers that CORS itself sends, and, but for preflights,
// which do not carry them, the script's own.
func isEssential(name, kind string, scripted map[string]bool) bool {
	return name == "origin" || strings.HasPrefix(name, "access-control-request-") || scripted[name] && kind == "actual"
}

var (
	boundaryLine = regexp.MustCompile(`^--(\S+)\r\n`)
	longBody     = regexp.MustCompile(`^\[\d+ bytes\]$`)
)

// withoutChance writes a request as its recording does: a placeholder where the
// browser chooses at random and where a length depends on that, and the length
// alone of a long body.
func withoutChance(r arrival, recorded []arrival, i int) arrival {
	if i >= len(recorded) {
		return r
	}
	if longBody.MatchString(recorded[i].Body) && !longBody.MatchString(r.Body) {
		r.Body = fmt.Sprintf("[%d bytes]", len(r.Body))
	}
	m := boundaryLine.FindStringSubmatch(r.Body)
	if m == nil || !strings.Contains(recorded[i].Body, "{{boundary}}") {
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
