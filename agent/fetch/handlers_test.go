package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
)

// served asks a handler through Handlers and nothing else.
func served(t *testing.T, handler http.HandlerFunc, r *wire.Request) (*wire.Response, string, error) {
	t.Helper()
	h := &Handlers{Default: handler, Now: func() time.Time { return time.Unix(0, 0) }}
	if r.Scheme == "" {
		r.Scheme, r.Host, r.Target = "http", "a.test", "/x?y"
	}
	resp, err := h.RoundTrip(context.Background(), r)
	if err != nil {
		return nil, "", err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close() // it was read to its end
	return resp, string(body), err
}

// A handler finds what net/http's server would give it.
func TestHandlersRequest(t *testing.T) {
	var got string
	handler := func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		got = fmt.Sprintf("%s %s %s %s %s %d %v %s %v %v %v", r.Method, r.Host, r.RequestURI, r.URL.Query(), r.Proto, r.ContentLength, r.TransferEncoding, body, err, r.Header, r.TLS != nil)
		got += " " + r.RemoteAddr
	}
	tests := []struct {
		r    *wire.Request
		want string
	}{
		{
			&wire.Request{Method: "GET", Scheme: "http", Host: "a.test:81", Target: "/x?y=z", Header: fields("x-a: 1", "X-A: 2", "Host: ignored")},
			"GET a.test:81 /x?y=z map[y:[z]] HTTP/1.1 0 []  <nil> map[X-A:[1 2]] false 192.0.2.1:1234",
		},
		{
			&wire.Request{Method: "foo", Scheme: "https", Host: "a.test", Target: "/", Body: strings.NewReader("abc"), Length: 3},
			"foo a.test / map[] HTTP/1.1 3 [] abc <nil> map[] true 192.0.2.1:1234",
		},
		{
			&wire.Request{Method: "PUT", Scheme: "http", Host: "a.test", Target: "/", Body: strings.NewReader("abc"), Length: -1},
			"PUT a.test / map[] HTTP/1.1 -1 [chunked] abc <nil> map[] false 192.0.2.1:1234",
		},
		{
			&wire.Request{Method: "PUT", Scheme: "http", Host: "a.test", Target: "/", Body: strings.NewReader("abc"), Length: 4},
			"PUT a.test / map[] HTTP/1.1 4 [] abc unexpected EOF map[] false 192.0.2.1:1234",
		},
	}
	for _, tt := range tests {
		if _, _, err := served(t, handler, tt.r); err != nil || got != tt.want {
			t.Errorf("got %s, %v; want %s", got, err, tt.want)
		}
	}
}

// An answer is completed as net/http's server completes it.
func TestHandlersResponse(t *testing.T) {
	const date = " Date=Thu, 01 Jan 1970 00:00:00 GMT"
	tests := []struct {
		why     string
		method  string
		handler http.HandlerFunc
		want    string
	}{
		{"nothing", "GET", func(http.ResponseWriter, *http.Request) {}, "200 OK 0 Content-Length=0" + date + " "},
		{"text", "GET", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "abc") }, "200 OK 3 Content-Length=3 Content-Type=text/plain; charset=utf-8" + date + " abc"},
		{"a status", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-A", "1\r\nX-B: 2")
			w.WriteHeader(http.StatusTeapot)
			w.Header().Set("X-C", "late")
			w.WriteHeader(http.StatusOK)
		}, "418 I'm a teapot 0 Content-Length=0" + date + " X-A=1  X-B: 2 "},
		{"HEAD", "HEAD", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "abc") }, "200 OK 0 Content-Length=3" + date + " "},
		{"204", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNoContent)
			if _, err := io.WriteString(w, "abc"); !errors.Is(err, http.ErrBodyNotAllowed) {
				panic(err)
			}
		}, "204 No Content 0" + date + " "},
		{"much", "GET", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(strings.Repeat("a", 3000))) }, "200 OK -1 Content-Type=text/plain; charset=utf-8" + date + " " + strings.Repeat("a", 3000)},
		{"flushed", "GET", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "a")
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, "b")
		}, "200 OK -1 Content-Type=text/plain; charset=utf-8" + date + " ab"},
	}
	for _, tt := range tests {
		resp, body, err := served(t, tt.handler, &wire.Request{Method: tt.method})
		if err != nil {
			t.Errorf("%s: %v", tt.why, err)
			continue
		}
		got := fmt.Sprintf("%d %s %d", resp.Status, resp.Reason, resp.Length)
		for _, f := range resp.Header {
			got += " " + f.Name + "=" + f.Value
		}
		if got += " " + body; got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.why, got, tt.want)
		}
	}
}

// A handler that fails looks like a server that goes away.
func TestHandlersFailures(t *testing.T) {
	long := strings.Repeat("a", 3000)
	tests := []struct {
		why     string
		handler http.HandlerFunc
		want    wire.Kind
		says    string
	}{
		{"panic", func(http.ResponseWriter, *http.Request) { panic("oh") }, wire.EmptyResponse, "panicked: oh"},
		{"abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, wire.EmptyResponse, ""},
		{"late panic", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, long); panic("oh") }, wire.IncompleteChunks, "panicked: oh"},
		{"late abort", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5000")
			_, _ = io.WriteString(w, long)
			panic(http.ErrAbortHandler)
		}, wire.LengthMismatch, ""},
		{"less than announced", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5")
			_, _ = io.WriteString(w, "abc")
		}, wire.LengthMismatch, ""},
		{"more than announced", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "2")
			if _, err := io.WriteString(w, "abc"); err != nil {
				panic(err)
			}
		}, wire.EmptyResponse, "Content-Length"},
	}
	for _, tt := range tests {
		_, _, err := served(t, tt.handler, &wire.Request{Method: "GET"})
		e, ok := errors.AsType[*wire.Error](err)
		if !ok || e.Kind != tt.want || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: got %v, want %v", tt.why, err, tt.want)
		}
		if _, panicked := errors.AsType[panicked](err); panicked != (tt.says != "") {
			t.Errorf("%s: %v", tt.why, err)
		}
	}
	if _, err := (&Handlers{}).RoundTrip(context.Background(), &wire.Request{Host: "a"}); wire.KindOf(err) != wire.Resolve {
		t.Errorf("no handler: got %v", err)
	}
}

// Each server has its handler.
func TestHandlersHosts(t *testing.T) {
	name := func(s string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, s) })
	}
	e := newEngine(&Handlers{Hosts: map[string]http.Handler{"app.example.test": name("host"), safe: name("origin")}, Default: name("default")}, StandardProfile)
	for url, want := range map[string]string{app: "host", safe: "origin", "http://app.example.test:81": "default"} {
		r := request(t, "GET", url+"/")
		r.Client = page(t, url)
		if got := outcome(e, r); !strings.HasSuffix(got, " "+want) {
			t.Errorf("%s: got %q, want %q", url, got, want)
		}
	}
}

// Bodies are streamed both ways: neither is held in memory, nor waited for.
func TestHandlersStream(t *testing.T) {
	const pieces = 100
	piece := strings.Repeat("x", 64<<10)
	var received int64
	e := newEngine(&Handlers{Default: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		received, _ = io.Copy(io.Discard, r.Body) // the number tells what is missing
		for range pieces {
			if _, err := io.WriteString(w, piece); err != nil {
				return
			}
		}
	})}, StandardProfile)
	var sent int64
	ended := 0
	r := request(t, "POST", app+"/r")
	size := int64(pieces * len(piece))
	r.Body = &Body{Length: size, Open: func() (io.ReadCloser, error) { return io.NopCloser(io.LimitReader(endless{}, size)), nil }}
	r.BodySent, r.BodyEnd = func(n int64) { sent += n }, func() { ended++ }
	resp, err := e.Fetch(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	if received != size || sent != size || ended != 1 {
		t.Errorf("%d bytes received, %d reported, %d ends; want %d and one end", received, sent, ended, size)
	}
	if n, err := io.Copy(io.Discard, resp.Body); n != size || err != nil {
		t.Errorf("read %d bytes, %v", n, err)
	}
}

// endless gives zeros.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// A handler that nobody waits for any more learns of it, and nothing is left: the
// bubble of the test ends only when all its goroutines have.
func TestHandlersLeaveNothing(t *testing.T) {
	var learnt error
	write := func(w http.ResponseWriter, r *http.Request) {
		for learnt == nil {
			_, learnt = w.Write(make([]byte, 4096))
		}
		<-r.Context().Done()
	}
	wait := func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		learnt = r.Context().Err()
	}
	read := func(_ http.ResponseWriter, r *http.Request) { _, learnt = io.Copy(io.Discard, r.Body) }
	tests := []struct {
		why     string
		handler http.HandlerFunc
		head    bool // an answer comes
		end     func(cancel context.CancelFunc, resp *Response)
	}{
		{"body closed", write, true, func(_ context.CancelFunc, resp *Response) { _ = resp.Body.Close() }},
		{"canceled", write, true, func(cancel context.CancelFunc, _ *Response) { cancel() }},
		{"before a head", wait, false, nil},
		{"in the upload", read, false, nil},
	}
	for _, tt := range tests {
		learnt = nil
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			r := request(t, "POST", app+"/r")
			in, out := io.Pipe()
			r.Body = &Body{Length: -1, Open: func() (io.ReadCloser, error) { return in, nil }}
			if tt.head {
				_ = out.Close() // nothing to send
			} else {
				time.AfterFunc(time.Second, cancel)
			}
			resp, err := newEngine(&Handlers{Default: tt.handler}, StandardProfile).Fetch(ctx, r)
			if tt.head && err == nil {
				tt.end(cancel, resp)
				_, err = io.ReadAll(resp.Body)
			}
			if got := failureText(err); got != "aborted on response" {
				t.Errorf("%s: got %q", tt.why, got)
			}
			synctest.Wait()
			if learnt == nil {
				t.Errorf("%s: the handler has not learnt of it", tt.why)
			}
		})
	}
}

// Answers before the real one, and an upload that waits for one, go as with a
// server; what is flushed is there at once.
func TestHandlersInform(t *testing.T) {
	var statuses []int
	r := &wire.Request{
		Method: "PUT", Header: fields("Expect: 100-continue"), Body: strings.NewReader("abc"), Length: 3,
		Trace: &wire.Trace{Informational: func(status int, _ []wire.Field) { statuses = append(statuses, status) }},
	}
	_, body, err := served(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		_, _ = io.Copy(w, r.Body) // the client sees what is missing
		if err := http.NewResponseController(w).Flush(); err != nil {
			panic(err)
		}
		_, _ = io.WriteString(w, "def") // the client sees what is missing
	}, r)
	if fmt.Sprint(statuses) != "[103 100]" || body != "abcdef" || err != nil {
		t.Errorf("got %v, %q, %v", statuses, body, err)
	}
}
