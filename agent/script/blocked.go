package script

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

// tellFailed writes to the console why a request has failed: in Chromium's words
// if a rule has blocked it. What made the request is "xhr", "fetch" and so on; url is
// the one that was asked for.
func (r *Realm) tellFailed(what, url string, err error) {
	f, ok := errors.AsType[*fetch.Failure](err)
	switch {
	case r.options.Console == nil || ok && f.Verdict.Reason == cors.Aborted:
		return
	case ok:
		if line := r.consoleLine(what, url, f); line != "" {
			r.print("error", line)
			return
		}
	}
	r.print("error", "Failed to load resource: "+err.Error())
}

// consoleLine is what Chromium writes about a request that a rule has blocked; ""
// for any other failure.
func (r *Realm) consoleLine(what, url string, f *fetch.Failure) string {
	const asked, led, preflighted = "1", "2", "3"
	client := r.settings().Client
	blocked := trace.Exchange{
		ID: asked, End: trace.AtPage, Type: what, Origin: client.Origin.String(), Page: client.URL.HrefNoFragment(),
		Verdict: trace.NewVerdict(f.Verdict, trace.Redaction{}, trace.Limits{}), Request: trace.Request{URL: url},
	}
	if f.URL != nil {
		blocked.Request.URL = f.URL.HrefNoFragment()
	}
	t := &trace.Trace{}
	if f.Hops > 0 {
		first := blocked
		first.Request.URL = url
		blocked.ID, blocked.RedirectedBy = led, asked
		t.Exchanges = append(t.Exchanges, first)
	}
	if f.Verdict.On == cors.OnPreflight {
		actual := blocked
		actual.ID, blocked.Preflight, blocked.PreflightFor = preflighted, true, preflighted
		t.Exchanges = append(t.Exchanges, actual)
	}
	return explain.Console(t, &blocked)
}

// tellStatus writes to the console that a server has answered with an error, and
// where: a browser shows the address beside the line.
func (r *Realm) tellStatus(status int, url string) {
	if status >= http.StatusBadRequest && r.options.Console != nil {
		r.print("error", fmt.Sprintf(
			"Failed to load resource: the server responded with a status of %d (%s): %s", status, http.StatusText(status), url))
	}
}
