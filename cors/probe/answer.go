package probe

import (
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// Answer is what came of a probe.
type Answer struct {
	Probe     Probe
	Exchanges []trace.Exchange // in order: the preflight, if there was one, and the request
	Verdict   cors.Verdict     // that the page was given; of a Preflight probe the one on the preflight
	Failure   string           // what happened on the network; "" if there was an answer
}

// Failed reports whether the network, or the server's HTTP, kept the answer back.
func (a *Answer) Failed() bool { return a.Failure != "" }

// Preflight returns the exchange of the preflight, nil if there was none.
func (a *Answer) Preflight() *trace.Exchange {
	for i := range a.Exchanges {
		if x := &a.Exchanges[i]; x.Preflight && x.Response != nil {
			return x
		}
	}
	return nil
}

// Response returns the exchange of the request itself, nil if it was not sent.
func (a *Answer) Response() *trace.Exchange {
	for i := range a.Exchanges {
		if x := &a.Exchanges[i]; !x.Preflight && x.Response != nil {
			return x
		}
	}
	return nil
}

// Last returns the last exchange that was answered, nil if there is none.
func (a *Answer) Last() *trace.Exchange {
	for i := len(a.Exchanges) - 1; i >= 0; i-- {
		if a.Exchanges[i].Response != nil {
			return &a.Exchanges[i]
		}
	}
	return nil
}

// Trace returns the exchanges as a trace.
func (a *Answer) Trace() *trace.Trace { return &trace.Trace{Exchanges: a.Exchanges} }

// Check returns the verdict on the last answer for a page of the same origin, with
// credentials or without. A server is not told which of the two a page has chosen,
// so one answer shows both.
func (a *Answer) Check(credentials bool) cors.Verdict {
	x := a.Last()
	if x == nil {
		return cors.Verdict{}
	}
	r := cors.Request{Origin: a.Probe.Origin, Method: a.Probe.Method, Credentials: credentials}
	switch {
	case x.Preflight:
		r.UnsafeHeaders = cors.UnsafeRequestHeaderNames(a.Probe.Header)
		return cors.CheckPreflight(r, x.Response.Status, x.Response.Header)
	case cors.IsRedirectStatus(x.Response.Status):
		return cors.Check(r, x.Response.Header, cors.OnRedirect)
	default:
		return cors.Check(r, x.Response.Header, cors.OnResponse)
	}
}

// Header returns the value of a field of the last answer, its lines combined; "" if
// there is none.
func (a *Answer) Header(name string) string { return combined(a.Last(), name) }
