package wire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
)

// plain hides everything of a reader but Read.
type plain struct{ io.Reader }

// large is more than is sent in one write, and more than connections hold that
// nobody reads.
var large = bytes.Repeat([]byte("0123456789abcdef"), 1<<20)

// A body arrives as it is, whatever it is read from, and is framed by its length.
func TestUploadBodies(t *testing.T) {
	small := "hello"
	tests := []struct {
		name   string
		body   func() io.Reader
		length int64
		want   string
	}{
		{"in memory", func() io.Reader { return strings.NewReader(small) }, 5, small},
		{"stream", func() io.Reader { return plain{strings.NewReader(small)} }, 5, small},
		{"unknown length", func() io.Reader { return plain{strings.NewReader(small)} }, -1, small},
		{"in memory, unknown length", func() io.Reader { return strings.NewReader(small) }, -1, small},
		{"empty", func() io.Reader { return plain{strings.NewReader("")} }, 0, ""},
		{"empty, unknown length", func() io.Reader { return plain{strings.NewReader("")} }, -1, ""},
		{"file", func() io.Reader { return tempFile(t, small) }, 5, small},
		{"part of a file", func() io.Reader { return io.LimitReader(tempFile(t, small), 3) }, 3, "hel"},
		{"file, unknown length", func() io.Reader { return tempFile(t, small) }, -1, small},
		{"more than announced", func() io.Reader { return plain{strings.NewReader(small)} }, 3, "hel"},
		{"large in memory", func() io.Reader { return bytes.NewReader(large) }, int64(len(large)), string(large)},
		{"large stream", func() io.Reader { return plain{bytes.NewReader(large)} }, int64(len(large)), string(large)},
		{"large, unknown length", func() io.Reader { return plain{bytes.NewReader(large)} }, -1, string(large)},
		{"large in memory, unknown length", func() io.Reader { return bytes.NewReader(large) }, -1, string(large)},
		{"large file", func() io.Reader { return tempFile(t, string(large)) }, int64(len(large)), string(large)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got string
			addr := startServer(t, func(p *peer) {
				if head := p.head(); strings.Contains(head, "chunked") {
					got = p.chunks()
				} else {
					got = p.body(lengthIn(head))
				}
				p.send(okAnswer)
				p.waitClosed()
			})
			r := post(addr, tt.body(), tt.length)
			var reported int64
			r.Trace = &wire.Trace{WroteBody: func(n int64) { reported += n }}
			wantBody(t, newClient(t), r, "ok")
			if got != tt.want {
				t.Errorf("the server got %d bytes, want %d", len(got), len(tt.want))
			}
			if reported != int64(len(tt.want)) {
				t.Errorf("%d bytes were reported, want %d", reported, len(tt.want))
			}
		})
	}
}

// chunks reads a chunked body.
func (p *peer) chunks() string {
	var body strings.Builder
	for {
		var size int
		if _, err := fmt.Fscanf(p.in, "%x\r\n", &size); err != nil {
			return "broken: " + err.Error()
		}
		body.WriteString(p.body(size))
		if end := p.body(2); end != "\r\n" {
			return "broken: chunk ends with " + end
		}
		if size == 0 {
			return body.String()
		}
	}
}

func lengthIn(head string) (n int) {
	_, value, _ := strings.Cut(head, "Content-Length: ")
	_, _ = fmt.Sscan(value, &n)
	return n
}

// On a slow connection progress is reported in small steps.
func TestUploadSteps(t *testing.T) {
	for name, body := range map[string]io.Reader{"stream": plain{zeros{}}, "in memory": bytes.NewReader(large)} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &pipeServer{serve: func(p *peer) {
					p.head()
					for range 100 {
						time.Sleep(time.Second)
						p.body(4 << 10)
					}
				}}
				c := &wire.Client{Dial: s.dial}
				defer c.Close()
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second)
				defer cancel()
				r := post("127.0.0.1:1", body, int64(len(large)))
				var steps []int64
				r.Trace = &wire.Trace{WroteBody: func(n int64) { steps = append(steps, n) }}
				_, err := c.RoundTrip(ctx, r)
				wantKind(t, err, wire.Timeout)
				if want := []int64{64 << 10, 32 << 10, 16 << 10, 16 << 10}; len(steps) < len(want) || !slices.Equal(steps[:len(want)], want) {
					t.Errorf("the steps are %d, want %d first", steps, want)
				}
			})
		})
	}
}

// A body that cannot be read as announced never looks complete to the server.
func TestUploadBodyFails(t *testing.T) {
	failing := func() io.Reader {
		return io.MultiReader(bytes.NewReader(large), readerOf(func([]byte) (int, error) { return 0, errOdd }))
	}
	all := int64(len(large))
	tests := []struct {
		name   string
		body   io.Reader
		length int64
	}{
		{"fails", failing(), all + 1},
		{"fails, unknown length", failing(), -1},
		{"too short", plain{bytes.NewReader(large)}, all + 1},
		{"too short in memory", bytes.NewReader(large), all + 1},
		{"too long in memory", bytes.NewReader(large), all - 1},
		{"file too short", tempFile(t, "12345"), 6},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			complete := make(chan bool, 1)
			addr := startServer(t, func(p *peer) {
				if head := p.head(); strings.Contains(head, "chunked") {
					complete <- !strings.HasPrefix(p.chunks(), "broken")
				} else {
					complete <- len(p.body(int(tt.length))) == int(tt.length)
				}
			})
			_, err := newClient(t).RoundTrip(t.Context(), post(addr, tt.body, tt.length))
			wantKind(t, err, wire.BodyFailed)
			if strings.HasPrefix(tt.name, "fails") != errors.Is(err, errOdd) {
				t.Errorf("%v does not wrap what happened", err)
			}
			if <-complete {
				t.Error("the server took it for complete")
			}
		})
	}
}

// closing counts how often a body is closed, which ends what waits in it.
type closing struct {
	io.Reader
	closed atomic.Int32
	pipe   *io.PipeReader
}

func (c *closing) Close() error {
	c.closed.Add(1)
	if c.pipe != nil {
		return c.pipe.Close()
	}
	return nil
}

// A body that can be closed is closed once, however the request ends.
func TestUploadClosesBody(t *testing.T) {
	ok := startServer(t, func(p *peer) {
		p.head()
		p.body(5)
		p.send(okAnswer)
	})
	tests := []struct {
		name string
		r    *wire.Request
	}{
		{"success", post(ok, nil, 5)},
		{"invalid request", post("a b", nil, 5)},
		{"no connection", post("[::1]:1", nil, 5)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newClient(t)
			if tt.name == "no connection" {
				c.Resolve = nil
				c.Dial = dialNobody
			}
			body := &closing{Reader: strings.NewReader("12345")}
			tt.r.Body = body
			if resp, err := c.RoundTrip(t.Context(), tt.r); err == nil {
				resp.Body.Close()
			}
			if n := body.closed.Load(); n != 1 {
				t.Errorf("it was closed %d times", n)
			}
		})
	}
}

// A body that says it is in memory and is not is found out.
func TestUploadLyingBody(t *testing.T) {
	body := struct {
		io.Reader
		*strings.Builder // for its Len
	}{readerOf(func([]byte) (int, error) { return 0, errOdd }), new(strings.Builder)}
	body.WriteString("12345")
	addr := startServer(t, func(p *peer) {
		if p.waitClosed(); p.in.Buffered() > 0 {
			t.Error("half a request was sent")
		}
	})
	_, err := newClient(t).RoundTrip(t.Context(), post(addr, body, 5))
	wantKind(t, err, wire.BodyFailed)
}

// An answer of 300 or more ends the sending at once: the rest is not wanted. The
// connection is not used again.
func TestEarlyAnswerEndsSending(t *testing.T) {
	const refusal = "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno"
	for _, name := range []string{"endless", "waiting"} {
		t.Run(name, func(t *testing.T) {
			addr := startServer(t,
				func(p *peer) { p.head(); p.send(refusal); p.waitClosed() },
				answer(okAnswer),
			)
			body := &closing{Reader: zeros{}}
			if name == "waiting" {
				pipe, w := io.Pipe()
				defer w.Close()
				body.Reader, body.pipe = pipe, pipe
			}
			c := newClient(t)
			resp, got, err := do(t.Context(), c, post(addr, body, -1))
			if err != nil || resp.Status != 413 || got != "no" {
				t.Fatalf("got %v, %q and %v", resp, got, err)
			}
			if n := body.closed.Load(); n != 1 {
				t.Errorf("the body was closed %d times", n)
			}
			wantBody(t, c, get(addr), "ok")
		})
	}
}

// An answer below 300 waits for the request to be sent: an exchange has one
// direction at a time.
func TestEarlyAnswerWaits(t *testing.T) {
	body, source := io.Pipe()
	answered := make(chan struct{})
	addr := startServer(t, func(p *peer) {
		p.head()
		p.send(okAnswer)
		close(answered)
		if got := p.chunks(); got != "rest" {
			t.Errorf("the server got %q", got)
		}
		p.head()
		p.send(okAnswer)
	})
	go func() {
		<-answered
		_, _ = io.WriteString(source, "rest")
		source.Close()
	}()
	c := newClient(t)
	wantBody(t, c, post(addr, body, -1), "ok")
	wantBody(t, c, get(addr), "ok") // on the same connection
}

// A server that breaks the connection off while it is being sent to may have
// said why. As in Chromium, that counts if it is an error.
func TestBrokenWhileSending(t *testing.T) {
	tests := []struct {
		name, raw string
		status    int
		want      wire.Kind
	}{
		{name: "without an answer", raw: "", want: wire.Reset},
		{name: "after an error", raw: "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n", status: 400},
		{name: "after a success", raw: okAnswer, want: wire.Reset},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := startServer(t, answer(tt.raw)) // closes with unread data, which resets
			resp, err := newClient(t).RoundTrip(t.Context(), post(addr, plain{zeros{}}, 1<<40))
			if tt.status == 0 {
				wantKind(t, err, tt.want)
				return
			}
			if err != nil || resp.Status != tt.status {
				t.Fatalf("got %v and %v", resp, err)
			}
			resp.Body.Close()
		})
	}
}

// Nonsense is nonsense, also while the request is being sent.
func TestNonsenseWhileSending(t *testing.T) {
	addr := startServer(t, func(p *peer) {
		p.head()
		p.send("hello there")
		p.waitClosed()
	})
	_, err := newClient(t).RoundTrip(t.Context(), post(addr, plain{zeros{}}, -1))
	wantKind(t, err, wire.InvalidResponse)
}

// No hook is called once RoundTrip has returned, and none beside another.
func TestHooksEndWithRoundTrip(t *testing.T) {
	var inside, after atomic.Int32
	var ended atomic.Bool
	hook := func() {
		if inside.Add(1) != 1 {
			t.Error("two hooks at a time")
		}
		if ended.Load() {
			after.Add(1)
		}
		inside.Add(-1)
	}
	addr := startServer(t, func(p *peer) {
		p.head()
		for range 20 {
			p.body(1 << 16)
			p.send("HTTP/1.1 103 Early Hints\r\n\r\n")
		}
		p.send("HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n")
		p.waitClosed()
	})
	r := post(addr, plain{zeros{}}, -1)
	r.Trace = &wire.Trace{
		WroteHead: hook, WroteBody: func(int64) { hook() }, FirstByte: hook, Informational: func(int, []wire.Field) { hook() },
	}
	resp, err := newClient(t).RoundTrip(t.Context(), r)
	ended.Store(true)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if n := after.Load(); n != 0 {
		t.Errorf("%d hooks were called too late", n)
	}
}

// A context ends an upload that waits, for whatever it waits.
func TestCancelUpload(t *testing.T) {
	tests := []struct {
		name   string
		before string // what the server sends before it
		body   func() io.Reader
	}{
		{"for the body", "", waiting},
		{"for the server", "", func() io.Reader { return plain{zeros{}} }},
		{"for the body after an answer", okAnswer, waiting},
		{"for the server after an answer", okAnswer, func() io.Reader { return plain{zeros{}} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				stay := make(chan struct{})
				s := &pipeServer{serve: func(p *peer) {
					p.head()
					p.send(tt.before)
					<-stay
				}}
				c := &wire.Client{Dial: s.dial}
				ctx, cancel := context.WithCancel(t.Context())
				failed := make(chan error)
				go func() {
					_, err := c.RoundTrip(ctx, post("127.0.0.1:1", tt.body(), 1<<40))
					failed <- err
				}()
				synctest.Wait()
				cancel()
				err := <-failed
				wantKind(t, err, wire.Canceled)
				if !errors.Is(err, context.Canceled) {
					t.Errorf("%v is not context.Canceled", err)
				}
				close(stay)
			})
		})
	}
}

// waiting is a body that never comes.
func waiting() io.Reader {
	pipe, _ := io.Pipe()
	return pipe
}

// A server that closes in good order while it is being sent to has answered
// nothing.
func TestClosedWhileSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &pipeServer{serve: func(p *peer) {
			p.head()
			p.Close()
		}}
		c := &wire.Client{Dial: s.dial}
		_, err := c.RoundTrip(t.Context(), post("127.0.0.1:1", waiting(), 5))
		wantKind(t, err, wire.Reset)
	})
}
