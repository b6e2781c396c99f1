package xhr_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// A listener may open and send again, at any event. The request before is dropped
// then, and nothing of it is seen any more but what the standard fires on.
//
// Standard: https://xhr.spec.whatwg.org/#the-open()-method, step 10
func TestOpenInListener(t *testing.T) {
	const second = "2 3 progress@3(2/2) progress@3(2/2) 4 load@4(2/2) loadend@4(2/2)"
	tests := []struct{ at, want string }{
		{"loadstart", "1 loadstart@1(0/0) loadstart@1(0/0) " + second},
		{"2", "1 loadstart@1(0/0) 2 1 loadstart@1(0/0) " + second},
		{"progress", "1 loadstart@1(0/0) 2 3 progress@3(2/2) 1 loadstart@1(0/0) " + second},
		{"loadend", "1 loadstart@1(0/0) " + second + " 1 loadstart@1(0/0) " + second},
	}
	for _, test := range tests {
		t.Run(test.at, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x := xhr.New(settings(t, answering(t, "ok")))
				l := watch(x)
				l.on[test.at] = func() {
					must(t, x.Open("GET", "/again"))
					must(t, x.Send(t.Context(), nil))
				}
				must(t, x.Open("GET", "/r"))
				send(t, x, nil, "Send")
				if l.String() != test.want {
					t.Errorf("events:\n got %s\nwant %s", l, test.want)
				}
				if text, _ := x.ResponseText(); text != "ok" {
					t.Errorf("the response is %q", text)
				}
			})
		})
	}
}

// A request can be made while the events of another end are fired.
func TestDoInListener(t *testing.T) {
	x := xhr.New(settings(t, answering(t, "ok")))
	l := watch(x)
	l.on["loadend"] = func() {
		must(t, x.Open("GET", "/again"))
		if _, err := x.Do(context.Background(), nil); err != nil {
			t.Error(err)
		}
	}
	must(t, x.Open("GET", "/r"))
	if _, err := x.Do(context.Background(), nil); err != nil {
		t.Error(err)
	}
	if n := strings.Count(l.String(), "loadend"); n != 2 {
		t.Errorf("%d ends in %s", n, l)
	}
}

// What has not been sent cannot be aborted, and what is over becomes unsent
// without a word.
//
// Standard: https://xhr.spec.whatwg.org/#the-abort()-method
func TestAbortWithoutRequest(t *testing.T) {
	x := xhr.New(settings(t, answering(t, "ok")))
	l := watch(x)
	x.Abort()
	must(t, x.Open("GET", "/r"))
	x.Abort()
	if x.State() != xhr.Opened || l.String() != "1" {
		t.Fatalf("state %d after %s", x.State(), l)
	}
	if _, err := x.Do(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	l.events = nil
	x.Abort()
	if x.State() != xhr.Unsent || l.String() != "" || x.Response() != "" {
		t.Errorf("state %d after %q, response %v", x.State(), l, x.Response())
	}
}

// The text of a response is there as far as it has come.
//
// Standard: https://xhr.spec.whatwg.org/#the-responsetext-attribute
func TestTextWhileLoading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := xhr.New(settings(t, timed(t, 60*time.Millisecond, nil, "a", "b\xc3", "\xa9")))
		var seen []string
		x.On(xhr.EventProgress, func(xhr.Event) {
			text, err := x.ResponseText()
			must(t, err)
			seen = append(seen, text)
		})
		must(t, x.Open("GET", "/r"))
		send(t, x, nil, "Send")
		if got := strings.Join(seen, " "); got != "a ab\uFFFD abé abé" {
			t.Errorf("seen %q", got)
		}
	})
}

// A listener that is removed is not called any more, one that comes during an
// event not yet.
//
// Standard: https://dom.spec.whatwg.org/#concept-event-listener-inner-invoke
func TestListeners(t *testing.T) {
	x := xhr.New(settings(t, answering(t, "ok")))
	var calls []string
	var removeSecond func()
	x.On(xhr.EventLoad, func(xhr.Event) {
		calls = append(calls, "first")
		removeSecond()
		x.On(xhr.EventLoad, func(xhr.Event) { calls = append(calls, "late") })
	})
	removeSecond = x.On(xhr.EventLoad, func(xhr.Event) { calls = append(calls, "second") })
	x.On(xhr.EventLoad, func(xhr.Event) { calls = append(calls, "third") })
	must(t, x.Open("GET", "/r"))
	send(t, x, nil, "Do")
	if got := strings.Join(calls, " "); got != "first third" {
		t.Errorf("called %s", got)
	}
}

// Several XHRs can share a loop, which ends when all are over.
func TestSharedLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settings(t, timed(t, time.Second, nil, "ok"))
		var loop xhr.EventLoop
		var order []string
		for _, name := range []string{"a", "b", "c"} {
			x := xhr.NewOn(s, &loop)
			x.On(xhr.EventLoad, func(xhr.Event) { order = append(order, name) })
			must(t, x.Open("GET", "/"+name))
			must(t, x.Send(t.Context(), nil))
		}
		cancel := loop.After(time.Hour, func() { t.Error("a task that was cancelled has run") })
		loop.After(500*time.Millisecond, func() { order = append(order, "first"); cancel() })
		must(t, loop.Run(t.Context()))
		if len(order) != 4 || order[0] != "first" {
			t.Errorf("order %v", order)
		}
		ctx, stop := context.WithCancelCause(t.Context())
		enough := errors.New("enough")
		loop.After(time.Hour, func() {})
		stop(enough)
		if err := loop.Run(ctx); !errors.Is(err, enough) {
			t.Errorf("the loop ends with %v", err)
		}
	})
}

// Tasks run in the order in which they were posted, also those that tasks post.
func TestLoopOrder(t *testing.T) {
	var loop xhr.EventLoop
	var ran []int
	next := 0
	var post func()
	post = func() {
		n := next
		next++
		loop.Post(func() {
			ran = append(ran, n)
			for range 2 {
				if next < 1000 {
					post()
				}
			}
		})
	}
	post()
	must(t, loop.Run(t.Context()))
	if len(ran) != 1000 || !slices.IsSorted(ran) {
		t.Errorf("%d tasks ran, in the order %v", len(ran), ran)
	}
}

// A task may cancel itself while it runs, and the loop still comes to its end.
func TestLoopCancelFromTask(t *testing.T) {
	var loop xhr.EventLoop
	var cancel func()
	ran := 0
	cancel = loop.After(0, func() {
		ran++
		cancel()
	})
	must(t, loop.Run(t.Context()))
	if cancel(); ran != 1 {
		t.Errorf("the task ran %d times", ran)
	}
}

// A download goes where it is sent, and is not kept.
func TestDownloadTo(t *testing.T) {
	for _, way := range []string{"Do", "Send"} {
		body := strings.Repeat("0123456789", 100_000)
		x := xhr.New(settings(t, answering(t, body)))
		var b bytes.Buffer
		x.DownloadTo(&b)
		must(t, x.Open("GET", "/r"))
		var last xhr.Event
		x.On(xhr.EventLoad, func(e xhr.Event) { last = e })
		send(t, x, nil, way)
		if b.String() != body || last.Loaded != int64(len(body)) || len(x.ResponseBytes()) != 0 {
			t.Errorf("%s: %d bytes written, %d told, %d kept", way, b.Len(), last.Loaded, len(x.ResponseBytes()))
		}
	}
}

// full is a writer without space.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

// What cannot be kept is a network error that says why.
func TestTooLarge(t *testing.T) {
	tests := []struct {
		name  string
		setUp func(s *xhr.Settings, x *xhr.XHR)
		want  string
	}{
		{"the limit", func(s *xhr.Settings, _ *xhr.XHR) { s.MaxResponse = 9 }, "larger than 9 bytes"},
		{"a full disk", func(_ *xhr.Settings, x *xhr.XHR) { x.DownloadTo(full{}) }, "no space left"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := settings(t, answering(t, "0123456789"))
			x := xhr.New(s)
			test.setUp(s, x)
			l := watch(x)
			must(t, x.Open("GET", "/r"))
			_, err := x.Do(context.Background(), nil)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v", err)
			}
			if v, _ := errors.AsType[cors.Verdict](err); v.Reason != cors.NetworkFailed || !strings.HasSuffix(l.String(), "4 error@4(0/0) loadend@4(0/0)") {
				t.Errorf("verdict %v after %s", v, l)
			}
		})
	}
}

// A body whose failure wraps the end of a file has not come to its end.
func TestWrappedEOF(t *testing.T) {
	cut := failure(cors.NetworkFailed)
	cut.Err = io.EOF
	x := xhr.New(settings(t, func(context.Context, *fetch.Request) (*fetch.Response, error) {
		r := answer(t, "")
		r.Body = io.NopCloser(io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(cut)))
		return r, nil
	}))
	must(t, x.Open("GET", "/r"))
	if res, err := x.Do(context.Background(), nil); !errors.Is(err, cut) {
		t.Errorf("%v, %v", res, err)
	}
}

// A body that breaks off is an error, whatever has come before.
func TestBrokenBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := xhr.New(settings(t, timed(t, time.Second, nil, "ab", "!")))
		l := watch(x)
		must(t, x.Open("GET", "/r"))
		send(t, x, nil, "Do")
		if want := "1 loadstart@1(0/0) 2 3 progress@3(2/3) 4 error@4(0/0) loadend@4(0/0)"; l.String() != want {
			t.Errorf("events %s", l)
		}
		if text, _ := x.ResponseText(); text != "" || x.Status() != 0 {
			t.Errorf("status %d, text %q", x.Status(), text)
		}
	})
}

// Once the request is over nothing runs any more, and its body is closed.
func TestNothingLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which fails if a goroutine is left waiting
		var closed atomic.Int32
		s := settings(t, func(ctx context.Context, r *fetch.Request) (*fetch.Response, error) {
			resp, err := timed(t, time.Second, nil, "a", "b")(ctx, r)
			resp.Body = struct {
				io.Reader
				io.Closer
			}{resp.Body, closer(func() { closed.Add(1) })}
			return resp, err
		})
		for _, at := range []string{"", "2", "3", "progress", "4"} {
			x := xhr.New(s)
			l := watch(x)
			l.on[at] = x.Abort
			must(t, x.Open("GET", "/r"))
			send(t, x, nil, "Send")
		}
		synctest.Wait()
		if n := closed.Load(); n != 5 {
			t.Errorf("%d of 5 bodies are closed", n)
		}
	})
}

type closer func()

func (c closer) Close() error { c(); return nil }

// Chromium fails on two URLs that open() accepts.
func TestChromiumURLs(t *testing.T) {
	tests := []struct{ url, want string }{
		{"http://a b/", "1 loadstart@1(0/0) 4 error@4(0/0) loadend@4(0/0)"},
		{"ftp://a.example/", "1 4 error@4(0/0) loadend@4(0/0)"},
	}
	for _, test := range tests {
		s := settings(t, answering(t, "ok"))
		s.Profile = xhr.ChromiumProfile
		x := xhr.New(s)
		l := watch(x)
		must(t, x.Open("GET", test.url))
		send(t, x, nil, "Do")
		if l.String() != test.want {
			t.Errorf("%s: events %s", test.url, l)
		}
	}
}
