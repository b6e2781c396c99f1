package agent

import (
	"crypto/tls"
	"errors"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// recording is what is recorded of one fetch. Its hooks come from the goroutine
// of the fetch, that of whoever reads the body, and that of the script.
type recording struct {
	recorder *Recorder
	limits   trace.Limits
	asked    *fetch.Request
	fetch    string

	mu          sync.Mutex
	count       int
	current     *trace.Exchange // the last that began; nil before the first
	preflight   string          // the ID of the preflight that has approved, for the next request
	approved    bool            // an earlier one has, for the next request
	preflighted *trace.Exchange // that preflight
	led         string          // the ID of the exchange that led elsewhere, for the next ones
	clock       stopwatch       // of current
	body        []byte          // the beginning of its body
	more        bool            // and there is more of it
}

func (rec *recording) hooks() *fetch.Hooks {
	return &fetch.Hooks{
		Request: rec.request, Trace: rec.trace, Response: rec.response, Failed: rec.failed,
		Verdict: rec.verdict, PreflightKnown: rec.preflightKnown, Redirect: rec.redirect,
		Cookies: rec.cookies, Cached: rec.cached, End: rec.end, Chunk: rec.chunk, Body: rec.bodyEnd, Event: rec.event,
	}
}

// begin starts the next exchange of the fetch.
func (rec *recording) begin(u *weburl.URL, preflight bool) *trace.Exchange {
	rec.count++
	x := &trace.Exchange{
		ID: rec.fetch + "." + strconv.Itoa(rec.count), Fetch: rec.fetch, End: trace.AtPage,
		Preflight: preflight, RedirectedBy: rec.led, Mode: string(rec.asked.Mode), Credentials: string(rec.asked.Credentials),
		Type: rec.asked.Destination, Started: rec.recorder.now(), Timings: trace.NoTimings,
		Request: trace.Request{Method: rec.asked.Method, URL: rec.url(u)},
	}
	if c := rec.asked.Client; c != nil {
		x.Origin = c.Origin.String()
		if c.URL != nil {
			x.Page = rec.url(c.URL)
		}
	}
	rec.fillDefaults(x)
	rec.current, rec.clock, rec.body, rec.more = x, stopwatch{started: x.Started}, nil, false
	return x
}

// fillDefaults says what empty fields of a request stand for.
func (rec *recording) fillDefaults(x *trace.Exchange) {
	if x.Mode == "" {
		x.Mode = string(fetch.ModeCORS)
	}
	if x.Credentials == "" {
		x.Credentials = string(fetch.SameOriginCredentials)
	}
	switch {
	case x.Preflight:
		x.Type = "preflight"
	case x.Type == "":
		x.Type = "xhr"
	}
}

func (rec *recording) url(u *weburl.URL) string {
	if u == nil {
		return ""
	}
	return trace.Cut(rec.recorder.Redaction.URL(u.HrefNoFragment()), rec.limits.Value)
}

func (rec *recording) header(fields []wire.Field) trace.Header {
	r := rec.recorder.Redaction
	h := make(trace.Header, 0, min(len(fields), rec.limits.Fields))
	for _, f := range fields[:min(len(fields), rec.limits.Fields)] {
		h = append(h, trace.Field{Name: f.Name, Value: trace.Cut(trace.Text(r.Value(f.Name, f.Value)), rec.limits.Value)})
	}
	return h
}

func (rec *recording) request(x *fetch.Exchange, r *wire.Request) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	e := rec.begin(x.URL, x.Preflight)
	e.Sent, e.Hop, e.Attempt = true, x.Hops, x.Attempt
	e.Request.Method, e.Request.BodySize = r.Method, r.Length
	e.Request.Header = append(trace.Header{{Name: "Host", Value: r.Host}}, rec.header(r.Header)...)
	if !x.Preflight {
		e.PreflightID, e.Approved = rec.preflight, rec.approved
		rec.preflight, rec.approved = "", false
	}
	rec.publish()
	if e.PreflightID != "" {
		rec.linkPreflight(e)
	}
}

// linkPreflight tells of the preflight once more, now that its request is known.
func (rec *recording) linkPreflight(e *trace.Exchange) {
	if rec.preflighted == nil || rec.preflighted.ID != e.PreflightID {
		return
	}
	rec.preflighted.PreflightFor = e.ID
	rec.tell(rec.preflighted)
}

func (rec *recording) response(_ *fetch.Exchange, r *wire.Response) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.clock.head = rec.recorder.now()
	e := rec.current
	e.Request.Proto = r.Proto
	e.Response = rec.head(r)
	rec.publish()
}

func (rec *recording) head(r *wire.Response) *trace.Response {
	return &trace.Response{
		Status: r.Status, StatusText: r.Reason, Proto: r.Proto, Header: rec.header(r.Header), BodySize: r.Length, Content: -1,
	}
}

func (rec *recording) failed(_ *fetch.Exchange, err error) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.current.Failure = err.Error()
}

// verdict notes what was decided. What is decided before anything is sent gets an
// exchange of its own, so that it can be seen.
func (rec *recording) verdict(v cors.Verdict, u *weburl.URL) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if v.On == cors.OnRequest || rec.current == nil {
		rec.begin(u, false)
	}
	e := rec.current
	e.Verdict = rec.written(v)
	e.Done = e.Done || e.Preflight || v.Refused()
	if e.Preflight && v.Allowed() {
		rec.preflight, rec.preflighted = e.ID, e
	}
	rec.publish()
}

// written is a verdict as a trace holds it.
func (rec *recording) written(v cors.Verdict) *trace.Verdict {
	v.Observed, v.Expected, v.Detail = trace.Text(v.Observed), trace.Text(v.Expected), trace.Text(v.Detail)
	return trace.NewVerdict(v, rec.recorder.Redaction, rec.limits)
}

func (rec *recording) preflightKnown(*weburl.URL) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.approved = true
}

func (rec *recording) redirect(int, *weburl.URL, *weburl.URL) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if e := rec.current; e != nil {
		e.Done, rec.led = true, e.ID
		rec.publish()
	}
}

func (rec *recording) cookies(_ *weburl.URL, notes []fetch.CookieNote) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	for _, n := range notes[:min(len(notes), rec.limits.Fields)] {
		rec.current.Cookies = append(rec.current.Cookies, trace.Cookie{
			Name: trace.Cut(n.Name, rec.limits.Value), Line: trace.Cut(rec.recorder.Redaction.Value("Set-Cookie", n.Line), rec.limits.Value),
			Kept: n.Kept, Reason: n.Reason, Detail: n.Detail,
		})
	}
	rec.publish()
}

// cached notes what the cache did. A hit takes the place of an exchange; after a
// revalidation the page gets what was stored, and the 304 stays to be seen.
func (rec *recording) cached(use fetch.CacheUse, u *weburl.URL, stored *wire.Response) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if use != fetch.CacheRevalidated || rec.current == nil {
		rec.begin(u, false)
	}
	e := rec.current
	e.Cache = string(use)
	if use == fetch.CacheHit {
		rec.clock.head = rec.recorder.now()
		e.Response = rec.head(stored)
	}
	rec.publish()
}

// end notes how the fetch ended, unless a body is still to be read.
func (rec *recording) end(r *fetch.Response, err error) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	f, _ := errors.AsType[*fetch.Failure](err)
	switch e := rec.current; {
	case e == nil, f != nil && e.Done && !e.Blocked(): // nothing of it is on the wire
		rec.begin(rec.asked.URL, false)
	}
	e := rec.current
	switch {
	case f != nil:
		rec.note(f)
	case e.Response == nil: // of a data: or blob: URL
		e.Response = &trace.Response{Status: r.Status, StatusText: r.StatusText, Header: rec.header(r.Header), Content: -1}
	}
	e.Done = e.Done || err != nil || r.Type == fetch.OpaqueResponse || r.Type == fetch.OpaqueRedirectResponse
	rec.publish()
}

// note writes a failure down where a verdict has not.
func (rec *recording) note(f *fetch.Failure) {
	e := rec.current
	if e.Verdict == nil || e.Verdict.Allowed() {
		e.Verdict = rec.written(f.Verdict)
	}
	if e.Failure == "" && f.Err != nil {
		e.Failure = f.Err.Error()
	}
}

func (rec *recording) chunk(p []byte) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	room := max(rec.limits.Body-len(rec.body), 0)
	rec.body = append(rec.body, p[:min(room, len(p))]...)
	rec.more = rec.more || room < len(p)
}

func (rec *recording) bodyEnd(n int64, err error) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	e := rec.current
	r := *e.Response // the one that was told is not changed
	r.Content, r.Body = n, trace.NewBody(r.Header.Get("Content-Type"), rec.body, rec.more)
	if r.BodySize < 0 && !r.Header.Has("Content-Encoding") {
		r.BodySize = n
	}
	e.Response, e.Done = &r, true
	rec.clock.end = rec.recorder.now()
	if f, _ := errors.AsType[*fetch.Failure](err); f != nil {
		rec.note(f)
	}
	rec.publish()
}

func (rec *recording) event(e fetch.ScriptEvent) {
	if rec.recorder.Sink.Event == nil {
		return
	}
	rec.recorder.Sink.Event(trace.Event{
		Fetch: rec.fetch, At: rec.recorder.now(), On: e.On, Type: e.Type, State: e.State, Status: e.Status, Loaded: e.Loaded, Total: e.Total,
	})
}

// publish tells what is known of the current exchange.
func (rec *recording) publish() {
	rec.current.Timings = rec.clock.timings()
	rec.tell(rec.current)
}

// tell hands over a copy, since more may become known.
func (rec *recording) tell(x *trace.Exchange) {
	if rec.recorder.Sink.Exchange == nil {
		return
	}
	told := *x
	rec.recorder.Sink.Exchange(&told)
}

// trace times what happens on the connection.
func (rec *recording) trace(*fetch.Exchange) *wire.Trace {
	at := func(note func(c *stopwatch, now time.Time)) {
		rec.mu.Lock()
		defer rec.mu.Unlock()
		note(&rec.clock, rec.recorder.now())
	}
	return &wire.Trace{
		Resolved: func(string, []netip.Addr, error) { at(func(c *stopwatch, now time.Time) { c.resolved = now }) },
		Connected: func(_ string, err error) {
			if err == nil {
				at(func(c *stopwatch, now time.Time) { c.connected = now })
			}
		},
		Handshaken: func(tls.ConnectionState, error) { at(func(c *stopwatch, now time.Time) { c.handshaken = now }) },
		GotConn: func(info wire.ConnInfo) {
			at(func(c *stopwatch, now time.Time) { c.got = now })
			rec.connectedTo(info)
		},
		WroteHead: func() { at(func(c *stopwatch, now time.Time) { c.wrote = now }) },
		WroteBody: func(int64) { at(func(c *stopwatch, now time.Time) { c.wrote = now }) },
		FirstByte: func() { at(func(c *stopwatch, now time.Time) { c.first = now }) },
	}
}

func (rec *recording) connectedTo(info wire.ConnInfo) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if info.Remote != nil {
		rec.current.Server = info.Remote.String()
	}
}
