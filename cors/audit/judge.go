package audit

import (
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/probe"
)

// question is one thing that is looked for.
type question struct {
	rule, name string
	ask        func(j *judging) (*explain.Finding, probe.Severity)
}

// The questions, in the order of a report.
var questions = []question{
	{"stranger", "an origin that nobody has heard of is not let in", (*judging).reflection},
	{"null", "the origin null is not let in", class(probe.Null)},
	{"prefix", "an origin that begins like a legitimate one is not let in", class(probe.Prefix)},
	{"suffix", "an origin that ends like a legitimate one is not let in", class(probe.Suffix)},
	{"dot", "a dot stands for a dot", class(probe.Dot)},
	{"special", "a host does not end at an unusual character", class(probe.Special)},
	{"scheme", "plain http is not let in where https is meant", class(probe.Scheme)},
	{"port", "another port is not let in", class(probe.Port)},
	{"trailing-dot", "a host with a dot at its end is not let in", class(probe.TrailingDot)},
	{"subdomain", "hosts below a legitimate one are not let in", class(probe.Subdomain)},
	{"case", "capital letters are not let in", class(probe.Case)},
	{"usable", "the answer has fields that a browser can use", (*judging).usable},
	{"wildcard", "no answer is open to all and speaks of credentials", (*judging).wildcard},
	{"vary", "caches are told what the answer depends on", (*judging).vary},
	{"agreement", "what the preflight approves, the answer lets the page read", (*judging).agreement},
	{"max-age", "preflights are not remembered for longer than a day", (*judging).maxAge},
	{"methods", "only methods that the route offers are approved", (*judging).methods},
	{"headers", "only header fields that somebody listed are approved", (*judging).headers},
}

// judging is an audit with its answers.
type judging struct {
	*Audit
	answers []probe.Answer
}

// Judge says what was found. answers are those to Probes, in that order.
func (a *Audit) Judge(answers []probe.Answer) []probe.Outcome {
	j := &judging{a, answers}
	outcomes := make([]probe.Outcome, 0, len(questions))
	for _, q := range questions {
		o := probe.Outcome{Group: "GET " + a.options.URL, Name: q.name, Rule: q.rule}
		if failed := j.failed(); failed != "" {
			o.Unreachable = failed
		} else {
			o.Finding, o.Severity = q.ask(j)
		}
		outcomes = append(outcomes, o)
	}
	return outcomes
}

// failed is why a request got no answer: with one missing, nothing can be said to be
// in order.
func (j *judging) failed() string {
	for i := range j.answers {
		if j.answers[i].Failed() {
			return j.answers[i].Probe.String() + ": " + j.answers[i].Failure
		}
	}
	return ""
}

func (j *judging) answer(i int) *probe.Answer { return &j.answers[i] }

// reflected reports whether an origin is let in by its own name, rather than by "*".
func reflected(a *probe.Answer) bool {
	return a.Header(cors.HeaderAllowOrigin) != cors.AnyOrigin && a.Check(false).Allowed()
}

// bySeverity gives the severity that a finding has with credentials, and without.
func bySeverity(a *probe.Answer, with, without probe.Severity) probe.Severity {
	if a.Check(true).Allowed() {
		return with
	}
	return without
}

// anybody reports whether the server lets strangers in, so that nothing is to be
// learnt from look-alikes.
func (j *judging) anybody() bool { return reflected(j.answer(j.stranger.get)) }

func (j *judging) reflection() (*explain.Finding, probe.Severity) {
	a := j.answer(j.stranger.get)
	if !reflected(a) {
		return nil, probe.None
	}
	f := probe.LetIn(probe.Stranger, a, "")
	severity := bySeverity(a, probe.High, probe.Low)
	if severity == probe.Low {
		f.Details = append(f.Details[:1], "Without credentials that is no more than `*` would give. `*` says so openly, and its answer can be cached for everybody.")
		f.Remedy.Text = "If the data is for every site, send `Access-Control-Allow-Origin: *`. If it is not: " + lower(f.Remedy.Text)
	}
	return f, severity
}

func lower(t explain.Text) explain.Text {
	return explain.Text(string(t[0]|0x20)) + t[1:]
}

// severities of look-alikes that are let in, with credentials and without.
var severities = map[probe.Class][2]probe.Severity{
	probe.Null:        {probe.High, probe.Low},
	probe.Prefix:      {probe.High, probe.Medium},
	probe.Suffix:      {probe.High, probe.Medium},
	probe.Dot:         {probe.High, probe.Medium},
	probe.Special:     {probe.High, probe.Medium},
	probe.Scheme:      {probe.High, probe.Low},
	probe.Port:        {probe.Medium, probe.Low},
	probe.TrailingDot: {probe.Medium, probe.Low},
	probe.Subdomain:   {probe.Low, probe.Info},
	probe.Case:        {probe.Info, probe.Info},
}

// class looks for a look-alike of a class that is let in. Where anybody is, that is
// said once.
func class(c probe.Class) func(*judging) (*explain.Finding, probe.Severity) {
	return func(j *judging) (*explain.Finding, probe.Severity) {
		if j.anybody() {
			return nil, probe.None
		}
		for _, l := range j.likes {
			if a := j.answer(l.get); l.Class == c && reflected(a) {
				s := severities[c]
				return probe.LetIn(c, a, l.Of), bySeverity(a, s[0], s[1])
			}
		}
		return nil, probe.None
	}
}

// usable looks for fields that no browser could use, and for legitimate origins
// that get nothing.
func (j *judging) usable() (*explain.Finding, probe.Severity) {
	for _, s := range append([]asker{j.stranger}, j.named...) {
		a := j.answer(s.get)
		switch v := a.Check(false); {
		case v.Reason == cors.AllowOriginMultiple || v.Reason == cors.AllowOriginInvalid:
			return probe.Blocked(a), probe.Medium
		case j.given && v.Refused() && s.origin != j.stranger.origin:
			return probe.Blocked(a), probe.Medium
		}
	}
	return nil, probe.None
}

func (j *judging) vary() (*explain.Finding, probe.Severity) {
	heard := []*probe.Answer{j.answer(j.unasked), j.answer(j.stranger.get)}
	for _, s := range j.named {
		heard = append(heard, j.answer(s.get))
	}
	for _, l := range j.likes {
		heard = append(heard, j.answer(l.get))
	}
	if f := probe.VaryFinding(heard); f != nil {
		return f, probe.Medium
	}
	return nil, probe.None
}
