package probing

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/probe"
)

// sender sends one probe at a time for each of its callers.
type sender struct {
	prober *Prober
	guard  *guard
	engine fetch.Engine
}

// newSender makes a browser that remembers nothing: neither answers nor preflights
// nor cookies, so that probes do not depend on each other.
func (p *Prober) newSender() *sender {
	s := &sender{prober: p, guard: &guard{next: p.Transport, pace: newPace(p.Rate)}}
	s.engine.Transport = s.guard
	s.engine.Profile = fetch.StandardProfile
	s.engine.Profile.UserAgent = p.UserAgent
	if p.Cookie != "" {
		s.engine.Jar = cookie(p.Cookie)
	}
	return s
}

// cookie is a jar that has one value for everybody and keeps nothing.
type cookie string

// Cookies implements fetch.Jar.
func (c cookie) Cookies(fetch.CookieContext, time.Time) string { return string(c) }

// SetCookies implements fetch.Jar.
func (cookie) SetCookies(_ fetch.CookieContext, values []string, _ time.Time) []fetch.CookieNote {
	return make([]fetch.CookieNote, len(values))
}

func (s *sender) send(ctx context.Context, p probe.Probe) probe.Answer {
	if t := s.prober.Timeout; t > 0 {
		timed, cancel := context.WithTimeout(ctx, t)
		defer cancel()
		ctx = timed
	}
	ctx = context.WithValue(ctx, probeKey{}, p)
	r := &record{answer: probe.Answer{Probe: p}, prober: s.prober}
	url, err := weburl.Parse(p.URL)
	switch {
	case err != nil:
		r.answer.Failure = err.Error()
	case p.Kind == probe.Plain:
		s.plain(ctx, p, url, r)
	default:
		s.asPage(ctx, p, url, r)
	}
	return r.answer
}

// asPage asks as a script of a page of the probe's origin does. Redirects are not
// followed: where they lead is nowhere in the plan.
func (s *sender) asPage(ctx context.Context, p probe.Probe, url *weburl.URL, r *record) {
	client, err := pageOf(p.Origin)
	if err != nil {
		r.answer.Failure = err.Error()
		return
	}
	request := &fetch.Request{
		Method: p.Method, URL: url, Header: wireFields(p.Header), Client: client,
		Mode: fetch.ModeCORS, Credentials: fetch.OmitCredentials, Redirect: fetch.ManualRedirect, Hooks: r.hooks(),
	}
	if p.Credentials {
		request.Credentials = fetch.IncludeCredentials
	}
	// Permission is asked for even where a request of this kind needs none. Where it
	// does, the flag has to be off: with it, silence would approve any method.
	request.ForcePreflight = p.Kind == probe.Preflight && cors.IsSafelistedMethod(p.Method) &&
		len(cors.UnsafeRequestHeaderNames(p.Header)) == 0
	resp, err := s.engine.Fetch(ctx, request)
	if err == nil {
		finish(resp.Body)
		return
	}
	r.failed(err)
}

// pageOf is a page of an origin. It counts as insecure wherever it is: whether it
// may ask plain http is not the server's to decide.
func pageOf(origin string) (*fetch.Client, error) {
	o, err := cors.ParseOrigin(origin)
	if err != nil {
		return nil, err
	}
	at := probe.StrangerOrigin // an opaque origin has a URL too, of a sandboxed page
	if !o.IsOpaque() {
		at = origin
	}
	url, err := weburl.Parse(at + "/")
	if err != nil {
		return nil, err
	}
	return &fetch.Client{Origin: o, TopLevel: o, URL: url}, nil
}

// plain sends what no browser would.
func (s *sender) plain(ctx context.Context, p probe.Probe, url *weburl.URL, r *record) {
	asking := &wire.Request{Method: p.Method, Scheme: url.Scheme(), Host: url.Host(), Target: url.Target(), Partition: "plain"}
	asking.Header = append(asking.Header, wire.Field{Name: "Accept", Value: "*/*"})
	if p.Origin != "" {
		asking.Header = append(asking.Header, wire.Field{Name: cors.HeaderOrigin, Value: p.Origin})
	}
	if s.prober.UserAgent != "" {
		asking.Header = append(asking.Header, wire.Field{Name: "User-Agent", Value: s.prober.UserAgent})
	}
	asking.Header = append(asking.Header, wireFields(p.Header)...)
	if p.Credentials && s.prober.Cookie != "" {
		asking.Header = append(asking.Header, wire.Field{Name: "Cookie", Value: s.prober.Cookie})
	}
	x := &fetch.Exchange{URL: url}
	r.request(x, asking)
	resp, err := s.guard.RoundTrip(ctx, asking)
	if err != nil {
		r.failed(err)
		return
	}
	r.response(x, resp)
	finish(resp.Body)
	if p.Origin != "" {
		r.answer.Verdict = r.answer.Check(p.Credentials)
	}
}

func wireFields(fields []cors.Field) []wire.Field {
	out := make([]wire.Field, len(fields))
	for i, f := range fields {
		out[i] = wire.Field(f)
	}
	return out
}

// maxDrained is how much of a body is read so that its connection can be used
// again; with more to come, it is closed.
const maxDrained = 64 << 10

func finish(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, maxDrained) // nobody wants it
	_ = body.Close()
}

// isHeld reports whether a request was held back by the guard.
func isHeld(err error) bool { return errors.Is(err, errHeld) }
