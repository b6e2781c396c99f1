package trace

import (
	"slices"
	"strings"

	"github.com/corsage-go/corsage/cors"
)

// Judge links preflights to their requests and computes the verdicts that a
// recording leaves out, as those of browsers do. Verdicts that are there stay.
//
// It asks the checks of package cors and decides nothing by itself. Where a
// recording does not say what a check has to know, such as the page's origin, no
// verdict is given.
func Judge(t *Trace) {
	link(t)
	for i := range t.Exchanges {
		x := &t.Exchanges[i]
		if x.Verdict == nil && x.End != AtServer {
			if v, ok := t.judge(x); ok {
				x.Verdict, x.Recomputed = &Verdict{v}, true
			}
		}
	}
}

// judge gives the verdict on one exchange; ok is false if none can be given.
func (t *Trace) judge(x *Exchange) (v cors.Verdict, ok bool) {
	r, isCORS := t.corsRequest(x)
	switch {
	case !isCORS || x.Response == nil:
		return v, false
	case x.Preflight:
		return cors.CheckPreflight(r, x.Response.Status, x.Response.Header), true
	case cors.IsRedirectStatus(x.Response.Status):
		return cors.Check(r, x.Response.Header, cors.OnRedirect), true
	default:
		return cors.Check(r, x.Response.Header, cors.OnResponse), true
	}
}

// corsRequest is what the checks need to know of a request; ok is false if it was
// not a CORS request, as far as the recording shows.
func (t *Trace) corsRequest(x *Exchange) (r cors.Request, ok bool) {
	r.Origin = x.Request.Header.Get(cors.HeaderOrigin)
	if r.Origin == "" || x.Mode == "no-cors" || x.Mode == "navigate" || x.Mode == "same-origin" || isSameOrigin(r.Origin, x.Request.URL) {
		return r, false
	}
	r.Method, r.Credentials = x.Request.Method, t.includesCredentials(x)
	if x.Preflight {
		r.Method = x.Request.Header.Get(cors.HeaderRequestMethod)
		r.UnsafeHeaders = requestedHeaders(x.Request.Header)
	}
	return r, true
}

// includesCredentials reports whether a request was made with credentials. A
// preflight has none itself: that of its request counts.
func (t *Trace) includesCredentials(x *Exchange) bool {
	if x.Preflight {
		if request := t.ByID(x.PreflightFor); request != nil {
			x = request
		}
	}
	if x.Credentials != "" {
		return x.Credentials == "include"
	}
	return x.Request.Header.Has("Cookie")
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

// link finds the request that each preflight was made for, where the recording
// does not say: the next one to the same URL with the method that it asks for.
func link(t *Trace) {
	for i := range t.Exchanges {
		x := &t.Exchanges[i]
		x.Preflight = x.Preflight || isPreflight(&x.Request)
	}
	for i := range t.Exchanges {
		if p := &t.Exchanges[i]; p.Preflight && p.PreflightFor == "" {
			t.linkPreflight(p)
		}
	}
}

func (t *Trace) linkPreflight(p *Exchange) {
	method := p.Request.Header.Get(cors.HeaderRequestMethod)
	for i := range t.Exchanges {
		x := &t.Exchanges[i]
		if x.Preflight || x.PreflightID != "" || x.Request.URL != p.Request.URL || x.Request.Method != method || x.Started.Before(p.Started) {
			continue
		}
		p.PreflightFor, x.PreflightID = x.ID, p.ID
		return
	}
}

func isPreflight(r *Request) bool {
	return r.Method == "OPTIONS" && r.Header.Has(cors.HeaderRequestMethod) && r.Header.Has(cors.HeaderOrigin)
}
