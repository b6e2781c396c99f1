package explain

import (
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// Trace explains each exchange of a trace that was blocked, and then what several
// exchanges show together.
func Trace(t *trace.Trace) []Finding {
	var all []Finding
	for i := range t.Exchanges {
		if f := Exchange(t, &t.Exchanges[i]); f != nil {
			all = append(all, *f)
		}
	}
	return append(all, Compare(t)...)
}

// Exchange explains why one exchange of a trace was blocked; nil if it was not.
// What a recording says of a failure without saying why is explained as far as
// that goes.
func Exchange(t *trace.Trace, x *trace.Exchange) *Finding {
	if x.Verdict == nil {
		return unrecorded(t, x)
	}
	if !x.Blocked() {
		return nil
	}
	s := newSubject(t, x)
	f := &Finding{
		Rule: s.v.Reason.String(), Severity: Blocked, Reason: s.v.Reason, Exchange: x.ID, Request: s.asked.ID,
		Method: s.method, URL: x.Request.URL, Origin: s.origin,
	}
	write, ok := writers[s.v.Reason]
	if !ok {
		write = writeOther
	}
	write(s, f)
	f.Answered = s.answerer()
	f.Browsers = append(f.Browsers, namesOf(s.v)...)
	f.Console = Console(t, x)
	return f
}

// writers has for each reason what is to be said of it.
var writers map[cors.Reason]func(*subject, *Finding)

func init() {
	writers = map[cors.Reason]func(*subject, *Finding){
		cors.AllowOriginMissing:      writeMissing,
		cors.AllowOriginMismatch:     writeMismatch,
		cors.AllowOriginInvalid:      writeInvalid,
		cors.AllowOriginMultiple:     writeMultiple,
		cors.WildcardWithCredentials: writeWildcard,
		cors.AllowCredentialsInvalid: writeCredentials,

		cors.PreflightStatus:     writePreflightStatus,
		cors.PreflightRedirect:   writePreflightRedirect,
		cors.AllowMethodsInvalid: writeMethodsInvalid,
		cors.AllowHeadersInvalid: writeHeadersInvalid,
		cors.MethodNotApproved:   writeMethod,
		cors.HeaderNotApproved:   writeHeaders,

		cors.RedirectWithCredentials: writeRedirectUser,
		cors.RedirectInvalid:         writeRedirectInvalid,
		cors.RedirectLimit:           writeRedirectLimit,
		cors.SchemeNotHTTP:           writeScheme,
		cors.CrossOriginNotAllowed:   writeSameOriginMode,
		cors.MixedContent:            writeMixedContent,
		cors.BadPort:                 writeBadPort,
		cors.ResourcePolicy:          writeResourcePolicy,

		cors.NetworkFailed: writeNetwork,
		cors.Aborted:       writeAborted,
		cors.TimedOut:      writeTimedOut,

		cors.OriginMalformed:     writeOriginMalformed,
		cors.OriginNotAllowed:    writeOriginNotAllowed,
		cors.MethodNotAllowed:    writeMethodNotAllowed,
		cors.HeaderNotAllowed:    writeHeaderNotAllowed,
		cors.RequestHeadersLimit: writeHeadersLimit,
	}
}

// writeOther is for a reason that has no words of its own.
func writeOther(s *subject, f *Finding) {
	f.Title = Text("Blocked: " + s.v.Reason.String())
	f.Happened = Text(s.v.Reason.Sentence())
}

// Parts of sentences that several reasons share.

// the page is who asks: "the page at `https://app.example`".
func (s *subject) page() string {
	switch s.origin {
	case "":
		return "the page"
	case cors.NullOrigin:
		return "the page, whose origin is `null`,"
	default:
		return "the page at " + code(s.origin)
	}
}

// outcome says what that means for the page.
func (s *subject) outcome() Text {
	switch {
	case s.x.Preflight:
		return Text("The browser first asked with an `OPTIONS` request whether the " + s.methodName() + " may be sent (the preflight). It got no valid yes, so the " + s.methodName() + " itself was never sent.")
	case s.v.On == cors.OnRedirect:
		return "The browser did not follow the redirect."
	case s.method == "GET" || s.method == "HEAD" || s.method == "":
		return "The server did answer; the browser keeps the answer from the script."
	default:
		return Text("The " + s.methodName() + " did reach the server, which may have acted on it; only the answer is kept from the script.")
	}
}

func (s *subject) methodName() string {
	if s.method == "" {
		return "request"
	}
	return code(s.method)
}

// hiddenStatus says what the block hides, when that is the real trouble.
func (s *subject) hiddenStatus() Text {
	if s.x.Response == nil || s.x.Preflight {
		return ""
	}
	status := s.x.Response.Status
	switch {
	case status == 401:
		return "The real trouble is the status: `401` says that the request was not signed in. The script cannot see that, because this answer lacks the field that others may well have. Error answers need it too."
	case status == 429:
		return "The real trouble is the status: `429` says that there were too many requests. The script cannot see that, because this answer lacks the field that others may well have. Error answers need it too."
	case status >= 500:
		return Text("The real trouble is the status: " + code(statusLine(s.x.Response)) + " is a failure of the server. Its log says more than this block does. Answers of success may well have the field; error answers are often made by another part of the server, and need it too.")
	case status >= 400:
		return Text("The real trouble may be the status, " + code(statusLine(s.x.Response)) + ": answers of success may well have the field, and error answers need it too.")
	}
	return ""
}

// worksElsewhere answers what most people ask next.
const worksElsewhere Text = "That it works in `curl` or Postman proves nothing: only browsers make this check, because only browsers run other sites' scripts."

func add(list []Text, more ...Text) []Text {
	for _, t := range more {
		if t != "" {
			list = append(list, t)
		}
	}
	return list
}
