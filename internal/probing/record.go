package probing

import (
	"errors"
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/probe"
	"github.com/corsage-go/corsage/cors/trace"
)

// record makes an answer of what the asking end tells.
type record struct {
	answer probe.Answer
	prober *Prober
}

func (r *record) hooks() *fetch.Hooks {
	return &fetch.Hooks{Request: r.request, Response: r.response, Verdict: r.verdict}
}

func (r *record) request(x *fetch.Exchange, asked *wire.Request) {
	p := r.answer.Probe
	e := trace.Exchange{
		ID: strconv.Itoa(len(r.answer.Exchanges) + 1), Fetch: "1", End: trace.AtPage, Preflight: x.Preflight, Attempt: x.Attempt,
		Origin: p.Origin, Mode: "cors", Credentials: credentials(p), Sent: true, Timings: trace.NoTimings,
		Request: trace.Request{Method: asked.Method, URL: trace.Redaction{}.URL(x.URL.WithoutCredentials().Href()), Header: r.fields(asked.Header)},
	}
	if n := len(r.answer.Exchanges); n > 0 && r.answer.Exchanges[n-1].Preflight {
		e.PreflightID, r.answer.Exchanges[n-1].PreflightFor = r.answer.Exchanges[n-1].ID, e.ID
	}
	r.answer.Exchanges = append(r.answer.Exchanges, e)
}

func credentials(p probe.Probe) string {
	if p.Credentials {
		return string(fetch.IncludeCredentials)
	}
	return string(fetch.OmitCredentials)
}

func (r *record) response(_ *fetch.Exchange, got *wire.Response) {
	x := &r.answer.Exchanges[len(r.answer.Exchanges)-1]
	x.Done = true
	x.Response = &trace.Response{
		Status: got.Status, StatusText: got.Reason, Proto: got.Proto, Header: r.fields(got.Header), BodySize: got.Length, Content: -1,
	}
}

func (r *record) verdict(v cors.Verdict, _ *weburl.URL) {
	r.answer.Verdict = v
	if n := len(r.answer.Exchanges); n > 0 {
		r.answer.Exchanges[n-1].Verdict = trace.NewVerdict(v, trace.Redaction{}, trace.Limits{}.WithDefaults())
	}
}

// failed notes why a page got nothing. What a rule has refused is an answer; what
// was held back on purpose has the verdict of its preflight.
func (r *record) failed(err error) {
	if isHeld(err) {
		r.dropHeld()
		return
	}
	if f, ok := errors.AsType[*fetch.Failure](err); ok && f.Verdict.Refused() && !isNetwork(f.Verdict.Reason) {
		r.answer.Verdict = f.Verdict
		return
	}
	r.answer.Failure = r.prober.Redact(cause(err))
}

func isNetwork(reason cors.Reason) bool {
	return reason == cors.NetworkFailed || reason == cors.Aborted || reason == cors.TimedOut
}

// cause says what happened without the verdict, which only says that something did.
func cause(err error) string {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return strings.TrimPrefix(e.Error(), "wire: ")
	}
	return err.Error()
}

// dropHeld forgets the request that was about to be sent.
func (r *record) dropHeld() {
	if n := len(r.answer.Exchanges); n > 0 && !r.answer.Exchanges[n-1].Preflight {
		r.answer.Exchanges = r.answer.Exchanges[:n-1]
		if n > 1 {
			r.answer.Exchanges[n-2].PreflightFor = ""
		}
	}
}

// fields copies header fields without what is nobody's business.
func (r *record) fields(h []wire.Field) trace.Header {
	limits := trace.Limits{}.WithDefaults()
	kept := make(trace.Header, 0, min(len(h), limits.Fields))
	for _, f := range h[:min(len(h), limits.Fields)] {
		value := trace.Cut(trace.Redaction{}.Value(f.Name, f.Value), limits.Value)
		kept = append(kept, trace.Field{Name: f.Name, Value: r.prober.Redact(value)})
	}
	return kept
}

// Redact leaves out what the prober was told to keep secret.
func (p *Prober) Redact(s string) string {
	for _, secret := range p.Secrets {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, trace.Redacted)
		}
	}
	return s
}
