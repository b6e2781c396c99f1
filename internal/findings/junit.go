package findings

import (
	"encoding/xml"
	"fmt"
	"io"
	"time"

	"github.com/corsage-go/corsage/cors/probe"
)

// The form that what shows tests reads. There is no standard; this is what all of
// them share.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name      string      `xml:"name,attr"`
		Tests     int         `xml:"tests,attr"`
		Failures  int         `xml:"failures,attr"`
		Errors    int         `xml:"errors,attr"`
		Timestamp string      `xml:"timestamp,attr,omitempty"`
		Cases     []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr,omitempty"`
		Line    int           `xml:"line,attr,omitempty"`
		Failure *junitProblem `xml:"failure"`
		Error   *junitProblem `xml:"error"`
		Output  *junitText    `xml:"system-out"`
	}
	junitProblem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
	junitText struct {
		Text string `xml:",chardata"`
	}
)

func writeJUnit(w io.Writer, r *Report) error {
	c := r.Count()
	all := junitSuites{
		Name: "corsage " + r.Command + " " + r.Target, Tests: len(r.Outcomes), Failures: c.Broken, Errors: c.Unreachable,
		Time: fmt.Sprintf("%.3f", r.Took.Seconds()),
	}
	for _, group := range groups(r.Outcomes) {
		all.Suites = append(all.Suites, r.suite(group))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w) // it replaces what XML cannot hold
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r *Report) suite(group []probe.Outcome) junitSuite {
	c := (&Report{Outcomes: group}).Count()
	s := junitSuite{Name: group[0].Group, Tests: len(group), Failures: c.Broken, Errors: c.Unreachable}
	if !r.Started.IsZero() {
		s.Timestamp = r.Started.UTC().Format(time.RFC3339)
	}
	for i := range group {
		s.Cases = append(s.Cases, r.testcase(&group[i]))
	}
	return s
}

func (r *Report) testcase(o *probe.Outcome) junitCase {
	c := junitCase{Name: o.Name, Class: o.Group, File: r.File, Line: o.Line}
	switch {
	case o.Unreachable != "":
		c.Error = &junitProblem{Message: o.Unreachable, Type: "unreachable"}
	case o.Broken():
		c.Failure = &junitProblem{Message: o.Finding.Happened.Plain(), Type: o.Finding.Rule, Text: plain(o)}
	case o.Finding != nil:
		c.Output = &junitText{Text: plain(o)}
	}
	return c
}
