package trace

import "time"

// Trace is what was recorded. The zero value is an empty trace.
type Trace struct {
	Recorder  string     `json:"recorder,omitempty"` // the program that recorded, such as "Firefox 153.0"
	Exchanges []Exchange `json:"exchanges"`          // by the time they began
	Events    []Event    `json:"events,omitempty"`   // what scripts were told, in order
	Dropped   int        `json:"dropped,omitempty"`  // exchanges that are missing, because there were too many
}

// Exchange is one request on its way to a server, and what came of it. One
// request of a page may take several: a preflight, the request itself, more after
// redirects. They have the same Fetch.
//
// What was stopped before it could be sent is an Exchange too, with Sent false
// and the verdict that stopped it.
type Exchange struct {
	ID    string `json:"id"`              // unique in its trace
	Fetch string `json:"fetch,omitempty"` // which request of a page it is part of; "" if that is not known
	End   End    `json:"end,omitempty"`   // where it was recorded

	Preflight    bool   `json:"preflight,omitempty"`    // this is a CORS-preflight request
	PreflightFor string `json:"preflightFor,omitempty"` // of a preflight: the ID of the request that it was made for, if that was sent or recorded
	PreflightID  string `json:"preflightId,omitempty"`  // of a request: the ID of its preflight
	Approved     bool   `json:"approved,omitempty"`     // of a request: an earlier preflight had approved it
	RedirectedBy string `json:"redirectedBy,omitempty"` // the ID of the exchange whose answer led here
	Hop          int    `json:"hop,omitempty"`          // redirects followed before
	Attempt      int    `json:"attempt,omitempty"`      // 1 for a request made again with credentials or on another connection

	Page        string `json:"page,omitempty"`        // the URL of the page
	Origin      string `json:"origin,omitempty"`      // the page's origin, serialized; "" if that is not known
	Mode        string `json:"mode,omitempty"`        // as in Sec-Fetch-Mode: "cors", "no-cors", "same-origin", "navigate"
	Credentials string `json:"credentials,omitempty"` // "include", "same-origin" or "omit"; "" if that is not known
	Type        string `json:"type,omitempty"`        // "xhr", "fetch", "preflight", "script", "font" ...
	Initiator   string `json:"initiator,omitempty"`   // what made it: a script's URL and line, "parser" ...
	Priority    string `json:"priority,omitempty"`

	Probe Probe `json:"probe,omitempty"` // why a program asked, if it was to compare answers

	Started time.Time `json:"started,omitzero"`
	Timings Timings   `json:"timings"`
	Sent    bool      `json:"sent"`    // it has left, as far as is known
	Done    bool      `json:"done"`    // nothing more will be known
	Request Request   `json:"request"` // as it went, redacted

	Response *Response `json:"response,omitempty"` // nil if there was no answer, or none was recorded
	Failure  string    `json:"failure,omitempty"`  // what happened on the network or in the browser instead: "net::ERR_FAILED"
	Cache    string    `json:"cache,omitempty"`    // "hit", "revalidated" or "miss" if a cache had a part in it
	Cookies  []Cookie  `json:"cookies,omitempty"`  // that the answer set, or tried to

	Verdict    *Verdict `json:"verdict,omitempty"`    // nil if nothing was decided on this exchange
	Recomputed bool     `json:"recomputed,omitempty"` // the verdict was not acted on, but is what the rules say of a recording that has none
	Reported   bool     `json:"reported,omitempty"`   // all that is known is what a browser has printed
	Policy     string   `json:"policy,omitempty"`     // at the server: the pattern that let the origin in
	Server     string   `json:"server,omitempty"`     // the address that was connected to
}

// End says where an exchange was recorded.
type End string

// The ends.
const (
	AtPage   End = "page"   // by whoever asked
	AtServer End = "server" // by whoever answered
)

// Probe says why a program has made a request that no page asked for.
type Probe string

// The probes. Their answers are compared by explain.Compare.
const (
	ProbeNoOrigin Probe = "no-origin" // as a program that is no browser asks
	ProbeOrigin   Probe = "origin"    // for a page that is to have access
	ProbeForeign  Probe = "foreign"   // for a page on an origin that no server can know
	ProbeAgain    Probe = "again"     // the same once more, to see what a cache has kept
)

// Request is the head of a request, and the size of its body.
type Request struct {
	Method   string `json:"method"`
	URL      string `json:"url"`
	Proto    string `json:"proto,omitempty"` // "HTTP/1.1"; "" if that is not known
	Header   Header `json:"header"`
	BodySize int64  `json:"bodySize"`       // in bytes; -1 if that is not known
	Body     *Body  `json:"body,omitempty"` // the beginning of the body, if it was kept
}

// Response is the head of an answer, and the size of its body.
type Response struct {
	Status     int    `json:"status"`
	StatusText string `json:"statusText,omitempty"`
	Proto      string `json:"proto,omitempty"`
	Header     Header `json:"header"`
	BodySize   int64  `json:"bodySize"`       // in bytes as they came, codings not undone; -1 if that is not known
	Content    int64  `json:"content"`        // in bytes as the page has them; -1 if that is not known
	Body       *Body  `json:"body,omitempty"` // the beginning of the body, if it was kept
}

// Body is the beginning of a body.
type Body struct {
	Type      string `json:"type,omitempty"` // its Content-Type
	Text      string `json:"text"`
	Base64    bool   `json:"base64,omitempty"`    // Text is base64 of bytes that are no text
	Truncated bool   `json:"truncated,omitempty"` // there is more
}

// Timings says how long the parts of an exchange took. A negative duration means
// that the part did not happen or is not known, as -1 does in HAR.
type Timings struct {
	Blocked time.Duration `json:"blocked"` // until a connection was looked for
	DNS     time.Duration `json:"dns"`
	Connect time.Duration `json:"connect"` // TLS not included
	TLS     time.Duration `json:"tls"`
	Send    time.Duration `json:"send"`
	Wait    time.Duration `json:"wait"` // until the first byte of the answer
	Receive time.Duration `json:"receive"`
}

// NoTimings is what is known of an exchange that was not timed.
var NoTimings = Timings{-1, -1, -1, -1, -1, -1, -1}

// Total is how long the parts that are known took together.
func (t Timings) Total() time.Duration {
	var total time.Duration
	for _, d := range []time.Duration{t.Blocked, t.DNS, t.Connect, t.TLS, t.Send, t.Wait, t.Receive} {
		total += max(d, 0)
	}
	return total
}

// Cookie says what became of one Set-Cookie value.
type Cookie struct {
	Name   string `json:"name"`
	Line   string `json:"line"` // as it was sent, its value redacted
	Kept   bool   `json:"kept"`
	Reason string `json:"reason,omitempty"` // why it was refused, as a short name
	Detail string `json:"detail,omitempty"` // the same, as a sentence
}

// Event is one event that a script was given for an XMLHttpRequest.
type Event struct {
	Fetch  string    `json:"fetch"` // as in Exchange
	At     time.Time `json:"at,omitzero"`
	On     string    `json:"on"` // "xhr" or "upload"
	Type   string    `json:"type"`
	State  int       `json:"readyState"`
	Status int       `json:"status"`
	Loaded int64     `json:"loaded"`
	Total  int64     `json:"total"`
}

// ByID returns the exchange of an ID, nil if there is none.
func (t *Trace) ByID(id string) *Exchange {
	if id == "" {
		return nil
	}
	for i := range t.Exchanges {
		if t.Exchanges[i].ID == id {
			return &t.Exchanges[i]
		}
	}
	return nil
}

// Blocked reports whether a rule keeps the page from what it asked for here.
func (x *Exchange) Blocked() bool { return x.Verdict != nil && x.Verdict.Refused() }

// Status is the status of the answer, 0 if there is none.
func (x *Exchange) Status() int {
	if x.Response == nil {
		return 0
	}
	return x.Response.Status
}
