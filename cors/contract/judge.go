package contract

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/probe"
)

// judge says what is wrong with answers; nil and None if nothing is.
type judge func(answers []*probe.Answer) (*explain.Finding, probe.Severity)

const maxAgeAnchor = "https://fetch.spec.whatwg.org/#http-access-control-max-age"

// isAllowed expects that the page got what it asked for.
func (d *derivation) isAllowed(answers []*probe.Answer) (*explain.Finding, probe.Severity) {
	a := answers[0]
	if !a.Verdict.Allowed() {
		return probe.Blocked(a), probe.Medium
	}
	if x := a.Response(); x != nil && cors.IsRedirectStatus(x.Status()) {
		f := probe.About("redirected", x, "The route answers with a redirect",
			"The answer leads elsewhere, and where it leads is not in the contract, so it was not followed.")
		f.Evidence = probe.Lines(x, "", "Location")
		f.Expected = "An answer that the page can read."
		f.Remedy = explain.Remedy{Text: "Name in the contract the address to which the redirect leads, and in the pages too: a redirect after a preflight, or to another origin, is one more thing that can fail."}
		return f, probe.Medium
	}
	return nil, probe.None
}

// refusesCredentials expects that the same page, asking with credentials, would get
// nothing.
func (d *derivation) refusesCredentials(answers []*probe.Answer) (*explain.Finding, probe.Severity) {
	a := answers[0]
	if !a.Check(true).Allowed() {
		return nil, probe.None
	}
	x := a.Last()
	f := probe.About("credentials-allowed", x, "Credentials are allowed where the contract says they are not",
		explain.Text("Pages of `"+a.Probe.Origin+"` may use the visitor's cookies and sign-in here, and read what they get."))
	f.Evidence = probe.Lines(x, "", cors.HeaderAllowOrigin, cors.HeaderAllowCredentials)
	f.Expected = "No `Access-Control-Allow-Credentials` for this origin."
	f.Remedy = explain.Remedy{
		Text: "Leave `Access-Control-Allow-Credentials` out for this route. If pages of this origin are meant to use it, write `allowCredentials: true` into the rule.",
		On:   "both",
	}
	f.Standard = explain.Link{Text: "`Access-Control-Allow-Credentials: true` beside the page's own origin lets it read what its visitor's credentials open.", URL: "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"}
	return f, probe.High
}

// refusesPreflight expects that permission for what is not listed is refused.
func (d *derivation) refusesPreflight(what string) judge {
	return func(answers []*probe.Answer) (*explain.Finding, probe.Severity) {
		a := answers[0]
		if !a.Verdict.Allowed() {
			return nil, probe.None
		}
		x := a.Last()
		f := probe.About("wider-than-contract", x, "The server permits more than the contract lists",
			explain.Text("Pages of `"+a.Probe.Origin+"` may use "+what+"."))
		f.Evidence = probe.Lines(x, "", cors.HeaderAllowMethods, cors.HeaderAllowHeaders)
		f.Expected = "A preflight that is refused."
		f.Remedy = explain.Remedy{
			Text: "Let the server list what this route really takes, or add it to the rule if it is meant to be allowed.", On: "preflight",
		}
		return f, probe.Medium
	}
}

// refusesOrigin expects that an origin gets nothing, in whatever way it asks.
func (d *derivation) refusesOrigin(s sample) judge {
	return func(answers []*probe.Answer) (*explain.Finding, probe.Severity) {
		a := worst(answers)
		if a == nil {
			return nil, probe.None
		}
		severity := probe.High
		if s.class == probe.Case {
			severity = probe.Info
		}
		if a.Header(cors.HeaderAllowOrigin) == cors.AnyOrigin {
			return openToAll(a), severity
		}
		return probe.LetIn(s.class, a, s.of), severity
	}
}

// worst is the answer that gives most away: with credentials before without; nil if
// none gives anything.
func worst(answers []*probe.Answer) *probe.Answer {
	for _, credentials := range [...]bool{true, false} {
		for _, a := range answers {
			if a.Check(credentials).Allowed() {
				return a
			}
		}
	}
	return nil
}

func openToAll(a *probe.Answer) *explain.Finding {
	x := a.Last()
	f := probe.About("open-to-any", x, "The answer is open to every site, and the contract names some",
		explain.Text("With `*`, pages of every origin may read this answer, `"+a.Probe.Origin+"` among them."))
	f.Evidence = probe.Lines(x, "", cors.HeaderAllowOrigin)
	f.Expected = "The allowed origin alone, and nothing for all others."
	f.Remedy = explain.Remedy{
		Text: "Send the request's own `Origin`, if it is in the list of allowed ones, together with `Vary: Origin`. If the data may go to every site, write `allowOrigins: [\"*\"]`.",
		Send: []string{"Vary: Origin"}, On: "both",
	}
	return f
}

// exposes expects that a script can see a header field of the answer.
func exposes(name string, credentials bool) judge {
	return func(answers []*probe.Answer) (*explain.Finding, probe.Severity) {
		a := answers[0]
		x := a.Response()
		if x == nil || !a.Verdict.Allowed() {
			return nil, probe.None // that the page gets nothing at all is another promise's to say
		}
		r := cors.Request{Origin: a.Probe.Origin, Credentials: credentials}
		if sees(cors.Expose(r, x.Response.Header), name) {
			return nil, probe.None
		}
		f := probe.About(explain.RuleNotExposed, x, explain.Text("Scripts cannot see `"+name+"`"),
			explain.Text("The page may read the answer, but its script does not see the header field `"+name+"`, although the network panel of the browser shows it."))
		f.Evidence = probe.Lines(x, notExposed(x.Response.Header.Values(cors.HeaderExposeHeaders), credentials), cors.HeaderExposeHeaders)
		f.Expected = explain.Text("`Access-Control-Expose-Headers` with `" + name + "` in it.")
		f.Remedy = explain.Remedy{
			Text: "List it on the answer itself; on the preflight it has no effect.",
			Send: []string{cors.HeaderExposeHeaders + ": " + name}, On: "response",
		}
		f.Standard = explain.Link{Text: "Of a cross-origin answer, scripts see the safelisted header fields and those that it exposes.", URL: "https://fetch.spec.whatwg.org/#concept-filtered-response-cors"}
		return f, probe.Medium
	}
}

// sees asks for a name; "*" asks for everything, which any made-up name shows.
func sees(e cors.Exposure, name string) bool {
	if name == "*" {
		name = unlisted.header
	}
	return e.Has(name)
}

func notExposed(values []string, credentials bool) explain.Text {
	switch {
	case len(values) == 0:
		return "" // which is said already
	case credentials && strings.Contains(strings.Join(values, ","), "*"):
		return "with credentials, `*` is a name like any other"
	}
	return ""
}

// variesRightly expects that answers say what they depend on.
func variesRightly(answers []*probe.Answer) (*explain.Finding, probe.Severity) {
	if f := probe.VaryFinding(answers); f != nil {
		return f, probe.Medium
	}
	return nil, probe.None
}

// isError expects an error that the page can read.
func (d *derivation) isError(status int) judge {
	return func(answers []*probe.Answer) (*explain.Finding, probe.Severity) {
		a := answers[0]
		if f, severity := d.isAllowed(answers); f != nil {
			f.Details = append(f.Details, "A page that may not read an error cannot tell it from a broken network, so its users are told nothing that helps.")
			return f, severity
		}
		x := a.Response()
		if got := x.Status(); got == status || status == 0 && got >= 400 {
			return nil, probe.None
		}
		f := probe.About("not-that-error", x, "The server answers with another status",
			explain.Text(fmt.Sprintf("The contract expects %s here, and the answer is `%d`. Whether errors can be read was so not put to the test.", expectedStatus(status), x.Status())))
		f.Evidence = []explain.Evidence{{Exchange: x.ID, Where: probe.Where(x)}}
		f.Remedy = explain.Remedy{Text: "Name a request that fails in the way that is meant, or correct `status`."}
		return f, probe.Medium
	}
}

func expectedStatus(status int) string {
	if status == 0 {
		return "an error"
	}
	return "`" + strconv.Itoa(status) + "`"
}

// String says what the bounds mean: "for 60 to 600 seconds".
func (b *Bounds) String() string {
	switch {
	case b.AtLeast == nil && b.AtMost == nil:
		return "for any time"
	case b.AtLeast == nil:
		return fmt.Sprintf("for at most %d seconds", *b.AtMost)
	case b.AtMost == nil:
		return fmt.Sprintf("for at least %d seconds", *b.AtLeast)
	case *b.AtLeast == *b.AtMost:
		return fmt.Sprintf("for %d seconds", *b.AtMost)
	default:
		return fmt.Sprintf("for %d to %d seconds", *b.AtLeast, *b.AtMost)
	}
}

// holds expects that a preflight may be remembered for as long as the bounds say.
func (b *Bounds) holds(answers []*probe.Answer) (*explain.Finding, probe.Severity) {
	a := answers[0]
	x := a.Preflight()
	if x == nil || !a.Verdict.Allowed() {
		return nil, probe.None // there is nothing to remember
	}
	seconds, text := probe.MaxAge(x)
	if (b.AtLeast == nil || seconds >= *b.AtLeast) && (b.AtMost == nil || seconds <= *b.AtMost) {
		return nil, probe.None
	}
	f := probe.About("max-age-out-of-bounds", x, "Preflights are remembered for another time than the contract says",
		explain.Text("Browsers may remember this permission "+text+"."))
	f.Evidence = probe.Lines(x, "", cors.HeaderMaxAge)
	f.Expected = explain.Text("To be remembered " + b.String() + ".")
	f.Details = []explain.Text{"Until then, a page goes on using what it was permitted, even if the server changes its mind. Each browser has a cap of its own: Chromium 7200 seconds, Firefox 86400, WebKit 600."}
	f.Remedy = explain.Remedy{Text: "Send a value within the bounds.", Send: []string{cors.HeaderMaxAge + ": " + strconv.Itoa(b.any())}, On: "preflight"}
	f.Standard = explain.Link{Text: "Without the field, or with one that is no number, it is 5 seconds.", URL: maxAgeAnchor}
	return f, probe.Low
}

// any is a number within the bounds.
func (b *Bounds) any() int {
	if b.AtMost != nil {
		return *b.AtMost
	}
	return *b.AtLeast
}
