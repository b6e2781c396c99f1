package trace

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
)

// HARWriter writes a HAR 1.2 file, entry by entry. Close completes the file.
type HARWriter struct {
	// Remedy gives the header lines that would let an exchange through, for
	// _cors.remedy; may be nil. explain.Remedies is one.
	Remedy func(x *Exchange) []string

	// Recorder is the program that recorded, if another one did; see Trace.
	Recorder string

	w     io.Writer
	begun bool // the head is written
	count int
	err   error // the first; nothing is written after it
}

// NewHARWriter returns a HARWriter. Nothing is written before the first Write or
// Close.
func NewHARWriter(w io.Writer) *HARWriter { return &HARWriter{w: w} }

// WriteHAR writes a whole trace as a HAR 1.2 file; remedy may be nil.
func WriteHAR(w io.Writer, t *Trace, remedy func(x *Exchange) []string) error {
	h := NewHARWriter(w)
	h.Remedy, h.Recorder = remedy, t.Recorder
	for i := range t.Exchanges {
		if err := h.Write(&t.Exchanges[i]); err != nil {
			return err
		}
	}
	return h.CloseWith(t.Events)
}

// Write writes an exchange. The error is that of the underlying writer.
func (h *HARWriter) Write(x *Exchange) error {
	b, err := json.Marshal(h.entry(x))
	if err != nil {
		return fmt.Errorf("write HAR: exchange %s: %w", x.ID, err)
	}
	h.head()
	separator := ",\n"
	if h.count == 0 {
		separator = "\n"
	}
	h.count++
	h.print(separator)
	h.print(string(b))
	return h.err
}

// Close ends the file.
func (h *HARWriter) Close() error { return h.CloseWith(nil) }

// CloseWith ends the file with the events that scripts were given.
func (h *HARWriter) CloseWith(events []Event) error {
	h.head()
	h.print("\n]")
	if len(events) > 0 {
		b, err := json.Marshal(events)
		if err != nil {
			return fmt.Errorf("write HAR: events: %w", err)
		}
		h.print(",\"_events\":" + string(b))
	}
	h.print("}}\n")
	return h.err
}

func (h *HARWriter) print(s string) {
	if h.err == nil {
		if _, err := io.WriteString(h.w, s); err != nil {
			h.err = fmt.Errorf("write HAR: %w", err)
		}
	}
}

// head writes what stands before the entries, once.
func (h *HARWriter) head() {
	if h.begun {
		return
	}
	h.begun = true
	browser := ""
	if h.Recorder != "" {
		name, version := h.Recorder, ""
		if i := strings.LastIndexByte(name, ' '); i > 0 {
			name, version = name[:i], name[i+1:]
		}
		b, err := json.Marshal(harCreator{Name: name, Version: version})
		if err != nil {
			h.err = err
		}
		browser = ",\"browser\":" + string(b)
	}
	h.print(`{"log":{"version":"1.2","creator":{"name":"corsage","version":""}` + browser + `,"pages":[],"entries":[`)
}

func (h *HARWriter) entry(x *Exchange) *harEntry {
	e := &harEntry{
		Started: startOf(x.Started), Request: harRequestOf(&x.Request), Response: harResponseOf(x), Server: x.Server,
		Priority: x.Priority, ResourceType: x.Type, ID: x.ID, Fetch: x.Fetch, End: x.End, Preflight: x.Preflight, PreflightFor: x.PreflightFor,
		PreflightID: x.PreflightID, Approved: x.Approved, RedirectedBy: x.RedirectedBy, Hop: x.Hop, Attempt: x.Attempt, PageURL: x.Page,
		Origin: x.Origin, Mode: x.Mode, Credentials: x.Credentials, Unsent: !x.Sent, Pending: !x.Done, CacheUse: x.Cache, Policy: x.Policy, Probe: x.Probe,
		Cookies: x.Cookies, Timings: harTimingsOf(x.Timings), Time: milliseconds(x.Timings.Total()),
	}
	if x.Initiator != "" {
		e.Initiator, _ = json.Marshal(x.Initiator) // a text always can be
	}
	if v := x.Verdict; v != nil {
		n := v.names()
		e.CORS = &harCORS{Reason: n.Reason, On: n.On, Observed: n.Observed, Expected: n.Expected, Detail: n.Detail, Recomputed: x.Recomputed}
		if h.Remedy != nil {
			e.CORS.Remedy = h.Remedy(x)
		}
	}
	return e
}

// startOf is the time that HAR demands, also of what has none.
func startOf(t time.Time) string {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func harRequestOf(r *Request) harRequest {
	h := harRequest{
		Method: r.Method, URL: r.URL, Proto: r.Proto, Headers: notNil(r.Header), Cookies: cookiesOf(r.Header),
		Query: queryOf(r.URL), HeadersSize: -1, BodySize: r.BodySize,
	}
	if r.Body != nil {
		h.PostData = &harPost{Type: r.Body.Type, Text: r.Body.Text}
	}
	return h
}

func harResponseOf(x *Exchange) harResponse {
	r := x.Response
	if r == nil {
		return harResponse{Headers: Header{}, Cookies: []harCookie{}, HeadersSize: -1, BodySize: -1, Error: x.Failure}
	}
	h := harResponse{
		Status: r.Status, StatusText: r.StatusText, Proto: r.Proto, Headers: notNil(r.Header), Cookies: []harCookie{},
		Content:     harContent{Size: max(r.Content, 0), Type: r.Header.Get("Content-Type")},
		RedirectURL: r.Header.Get("Location"), HeadersSize: -1, BodySize: r.BodySize, Error: x.Failure,
	}
	if b := r.Body; b != nil {
		h.Content.Text, h.Content.Cut = b.Text, b.Truncated
		if b.Base64 {
			h.Content.Encoding = "base64"
		}
	}
	return h
}

func notNil(h Header) Header {
	if h == nil {
		return Header{}
	}
	return h
}

func cookiesOf(h Header) []harCookie {
	cookies := []harCookie{}
	for _, line := range h.Values("Cookie") {
		for pair := range strings.SplitSeq(line, ";") {
			if name, value, ok := strings.Cut(strings.TrimSpace(pair), "="); ok {
				cookies = append(cookies, harCookie{Name: name, Value: value})
			}
		}
	}
	return cookies
}

// queryOf lists the parameters of an address, decoded where they can be.
func queryOf(address string) []harPair {
	pairs := []harPair{}
	_, query, _ := strings.Cut(address, "?")
	query, _, _ = strings.Cut(query, "#")
	decode := func(s string) string {
		if plain, err := url.QueryUnescape(s); err == nil {
			return plain
		}
		return s
	}
	for piece := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(piece, "="); name != "" {
			pairs = append(pairs, harPair{Name: decode(name), Value: decode(value)})
		}
	}
	return pairs
}

func milliseconds(d time.Duration) float64 {
	if d < 0 {
		return -1
	}
	return float64(d) / float64(time.Millisecond)
}

// harTimingsOf counts TLS as part of connecting, as HAR does.
func harTimingsOf(t Timings) harTimings {
	connect := t.Connect
	if t.TLS > 0 {
		connect = max(connect, 0) + t.TLS
	}
	return harTimings{
		Blocked: milliseconds(t.Blocked), DNS: milliseconds(t.DNS), Connect: milliseconds(connect), SSL: milliseconds(t.TLS),
		Send: milliseconds(max(t.Send, 0)), Wait: milliseconds(max(t.Wait, 0)), Receive: milliseconds(max(t.Receive, 0)),
	}
}
