package explain

import (
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// Trace explains each exchange of a trace that was blocked, and then what several
// exchanges show together.
func Trace(t *trace.Trace) []Finding {
	sc := newScene(t)
	var all []Finding
	for i := range t.Exchanges {
		if f := explained(sc, &t.Exchanges[i]); f != nil {
			all = append(all, *f)
		}
	}
	return append(all, compare(sc)...)
}

// scene is a trace in which exchanges are found by their IDs at once.
type scene struct {
	*trace.Trace
	index map[string]*trace.Exchange // nil: they are looked for one by one
}

func newScene(t *trace.Trace) *scene {
	sc := &scene{Trace: t, index: make(map[string]*trace.Exchange, len(t.Exchanges))}
	for i := range t.Exchanges {
		sc.index[t.Exchanges[i].ID] = &t.Exchanges[i]
	}
	return sc
}

func (sc *scene) byID(id string) *trace.Exchange {
	if id == "" {
		return nil
	}
	if sc.index == nil {
		return sc.ByID(id)
	}
	return sc.index[id]
}

// Exchange explains why one exchange of a trace was blocked; nil if it was not.
// What a recording says of a failure without saying why is explained as far as
// that goes.
func Exchange(t *trace.Trace, x *trace.Exchange) *Finding {
	return explained(&scene{Trace: t}, x)
}

func explained(t *scene, x *trace.Exchange) *Finding {
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
	f.Names = namesOf(s.v)
	f.Console = console(t, x)
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

// outcome says what that means for the page, where that is not plain.
func (s *subject) outcome() Text {
	switch {
	case s.x.Preflight:
		return Text("The preflight is the `OPTIONS` request with which the browser asks before it sends what a plain form could not. Without a valid yes, the " + s.methodName() + " itself is never sent.")
	case s.v.On == cors.OnRedirect:
		return "Each answer on the way is checked, redirects included, before the browser goes where they lead."
	case s.method == "GET" || s.method == "HEAD" || s.method == "" || s.isError():
		return ""
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

// isError reports whether the answer is one of failure, which the block hides.
func (s *subject) isError() bool { return !s.x.Preflight && s.x.Status() >= 400 }

// hiddenStatus says what the block hides, when that is the real trouble.
func (s *subject) hiddenStatus() Text {
	if !s.isError() {
		return ""
	}
	status := s.x.Response.Status
	means := "is the server's way of saying no; its body, which the script cannot see either, may say why"
	switch {
	case status == 401:
		means = "says that the request was not signed in"
	case status == 403:
		means = "says that whoever asks may not have this"
	case status == 404:
		means = "says that there is nothing at this address"
	case status == 429:
		means = "says that there were too many requests"
	case status >= 500:
		means = "is a failure of the server, whose log says more"
	}
	return Text("The real trouble is the status: " + code(statusLine(s.x.Response)) + " " + means + ". Answers of success may well have the field; error answers are often made by another part of the server, and need it too.")
}

// worksElsewhere answers what most people ask next.
const worksElsewhere Text = "The server did answer, which is why it works in `curl` or Postman: only browsers make this check, because only browsers run other sites' scripts."

func add(list []Text, more ...Text) []Text {
	for _, t := range more {
		if t != "" {
			list = append(list, t)
		}
	}
	return list
}
