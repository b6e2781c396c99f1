package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// deviation is where the browser was seen to leave the standards in one step, as
// the field differs of a recording says: texts of the form "seen, standard
// expected". The zero deviation says that it did not.
type deviation struct {
	requests []string // the standard's, as arrival.label writes them; nil where they are as recorded
	outcome  string   // the standard's; "" where it is as recorded
	fields   []fieldDeviation
	lacking  []string // events that the standard has on top, as event.label writes them
	extra    []string // events that it does not have
	unread   []string // texts of another form
}

// fieldDeviation is a request header that the standard sends with another value.
type fieldDeviation struct {
	request     int // 0 for the first
	name, value string
}

// says reports whether the value of a request header is among what is said.
func (d deviation) says(header string) bool {
	return slices.ContainsFunc(d.fields, func(f fieldDeviation) bool { return strings.EqualFold(f.name, header) })
}

// deviations reads what is said of each of so many steps.
func deviations(texts []string, steps int) []deviation {
	all := make([]deviation, steps)
	for _, text := range texts {
		n, rest := stepOf(text)
		if n >= steps {
			n, rest = 0, "step "+strconv.Itoa(n+1)+", of which there is none: "+rest
		}
		all[n].add(rest)
	}
	return all
}

var (
	stepForm     = regexp.MustCompile(`^step (\d+): (.*)$`)
	requestsForm = regexp.MustCompile(`^requests \[.*\], standard \[(.*)\]$`)
	outcomeForm  = regexp.MustCompile(`^outcome \w+, standard (\w+)$`)
	eventsForm   = regexp.MustCompile(`^events: (lacking|extra) (.*)$`)
	fieldForm    = regexp.MustCompile(`(?s)^(\S+) of request (\d+): .*, standard (.*)$`)
)

// stepOf cuts the number of a step off a text; the first step has none if there is
// no other.
func stepOf(text string) (step int, rest string) {
	m := stepForm.FindStringSubmatch(text)
	if m == nil {
		return 0, text
	}
	n, err := strconv.Atoi(m[1])
	if err != nil || n == 0 {
		return 0, text
	}
	return n - 1, m[2]
}

func (d *deviation) add(text string) {
	if m := requestsForm.FindStringSubmatch(text); m != nil {
		d.requests = []string{}
		if m[1] != "" {
			d.requests = strings.Split(m[1], " > ")
		}
	} else if m := outcomeForm.FindStringSubmatch(text); m != nil {
		d.outcome = m[1]
	} else if m := eventsForm.FindStringSubmatch(text); m != nil && m[1] == "lacking" {
		d.lacking = append(d.lacking, strings.Fields(m[2])...)
	} else if m != nil {
		d.extra = append(d.extra, strings.Fields(m[2])...)
	} else if m := fieldForm.FindStringSubmatch(text); m != nil {
		d.addField(text, m)
	} else {
		d.unread = append(d.unread, text)
	}
}

func (d *deviation) addField(text string, m []string) {
	n, err := strconv.Atoi(m[2])
	if err != nil || n == 0 {
		d.unread = append(d.unread, text)
		return
	}
	d.fields = append(d.fields, fieldDeviation{request: n - 1, name: m[1], value: m[3]})
}

// expected is what the standard would have had the browser do, in the place of
// what was recorded.
func (d deviation) expected(recorded seen) seen {
	recorded.Requests = d.expectedRequests(recorded.Requests)
	recorded.Events = dropped(recorded.Events, d.extra)
	if d.outcome == "" {
		return recorded
	}
	recorded.Outcome = d.outcome
	return recorded
}

// expectedRequests are those that the standard sends. What a recording does not
// hold is known by its label only.
func (d deviation) expectedRequests(recorded []arrival) []arrival {
	all := slices.Clone(recorded)
	for _, f := range d.fields {
		if f.request < len(all) {
			all[f.request] = all[f.request].with(f.name, f.value)
		}
	}
	if d.requests == nil {
		return all
	}
	var expected []arrival
	for _, label := range d.requests {
		i := slices.IndexFunc(all, func(a arrival) bool { return a.label() == label })
		if i < 0 {
			expected = append(expected, arrival{unknown: label})
			continue
		}
		expected = append(expected, all[i])
		all = all[i+1:]
	}
	return expected
}

// with returns the request with another value of a header.
func (a arrival) with(name, value string) arrival {
	headers := slices.Clone(a.Headers)
	for i, h := range headers {
		if strings.EqualFold(h[0], name) {
			headers[i][1] = value
		}
	}
	a.Headers = headers
	return a
}

// dropped returns the events without the last of each label.
func dropped(events []event, labels []string) []event {
	left := slices.Clone(events)
	for _, label := range slices.Backward(labels) {
		for i, e := range slices.Backward(left) {
			if e.label() == label {
				left = slices.Delete(left, i, i+1)
				break
			}
		}
	}
	return left
}
