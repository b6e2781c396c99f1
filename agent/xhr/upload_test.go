package xhr_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// sending is a fetch that sends the body in pieces, with a pause before each, and
// then does what another does. It ends early if not all is to be sent.
func sending(pause time.Duration, all bool, then fetcher, pieces ...int64) fetcher {
	return func(ctx context.Context, r *fetch.Request) (*fetch.Response, error) {
		if r.BodySent == nil {
			return then(ctx, r)
		}
		for _, n := range pieces {
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return nil, failure(cors.Aborted)
			}
			r.BodySent(n)
		}
		if all {
			r.BodyEnd()
		}
		return then(ctx, r)
	}
}

// The upload has events of its own, which come before those of the response, and
// its progress is told at most every 50 ms.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, steps 11.7 and 11.8
func TestUploadEvents(t *testing.T) {
	const response = " 2 3 progress@3(2/2) progress@3(2/2) 4 load@4(2/2) loadend@4(2/2)"
	ok := answering(t, "ok")
	tests := []struct {
		name    string
		profile xhr.Profile
		fetch   fetcher
		body    xhr.Body
		want    string
	}{
		{
			"slow", xhr.StandardProfile, sending(60*time.Millisecond, true, ok, 2, 2, 1), xhr.Text("hello"),
			"1 loadstart@1(0/0) u.loadstart@1(0/5) u.progress@1(2/5) u.progress@1(4/5) u.progress@1(5/5) u.load@1(5/5) u.loadend@1(5/5)" + response,
		},
		{
			"fast", xhr.StandardProfile, sending(20*time.Millisecond, true, ok, 1, 1, 1, 1, 1), xhr.Text("hello"),
			"1 loadstart@1(0/0) u.loadstart@1(0/5) u.progress@1(1/5) u.progress@1(4/5) u.progress@1(5/5) u.load@1(5/5) u.loadend@1(5/5)" + response,
		},
		{
			"sent again", xhr.StandardProfile, sending(60*time.Millisecond, true, ok, 3, 4), xhr.Text("hello"),
			"1 loadstart@1(0/0) u.loadstart@1(0/5) u.progress@1(3/5) u.progress@1(5/5) u.load@1(5/5) u.loadend@1(5/5)" + response,
		},
		{
			"answered early", xhr.StandardProfile, sending(60*time.Millisecond, false, ok, 3), xhr.Text("hello"),
			"1 loadstart@1(0/0) u.loadstart@1(0/5) u.progress@1(3/5)" + response,
		},
		{
			"failed on the way", xhr.StandardProfile, sending(60*time.Millisecond, false, blocked, 3), xhr.Text("hello"),
			"1 loadstart@1(0/0) u.loadstart@1(0/5) u.progress@1(3/5) 4 u.error@4(0/0) u.loadend@4(0/0) error@4(0/0) loadend@4(0/0)",
		},
		{
			"failed after", xhr.StandardProfile, sending(60*time.Millisecond, true, blocked, 5), xhr.Text("hello"),
			"1 loadstart@1(0/0) u.loadstart@1(0/5) u.progress@1(5/5) u.load@1(5/5) u.loadend@1(5/5) 4 error@4(0/0) loadend@4(0/0)",
		},
		{
			"empty", xhr.StandardProfile, sending(0, true, ok), xhr.Text(""),
			"1 loadstart@1(0/0) u.loadstart@1(0/0) u.progress@1(0/0) u.load@1(0/0) u.loadend@1(0/0)" + response,
		},
		{
			"empty in Chromium", xhr.ChromiumProfile, sending(0, true, ok), xhr.Text(""),
			"1 loadstart@1(0/0) u.loadstart@1(0/0) 2 3 progress@3(2/2) 4 load@4(2/2) loadend@4(2/2)",
		},
		{
			"none", xhr.StandardProfile, ok, nil,
			"1 loadstart@1(0/0)" + response,
		},
	}
	for _, test := range tests {
		for _, way := range []string{"Do", "Send"} {
			t.Run(way+"/"+test.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := settings(t, test.fetch)
					s.Profile = test.profile
					x := xhr.New(s)
					l := watch(x)
					l.watchUpload(x)
					must(t, x.Open("POST", "https://api.example/r"))
					send(t, x, test.body, way)
					// A last "progress" that was told already is told once more at the end.
					if got := collapse(l.events); got != test.want {
						t.Errorf("events:\n got %s\nwant %s", got, test.want)
					}
				})
			})
		}
	}
}

// collapse leaves out an upload's progress event that repeats the one before.
func collapse(events []string) string {
	l := log{}
	for i, e := range events {
		if i == 0 || e != events[i-1] || e[0] != 'u' {
			l.events = append(l.events, e)
		}
	}
	return l.String()
}

// Listeners that come to the upload after send() hear nothing, except in Chromium
// where the server has been asked or need not be.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, step 5
func TestLateUploadListeners(t *testing.T) {
	tests := []struct {
		name, method, url string
		profile           xhr.Profile
		want              bool
	}{
		{"the standard", "POST", "/r", xhr.StandardProfile, false},
		{"Chromium, same origin", "POST", "/r", xhr.ChromiumProfile, true},
		{"Chromium, simple", "POST", "https://api.example/r", xhr.ChromiumProfile, false},
		{"Chromium, preflighted", "PUT", "https://api.example/r", xhr.ChromiumProfile, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := settings(t, sending(time.Second, true, answering(t, "ok"), 5))
				s.Profile = test.profile
				x := xhr.New(s)
				must(t, x.Open(test.method, test.url))
				must(t, x.Send(t.Context(), xhr.Text("hello")))
				heard := false
				x.Upload().On(xhr.EventLoad, func(xhr.Event) { heard = true })
				if _, err := x.Wait(t.Context()); err != nil {
					t.Fatal(err)
				}
				if heard != test.want {
					t.Errorf("heard is %v, want %v", heard, test.want)
				}
			})
		})
	}
}

// abort() in an upload's listener ends it all.
func TestAbortUpload(t *testing.T) {
	for _, at := range []string{"u.progress", "u.load", "u.loadend"} {
		t.Run(at, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x := xhr.New(settings(t, sending(time.Second, true, hanging, 2, 3)))
				l := watch(x)
				l.watchUpload(x)
				l.on[at] = x.Abort
				must(t, x.Open("POST", "https://api.example/r"))
				send(t, x, xhr.Text("hello"), "Send")
				want := map[string]string{
					"u.progress": "u.progress@1(2/5) 4 u.abort@4(0/0) u.loadend@4(0/0) abort@4(0/0) loadend@4(0/0)",
					"u.load":     "u.progress@1(2/5) u.progress@1(5/5) u.load@1(5/5) 4 abort@4(0/0) loadend@4(0/0)",
					"u.loadend":  "u.progress@1(2/5) u.progress@1(5/5) u.load@1(5/5) u.loadend@1(5/5) 4 abort@4(0/0) loadend@4(0/0)",
				}[at]
				if got := collapse(l.events); got != "1 loadstart@1(0/0) u.loadstart@1(0/5) "+want {
					t.Errorf("events:\n got %s\nwant %s", got, want)
				}
				if x.State() != xhr.Unsent || x.Failure().Verdict.Reason != cors.Aborted {
					t.Errorf("state %d, failure %v", x.State(), x.Failure())
				}
			})
		})
	}
}
