package corshttp

import (
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/cors/trace"
)

// Recorder makes a trace of the exchanges that a Middleware answers, each with
// the policy's verdict: give it to Record. One Recorder may serve several
// middlewares. It must not be changed once it is used.
type Recorder struct {
	// Sink takes each exchange when it is over. It is called by the goroutine of
	// the request, several at a time, and holds the next request of the
	// connection up. trace.Linked finds the preflights of requests.
	Sink trace.Sink

	Redaction trace.Redaction  // zero: no secrets are kept
	Limits    trace.Limits     // zero: the defaults; of the numbers, only those of one exchange count
	Now       func() time.Time // nil for time.Now

	exchanges atomic.Int64
}

// Record records every exchange. Bodies are not looked at: their bytes are
// counted. The handler gets a ResponseWriter that passes everything on; what it
// does not know, http.ResponseController finds behind it.
func Record(r *Recorder) Option {
	return func(m *Middleware) { m.recorder = r }
}

// serveRecorded serves a request and watches.
func (m *Middleware) serveRecorded(w http.ResponseWriter, r *http.Request, next http.Handler) {
	rec := m.recorder.begin(r)
	rec.ResponseWriter = w
	over := false
	defer func() {
		if !over { // it has panicked, which net/http deals with
			rec.exchange.Failure = "the handler gave up before its answer was complete"
		}
		rec.end()
	}()
	c, d := m.decide(rec, r)
	rec.decision = d
	m.answer(rec, r, next, c, d)
	over = true
}

// recording is one exchange under way: the ResponseWriter of its handler, and all
// that a trace.Exchange points to, in one allocation.
type recording struct {
	http.ResponseWriter
	recorder *Recorder
	decision policy.Decision
	begun    time.Time // the answer
	status   int
	written  int64

	exchange trace.Exchange
	response trace.Response
	verdict  trace.Verdict
}

// answerFields is how many fields of an answer there is room for at first.
const answerFields = 12

func (rec *Recorder) now() time.Time {
	if rec.Now != nil {
		return rec.Now()
	}
	return time.Now()
}

// begin notes the request, as long as nobody has changed it.
func (rec *Recorder) begin(r *http.Request) *recording {
	limits := rec.Limits.WithDefaults()
	most := min(len(r.Header)+1, limits.Fields)
	fields := make(trace.Header, 1, most+answerFields)
	id, address, cookies := rec.texts(r)
	fields[0] = trace.Field{Name: "Host", Value: trace.Cut(r.Host, limits.Value)}
	fields = rec.appendFields(fields, r.Header, limits, cookies)
	header := fields[:len(fields):len(fields)]
	return &recording{
		recorder: rec,
		response: trace.Response{Header: fields[len(fields):]},
		exchange: trace.Exchange{
			ID: id, Fetch: id, End: trace.AtServer, Preflight: IsPreflight(r), Page: rec.kept(r, "Referer", limits), Origin: rec.kept(r, cors.HeaderOrigin, limits),
			Mode: rec.kept(r, "Sec-Fetch-Mode", limits), Type: typeOf(r), Started: rec.now(), Timings: trace.NoTimings, Sent: true, Done: true,
			Request: trace.Request{
				Method: trace.Cut(r.Method, limits.Value), URL: trace.Cut(rec.Redaction.URL(address), limits.Value), Proto: r.Proto, Header: header, BodySize: r.ContentLength,
			},
		},
	}
}

// kept is what is kept of a field's first line.
func (rec *Recorder) kept(r *http.Request, name string, l trace.Limits) string {
	values := r.Header[name]
	if len(values) == 0 {
		return ""
	}
	return trace.Cut(rec.Redaction.Value(name, values[0]), l.Value)
}

// typeOf is what the answer is for, as far as the browser says so.
func typeOf(r *http.Request) string {
	dest := r.Header["Sec-Fetch-Dest"]
	switch {
	case IsPreflight(r):
		return "preflight"
	case len(dest) == 0 || len(dest[0]) > 32:
		return ""
	case dest[0] == "empty":
		return "fetch"
	default:
		return dest[0]
	}
}

// texts makes the exchange's ID, the request's address, and its cookies without
// their values: pieces of one string, so that they cost one allocation.
func (rec *Recorder) texts(r *http.Request) (id, address, cookies string) {
	var room [512]byte // on the stack; a longer text takes one allocation more
	b := append(room[:0], 's')
	b = strconv.AppendInt(b, rec.exchanges.Add(1), 10)
	endOfID := len(b)
	b = appendAddress(b, r)
	endOfAddress := len(b)
	if lines := r.Header["Cookie"]; len(lines) == 1 && !rec.Redaction.Off {
		b = trace.AppendCookies(b, lines[0])
	}
	s := string(b)
	return s[:endOfID], s[endOfID:endOfAddress], s[endOfAddress:]
}

func appendAddress(b []byte, r *http.Request) []byte {
	target := r.RequestURI
	switch {
	case strings.Contains(target, "://") && target[0] != '/': // as proxies are asked
		return append(b, target...)
	case target == "": // of a request that a test has made
		target = r.URL.RequestURI()
	}
	if r.TLS != nil {
		b = append(b, "https://"...)
	} else {
		b = append(b, "http://"...)
	}
	b = append(b, r.Host...)
	if target[0] != '/' { // the "*" of OPTIONS
		b = append(b, '/')
	}
	return append(b, target...)
}

// appendFields adds the fields of a header, sorted by name as net/http writes
// them, and redacted. cookies stands for the value of Cookie, if it is there.
func (rec *Recorder) appendFields(fields trace.Header, h http.Header, l trace.Limits, cookies string) trace.Header {
	// They are put in order on the stack, where moving them costs least.
	var room [24]trace.Field
	sorted := room[:0]
	for name, values := range h {
		for _, value := range values {
			if len(sorted) >= l.Fields {
				return append(fields, sorted...)
			}
			if name == "Cookie" && cookies != "" {
				value = cookies
			} else {
				value = trace.Text(rec.Redaction.Value(name, value))
			}
			sorted = insert(sorted, trace.Field{Name: trace.Cut(name, l.Value), Value: trace.Cut(value, l.Value)})
		}
	}
	return append(fields, sorted...)
}

// insert puts a field after those of a lower or equal name. A header is short, so
// that this costs less than sorting it afterwards.
func insert(fields []trace.Field, f trace.Field) []trace.Field {
	fields = append(fields, f)
	i := len(fields) - 1
	for i > 0 && f.Name < fields[i-1].Name {
		fields[i] = fields[i-1]
		i--
	}
	fields[i] = f
	return fields
}

// end completes the exchange and hands it over.
func (rec *recording) end() {
	if rec.status == 0 && rec.exchange.Failure == "" {
		rec.status = http.StatusOK // net/http sends that for a handler that says nothing
	}
	x := &rec.exchange
	now := rec.recorder.now()
	if rec.begun.IsZero() {
		rec.begun = now
	}
	x.Timings.Wait, x.Timings.Receive = rec.begun.Sub(x.Started), now.Sub(rec.begun)
	if rec.status != 0 {
		rec.response.Status, rec.response.BodySize, rec.response.Content = rec.status, rec.written, rec.written
		rec.response.Header = rec.recorder.appendFields(rec.response.Header, rec.Header(), rec.recorder.Limits.WithDefaults(), "")
		x.Response = &rec.response
	}
	rec.judge()
	if sink := rec.recorder.Sink.Exchange; sink != nil {
		sink(x)
	}
}

// judge notes the policy's verdict.
func (rec *recording) judge() {
	v := rec.decision.Verdict
	if v.Reason == cors.Undecided {
		return // the policy itself has failed
	}
	if v.Allowed() {
		rec.exchange.Policy = v.Expected
	}
	rec.verdict.Verdict = v
	if v.Refused() {
		v.Observed = trace.Text(v.Observed)
		rec.verdict = *trace.NewVerdict(v, rec.recorder.Redaction, rec.recorder.Limits)
	}
	rec.exchange.Verdict = &rec.verdict
}

// WriteHeader notes the status, unless more statuses are to come.
func (rec *recording) WriteHeader(status int) {
	if rec.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		rec.status, rec.begun = status, rec.recorder.now()
	}
	rec.ResponseWriter.WriteHeader(status)
}

// Write counts what is written.
func (rec *recording) Write(p []byte) (int, error) {
	if rec.status == 0 {
		rec.status, rec.begun = http.StatusOK, rec.recorder.now()
	}
	n, err := rec.ResponseWriter.Write(p)
	rec.written += int64(n)
	return n, err
}

// Unwrap gives http.ResponseController what is behind.
func (rec *recording) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

// Flush is for handlers that ask for an http.Flusher.
func (rec *recording) Flush() {
	_ = http.NewResponseController(rec.ResponseWriter).Flush() // http.Flusher has no error either
}
