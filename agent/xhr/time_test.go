package xhr_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// The tests in this file run on simulated time: what waits, waits for nothing.

// timed is a fetch whose body comes in chunks, one after each of the pauses, and
// hangs after the last if there are more pauses than chunks.
func timed(t testing.TB, pause time.Duration, header []string, chunks ...string) fetcher {
	return func(ctx context.Context, asked *fetch.Request) (*fetch.Response, error) {
		p := &pipe{ctx: ctx, chunks: make(chan string)}
		r := answer(t, "", header...)
		if asked.Hooks != nil {
			asked.Hooks.Response(&fetch.Exchange{}, &wire.Response{Header: r.Header})
		}
		r.Body, r.Length = p, int64(len(strings.Join(chunks, "")))
		go func() {
			defer close(p.chunks)
			for _, c := range chunks {
				select {
				case <-time.After(pause):
					p.chunks <- c
				case <-ctx.Done():
					return
				}
			}
		}()
		return r, nil
	}
}

// Progress is told at most every 50 ms, and once more at the end.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, step 11.9.10
func TestProgressThrottle(t *testing.T) {
	nosniff := []string{"X-Content-Type-Options: nosniff"}
	tests := []struct {
		name    string
		profile xhr.Profile
		pause   time.Duration
		chunks  string
		want    string
	}{
		{
			"fast", xhr.StandardProfile, 10 * time.Millisecond, "abcdefgh",
			"3 progress@3(1/8) 3 progress@3(6/8) progress@3(8/8) 4",
		},
		{
			"slow", xhr.StandardProfile, 60 * time.Millisecond, "abc",
			"3 progress@3(1/3) 3 progress@3(2/3) 3 progress@3(3/3) progress@3(3/3) 4",
		},
		{
			"fast in Chromium, which tells when the time has come", xhr.ChromiumProfile, 30 * time.Millisecond, "abcd",
			"3 progress@3(1/4) 3 progress@3(2/4) 3 progress@3(4/4) 4",
		},
	}
	for _, test := range tests {
		for _, way := range []string{"Do", "Send"} {
			t.Run(way+"/"+test.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := settings(t, timed(t, test.pause, nosniff, strings.Split(test.chunks, "")...))
					s.Profile = test.profile
					x := xhr.New(s)
					must(t, x.Open("GET", "/r"))
					l := watch(x)
					send(t, x, nil, way)
					got, _, _ := strings.Cut(l.String(), " load@")
					got = strings.TrimPrefix(got, "loadstart@1(0/0) 2 ")
					if got != test.want {
						t.Errorf("events:\n got %s\nwant %s", got, test.want)
					}
				})
			})
		}
	}
}

// A request that takes too long ends with timeout, wherever it is by then, and
// setting the time later counts from the start.
//
// Standard: https://xhr.spec.whatwg.org/#the-timeout-attribute
func TestTimeout(t *testing.T) {
	slow := timed(t, 40*time.Millisecond, nil, "ab", "cd", "ef")
	tests := []struct {
		name    string
		fetch   fetcher
		timeout time.Duration
		again   time.Duration // set at loadstart
		want    string
		took    time.Duration
	}{
		{"no answer", hanging, 100 * time.Millisecond, 0, "loadstart@1(0/0) 4 timeout@4(0/0) loadend@4(0/0)", 100 * time.Millisecond},
		{"in the body", slow, 60 * time.Millisecond, 0, "loadstart@1(0/0) 2 3 progress@3(2/6) 4 timeout@4(0/0) loadend@4(0/0)", 60 * time.Millisecond},
		{"in time", slow, 200 * time.Millisecond, 0, "loadstart@1(0/0) 2 3 progress@3(2/6) 3 progress@3(6/6) progress@3(6/6) 4 load@4(6/6) loadend@4(6/6)", 120 * time.Millisecond},
		{"set at loadstart", hanging, 0, 70 * time.Millisecond, "loadstart@1(0/0) 4 timeout@4(0/0) loadend@4(0/0)", 70 * time.Millisecond},
		{"changed at loadstart", hanging, time.Hour, 70 * time.Millisecond, "loadstart@1(0/0) 4 timeout@4(0/0) loadend@4(0/0)", 70 * time.Millisecond},
	}
	for _, test := range tests {
		for _, way := range []string{"Do", "Send"} {
			t.Run(way+"/"+test.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					start := time.Now()
					x := xhr.New(settings(t, test.fetch))
					must(t, x.Open("GET", "/r"))
					must(t, x.SetTimeout(test.timeout))
					l := watch(x)
					if test.again != 0 {
						l.on["loadstart"] = func() { must(t, x.SetTimeout(test.again)) }
					}
					send(t, x, nil, way)
					if got := strings.Replace(l.String(), "3 progress@3(4/6) ", "", 1); got != test.want {
						t.Errorf("events:\n got %s\nwant %s", got, test.want)
					}
					if took := time.Since(start); took != test.took {
						t.Errorf("it took %v, want %v", took, test.took)
					}
					if f := x.Failure(); strings.Contains(test.want, "timeout") && (f == nil || f.Verdict.Reason != cors.TimedOut) {
						t.Errorf("the failure is %v", f)
					}
				})
			})
		}
	}
}

// A timeout that is changed while the request is under way counts from its start.
func TestTimeoutChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		x := xhr.New(settings(t, timed(t, 40*time.Millisecond, nil, "a", "b", "c")))
		must(t, x.Open("GET", "/r"))
		l := watch(x)
		l.on["progress"] = func() { must(t, x.SetTimeout(50*time.Millisecond)) } // at 40 ms
		_, err := x.Do(context.Background(), nil)
		if v, ok := errors.AsType[cors.Verdict](err); !ok || v.Reason != cors.TimedOut {
			t.Errorf("the error is %v", err)
		}
		if took := time.Since(start); took != 50*time.Millisecond {
			t.Errorf("it took %v", took)
		}
	})
}

// The end of the context ends the request, as abort() or as a timeout does.
func TestContext(t *testing.T) {
	for _, way := range []string{"Do", "Wait"} {
		t.Run(way, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				x := xhr.New(settings(t, func(ctx context.Context, _ *fetch.Request) (*fetch.Response, error) {
					<-ctx.Done()
					if errors.Is(ctx.Err(), context.DeadlineExceeded) {
						return nil, failure(cors.TimedOut)
					}
					return nil, failure(cors.Aborted)
				}))
				must(t, x.Open("GET", "/r"))
				var err error
				if way == "Do" {
					_, err = x.Do(ctx, nil)
				} else {
					must(t, x.Send(t.Context(), nil))
					_, err = x.Wait(ctx)
				}
				if v, ok := errors.AsType[cors.Verdict](err); !ok || v.Reason != cors.TimedOut {
					t.Errorf("the error is %v", err)
				}
			})
		})
	}
}

// tick is a clock that a test sets.
type tick struct {
	now  time.Time
	wait []func()
}

func (c *tick) Now() time.Time { return c.now }

func (c *tick) AfterFunc(d time.Duration, f func()) func() bool {
	due := c.now.Add(d)
	c.wait = append(c.wait, func() {
		if f != nil && !due.After(c.now) {
			f()
			f = nil
		}
	})
	return func() bool { f = nil; return true }
}

func (c *tick) advance(d time.Duration) {
	c.now = c.now.Add(d)
	for _, f := range c.wait {
		f()
	}
}

// Time is what the clock of the settings says.
func TestClock(t *testing.T) {
	clock := &tick{now: time.Unix(1e9, 0)}
	s := settings(t, func(ctx context.Context, r *fetch.Request) (*fetch.Response, error) {
		clock.advance(999 * time.Millisecond)
		if ctx.Err() != nil {
			t.Error("the request has ended too early")
		}
		clock.advance(time.Millisecond)
		return hanging(ctx, r)
	})
	s.Clock = clock
	x := xhr.New(s)
	must(t, x.Open("GET", "/r"))
	must(t, x.SetTimeout(time.Second))
	if _, err := x.Do(context.Background(), nil); x.Failure() == nil || x.Failure().Verdict.Reason != cors.TimedOut {
		t.Errorf("the error is %v", err)
	}
}

// Chromium shows nothing of a response whose type it has to guess before it has
// 1024 bytes or all of it.
func TestHoldBack(t *testing.T) {
	tests := []struct {
		name    string
		profile xhr.Profile
		header  []string
		first   string
		want    string
	}{
		{"text/plain", xhr.ChromiumProfile, []string{"Content-Type: text/plain"}, "ab", "loadstart@1(0/0)"},
		{"no type", xhr.ChromiumProfile, nil, "ab", "loadstart@1(0/0)"},
		{"much", xhr.ChromiumProfile, []string{"Content-Type: text/plain"}, strings.Repeat("a", 1024), "loadstart@1(0/0) 2 3 progress@3(1024/1026)"},
		{"nosniff", xhr.ChromiumProfile, []string{"Content-Type: text/plain", "X-Content-Type-Options: NoSniff"}, "ab", "loadstart@1(0/0) 2 3 progress@3(2/4)"},
		{"JSON", xhr.ChromiumProfile, []string{"Content-Type: application/json"}, "ab", "loadstart@1(0/0) 2 3 progress@3(2/4)"},
		{"the standard", xhr.StandardProfile, []string{"Content-Type: text/plain"}, "ab", "loadstart@1(0/0) 2 3 progress@3(2/4)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := settings(t, timed(t, time.Second, test.header, test.first, "cd"))
				s.Profile = test.profile
				x := xhr.New(s)
				must(t, x.Open("GET", "/r"))
				must(t, x.SetTimeout(1500*time.Millisecond))
				l := watch(x)
				send(t, x, nil, "Send")
				if got, _, _ := strings.Cut(l.String(), " 4"); got != test.want {
					t.Errorf("events %s, want %s", got, test.want)
				}
			})
		})
	}
}
