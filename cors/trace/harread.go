package trace

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// ReadOptions says what is kept of a recording that is read.
type ReadOptions struct {
	Redaction Redaction // zero: no secrets are kept
	Limits    Limits    // zero: the defaults
	AsIs      bool      // do not Judge what has no verdict
}

// maxEntry bounds what one entry of a HAR file may take in memory.
const maxEntry = 256 << 20

// ReadHAR reads a HAR 1.2 file, entry by entry, so that a large one takes no more
// memory than what is kept of it. Files saved by Chrome and Firefox, which leave
// out verdicts and which preflight belongs to which request, get both by Judge.
//
// The error says where in the file something is wrong, by entry and offset.
func ReadHAR(r io.Reader, o ReadOptions) (*Trace, error) {
	in := &boundedReader{r: bufio.NewReaderSize(r, 64<<10), left: maxEntry, what: "one entry"}
	h := &harReader{dec: json.NewDecoder(in), in: in, options: o, limits: o.Limits.WithDefaults(), pages: map[string]string{}}
	skipBOM(in.r)
	if err := h.file(); err != nil {
		return nil, fmt.Errorf("read HAR: %w", h.placed(err))
	}
	if !h.found {
		return nil, errors.New("read HAR: there is no log with entries in it; is this a HAR file?")
	}
	h.nameOrigins()
	if !o.AsIs {
		Judge(&h.trace)
	}
	return &h.trace, nil
}

// skipBOM leaves out the mark that some editors put before a text.
func skipBOM(r *bufio.Reader) {
	if b, err := r.Peek(3); err == nil && string(b) == "\xef\xbb\xbf" {
		_, _ = r.Discard(3) // they have been seen
	}
}

// boundedReader fails when more is read than was allowed since the last time.
type boundedReader struct {
	r    *bufio.Reader
	left int
	what string // is bounded
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("%s is longer than %d MiB", b.what, maxEntry>>20)
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

type harReader struct {
	dec     *json.Decoder
	in      *boundedReader
	options ReadOptions
	limits  Limits
	trace   Trace
	pages   map[string]string // the URLs of pages, by their IDs
	refs    []string          // the page of each exchange
	entries int
	found   bool
}

// placed adds to an error where it was found.
func (h *harReader) placed(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("entry %d, near byte %d: %w", h.entries+1, h.dec.InputOffset(), err)
}

func (h *harReader) file() error {
	return h.object(func(key string) error {
		if key == "log" {
			return h.object(h.logMember)
		}
		return h.skip()
	})
}

func (h *harReader) logMember(key string) error {
	switch key {
	case "creator", "browser":
		var c harCreator
		if err := h.dec.Decode(&c); err != nil {
			return err
		}
		h.trace.Recorder = Cut(strings.TrimSpace(c.Name+" "+c.Version), h.limits.Value)
		return nil
	case "pages":
		return h.array(h.page)
	case "entries":
		h.found = true
		return h.array(h.entry)
	case "_events":
		return h.array(h.event)
	default:
		return h.skip()
	}
}

// object calls member for each member of an object; null has none.
func (h *harReader) object(member func(key string) error) error {
	if ok, err := h.open('{'); !ok {
		return err
	}
	for h.dec.More() {
		key, err := h.dec.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if err := member(name); err != nil {
			return err
		}
	}
	_, err := h.dec.Token() // the closing brace
	return err
}

// array calls element for each element of an array; null has none.
func (h *harReader) array(element func() error) error {
	if ok, err := h.open('['); !ok {
		return err
	}
	for h.dec.More() {
		h.in.left = maxEntry
		if err := element(); err != nil {
			return err
		}
	}
	_, err := h.dec.Token() // the closing bracket
	return err
}

func (h *harReader) open(want json.Delim) (bool, error) {
	token, err := h.dec.Token()
	if err != nil || token == nil {
		return false, err
	}
	if token != want {
		return false, fmt.Errorf("%v where %q should be", token, rune(want))
	}
	return true, nil
}

func (h *harReader) skip() error {
	var ignored json.RawMessage
	return h.dec.Decode(&ignored)
}

func (h *harReader) page() error {
	var p harPage
	if err := h.dec.Decode(&p); err != nil {
		return err
	}
	if len(h.pages) < h.limits.Exchanges && strings.Contains(p.Title, "://") { // Chrome's title is the page's URL
		h.pages[p.ID] = Cut(h.options.Redaction.URL(p.Title), h.limits.Value)
	}
	return nil
}

func (h *harReader) event() error {
	var e Event
	if err := h.dec.Decode(&e); err != nil {
		return err
	}
	if len(h.trace.Events) < h.limits.Events {
		h.trace.Events = append(h.trace.Events, e)
	}
	return nil
}

func (h *harReader) entry() error {
	var e harEntry
	if err := h.dec.Decode(&e); err != nil {
		return err
	}
	h.entries++
	if len(h.trace.Exchanges) >= h.limits.Exchanges {
		h.trace.Dropped++
		return nil
	}
	x, err := h.exchange(&e)
	if err != nil {
		h.entries-- // so that the error names this one
		return err
	}
	h.trace.Exchanges = append(h.trace.Exchanges, x)
	h.refs = append(h.refs, e.Page)
	return nil
}

// exchange is what is kept of an entry.
func (h *harReader) exchange(e *harEntry) (Exchange, error) {
	x := Exchange{
		ID: e.ID, Fetch: e.Fetch, End: e.End, Preflight: e.Preflight || e.ResourceType == "preflight", PreflightFor: e.PreflightFor,
		PreflightID: e.PreflightID, Approved: e.Approved, RedirectedBy: e.RedirectedBy, Hop: e.Hop, Attempt: e.Attempt,
		Page: h.url(e.PageURL), Origin: h.cut(e.Origin), Mode: e.Mode, Credentials: e.Credentials, Type: e.ResourceType,
		Initiator: h.cut(initiatorOf(e.Initiator)), Priority: e.Priority, Started: timeOf(e.Started), Timings: e.Timings.durations(),
		Sent: !e.Unsent, Done: !e.Pending, Cache: e.CacheUse, Policy: h.cut(e.Policy), Probe: e.Probe, Server: h.cut(e.Server),
		Request: h.request(&e.Request), Response: h.response(&e.Response), Failure: h.cut(e.Response.Error),
	}
	if x.ID == "" {
		x.ID = strconv.Itoa(h.entries)
	}
	if x.Cache == "" && e.FromCache != "" {
		x.Cache = "hit"
	}
	h.infer(&x, e)
	for _, c := range e.Cookies[:min(len(e.Cookies), h.limits.Fields)] {
		c.Line = h.cut(h.options.Redaction.Value("Set-Cookie", c.Line))
		x.Cookies = append(x.Cookies, c)
	}
	if e.CORS != nil {
		v, err := e.CORS.verdict()
		if err != nil {
			return x, err
		}
		x.Verdict, x.Recomputed = NewVerdict(v.Verdict, h.options.Redaction, h.limits), e.CORS.Recomputed
	}
	return x, nil
}

// infer reads from the header what other recorders do not say by itself.
func (h *harReader) infer(x *Exchange, e *harEntry) {
	header := x.Request.Header
	if x.Mode == "" {
		x.Mode = header.Get("Sec-Fetch-Mode")
	}
	if x.Type == "" {
		switch dest := header.Get("Sec-Fetch-Dest"); dest {
		case "empty":
			x.Type = "fetch"
		default:
			x.Type = dest
		}
	}
	// Firefox has the cookies in a list of their own.
	if len(e.Request.Cookies) > 0 && !header.Has("Cookie") {
		var b strings.Builder
		for i, c := range e.Request.Cookies[:min(len(e.Request.Cookies), h.limits.Fields)] {
			if i > 0 {
				b.WriteString("; ")
			}
			b.WriteString(c.Name + "=" + c.Value)
		}
		x.Request.Header = append(header, Field{Name: "Cookie", Value: h.cut(h.options.Redaction.Value("Cookie", b.String()))})
	}
}

func (h *harReader) request(r *harRequest) Request {
	request := Request{Method: h.cut(r.Method), URL: h.url(r.URL), Proto: h.cut(r.Proto), Header: h.header(r.Headers), BodySize: r.BodySize}
	if r.PostData != nil {
		request.Body = h.body(r.PostData.Type, r.PostData.Text, false, false)
	}
	return request
}

// response is nil if the file holds no answer: a status of 0, as browsers write
// it for a request that failed, and no header.
func (h *harReader) response(r *harResponse) *Response {
	if r.Status == 0 && len(r.Headers) == 0 {
		return nil
	}
	response := &Response{
		Status: r.Status, StatusText: h.cut(r.StatusText), Proto: h.cut(r.Proto), Header: h.header(r.Headers),
		BodySize: r.BodySize, Content: r.Content.Size,
		Body: h.body(r.Content.Type, r.Content.Text, r.Content.Encoding == "base64", r.Content.Cut),
	}
	if !response.Header.Has("Location") && r.RedirectURL != "" {
		response.Header = append(response.Header, Field{Name: "Location", Value: h.url(r.RedirectURL)})
	}
	return response
}

// header keeps the fields of a header. Several lines of a name are one field with
// line breaks in some recordings; pseudo-fields of HTTP/2 are none.
func (h *harReader) header(fields Header) Header {
	kept := make(Header, 0, min(len(fields), h.limits.Fields))
	for _, f := range fields {
		if strings.HasPrefix(f.Name, ":") {
			continue
		}
		for line := range strings.SplitSeq(f.Value, "\n") {
			if len(kept) == h.limits.Fields {
				return kept
			}
			kept = append(kept, Field{Name: h.cut(f.Name), Value: h.cut(h.options.Redaction.Value(f.Name, line))})
		}
	}
	return kept
}

func (h *harReader) body(contentType, text string, base64, cut bool) *Body {
	if text == "" || h.limits.Body < 0 {
		return nil
	}
	if base64 {
		most := h.limits.Body / 3 * 4 // whole groups only
		return &Body{Type: h.cut(contentType), Text: strings.Clone(text[:min(len(text), most)]), Base64: true, Truncated: cut || len(text) > most}
	}
	b := NewBody(h.cut(contentType), []byte(text[:min(len(text), h.limits.Body)]), cut || len(text) > h.limits.Body)
	return b
}

func (h *harReader) cut(s string) string { return Cut(s, h.limits.Value) }
func (h *harReader) url(s string) string { return h.cut(h.options.Redaction.URL(s)) }

// nameOrigins says for each exchange which page it was made for, as far as the
// file shows.
func (h *harReader) nameOrigins() {
	for i := range h.trace.Exchanges {
		x := &h.trace.Exchanges[i]
		if x.Page == "" {
			x.Page = h.pages[h.refs[i]]
		}
		nameOrigin(x)
	}
}

// nameOrigin finds the origin of the page by what the request says of it.
func nameOrigin(x *Exchange) {
	header := &x.Request.Header
	for _, origin := range [...]string{header.Get("Origin"), OriginOf(header.Get("Referer")), OriginOf(x.Page)} {
		if x.Origin == "" {
			x.Origin = origin
		}
	}
}

func (c *harCORS) verdict() (*Verdict, error) {
	v := new(Verdict)
	return v, v.set(verdictJSON{Reason: c.Reason, On: c.On, Observed: c.Observed, Expected: c.Expected, Detail: c.Detail})
}

// timeOf reads a time; one that cannot be read is not known.
func timeOf(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}
	}
	return t
}

// longest is the longest duration that is believed, so that no number overflows.
const longest = 365 * 24 * time.Hour

func durationOf(ms float64) time.Duration {
	d := ms * float64(time.Millisecond)
	switch {
	case !(d >= 0):
		return -1
	case d > float64(longest):
		return longest
	default:
		return time.Duration(d)
	}
}

// durations takes TLS out of the time for connecting, in which HAR counts it.
func (t harTimings) durations() Timings {
	d := Timings{
		Blocked: durationOf(t.Blocked), DNS: durationOf(t.DNS), Connect: durationOf(t.Connect), TLS: durationOf(t.SSL),
		Send: durationOf(t.Send), Wait: durationOf(t.Wait), Receive: durationOf(t.Receive),
	}
	if d.TLS > 0 && d.Connect >= d.TLS {
		d.Connect -= d.TLS
	}
	return d
}

// initiatorOf says in one line what made a request: Chrome's is an object, ours a
// text.
func initiatorOf(raw json.RawMessage) string {
	if len(raw) == 0 {
		return ""
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	type frame struct {
		URL  string `json:"url"`
		Line int    `json:"lineNumber"`
	}
	var i struct {
		Type  string `json:"type"`
		URL   string `json:"url"`
		Line  *int   `json:"lineNumber"`
		Stack struct {
			Frames []frame `json:"callFrames"`
		} `json:"stack"`
	}
	if json.Unmarshal(raw, &i) != nil {
		return ""
	}
	switch {
	case len(i.Stack.Frames) > 0:
		f := i.Stack.Frames[0]
		return fmt.Sprintf("%s:%d", f.URL, f.Line+1) // Chrome counts from 0
	case i.URL != "" && i.Line != nil:
		return fmt.Sprintf("%s:%d", i.URL, *i.Line+1)
	case i.URL != "":
		return i.URL
	default:
		return i.Type
	}
}
