package explain

import "github.com/corsage-go/corsage/cors"

// Finding is one thing that a trace shows: why a request was blocked, or what
// will go wrong with others.
type Finding struct {
	Rule     string      `json:"rule"`               // a reason's name ("allow-origin-missing"), or that of a rule about several exchanges ("vary-missing")
	Severity Severity    `json:"severity"`           //
	Reason   cors.Reason `json:"-"`                  // of a verdict; cors.Undecided for other rules
	Exchange string      `json:"exchange,omitempty"` // the ID of the exchange on which it shows
	Request  string      `json:"request,omitempty"`  // the ID of the request that suffers; for a preflight, of the one it was made for
	Method   string      `json:"method,omitempty"`   // of the request that suffers
	URL      string      `json:"url,omitempty"`      // of the exchange on which it shows
	Origin   string      `json:"origin,omitempty"`   // of the page

	Title    Text       `json:"title"`              // a few words
	Happened Text       `json:"happened"`           // one sentence that a newcomer understands
	Evidence []Evidence `json:"evidence,omitempty"` // what decided, quoted
	Expected Text       `json:"expected,omitempty"` // what would have passed
	Details  []Text     `json:"details,omitempty"`  // what differs, and what hides behind it
	Answered *Answerer  `json:"answered,omitempty"` // who has probably answered, where that looks like somebody else
	Remedy   Remedy     `json:"remedy"`             //
	Standard Link       `json:"standard"`           // what the standard says, and where
	Browsers []Browser  `json:"browsers,omitempty"` // what browsers do, where they differ
	Names    []Name     `json:"names,omitempty"`    // what browsers\' tools call it
	Console  string     `json:"console,omitempty"`  // the line that Chromium prints
}

// Severity says how much a finding matters.
type Severity string

// The severities.
const (
	Blocked Severity = "blocked" // the page did not get what it asked for
	Broken  Severity = "broken"  // some page will not get what it asks for, or the wrong page will
	Notice  Severity = "notice"  // worth knowing
)

// Evidence is a line of a message that decided, or its absence.
type Evidence struct {
	Exchange string   `json:"exchange,omitempty"` // the ID of the exchange
	Where    Text     `json:"where"`              // "the answer to the preflight (`OPTIONS /albums`, `403 Forbidden`)"
	Lines    []string `json:"lines,omitempty"`    // header lines, as they were: "Access-Control-Allow-Origin: *"
	Header   string   `json:"header,omitempty"`   // the name of the field it is about
	Note     Text     `json:"note,omitempty"`     // what is wrong with it; without Lines, what is not there
}

// Answerer is who has probably answered in the service's place.
type Answerer struct {
	Kind string `json:"kind"` // "login-page", "https-redirect", "slash-redirect", "proxy", "route", "auth" ...
	Text Text   `json:"text"` // what it looks like, and why
	Hint Text   `json:"hint,omitempty"`
}

// Remedy is what lets the request through.
type Remedy struct {
	Text    Text     `json:"text"`             // what to do, and where
	Send    []string `json:"send,omitempty"`   // header lines to send
	On      string   `json:"on,omitempty"`     // the answer that needs them: "preflight", "response", "both"
	After   Text     `json:"after,omitempty"`  // what else needs them
	Client  Text     `json:"client,omitempty"` // what the page can do instead
	Configs []Config `json:"configs,omitempty"`
}

// Config is a remedy as configuration of one kind of server.
type Config struct {
	Target string `json:"target"`         // "corshttp", "express", "nginx", "caddy", "apache", "envoy", "gateway-api", "s3"
	Name   string `json:"name"`           // "nginx", for people
	Lang   string `json:"lang,omitempty"` // of Code: "go", "js", "yaml" ...
	Code   string `json:"code,omitempty"` // ready to use; "" where it cannot be done
	Note   Text   `json:"note,omitempty"` // where it goes, and what it cannot do
}

// Link is where something is written.
type Link struct {
	Text Text   `json:"text"` // what it says
	URL  string `json:"url,omitempty"`
}

// Name is what a browser's tools call a reason.
type Name struct {
	Browser string `json:"browser"`
	Name    string `json:"name"`
}

// Browser is what one browser does.
type Browser struct {
	Name string `json:"name"` // "Chromium", "Firefox", "WebKit"
	Text Text   `json:"text"`
}
