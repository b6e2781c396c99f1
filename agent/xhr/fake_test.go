package xhr_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// fetcher is a fetch that does what a test says.
type fetcher func(ctx context.Context, r *fetch.Request) (*fetch.Response, error)

func (f fetcher) Fetch(ctx context.Context, r *fetch.Request) (*fetch.Response, error) {
	return f(ctx, r)
}

// mustURL parses a URL of a test.
func mustURL(t testing.TB, s string) *weburl.URL {
	t.Helper()
	u, err := weburl.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// settings is a page at https://app.example/page with that fetch.
func settings(t testing.TB, f fetcher) *xhr.Settings {
	t.Helper()
	origin, err := cors.ParseOrigin("https://app.example")
	if err != nil {
		t.Fatal(err)
	}
	client := &fetch.Client{Origin: origin, TopLevel: origin, URL: mustURL(t, "https://app.example/page"), Secure: true}
	return &xhr.Settings{Fetcher: f, Client: client}
}

// answer is a response of status 200, with header lines written "Name: value".
func answer(t testing.TB, body string, header ...string) *fetch.Response {
	t.Helper()
	r := &fetch.Response{
		Type: fetch.CORSResponse, URL: mustURL(t, "https://api.example/x"), Status: 200, StatusText: "OK",
		Body: io.NopCloser(strings.NewReader(body)), Length: int64(len(body)),
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header = append(r.Header, wire.Field{Name: name, Value: value})
	}
	return r
}

// answering is a fetch whose every response is that one.
func answering(t testing.TB, body string, header ...string) fetcher {
	return func(context.Context, *fetch.Request) (*fetch.Response, error) { return answer(t, body, header...), nil }
}

// blocked is a fetch that CORS stands in the way of.
func blocked(context.Context, *fetch.Request) (*fetch.Response, error) {
	return nil, failure(cors.AllowOriginMissing)
}

func failure(r cors.Reason) *fetch.Failure {
	return &fetch.Failure{Verdict: cors.Verdict{Reason: r, On: cors.OnResponse}}
}

// hanging is a fetch that waits for its end.
func hanging(ctx context.Context, _ *fetch.Request) (*fetch.Response, error) {
	<-ctx.Done()
	return nil, failure(cors.Aborted)
}

// pipe is a body that a test writes, and that ends with the context.
type pipe struct {
	ctx    context.Context
	chunks chan string // closed at the end of the body
	rest   string      // of the chunk that is being read
}

func (p *pipe) Read(b []byte) (n int, err error) {
	if p.rest != "" {
		n = copy(b, p.rest)
		p.rest = p.rest[n:]
		return n, nil
	}
	select {
	case s, ok := <-p.chunks:
		if !ok {
			return 0, io.EOF
		}
		if s == "!" {
			return 0, &fetch.Failure{Verdict: cors.Verdict{Reason: cors.NetworkFailed}, Err: errors.New("reset")}
		}
		n = copy(b, s)
		p.rest = s[n:]
		return n, nil
	case <-p.ctx.Done():
		return 0, failure(cors.Aborted)
	}
}

func (*pipe) Close() error { return nil }

var allEvents = []string{
	xhr.EventReadyStateChange, xhr.EventLoadStart, xhr.EventProgress, xhr.EventAbort,
	xhr.EventError, xhr.EventLoad, xhr.EventTimeout, xhr.EventLoadEnd,
}

// log writes down events: "2" for a readystatechange to 2, "load@4(2/2)" for a
// progress event at readyState 4, and "u.load..." for one of the upload.
type log struct {
	events []string
	on     map[string]func() // called at an event, by its name in the log without numbers
}

func watch(x *xhr.XHR) *log {
	l := &log{on: map[string]func(){}}
	for _, typ := range allEvents {
		x.On(typ, func(e xhr.Event) { l.write(x, "", e) })
	}
	return l
}

// watchUpload writes down the upload's events too.
func (l *log) watchUpload(x *xhr.XHR) {
	for _, typ := range allEvents[1:] {
		x.Upload().On(typ, func(e xhr.Event) { l.write(x, "u.", e) })
	}
}

func (l *log) write(x *xhr.XHR, where string, e xhr.Event) {
	name := where + e.Type
	if e.Type == xhr.EventReadyStateChange {
		name = fmt.Sprint(x.State())
		l.events = append(l.events, name)
	} else {
		l.events = append(l.events, fmt.Sprintf("%s@%d(%d/%d)", name, x.State(), e.Loaded, e.Total))
	}
	if act := l.on[name]; act != nil {
		delete(l.on, name)
		act()
	}
}

func (l *log) String() string { return strings.Join(l.events, " ") }

// must fails the test if a call has thrown.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
