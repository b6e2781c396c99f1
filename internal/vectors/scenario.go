package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
)

// scenario is one line of a file: what a page did, and what was seen.
type scenario struct {
	ID       string   `json:"id"`
	Group    string   `json:"group"`
	Note     string   `json:"note"`
	Page     pageKind `json:"page"`
	Cookies  []cookie `json:"cookies"`
	Steps    []step   `json:"steps"`
	Chromium record   `json:"chromium"`
	Differs  []string `json:"differs"` // where Chromium leaves the standard

	raw []byte // the line, with its placeholders
}

type pageKind struct {
	Origin string `json:"origin"`
	Kind   string `json:"kind"` // "", "sandbox" or "data"
}

type cookie struct {
	Origin string `json:"origin"`
	Name   string `json:"name"`
	Value  string `json:"value"`
}

type step struct {
	Wait    int              `json:"wait"` // milliseconds before it
	Request request          `json:"request"`
	Routes  map[string]route `json:"routes"` // by "B/path?query"
}

// request is what the script does with one XMLHttpRequest.
type request struct {
	Target          string      `json:"target"`
	Method          string      `json:"method"`
	User            *string     `json:"user"`
	Password        *string     `json:"password"`
	Async           *bool       `json:"async"`
	WithCredentials *bool       `json:"withCredentials"`
	Timeout         *int        `json:"timeout"`
	ResponseType    *string     `json:"responseType"`
	Headers         [][2]string `json:"headers"`
	UploadListener  bool        `json:"uploadListener"`
	Body            *body       `json:"body"`
	AbortOn         string      `json:"abortOn"`
	AbortAfter      *int        `json:"abortAfter"`
	Observe         int         `json:"observe"`

	// Ops replaces all of the above: calls with their arguments.
	Ops []json.RawMessage `json:"ops"`
}

type body struct {
	Kind string          `json:"kind"`
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"` // text, or pairs of texts
}

func (b *body) text() string {
	var s string
	_ = json.Unmarshal(b.Data, &s) // pairs is for the rest
	return s
}

func (b *body) pairs() [][2]string {
	var p [][2]string
	_ = json.Unmarshal(b.Data, &p)
	return p
}

// route is what a server answers: to a preflight, to a request with
// Authorization, and to the rest.
type route struct {
	Preflight  *answer `json:"preflight"`
	Authorized *answer `json:"authorized"`
	Actual     *answer `json:"actual"`
}

type answer struct {
	Status    int         `json:"status"`
	Reason    *string     `json:"reason"`
	Headers   [][2]string `json:"headers"`
	Body      string      `json:"body"`
	BodyDelay int         `json:"bodyDelay"` // milliseconds after half of the body
	Hang      string      `json:"hang"`      // "head" or "body"
	Close     string      `json:"close"`     // "head" or "body"
	Raw       *string     `json:"raw"`
}

// record is what was seen, step by step.
type record struct {
	Steps []seen `json:"steps"`
}

type seen struct {
	Requests    []arrival          `json:"requests"`
	Outcome     string             `json:"outcome"`
	Threw       []thrown           `json:"threw"`
	Events      []event            `json:"events"`
	ReadyState  int                `json:"readyState"`
	Status      int                `json:"status"`
	StatusText  string             `json:"statusText"`
	ResponseURL string             `json:"responseURL"`
	Response    string             `json:"response"`
	AllHeaders  string             `json:"allHeaders"`
	Headers     map[string]*string `json:"headers"`
	Failures    []failure          `json:"failures"`
	Console     []consoleLine      `json:"console"`

	explained string   // the browser's name of the reason, as an explanation has it
	Unstable  []string `json:"unstable"`
}

// arrival is a request that has reached a server.
type arrival struct {
	Origin     string      `json:"origin"`
	Kind       string      `json:"kind"`
	Method     string      `json:"method"`
	Path       string      `json:"path"`
	Headers    [][2]string `json:"headers"`
	Body       string      `json:"body"`
	Unscripted bool        `json:"unscripted"`

	unknown string // of a request that no recording holds: its label
}

type thrown struct {
	At   string `json:"at"`
	Name string `json:"name"`
}

type event struct {
	On         string `json:"on"`
	Type       string `json:"type"`
	ReadyState int    `json:"readyState"`
	Status     int    `json:"status"`
	Loaded     int64  `json:"loaded"`
	Total      int64  `json:"total"`
}

// consoleLine is a line that the browser printed for people.
type consoleLine struct {
	Text string `json:"text"`
}

type failure struct {
	Type            string  `json:"type"`
	ErrorText       string  `json:"errorText"`
	CORSError       string  `json:"corsError"`
	FailedParameter *string `json:"failedParameter"`
	BlockedReason   string  `json:"blockedReason"`

	refused []string // all headers that a preflight did not approve; only of what is seen now
}

// load reads the scenarios of a file; those of one group only if group is given.
// What it does not know of a line's fields it leaves alone.
func load(path, group string) ([]*scenario, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it is only read
	r, err := uncompressed(bufio.NewReader(f))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	all, line, err := read(r, group)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s:%d: %w", path, line, err)
	case len(all) == 0 && group != "":
		return nil, fmt.Errorf("%s: no scenario is of group %q", path, group)
	case len(all) == 0:
		return nil, fmt.Errorf("%s holds no scenario", path)
	}
	return all, nil
}

// maxLine is the longest line in bytes.
const maxLine = 16 << 20

// read reads one scenario a line. line is the one that err is about.
func read(r io.Reader, group string) (all []*scenario, line int, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for line = 1; lines.Scan(); line++ {
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 {
			continue
		}
		s := &scenario{raw: bytes.Clone(text)}
		if err := json.Unmarshal(s.raw, s); err != nil {
			return nil, line, fmt.Errorf("not a scenario: %w", err)
		}
		if group == "" || s.Group == group {
			all = append(all, s)
		}
	}
	return all, line, lines.Err()
}

func uncompressed(r *bufio.Reader) (io.Reader, error) {
	if magic, _ := r.Peek(2); string(magic) != "\x1f\x8b" {
		return r, nil
	}
	return gzip.NewReader(r)
}

// problem says what keeps a scenario from being played; "" if nothing does. A
// recording may hold what this player has not learned yet.
func (s *scenario) problem() string {
	switch {
	case s.ID == "":
		return "it has no id"
	case !slices.Contains(keys, s.Page.Origin):
		return fmt.Sprintf("there is no origin %q for its page", s.Page.Origin)
	case !slices.Contains([]string{"", "sandbox", "data"}, s.Page.Kind):
		return fmt.Sprintf("there is no kind of page %q", s.Page.Kind)
	case len(s.Steps) == 0 || len(s.Steps) != len(s.Chromium.Steps):
		return fmt.Sprintf("it has %d steps, of which %d were recorded", len(s.Steps), len(s.Chromium.Steps))
	}
	for i, step := range s.Steps {
		if b := step.Request.Body; b != nil && !slices.Contains(bodyKinds, b.Kind) {
			return fmt.Sprintf("step %d: there is no kind of body %q", i+1, b.Kind)
		}
	}
	return ""
}

// isTimed tells the scenarios in which milliseconds count: those that wait, and
// those whose requests or answers do.
func (s *scenario) isTimed() bool {
	return slices.ContainsFunc(s.Steps, func(step step) bool {
		r := step.Request
		if step.Wait > 0 || r.Timeout != nil || r.AbortAfter != nil || len(r.Ops) > 0 {
			return true
		}
		for _, route := range step.Routes {
			for _, a := range []*answer{route.Preflight, route.Authorized, route.Actual} {
				if a != nil && (a.BodyDelay > 0 || a.Hang != "" || a.Close != "") {
					return true
				}
			}
		}
		return false
	})
}

var bodyKinds = []string{"text", "urlencoded", "formdata", "blob", "arraybuffer", "document"}

// placed returns the scenario as it is at certain places: the placeholders are
// filled in.
func (s *scenario) placed(p *places) (*scenario, error) {
	placed := &scenario{raw: s.raw}
	return placed, json.Unmarshal([]byte(p.fill(string(s.raw))), placed)
}
