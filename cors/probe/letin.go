package probe

import (
	"fmt"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
)

// manner is what is to be said of a server that lets look-alikes of a class in. %s
// stands for the pattern that they look like.
type manner struct {
	words  string       // what such an origin is
	title  explain.Text // a few words
	why    explain.Text // what the server has probably done
	danger explain.Text // who could make use of it
}

var manners = map[Class]manner{
	Stranger: {
		"an origin that nobody has heard of",
		"Any origin is let in",
		"The server has never heard of this origin. It probably copies the request's `Origin` into `Access-Control-Allow-Origin` without looking at it.",
		"Every site can do what the sites meant here can.",
	},
	Prefix: {
		"begins like `%s`",
		"Origins that begin like an allowed one are let in",
		"The server probably compares only the beginning of the origin, or has a pattern without an end (`$`).",
		"Whoever has a domain of any name can add yours before it, as a subdomain.",
	},
	Suffix: {
		"ends like `%s`",
		"Origins that end like an allowed one are let in",
		"The server probably compares only the end of the origin, or has a pattern without a beginning (`^`).",
		"Anybody can register a domain whose name ends with yours.",
	},
	Subdomain: {
		"is below `%s`",
		"Hosts below an allowed one are let in",
		"The server allows all subdomains, or compares only the end of the origin.",
		"Whoever controls one of the subdomains, or finds a hole in one of its pages, gets in.",
	},
	Parent: {
		"is the domain itself, of which `%s` means the hosts below",
		"The domain itself is let in, not just the hosts below it",
		"The server's pattern probably makes the subdomain optional.",
		"Pages of the domain itself can do what only those below it should.",
	},
	Dot: {
		"is `%s` with a letter in place of a dot",
		"A dot in the server's pattern stands for any character",
		"In a regular expression `.` stands for any character. It was probably not written as `\\.`.",
		"Anybody can register a domain that differs from yours by that one character.",
	},
	Special: {
		"is `%s` with an unusual character after its host",
		"An unusual character ends the server's comparison",
		"The server probably takes a character that few hosts have for the end of the host. Browsers do not.",
		"Whoever has a domain can give it a subdomain with such a character, and most browsers load its pages.",
	},
	Scheme: {
		"is `%s` with the other scheme",
		"The other scheme is let in as well",
		"The server probably looks at the host only.",
		"Anybody on the network between can pretend to be a page of a plain http origin.",
	},
	Port: {
		"is `%s` on another port",
		"Other ports are let in as well",
		"The server probably looks at the host only.",
		"Whatever else is served on another port of that host, pages of users or a test server, gets in.",
	},
	Null: {
		"is the opaque origin",
		"The origin `null` is let in",
		"`null` is probably in the server's list, for files or for tests.",
		"It is nobody's own: every site can give a page this origin, by a sandboxed frame.",
	},
	TrailingDot: {
		"is `%s` with a dot after its host",
		"A host with a dot at its end is let in",
		"To browsers, a host with a dot at its end is another host. The server probably strips the dot, or its pattern lets more follow.",
		"Such a host usually leads to the same server, but browsers keep its pages apart as another site's.",
	},
	Case: {
		"is `%s` in capital letters",
		"Origins in capital letters are let in",
		"The server probably compares without regard to case.",
		"No browser sends such an origin, so nobody gets in by it. It is only worth knowing because a comparison byte for byte leaves no room for surprises.",
	},
}

// Words says what makes such an origin look like another.
func (c Class) Words() string {
	words := manners[c].words
	if i := strings.Index(words, " `%s`"); i >= 0 {
		return words[:i] + " an allowed one" + words[i+len(" `%s`"):]
	}
	return words
}

// LetIn says that an origin of a class was let in that should not have been; "" is
// the class of what just has no business here. of is the pattern it looks like.
func LetIn(class Class, a *Answer, of string) *explain.Finding {
	x, origin := a.Last(), a.Probe.Origin
	m, known := manners[class]
	if !known {
		m = manner{title: "An origin is let in that should be refused", why: "It is probably in the server's list, or matched by one of its patterns."}
	}
	rule := "origin-let-in"
	switch {
	case class == Stranger:
		rule = explain.RuleReflected
	case known:
		rule = "origin-" + string(class)
	}
	happened := fmt.Sprintf("The server lets %s %s", pagesOf(origin), may(a))
	if strings.Contains(m.words, "%s") {
		happened += ". That origin " + fmt.Sprintf(m.words, of)
	}
	f := About(rule, x, m.title, explain.Text(happened+"."))
	f.Evidence = Lines(x, "", cors.HeaderAllowOrigin, cors.HeaderAllowCredentials)
	f.Expected = explain.Text(fmt.Sprintf("Nothing for `%s`: no `Access-Control-Allow-Origin`.", origin))
	f.Details = texts(m.why, m.danger)
	f.Remedy = explain.Remedy{
		Text: "Compare the whole of `Origin`, byte for byte, with a list of allowed origins, and send nothing to all others. Where a pattern is needed, let it stand for whole labels before a host only, as `https://*.example.com` does in Corsage.",
		On:   "both",
	}
	f.Standard = explain.Link{Text: "An origin is scheme, host and port together; a browser compares the field with the page's origin byte for byte.", URL: "https://fetch.spec.whatwg.org/#concept-cors-check"}
	if class == Null {
		f.Remedy.Text = "Take `null` off the list. A page that is to have the data needs an origin of its own."
	}
	if class == Case {
		f.Severity = explain.Notice
	}
	return f
}

func pagesOf(origin string) string {
	if origin == cors.NullOrigin {
		return "pages whose origin is `null`"
	}
	return "pages of `" + origin + "`"
}

// may says what a page may do by an answer.
func may(a *Answer) string {
	switch x := a.Last(); {
	case x.Preflight && a.Check(true).Allowed():
		return "ask for `" + a.Probe.Method + "`, with the visitor's credentials"
	case x.Preflight:
		return "ask for `" + a.Probe.Method + "`"
	case a.Check(true).Allowed():
		return "read this answer, with the visitor's credentials"
	default:
		return "read this answer"
	}
}

func texts(all ...explain.Text) []explain.Text {
	kept := all[:0]
	for _, t := range all {
		if t != "" {
			kept = append(kept, t)
		}
	}
	return kept
}

// VaryFinding says that an answer does not tell caches what it depends on.
func VaryFinding(answers []*Answer) *explain.Finding {
	without, other := VaryMissing(answers)
	if without == nil {
		return nil
	}
	f := About(explain.RuleVaryMissing, without, "Caches are not told that the answer depends on Origin",
		"The same address answers differently to different origins, and this answer does not say so in `Vary`. A cache may give one site's copy to another, whose browser then blocks it.")
	vary := explain.Text("This does not name `Origin`.")
	if !without.Response.Header.Has("Vary") {
		vary = "no `Vary`"
	}
	f.Evidence = append(Lines(without, vary, "Vary"), asked(without)...)
	f.Evidence = append(f.Evidence, asked(other)...)
	f.Expected = "`Vary: Origin` on every answer of this address, errors and those to requests without `Origin` included."
	f.Details = []explain.Text{"Such failures come and go with what the cache holds, so they are hard to reproduce."}
	f.Remedy = explain.Remedy{
		Text: "Send this on all answers of the address, whoever asks, and add it to what `Vary` says already.",
		Send: []string{"Vary: Origin"}, On: "response",
	}
	f.Standard = explain.Link{Text: "Where the answer depends on the origin, `Vary: Origin` has to be sent even to requests without one.", URL: "https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches"}
	return f
}
