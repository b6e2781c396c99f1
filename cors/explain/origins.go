package explain

import (
	"strings"

	"github.com/corsage-go/corsage/cors"
)

const anchor = "https://fetch.spec.whatwg.org/#"

var corsCheck = Link{
	Text: "CORS check: `Access-Control-Allow-Origin` must be the request's own `Origin`, byte for byte, or `*` if there are no credentials.",
	URL:  anchor + "concept-cors-check",
}

func writeMissing(s *subject, f *Finding) {
	f.Title = Text("No `Access-Control-Allow-Origin` on the " + s.answerName())
	switch {
	case s.ambiguous():
		f.Title = Text("`Access-Control-Allow-Origin` does not name the page")
		f.Happened = Text("The " + s.answerName() + " does not say that " + s.page() + " may read it, so the browser keeps it from the script.")
	case s.isError():
		f.Title = Text(code(statusLine(s.x.Response)) + ", hidden from the script because it lacks `Access-Control-Allow-Origin`")
		f.Happened = Text("The server answered with an error, and the answer does not say that " + s.page() + " may read it, so all that the script sees is a failed request.")
	case s.x.Preflight:
		f.Happened = Text("The answer to the preflight does not say that " + s.page() + " may ask, so the browser did not send the " + s.methodName() + ".")
	case s.v.On == cors.OnRedirect:
		f.Happened = Text("The redirect does not say that " + s.page() + " may read it, so the browser does not follow it.")
	default:
		f.Happened = Text("The answer does not say that " + s.page() + " may read it, so the browser keeps it from the script.")
	}
	f.Evidence = []Evidence{s.evidence(cors.HeaderAllowOrigin, "")}
	f.Expected = s.expectOrigin()
	f.Details = add(nil, s.hiddenStatus(), s.outcome())
	if !s.isError() && !s.x.Preflight {
		f.Details = append(f.Details, worksElsewhere)
	}
	f.Remedy = s.remedyHeaders(s.sendOn(), f)
	f.Standard = corsCheck
}

// sendOn says on which answer the fields belong.
func (s *subject) sendOn() Text {
	switch {
	case s.x.Preflight:
		return "Answer `OPTIONS` with `204` and these fields:"
	case s.isError():
		return "Have the server send this on answers of every status, errors included:"
	default:
		return Text("Have the server send this on the " + s.answerName() + ":")
	}
}

// answerName says which answer it is, in a sentence.
func (s *subject) answerName() string {
	switch {
	case s.x.Preflight:
		return "answer to the preflight"
	case s.v.On == cors.OnRedirect:
		return "redirect"
	case s.x.Status() >= 400:
		return "error answer"
	default:
		return "answer"
	}
}

func (s *subject) expectOrigin() Text {
	origin := code(cors.HeaderAllowOrigin + ": " + s.origin)
	switch {
	case s.origin == "":
		return "An `Access-Control-Allow-Origin` with the page's origin."
	case s.origin == cors.NullOrigin && !s.credentials:
		return "`Access-Control-Allow-Origin: *`, if any site may read it. (`null` would pass as well, and no server should send it.)"
	case s.credentials:
		return Text(origin + ", and `Access-Control-Allow-Credentials: true`, because the request has credentials (cookies, or `withCredentials`).")
	default:
		return Text(origin + ", or `" + cors.HeaderAllowOrigin + ": *` if any site may read it.")
	}
}

func writeMismatch(s *subject, f *Finding) {
	f.Title = "`Access-Control-Allow-Origin` names another origin"
	f.Happened = Text("The " + s.answerName() + " may be read by " + quoted(s.v.Observed) + ", and " + s.page() + " is not that.")
	f.Evidence = []Evidence{s.evidence(cors.HeaderAllowOrigin, Text("The request's `Origin` was "+quoted(s.origin)+"."))}
	f.Expected = s.expectOrigin()
	f.Details = add(nil, difference(s.v.Observed, s.origin), s.tainted(), s.staleCopy(), s.outcome())
	f.Remedy = s.remedyHeaders(cureOf(s.v.Observed, s.origin), f)
	f.Standard = corsCheck
}

// cureOf tells a slip of the pen from a server that knows one site only.
func cureOf(value, origin string) Text {
	v, o := partsOf(strings.ToLower(value)), partsOf(origin)
	if host, _, _ := strings.Cut(v.host, "/"); host == o.host && v.scheme == o.scheme || strings.TrimPrefix(host, "www.") == strings.TrimPrefix(o.host, "www.") {
		return "Correct the value, wherever the server has it from. If several sites may read this, compare the request's `Origin` with a list of them, and send back the one that matches:"
	}
	return "If this site may read it, put it on the list of those that may, compare the request's `Origin` with that list, and send back the one that matches (never whatever comes in), with `Vary: Origin` so that caches keep the answers apart:"
}

// tainted explains a null that comes from a redirect.
func (s *subject) tainted() Text {
	if s.origin == cors.NullOrigin && s.x.Hop > 0 {
		return "Here it is `null` because a redirect led from one foreign origin to another: the browser hides the page's origin from the second, since the page never asked for it. Calling the last address directly avoids that."
	}
	return ""
}

// staleCopy points at a cache when the value is another site's.
func (s *subject) staleCopy() Text {
	if s.x.Response == nil {
		return ""
	}
	h := s.x.Response.Header
	if _, err := cors.ParseOrigin(s.v.Observed); err != nil || s.v.Observed == cors.NullOrigin {
		return ""
	}
	if s.x.Cache != "" || h.Has("Age") || h.Has("X-Cache") || h.Has("CF-Cache-Status") {
		if !variesByOrigin(h) {
			return "The answer comes from a cache and has no `Vary: Origin`: the cache may have kept the answer that was made for the other site."
		}
	}
	return ""
}

func writeInvalid(s *subject, f *Finding) {
	f.Title = "`Access-Control-Allow-Origin` has a value that is no origin"
	f.Happened = Text("The " + s.answerName() + " has " + quoted(s.v.Observed) + " where the page's origin or `*` belongs, so the browser takes it for a no.")
	f.Evidence = []Evidence{s.evidence(cors.HeaderAllowOrigin, flaw(s.v.Observed))}
	f.Expected = s.expectOrigin()
	f.Details = add(nil, s.outcome())
	f.Remedy = s.remedyHeaders("Find where the server makes this value, and have it send:", f)
	f.Standard = corsCheck
	f.Browsers = []Browser{{Name: "Firefox", Text: "makes no difference between this and another site's origin: it says that the value does not match."}}
}

func writeMultiple(s *subject, f *Finding) {
	lines := s.lines(cors.HeaderAllowOrigin)
	f.Title = "`Access-Control-Allow-Origin` has several values"
	f.Happened = Text("The " + s.answerName() + " has more than one value in `Access-Control-Allow-Origin`, and a browser accepts one only, even if the right one is among them.")
	note, cause := Text("A list in one line."), Text("`Access-Control-Allow-Origin` takes no list. A server that trusts several sites looks at the request's `Origin` and sends back the one that is asking.")
	if len(lines) > 1 {
		note = Text(count(len(lines), "line") + " of the same name.")
		cause = "Usually two layers each add the field: the application, and a proxy, gateway or CDN in front of it. One of them has to stop."
		if allEqual(lines) {
			note = Text(count(len(lines), "equal line") + ". That they are equal does not help: the browser joins them with a comma.")
		}
	}
	f.Evidence = []Evidence{s.evidence(cors.HeaderAllowOrigin, note)}
	f.Expected = s.expectOrigin()
	f.Details = add(nil, cause, s.outcome())
	f.Remedy = s.remedyHeaders("Let one layer alone write the `Access-Control` fields, and have the others remove or leave them. What must come out in the end:", f)
	f.Standard = corsCheck
}

func allEqual(list []string) bool {
	for _, s := range list[1:] {
		if s != list[0] {
			return false
		}
	}
	return true
}

func writeWildcard(s *subject, f *Finding) {
	f.Title = "`*` is not enough for a request with credentials"
	f.Happened = Text("The request was made with credentials (cookies, or `withCredentials`), and for those a browser does not accept `*` in the " + s.answerName() + ": the server has to name " + s.page() + ".")
	f.Evidence = []Evidence{s.evidence(cors.HeaderAllowOrigin, "")}
	f.Expected = s.expectOrigin()
	f.Details = add(nil, "`*` says that anybody may read this. With somebody's cookies the answer is about that person, so the browser wants to hear that the server means this very site.", s.preflightHasNoCookies(), s.outcome())
	f.Remedy = s.remedyHeaders("Name the origin of the page, after comparing it with a list of sites that you trust:", f)
	f.Remedy.Client = "If the data is public anyway, make the request without credentials: `withCredentials = false` (the default), or `credentials: \"omit\"` with fetch. Then `*` will do."
	f.Standard = corsCheck
}

// preflightHasNoCookies says why a preflight is judged by credentials it lacks.
func (s *subject) preflightHasNoCookies() Text {
	if s.x.Preflight {
		return "The preflight itself carries no cookies, but it asks for a request that will, so its answer has to say so already."
	}
	return ""
}

func writeCredentials(s *subject, f *Finding) {
	f.Title = "`Access-Control-Allow-Credentials` is not `true`"
	f.Happened = Text("The request was made with credentials (cookies, or `withCredentials`), and the " + s.answerName() + " does not say that " + s.page() + " may use them.")
	note := Text("")
	switch observed := s.v.Observed; {
	case observed == "" && len(s.lines(cors.HeaderAllowCredentials)) > 0:
		note = "The field is there, and empty."
	case observed != "":
		note = Text("The value is " + quoted(observed) + ". Only `true`, once and in lower case, will do.")
	}
	e := s.evidence(cors.HeaderAllowCredentials, note)
	e.Lines = append(s.lines(cors.HeaderAllowOrigin), e.Lines...)
	f.Evidence = []Evidence{e}
	f.Expected = "`Access-Control-Allow-Credentials: true`"
	f.Details = add(nil, s.preflightHasNoCookies(), "Both answers need it: the preflight's, if there is one, and that of the request itself.", s.outcome())
	f.Remedy = s.remedyHeaders("If this site may act for the person who is signed in:", f)
	f.Remedy.Client = "If not, make the request without credentials: `withCredentials = false` (the default), or `credentials: \"omit\"` with fetch."
	f.Standard = Link{
		Text: "CORS check, last steps: with credentials, the value must be `true`, in these letters.",
		URL:  anchor + "concept-cors-check",
	}
}
