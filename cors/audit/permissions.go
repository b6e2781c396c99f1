package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/probe"
)

// wildcard looks for "*" beside a word about credentials, which no browser accepts.
func (j *judging) wildcard() (*explain.Finding, probe.Severity) {
	for i := range j.answers {
		a := &j.answers[i]
		if a.Header(cors.HeaderAllowOrigin) != cors.AnyOrigin || a.Header(cors.HeaderAllowCredentials) != "true" {
			continue
		}
		f := probe.About("wildcard-with-credentials", a.Last(), "The answer is open to all and speaks of credentials",
			"`*` and `Access-Control-Allow-Credentials: true` stand together. Browsers refuse such an answer to requests with credentials, so the second field has no effect.")
		f.Evidence = probe.Lines(a.Last(), "", cors.HeaderAllowOrigin, cors.HeaderAllowCredentials)
		f.Expected = "One of them without the other."
		f.Details = []explain.Text{"The usual next step, copying `Origin` so that it works, would open the visitors' data to every site."}
		f.Remedy = explain.Remedy{
			Text: "For public data, send `*` alone. For data that takes a sign-in, send the origin itself, if it is in a list of allowed ones, with `Vary: Origin`.",
			On:   "both",
		}
		f.Standard = explain.Link{Text: "With credentials, the field has to name the origin.", URL: "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"}
		return f, probe.Low
	}
	return nil, probe.None
}

// agreement looks for a preflight that approves what the page then cannot read.
func (j *judging) agreement() (*explain.Finding, probe.Severity) {
	severity := probe.Medium
	for _, s := range append(slices.Clone(j.named), j.stranger) {
		if s.origin == j.stranger.origin {
			severity = probe.Low
		}
		asked, got := j.answer(s.preflight), j.answer(s.get)
		for _, credentials := range [...]bool{false, true} {
			if asked.Check(credentials).Allowed() && !got.Check(credentials).Allowed() {
				return disagreement(asked, got, credentials), severity
			}
		}
	}
	return nil, probe.None
}

func disagreement(asked, got *probe.Answer, credentials bool) *explain.Finding {
	with := ""
	if credentials {
		with = " with credentials"
	}
	f := probe.About("preflight-disagrees", got.Last(), "The preflight approves what the answer then hides",
		explain.Text(fmt.Sprintf("The preflight lets a page of `%s` ask%s, and the answer does not let it read.", asked.Probe.Origin, with)))
	f.Evidence = append(probe.Lines(asked.Last(), "", cors.HeaderAllowOrigin, cors.HeaderAllowCredentials),
		probe.Lines(got.Last(), explain.Text(got.Check(credentials).Reason.Sentence()), cors.HeaderAllowOrigin, cors.HeaderAllowCredentials)...)
	f.Expected = "The same `Access-Control-Allow-Origin` and `Access-Control-Allow-Credentials` on both."
	f.Details = []explain.Text{"What the page asks for is then done, and the page does not learn of it: a change is made, and its script gets an error."}
	f.Remedy = explain.Remedy{Text: "Let one place decide for preflights and for answers, error answers included.", On: "both"}
	f.Standard = explain.Link{Text: "A preflight's approval does not stand for the answer's: both are checked.", URL: "https://fetch.spec.whatwg.org/#http-cors-protocol"}
	return f
}

// aDay is the longest that any browser remembers a preflight, in seconds.
const aDay = 86400

func (j *judging) maxAge() (*explain.Finding, probe.Severity) {
	for _, a := range j.approvals() {
		x := a.Preflight()
		seconds, words := probe.MaxAge(x)
		value := a.Header(cors.HeaderMaxAge)
		if seconds <= aDay && (value == "" || strings.Contains(words, "for "+value+" seconds")) {
			continue
		}
		f := probe.About("max-age-too-long", x, "Preflights may be remembered for longer than any browser does", explain.Text("Browsers may remember this permission "+words+"."))
		severity := probe.Low
		if seconds <= aDay {
			f.Title, f.Rule, severity = "How long preflights are remembered cannot be read", explain.RuleMaxAgeInvalid, probe.Info
		}
		f.Evidence = probe.Lines(x, "", cors.HeaderMaxAge)
		f.Expected = "A number of seconds, 86400 at most."
		f.Details = []explain.Text{"Browsers cap it: Chromium at 7200 seconds, Firefox at 86400, WebKit at 600. Until then, a permission that is withdrawn goes on."}
		f.Remedy = explain.Remedy{Text: "Send a time in which you can live with an old permission.", Send: []string{cors.HeaderMaxAge + ": 600"}, On: "preflight"}
		f.Standard = explain.Link{Text: "The value is a number of seconds.", URL: "https://fetch.spec.whatwg.org/#http-access-control-max-age"}
		return f, severity
	}
	return nil, probe.None
}

// approvals are the preflights that were approved.
func (j *judging) approvals() []*probe.Answer {
	var all []*probe.Answer
	for i := range j.answers {
		if a := &j.answers[i]; a.Probe.Kind == probe.Preflight && a.Verdict.Allowed() {
			all = append(all, a)
		}
	}
	return all
}

// methods looks for approval of what no route offers, and of more than this one says
// it does.
func (j *judging) methods() (*explain.Finding, probe.Severity) {
	for _, s := range append(slices.Clone(j.named), j.stranger) {
		if a := j.answer(s.method); a.Verdict.Allowed() && named(a, cors.HeaderAllowMethods, unknownMethod) {
			f := probe.About("any-method", a.Last(), "Any method is approved",
				explain.Text(fmt.Sprintf("The preflight asked for the method `%s`, which does not exist, and got it. The server probably copies `Access-Control-Request-Method`.", unknownMethod)))
			return wider(f, a, cors.HeaderAllowMethods, "methods"), bySeverity(a, probe.Medium, probe.Low)
		}
	}
	return j.moreThanOffered()
}

// named reports whether a list has a name itself, rather than "*".
func named(a *probe.Answer, list, name string) bool {
	return slices.ContainsFunc(elements(a.Header(list)), func(e string) bool { return strings.EqualFold(e, name) })
}

func elements(list string) []string {
	var all []string
	for e := range strings.SplitSeq(list, ",") {
		if e = strings.TrimSpace(e); e != "" {
			all = append(all, e)
		}
	}
	return all
}

// moreThanOffered compares what is approved with what the route's Allow field says.
func (j *judging) moreThanOffered() (*explain.Finding, probe.Severity) {
	offered := elements(j.answer(j.allows).Header("Allow"))
	if len(offered) == 0 {
		return nil, probe.None // it does not say what it offers
	}
	for _, a := range j.approvals() {
		var more []string
		for _, m := range elements(a.Header(cors.HeaderAllowMethods)) {
			if cors.IsToken(m) && len(more) < maxNamed && m != "*" && m != "OPTIONS" && m != "HEAD" && !slices.Contains(offered, m) && !slices.Contains(more, m) {
				more = append(more, m)
			}
		}
		if len(more) > 0 {
			f := probe.About("methods-wider", a.Last(), "Methods are approved that the route does not offer",
				explain.Text("The preflight approves "+quoted(more)+", and by its `Allow` field the route does not offer that."))
			f = wider(f, a, cors.HeaderAllowMethods, "methods")
			f.Evidence = append(f.Evidence, probe.Lines(j.answer(j.allows).Last(), "", "Allow")...)
			return f, probe.Low
		}
	}
	return nil, probe.None
}

// maxNamed is how many methods a finding names.
const maxNamed = 10

func quoted(names []string) string { return "`" + strings.Join(names, "`, `") + "`" }

// headers looks for approval of a header field that nobody has listed.
func (j *judging) headers() (*explain.Finding, probe.Severity) {
	for _, s := range append(slices.Clone(j.named), j.stranger) {
		if a := j.answer(s.header); a.Verdict.Allowed() && named(a, cors.HeaderAllowHeaders, unknownHeader) {
			f := probe.About("any-header", a.Last(), "Any header field is approved",
				explain.Text(fmt.Sprintf("The preflight asked for the header field `%s`, which does not exist, and got it. The server probably copies `Access-Control-Request-Headers`.", unknownHeader)))
			return wider(f, a, cors.HeaderAllowHeaders, "header fields"), bySeverity(a, probe.Low, probe.Info)
		}
	}
	return nil, probe.None
}

// wider completes a finding about permissions that are too wide.
func wider(f *explain.Finding, a *probe.Answer, field, what string) *explain.Finding {
	f.Evidence = append(probe.Lines(a.Last(), "", field), f.Evidence...)
	f.Expected = explain.Text("The " + what + " that pages use here, and no others.")
	f.Details = []explain.Text{"Nobody gets in by it alone. But it is one fence less in front of a route that does not look closely itself, such as one that takes a method or a user's name from a header field."}
	f.Remedy = explain.Remedy{Text: explain.Text("List the " + what + " that this route takes from other sites."), On: "preflight"}
	f.Standard = explain.Link{Text: "The field lists what the page may use besides what is safelisted.", URL: "https://fetch.spec.whatwg.org/#cors-preflight-fetch"}
	return f
}
