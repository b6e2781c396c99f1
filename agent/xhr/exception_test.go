package xhr_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// nameOf is the name of the exception that an error is, "" for none.
func nameOf(err error) string {
	if e, ok := errors.AsType[*xhr.DOMException](err); ok {
		return e.Name
	}
	if err != nil {
		return "not an exception: " + err.Error()
	}
	return ""
}

// Each call throws what the standard says it throws, and nothing else happens.
//
// Standard: https://xhr.spec.whatwg.org/#interface-xmlhttprequest
func TestExceptions(t *testing.T) {
	opened := func(x *xhr.XHR) { _ = x.Open("GET", "/r") }
	openedSync := func(x *xhr.XHR) { _ = x.OpenWith("GET", "/r", xhr.OpenOptions{Sync: true}) }
	sent := func(x *xhr.XHR) { opened(x); _ = x.Send(context.Background(), nil) }
	done := func(x *xhr.XHR) { opened(x); _, _ = x.Do(context.Background(), nil) }
	header := func(name, value string) func(x *xhr.XHR) error {
		return func(x *xhr.XHR) error { return x.SetRequestHeader(name, value) }
	}
	open := func(method, url string) func(x *xhr.XHR) error {
		return func(x *xhr.XHR) error { return x.Open(method, url) }
	}
	text := func(x *xhr.XHR) error { _, err := x.ResponseText(); return err }
	xml := func(x *xhr.XHR) error { _, err := x.ResponseXML(); return err }
	of := func(typ xhr.ResponseType) func(x *xhr.XHR) {
		return func(x *xhr.XHR) { _ = x.SetResponseType(typ); done(x) }
	}

	tests := []struct {
		name   string
		before func(x *xhr.XHR)
		call   func(x *xhr.XHR) error
		want   string
	}{
		{"open of a method that is no token", nil, open("G ET", "/r"), xhr.SyntaxError},
		{"open of no method", nil, open("", "/r"), xhr.SyntaxError},
		{"open of a forbidden method", nil, open("trAce", "/r"), xhr.SecurityError},
		{"open of what is no URL", nil, open("GET", "http://["), xhr.SyntaxError},
		{"open of a space in the host", nil, open("GET", "http://a b/"), xhr.SyntaxError},
		{"open of a relative URL", nil, open("GET", "?q"), ""},
		{"open of another method", nil, open("chicken", "/r"), ""},
		{"sync with a timeout", func(x *xhr.XHR) { _ = x.SetTimeout(time.Second) }, func(x *xhr.XHR) error {
			return x.OpenWith("GET", "/r", xhr.OpenOptions{Sync: true})
		}, xhr.InvalidAccessError},
		{"sync with a response type", func(x *xhr.XHR) { _ = x.SetResponseType(xhr.BlobType) }, func(x *xhr.XHR) error {
			return x.OpenWith("GET", "/r", xhr.OpenOptions{Sync: true})
		}, xhr.InvalidAccessError},

		{"header before open", nil, header("X-A", "1"), xhr.InvalidStateError},
		{"header", opened, header("X-A", "1"), ""},
		{"header after send", sent, header("X-A", "1"), xhr.InvalidStateError},
		{"header that is done", done, header("X-A", "1"), xhr.InvalidStateError},
		{"header without a name", opened, header("", "1"), xhr.SyntaxError},
		{"header with a space in its name", opened, header("X A", "1"), xhr.SyntaxError},
		{"header with a line end", opened, header("X-A", "1\r\nX-B: 2"), xhr.SyntaxError},
		{"header with a NUL", opened, header("X-A", "1\x00"), xhr.SyntaxError},
		{"header with space around", opened, header("X-A", " \t1\n"), ""},
		{"header of Latin-1", opened, header("X-A", "é"), ""},
		{"header beyond Latin-1", opened, header("X-A", "€"), xhr.TypeError},
		{"name beyond Latin-1", opened, header("X-€", "1"), xhr.TypeError},
		{"forbidden header", opened, header("Host", "evil.example"), ""},

		{"timeout", opened, func(x *xhr.XHR) error { return x.SetTimeout(time.Second) }, ""},
		{"timeout after send", sent, func(x *xhr.XHR) error { return x.SetTimeout(time.Hour) }, ""},
		{"timeout when sync", openedSync, func(x *xhr.XHR) error { return x.SetTimeout(time.Second) }, xhr.InvalidAccessError},
		{"withCredentials before open", nil, func(x *xhr.XHR) error { return x.SetWithCredentials(true) }, ""},
		{"withCredentials after send", sent, func(x *xhr.XHR) error { return x.SetWithCredentials(true) }, xhr.InvalidStateError},
		{"withCredentials when done", done, func(x *xhr.XHR) error { return x.SetWithCredentials(true) }, xhr.InvalidStateError},
		{"responseType when sync", openedSync, func(x *xhr.XHR) error { return x.SetResponseType(xhr.TextType) }, xhr.InvalidAccessError},
		{"responseType when done", done, func(x *xhr.XHR) error { return x.SetResponseType(xhr.TextType) }, xhr.InvalidStateError},
		{"responseType that is none", done, func(x *xhr.XHR) error { return x.SetResponseType("moz-blob") }, ""},
		{"overrideMimeType when done", done, func(x *xhr.XHR) error { return x.OverrideMimeType("text/html") }, xhr.InvalidStateError},
		{"overrideMimeType after send", sent, func(x *xhr.XHR) error { return x.OverrideMimeType("text/html") }, ""},

		{"send before open", nil, func(x *xhr.XHR) error { return x.Send(context.Background(), nil) }, xhr.InvalidStateError},
		{"send twice", sent, func(x *xhr.XHR) error { return x.Send(context.Background(), nil) }, xhr.InvalidStateError},
		{"send when done", done, func(x *xhr.XHR) error { return x.Send(context.Background(), nil) }, xhr.InvalidStateError},
		{"responseText of a blob", of(xhr.BlobType), text, xhr.InvalidStateError},
		{"responseText of text", of(xhr.TextType), text, ""},
		{"responseXML of text", of(xhr.TextType), xml, xhr.InvalidStateError},
		{"responseXML of anything", of(xhr.DefaultType), xml, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := xhr.New(settings(t, answering(t, "ok")))
			if test.before != nil {
				test.before(x)
			}
			state := x.State()
			if got := nameOf(test.call(x)); got != test.want {
				t.Errorf("throws %q, want %q", got, test.want)
			}
			if test.want != "" && x.State() != state {
				t.Errorf("the state went from %d to %d", state, x.State())
			}
			x.Abort()
		})
	}
}

// A failed open() leaves the request that was open as it was.
//
// Standard: https://xhr.spec.whatwg.org/#the-open()-method
func TestFailedOpenChangesNothing(t *testing.T) {
	var sent *fetch.Request
	x := xhr.New(settings(t, func(_ context.Context, r *fetch.Request) (*fetch.Response, error) {
		sent = r
		return answer(t, "ok"), nil
	}))
	must(t, x.Open("PUT", "/r"))
	must(t, x.SetRequestHeader("X-A", "1"))
	if err := x.Open("TRACE", "/other"); nameOf(err) != xhr.SecurityError {
		t.Fatalf("open of TRACE: %v", err)
	}
	if _, err := x.Do(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if sent.Method != "PUT" || sent.URL.Path() != "/r" || len(sent.Header) != 1 {
		t.Errorf("sent %s %s %v", sent.Method, sent.URL.Href(), sent.Header)
	}
}

// A worker's synchronous requests may have a timeout and a response type.
//
// Standard: https://xhr.spec.whatwg.org/#the-responsetype-attribute
func TestWorkerSync(t *testing.T) {
	s := settings(t, answering(t, "ok"))
	s.Worker = true
	x := xhr.New(s)
	must(t, x.OpenWith("GET", "/r", xhr.OpenOptions{Sync: true}))
	must(t, x.SetResponseType(xhr.ArrayBufferType))
	must(t, x.SetTimeout(time.Hour))
	must(t, x.Send(context.Background(), nil))
	if b, ok := x.Response().([]byte); !ok || string(b) != "ok" {
		t.Errorf("response is %v", x.Response())
	}
	must(t, x.Open("GET", "/r"))
	must(t, x.SetResponseType(xhr.DocumentType))
	if x.ResponseType() != xhr.ArrayBufferType {
		t.Errorf("a worker has the response type %q", x.ResponseType())
	}
}

// Do throws what send() throws, and never returns the response of an earlier request.
func TestDoTwice(t *testing.T) {
	for _, sync := range []bool{false, true} {
		x := xhr.New(settings(t, answering(t, "ok")))
		must(t, x.OpenWith("GET", "/r", xhr.OpenOptions{Sync: sync}))
		if _, err := x.Do(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		if res, err := x.Do(context.Background(), nil); nameOf(err) != xhr.InvalidStateError {
			t.Errorf("the second time: %v, %v", res, err)
		}
	}
	x := xhr.NewOn(settings(t, answering(t, "ok")), &xhr.EventLoop{})
	x.Upload().On(xhr.EventLoad, func(xhr.Event) {})
	must(t, x.Open("GET", "/r"))
	if _, err := x.Do(context.Background(), nil); nameOf(err) != xhr.InvalidStateError {
		t.Errorf("with listeners on the upload and a loop of the caller's: %v", err)
	}
}

// A synchronous request fires no events on the way, and throws if it fails.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, step 12
func TestSync(t *testing.T) {
	tests := []struct {
		name, throws, events string
		fetch                fetcher
	}{
		{"success", "", "1 4 load@4(2/2) loadend@4(2/2)", answering(t, "ok")},
		{"blocked", xhr.NetworkError, "1", blocked},
		{"aborted", xhr.AbortError, "1", func(context.Context, *fetch.Request) (*fetch.Response, error) {
			return nil, failure(cors.Aborted)
		}},
		{"late", xhr.TimeoutError, "1", func(context.Context, *fetch.Request) (*fetch.Response, error) {
			return nil, failure(cors.TimedOut)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := xhr.New(settings(t, test.fetch))
			l := watch(x)
			l.watchUpload(x)
			must(t, x.OpenWith("POST", "/r", xhr.OpenOptions{Sync: true}))
			err := x.Send(context.Background(), xhr.Text("hi"))
			if nameOf(err) != test.throws || l.String() != test.events {
				t.Errorf("throws %v with the events %s; want %q and %s", err, l, test.throws, test.events)
			}
			if x.State() != xhr.Done {
				t.Errorf("the state is %d", x.State())
			}
			if _, ok := errors.AsType[cors.Verdict](err); ok != (err != nil) {
				t.Error("the exception does not unwrap to a verdict")
			}
		})
	}
}
