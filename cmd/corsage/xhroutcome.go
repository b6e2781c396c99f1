package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

// xhrOutcome is what came of a request, in the form of --json.
type xhrOutcome struct {
	Outcome  string            `json:"outcome"`           // "readable", "blocked" or "unreachable"
	Verdict  *trace.Verdict    `json:"verdict,omitempty"` // of the last exchange; none if CORS had no say
	Trace    *trace.Trace      `json:"trace"`
	Findings []explain.Finding `json:"findings"`

	failure *fetch.Failure
	written error // the trace is as it is, but something else could not be done
}

// The outcomes.
const (
	readable    = "readable"
	blocked     = "blocked"
	unreachable = "unreachable"
)

// newXHROutcome says what an error of a request means.
func newXHROutcome(t *trace.Trace, err error) *xhrOutcome {
	o := &xhrOutcome{Outcome: readable, Trace: t, Findings: explain.Trace(t), written: err}
	if o.Findings == nil {
		o.Findings = []explain.Finding{}
	}
	if n := len(t.Exchanges); n > 0 {
		o.Verdict = t.Exchanges[n-1].Verdict
	}
	if f, ok := errors.AsType[*fetch.Failure](err); ok {
		o.failure, o.written, o.Outcome = f, nil, blocked
		if happened[f.Verdict.Reason] {
			o.Outcome = unreachable
		}
	}
	return o
}

// code is the exit code of an outcome.
func (o *xhrOutcome) code() error {
	switch o.Outcome {
	case blocked:
		return &told{exitFailed}
	case unreachable:
		return &told{exitUnreachable}
	default:
		return nil
	}
}

// conclude reports on what was recorded. An error that is no outcome of the request
// comes back as it is, after what was asked before it.
func (c *xhrCommand) conclude(con console, log *trace.Log, err error) error {
	o := newXHROutcome(log.Trace(), err)
	if len(o.Trace.Exchanges) == 0 {
		return err
	}
	report := c.tell
	if c.JSON {
		report = c.tellJSON
	}
	if err := errors.Join(report(con, o), writeHAR(c.HAR, o.Trace)); err != nil {
		return err
	}
	if o.written != nil {
		return o.written
	}
	return o.code()
}

// tellJSON reports for programs.
func (c *xhrCommand) tellJSON(con console, o *xhrOutcome) error {
	e := json.NewEncoder(con.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(o)
}

// tell reports for people: the exchanges, the verdict, and why.
func (c *xhrCommand) tell(con console, o *xhrOutcome) error {
	if c.Silent {
		if o.failure == nil {
			return nil
		}
		_, err := fmt.Fprintf(con.err, "corsage: %s\n", harmless(o.failure.Error()))
		return err
	}
	var b strings.Builder
	list := &exchangeList{paint: c.style(con.err).Paint, verbose: c.Verbose, findings: o.Findings}
	list.write(&b, o.Trace)
	fmt.Fprintln(&b, o.sentence(list))
	c.noteCookies(&b, o.Trace)
	if c.Origin == "" && o.Outcome == blocked {
		fmt.Fprintf(&b, "note: the page was one of %s, which no server has a reason to allow; name yours with --origin\n", xhrPage)
	}
	if len(o.Findings) > 0 {
		fmt.Fprintln(&b)
	}
	if err := explain.WriteText(&b, o.Findings, c.style(con.err, c.Config...)); err != nil {
		return err
	}
	_, err := io.WriteString(con.err, b.String())
	return err
}

// sentence says what the script is told.
func (o *xhrOutcome) sentence(l *exchangeList) string {
	origin := o.Trace.Exchanges[0].Origin
	switch o.Outcome {
	case readable:
		return l.painted(explain.Good, "Readable:") + fmt.Sprintf(" a page of %s may read the answer.", origin)
	case unreachable:
		return l.painted(explain.Bad, "No answer:") + " " + harmless(o.failure.Verdict.Reason.Sentence())
	default:
		return l.painted(explain.Bad, "Blocked:") + fmt.Sprintf(" the script of %s is told error, and nothing else.", origin)
	}
}

// noteCookies says of each cookie of --cookie that was not sent why it was not.
func (c *xhrCommand) noteCookies(b *strings.Builder, t *trace.Trace) {
	x := lastRequest(t)
	if x == nil || !x.Sent {
		return
	}
	for _, cookie := range c.Cookie {
		name := cookieName(cookie)
		if strings.Contains("; "+x.Request.Header.Get("Cookie"), "; "+name+"=") {
			continue
		}
		why := "its Domain, Path, Secure or SameSite keep it from this request; to cross sites it needs SameSite=None; Secure"
		if !c.WithCredentials && x.Origin != trace.OriginOf(x.Request.URL) {
			why = "requests to other origins carry cookies only with --with-credentials"
		}
		fmt.Fprintf(b, "note: the cookie %s was not sent: %s\n", name, why)
	}
}

// lastRequest is the last exchange that is no preflight.
func lastRequest(t *trace.Trace) *trace.Exchange {
	for i := len(t.Exchanges) - 1; i >= 0; i-- {
		if !t.Exchanges[i].Preflight {
			return &t.Exchanges[i]
		}
	}
	return nil
}

// verdictWords are what a line of the list says of an exchange.
func verdictWords(x *trace.Exchange, led bool) string {
	refused := x.Verdict != nil && x.Verdict.Refused()
	switch {
	case refused && happened[x.Verdict.Reason]:
		return "no answer"
	case refused && !x.Sent && x.Cache == "":
		return "not sent: " + x.Verdict.Reason.String()
	case refused:
		return "blocked: " + x.Verdict.Reason.String()
	case x.Preflight && x.Verdict != nil && x.Verdict.Reason == cors.Allowed:
		return "approved"
	case led:
		return "redirect"
	case x.Response == nil:
		return "no answer"
	case x.Cache == "hit":
		return "from cache"
	default:
		return "readable"
	}
}
