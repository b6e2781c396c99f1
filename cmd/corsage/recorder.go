package main

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
	"github.com/corsage-go/corsage/server/corshttp"
)

// recorder writes down what a site is asked and what it answers, for the panel. It
// stands outside of everything that has a part in the answer, so that it has what a
// browser gets to see. A nil one records nothing.
type recorder struct {
	sink      trace.Sink
	origin    string // of the site
	redaction trace.Redaction
	limits    trace.Limits
	now       func() time.Time
	bodies    func(*http.Request) bool // whether the beginning of the bodies may be kept
}

// option lets the middleware tell the recorder what the policy has decided. The two
// stand far from each other, with whatever spoils answers between them; what leads
// from one to the other is the request's context.
func (rec *recorder) option() []corshttp.Option {
	if rec == nil {
		return nil
	}
	return []corshttp.Option{corshttp.Observe(decisionNote{}, nil)}
}

// decisionNote notes a decision where the context of its request says.
type decisionNote struct{}

type decisionKey struct{}

// Observe implements corshttp.Observer.
func (decisionNote) Observe(e corshttp.Event) {
	if v, ok := e.Request.Context().Value(decisionKey{}).(*cors.Verdict); ok {
		*v = e.Verdict
	}
}

func (rec *recorder) wrap(next http.Handler) http.Handler {
	if rec == nil {
		return next
	}
	limits := rec.limits.WithDefaults()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keep := 0
		if rec.bodies(r) {
			keep = max(limits.Body, 0)
		}
		x := rec.begin(r)
		rec.tell(x)
		answer := &recordedResponse{ResponseWriter: w, now: rec.now, body: beginning{most: keep}}
		var decided cors.Verdict
		asked := r.WithContext(context.WithValue(r.Context(), decisionKey{}, &decided))
		body := &recordedBody{ReadCloser: r.Body, beginning: beginning{most: keep}}
		if r.Body != nil && r.Body != http.NoBody {
			asked.Body = body
		}
		defer func() { // after a panic too
			rec.end(x, asked, answer, body)
			rec.judge(x, decided)
			rec.tell(x)
			r.Pattern = asked.Pattern // which the log wants to know
		}()
		next.ServeHTTP(answer, asked)
		answer.finish()
	})
}

// tell hands over a copy, since what is told may not change afterwards.
func (rec *recorder) tell(x *trace.Exchange) {
	told := *x
	rec.sink.Exchange(&told)
}

func (rec *recorder) begin(r *http.Request) *trace.Exchange {
	id, _ := r.Context().Value(requestIDKey{}).(string)
	x := &trace.Exchange{
		ID: id, End: trace.AtServer, Sent: true, Preflight: corshttp.IsPreflight(r), Started: rec.now(), Timings: trace.NoTimings,
		Mode: r.Header.Get("Sec-Fetch-Mode"), Origin: trace.Cut(r.Header.Get("Origin"), rec.limits.WithDefaults().Value),
		Page: r.Referer(), Type: typeOf(r),
		Request: trace.Request{
			Method: r.Method, URL: rec.origin + r.URL.RequestURI(), Proto: r.Proto, Header: headerOf(r.Header), BodySize: r.ContentLength,
		},
	}
	if x.Origin == "" {
		x.Origin = trace.OriginOf(r.Referer())
	}
	x.Request.Header = append(trace.Header{{Name: "Host", Value: r.Host}}, x.Request.Header...)
	x.Clean(rec.redaction, rec.limits)
	return x
}

// typeOf says what a browser asks for. A server cannot tell XMLHttpRequest from
// fetch().
func typeOf(r *http.Request) string {
	if corshttp.IsPreflight(r) {
		return "preflight"
	}
	if dest := r.Header.Get("Sec-Fetch-Dest"); dest != "empty" {
		return dest
	}
	return "xhr"
}

// end completes an exchange.
func (rec *recorder) end(x *trace.Exchange, r *http.Request, answer *recordedResponse, body *recordedBody) {
	ended := rec.now()
	x.Done = true
	x.Request.BodySize = max(r.ContentLength, body.size)
	x.Request.Body = body.kept(r.Header)
	if answer.status == 0 {
		x.Failure = "the connection was cut off without an answer"
		return
	}
	x.Timings.Wait, x.Timings.Receive = answer.first.Sub(x.Started), ended.Sub(answer.first)
	x.Response = &trace.Response{
		Status: answer.status, StatusText: http.StatusText(answer.status), Proto: r.Proto, Header: headerOf(answer.header),
		BodySize: answer.body.size, Content: answer.body.size, Body: answer.body.kept(answer.header),
	}
	x.Clean(rec.redaction, rec.limits)
}

// judge gives an exchange the verdict that the policy has acted on. If the answer
// says otherwise, because something has changed it since, a browser's verdict on it
// is what counts for the page.
func (rec *recorder) judge(x *trace.Exchange, decided cors.Verdict) {
	t := &trace.Trace{Exchanges: []trace.Exchange{*x}}
	t.Exchanges[0].End = trace.AtPage
	trace.Judge(t)
	x.Verdict, x.Recomputed = t.Exchanges[0].Verdict, t.Exchanges[0].Recomputed
	if decided.Allowed() {
		x.Policy = decided.Expected
	}
	pageAllowed := x.Verdict != nil && x.Verdict.Allowed()
	if decided.Refused() && decided.Reason != cors.Undecided && !pageAllowed || decided.Allowed() && pageAllowed {
		x.Verdict, x.Recomputed = trace.NewVerdict(decided, rec.redaction, rec.limits), false
	}
}

// headerOf lists the fields of a header by name, since their order on the wire is
// not known here.
func headerOf(h http.Header) trace.Header {
	fields := trace.Header{}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			fields = append(fields, trace.Field{Name: name, Value: value})
		}
	}
	return fields
}

// beginning keeps the beginning of a body and counts the rest.
type beginning struct {
	most  int
	bytes bytes.Buffer
	size  int64
}

func (b *beginning) add(p []byte) {
	b.size += int64(len(p))
	if room := b.most - b.bytes.Len(); room > 0 {
		b.bytes.Write(p[:min(len(p), room)])
	}
}

func (b *beginning) kept(h http.Header) *trace.Body {
	if h.Get("Content-Encoding") != "" {
		return nil // what is packed cannot be read from its beginning
	}
	return trace.NewBody(h.Get("Content-Type"), b.bytes.Bytes(), b.size > int64(b.bytes.Len()))
}

// recordedBody notes what is read of a request's body.
type recordedBody struct {
	io.ReadCloser
	beginning
}

// Read implements io.Reader.
func (b *recordedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.add(p[:n])
	return n, err
}

// recordedResponse is a ResponseWriter that notes what is answered.
type recordedResponse struct {
	http.ResponseWriter
	now    func() time.Time
	status int // 0 until it is known
	header http.Header
	first  time.Time
	body   beginning
}

// Unwrap lets http.ResponseController find what it needs.
func (a *recordedResponse) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (a *recordedResponse) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK {
		a.status, a.header, a.first = status, a.Header().Clone(), a.now()
	}
	a.ResponseWriter.WriteHeader(status)
}

// finish notes what the server makes of an answer that names no status.
func (a *recordedResponse) finish() {
	if a.status == 0 {
		a.status, a.header, a.first = http.StatusOK, a.Header().Clone(), a.now()
	}
}

// Write implements http.ResponseWriter.
func (a *recordedResponse) Write(p []byte) (int, error) {
	a.finish() // before the first byte, the status is said or 200
	n, err := a.ResponseWriter.Write(p)
	a.body.add(p[:n])
	return n, err
}

// ReadFrom lets the system copy files to the connection by itself. What is kept of
// the body is read first.
func (a *recordedResponse) ReadFrom(r io.Reader) (int64, error) {
	a.finish()
	var read int64
	if room := a.body.most - a.body.bytes.Len(); room > 0 {
		n, err := io.CopyN(struct{ io.Writer }{a}, r, int64(room))
		if err != nil {
			return n, notEnd(err)
		}
		read = n
	}
	n, err := io.Copy(a.ResponseWriter, r)
	a.body.size += n
	return read + n, err
}

func notEnd(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// bodiesInDemo lets the panel of the demo show bodies, which are made up, but for
// those that hold a password or a token.
func bodiesInDemo(r *http.Request) bool {
	return !strings.HasPrefix(r.URL.Path, "/session") && !strings.HasPrefix(r.URL.Path, "/tokens")
}

func noBodies(*http.Request) bool { return false }
