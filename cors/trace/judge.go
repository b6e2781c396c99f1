package trace

import (
	"slices"
	"strings"

	"github.com/corsage-go/corsage/cors"
)

// Judge completes a recording that leaves things out, as those of browsers do: it
// links preflights to their requests and redirects to where they led, and gives
// the verdicts. Verdicts that are there stay.
//
// It asks the checks of package cors and decides nothing by itself. Where a
// recording does not hold what a check has to know, such as the answer, no verdict
// is given.
func Judge(t *Trace) {
	t.link()
	j := judge{trace: t, index: make(map[string]*Exchange, len(t.Exchanges))}
	for i := range t.Exchanges {
		j.index[t.Exchanges[i].ID] = &t.Exchanges[i]
	}
	for i := range t.Exchanges {
		if x := &t.Exchanges[i]; x.Verdict == nil && x.End != AtServer {
			if v, ok := j.verdict(x); ok {
				x.Verdict, x.Recomputed = &Verdict{v}, true
			}
		}
	}
}

type judge struct {
	trace *Trace
	index map[string]*Exchange
}

// verdict gives the verdict on one exchange; ok is false if none can be given.
func (j *judge) verdict(x *Exchange) (v cors.Verdict, ok bool) {
	r, isCORS := corsRequest(x)
	switch {
	case x.Response == nil:
		return unanswered(x)
	case isCORS:
		v, ok = j.checked(r, x)
	case x.Failure == "" && OriginOf(x.Request.URL) != "":
		v, ok = cors.Verdict{Reason: cors.NotCORS, On: cors.OnResponse}, true
	}
	if ok && !v.Refused() {
		if led := ledAway(x, isCORS); led.Refused() {
			return led, true
		}
	}
	return v, ok
}

// unanswered is the verdict on a request without an answer: it may not have been
// sent at all.
func unanswered(x *Exchange) (v cors.Verdict, ok bool) {
	if x.Mode != "navigate" {
		secure := strings.HasPrefix(x.Page, "https:") || strings.HasPrefix(x.Origin, "https:")
		if v := cors.CheckTarget(x.Request.URL, portOf(x.Request.URL), secure); v.Refused() {
			return v, true
		}
	}
	if isNetworkError(x.Failure) {
		return cors.Verdict{Reason: cors.NetworkFailed, On: on(x)}, true
	}
	return v, false
}

// checked is the verdict of the CORS check on an answer, or of that on a preflight.
func (j *judge) checked(r cors.Request, x *Exchange) (v cors.Verdict, ok bool) {
	known, included := j.credentials(x)
	r.Credentials = included
	v = check(r, x)
	if !known && v.Allowed() && j.failed(x) {
		// The browser has blocked it all the same, so it had credentials.
		r.Credentials = true
		v = check(r, x)
	}
	if v.Allowed() && j.failed(x) && x.Status() == 0 {
		return v, false // something else has
	}
	return v, true
}

// ledAway is the verdict on where a redirect leads.
func ledAway(x *Exchange, isCORS bool) cors.Verdict {
	location := x.Response.Header.Get("Location")
	if x.Preflight || !cors.IsRedirectStatus(x.Response.Status) || location == "" || x.Mode == "navigate" {
		return cors.Verdict{Reason: cors.NotCORS}
	}
	// What was left out of the address was there.
	to := resolve(x.Request.URL, strings.Replace(location, Redacted+"@", "user@", 1))
	if to == "" {
		return cors.Verdict{Reason: cors.NotCORS} // it cannot be read here, which is no verdict
	}
	return cors.CheckRedirect(to, x.Hop, isCORS || OriginOf(to) != x.Origin)
}

// check asks the check that applies to an answer.
func check(r cors.Request, x *Exchange) cors.Verdict {
	if x.Preflight {
		return cors.CheckPreflight(r, x.Response.Status, x.Response.Header)
	}
	return cors.Check(r, x.Response.Header, on(x))
}

// on says which message the answer of an exchange is.
func on(x *Exchange) cors.Message {
	switch {
	case x.Preflight:
		return cors.OnPreflight
	case cors.IsRedirectStatus(x.Status()):
		return cors.OnRedirect
	default:
		return cors.OnResponse
	}
}

// corsRequest is what the checks need to know of a request; ok is false if it was
// not a CORS request, as far as the recording shows.
func corsRequest(x *Exchange) (r cors.Request, ok bool) {
	r.Origin = x.Request.Header.Get(cors.HeaderOrigin)
	target := OriginOf(x.Request.URL)
	// What a browser has blocked is often recorded before it got its Origin.
	if r.Origin == "" && usesCORS(x) && target != "" {
		r.Origin = x.Origin
	}
	switch {
	case r.Origin == "", r.Origin == target && x.RedirectedBy == "":
		return r, false
	case x.Mode == "no-cors", x.Mode == "navigate", x.Mode == "same-origin", x.Mode == "websocket":
		return r, false
	}
	r.Method = x.Request.Method
	if x.Preflight {
		r.Method = x.Request.Header.Get(cors.HeaderRequestMethod)
		r.UnsafeHeaders = requestedHeaders(x.Request.Header)
	}
	return r, true
}

// usesCORS tells the requests that are made with CORS whatever page makes them.
func usesCORS(x *Exchange) bool {
	switch x.Type {
	case "xhr", "preflight", "font":
		return true
	}
	return x.Mode == "cors"
}

// credentials reports whether a request was made with credentials, and whether
// that is known: a request without cookies may have had none to send. A preflight
// has none itself; that of its request counts.
func (j *judge) credentials(x *Exchange) (known, included bool) {
	if request := j.index[x.PreflightFor]; x.Preflight && request != nil {
		x = request
	}
	if x.Credentials != "" {
		return true, x.Credentials == "include"
	}
	included = x.Request.Header.Has("Cookie")
	return included, included
}

// failed reports whether the browser said that a request failed. A preflight's
// failure may be told of its request.
func (j *judge) failed(x *Exchange) bool {
	if x.Preflight {
		request := j.index[x.PreflightFor]
		return x.Failure != "" || request != nil && request.Response == nil
	}
	return x.Failure != "" || x.Response != nil && x.Response.Status == 0
}

// isNetworkError tells failures that have nothing to do with CORS. Chromium says
// net::ERR_FAILED of whatever it blocks by a rule.
func isNetworkError(failure string) bool {
	switch failure {
	case "", "net::ERR_FAILED", "net::ERR_INVALID_REDIRECT", "net::ERR_UNSAFE_REDIRECT", "net::ERR_UNSAFE_PORT", "net::ERR_TOO_MANY_REDIRECTS", "net::ERR_ABORTED":
		return false
	}
	return strings.HasPrefix(failure, "net::ERR_") && !strings.HasPrefix(failure, "net::ERR_BLOCKED_BY_")
}

// requestedHeaders are the names that a preflight asks for.
func requestedHeaders(h Header) []string {
	var names []string
	for _, line := range h.Values(cors.HeaderRequestHeaders) {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
