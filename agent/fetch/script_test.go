package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// The places of the tests.
const (
	app   = "http://app.example.test"
	data  = "http://data.example.test" // same site, other origin
	cdn   = "http://cdn.example.test"
	other = "http://other.test"
	safe  = "https://app.example.test"
)

// reply is a scripted answer.
type reply struct {
	status int
	header []wire.Field
	body   string
	err    error
}

// script is a Transport that answers by method and URL, and writes down what it
// was asked. An answer to "OPTIONS" is one to preflights.
type script struct {
	replies map[string]reply
	mu      sync.Mutex
	log     []string
	asked   []*wire.Request
}

func (s *script) RoundTrip(_ context.Context, r *wire.Request) (*wire.Response, error) {
	line := r.Method + " " + r.Scheme + "://" + r.Host + r.Target
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, &wire.Error{Kind: wire.BodyFailed, Err: err}
		}
		line += " " + string(body)
		if r.Trace != nil && r.Trace.WroteBody != nil {
			r.Trace.WroteBody(int64(len(body)))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, line)
	s.asked = append(s.asked, r)
	a, ok := s.replies[r.Method+" "+r.Scheme+"://"+r.Host+r.Target]
	if !ok {
		a, ok = s.replies[r.Scheme+"://"+r.Host+r.Target]
	}
	switch {
	case a.err != nil:
		return nil, a.err
	case !ok:
		a.status = 404
	case a.status == 0:
		a.status = 200
	}
	body := a.body
	if r.Method == "HEAD" {
		body = ""
	}
	return &wire.Response{
		Proto: "HTTP/1.1", Status: a.status, Reason: "Scripted", Header: a.header, Length: int64(len(body)),
		Body: io.NopCloser(strings.NewReader(body)),
	}, nil
}

// last returns what a field of the last request was; "-" if it was not there.
func (s *script) last(name string) string {
	value, ok := get(s.asked[len(s.asked)-1].Header, name)
	if !ok {
		return "-"
	}
	return value
}

// fields makes fields of "Name: value" texts.
func fields(lines ...string) []wire.Field {
	var h []wire.Field
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		h = append(h, wire.Field{Name: name, Value: value})
	}
	return h
}

func parse(t testing.TB, s string) *weburl.URL {
	t.Helper()
	u, err := weburl.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// page is a client of an origin.
func page(t testing.TB, origin string) *Client {
	t.Helper()
	o, err := cors.ParseOrigin(origin)
	if err != nil {
		t.Fatal(err)
	}
	return &Client{Origin: o, URL: parse(t, origin+"/page?q"), TopLevel: o, Secure: o.Scheme() == "https"}
}

// request is a request of a page of app.
func request(t testing.TB, method, url string, header ...string) *Request {
	t.Helper()
	return &Request{Method: method, URL: parse(t, url), Header: fields(header...), Client: page(t, app)}
}

func text(s string) *Body {
	return &Body{Length: int64(len(s)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s)), nil }}
}

func newEngine(s Transport, p Profile) *Engine {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	return &Engine{Transport: s, Profile: p, Preflights: p.PreflightCache(), Now: func() time.Time { return now }}
}

// outcome fetches, reads the body and says in a line what became of it.
func outcome(e *Engine, r *Request) string {
	resp, err := e.Fetch(context.Background(), r)
	if err != nil {
		return failureText(err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return failureText(err)
	}
	url := "-"
	if resp.URL != nil {
		url = resp.URL.Href()
	}
	return fmt.Sprintf("%s %d %s %s", resp.Type, resp.Status, url, body)
}

func failureText(err error) string {
	f, ok := errors.AsType[*Failure](err)
	if !ok {
		return "not a Failure: " + err.Error()
	}
	return fmt.Sprintf("%v on %v", f.Verdict.Reason, f.Verdict.On)
}

// allowing are the fields of a server that lets app read.
var allowing = fields("Access-Control-Allow-Origin: " + app)

// approving are those of one that approves of anything without credentials.
var approving = fields("Access-Control-Allow-Origin: "+app, "Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *, Authorization")
