package wire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/corsage-go/corsage/agent/wire"
)

// Over HTTP/2 a request arrives as it was given, but for what is lost in the
// crossing: order, spelling, and the fields about the connection.
func TestHTTP2Request(t *testing.T) {
	type seen struct {
		proto, method, host, uri, body string
		length                         int64
		header                         http.Header
	}
	var got seen
	s := startTLS(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = seen{r.Proto, r.Method, r.Host, r.RequestURI, string(body), r.ContentLength, r.Header}
	}, true)
	c := trusting(t, s)
	r := getTLS(s)
	r.Method, r.Target, r.Body, r.Length = "patch", "//a/%7e/\xe9?b=\"c\"&//", plain{strings.NewReader("12345")}, 5
	r.Header = []wire.Field{
		{Name: "Host", Value: "other.example"},
		{Name: "Connection", Value: "keep-alive"},
		{Name: "TE", Value: "gzip"},
		{Name: "X-Two", Value: "2"},
		{Name: "x-one", Value: "caf\xe9"},
		{Name: "X-TWO", Value: "3"},
	}
	resp, _, err := do(t.Context(), c, r)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Proto != "HTTP/2.0" || got.proto != "HTTP/2.0" {
		t.Errorf("spoken were %s and %s", resp.Proto, got.proto)
	}
	if got.method != "patch" || got.host != "other.example" || got.uri != r.Target || got.body != "12345" || got.length != 5 {
		t.Errorf("got %+v", got)
	}
	want := http.Header{"X-Two": {"2", "3"}, "X-One": {"caf\xe9"}, "Content-Length": {"5"}}
	if fmt.Sprint(got.header) != fmt.Sprint(want) {
		t.Errorf("got fields %q, want %q", got.header, want)
	}
}

// The answer's fields come sorted, with small names, those of one name in order;
// trailers are dropped.
func TestHTTP2Response(t *testing.T) {
	s := startTLS(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</a>")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header()["Date"] = nil
		w.Header().Set("Trailer", "X-Sum")
		w.Header().Set("Content-Type", "text/plain")
		w.Header()["Set-Cookie"] = []string{"b=1", "a=1"}
		w.WriteHeader(299)
		_, _ = io.WriteString(w, "ok")
		w.Header().Set("X-Sum", "1")
	}, true)
	r := getTLS(s)
	var hooks []string
	note := func(s string) { hooks = append(hooks, s) }
	r.Trace = &wire.Trace{
		GotConn: func(i wire.ConnInfo) {
			note(fmt.Sprintf("%s, reused %v, TLS %v, to %s", i.Proto, i.Reused, i.TLS != nil, i.Remote))
		},
		WroteHead: func() { note("head") }, FirstByte: func() { note("first") },
		Informational: func(status int, fields []wire.Field) { note(fmt.Sprintf("%d %s", status, fields)) },
	}
	resp, body, err := do(t.Context(), trusting(t, s), r)
	if err != nil {
		t.Fatal(err)
	}
	want := []wire.Field{
		{Name: "content-length", Value: "2"},
		{Name: "content-type", Value: "text/plain"},
		{Name: "link", Value: "</a>"},
		{Name: "set-cookie", Value: "b=1"},
		{Name: "set-cookie", Value: "a=1"},
	}
	if resp.Status != 299 || resp.Reason != "" || body != "ok" || !slices.Equal(resp.Header, want) {
		t.Errorf("got %+v with body %q", resp, body)
	}
	if want := []string{"HTTP/2.0, reused false, TLS true, to " + r.Host, "head", "first", "103 [{link </a>}]"}; !slices.Equal(hooks, want) {
		t.Errorf("hooks said %q, want %q", hooks, want)
	}
}

// All requests to a host go over one connection, those that come before it is
// there too.
func TestHTTP2Multiplexes(t *testing.T) {
	const total = 20
	arrived := make(chan struct{}, total)
	release := make(chan struct{})
	s := startTLS(t, func(http.ResponseWriter, *http.Request) {
		arrived <- struct{}{}
		<-release
	}, true)
	c := trusting(t, s)
	var open counter
	c.Dial = open.dial
	var running sync.WaitGroup
	for range total {
		running.Go(func() { wantBody(t, c, getTLS(s), "") })
	}
	for range total {
		<-arrived // all at the same time
	}
	if n := open.n.Load(); n != 1 {
		t.Errorf("%d connections are open", n)
	}
	close(release)
	running.Wait()
	c.CloseIdle()
	waitFor(t, func() bool { return open.n.Load() == 0 })
	wantBody(t, c, getTLS(s), "")
}

// Without HTTP/2, by either end's choice, https is HTTP/1.1 as http is.
func TestHTTP1OverTLS(t *testing.T) {
	for _, disabled := range []bool{true, false} {
		s := startTLS(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }, disabled)
		c := trusting(t, s)
		c.DisableHTTP2 = disabled
		var running sync.WaitGroup
		for range 10 {
			running.Go(func() { wantBody(t, c, getTLS(s), "HTTP/1.1") })
		}
		running.Wait()
	}
}

// An upload is reported as it is sent, and framed by its length.
func TestHTTP2Upload(t *testing.T) {
	s := startTLS(t, func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, n, " ", r.ContentLength, " ", err)
	}, true)
	c := trusting(t, s)
	for _, length := range []int64{int64(len(large)), -1} {
		r := getTLS(s)
		r.Method, r.Body, r.Length = "POST", plain{strings.NewReader(string(large))}, length
		var reported int64
		r.Trace = &wire.Trace{WroteBody: func(n int64) { reported += n }}
		wantBody(t, c, r, fmt.Sprint(len(large), " ", length, " <nil>"))
		if reported != int64(len(large)) {
			t.Errorf("%d bytes were reported", reported)
		}
	}
}

// What goes wrong over HTTP/2 is of the same kinds.
func TestHTTP2Kinds(t *testing.T) {
	upload := func(body io.Reader, length int64) func(*wire.Request) {
		return func(r *wire.Request) { r.Method, r.Body, r.Length = "POST", body, length }
	}
	tests := []struct {
		name   string
		serve  http.HandlerFunc
		change func(*wire.Request)
		want   wire.Kind
	}{
		{
			name: "too short", want: wire.LengthMismatch,
			serve: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "5")
				_, _ = io.WriteString(w, "ok")
			},
		},
		{
			name: "aborted in the body", want: wire.HTTP2Failed,
			serve: func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, "ok")
				_ = http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			},
		},
		{
			name: "head too large", want: wire.HeadTooLarge,
			serve: func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["A"] = []string{strings.Repeat("x", 800), strings.Repeat("x", 800)}
			},
		},
		{
			name: "two locations", want: wire.MultipleLocations,
			serve: func(w http.ResponseWriter, _ *http.Request) { w.Header()["Location"] = []string{"/a", "/b"} },
		},
		{
			name: "control byte", want: wire.InvalidRequest, serve: func(http.ResponseWriter, *http.Request) {},
			change: func(r *wire.Request) { r.Header = []wire.Field{{Name: "A", Value: "\x01"}} },
		},
		{
			name: "body fails", want: wire.BodyFailed, serve: readAll,
			change: upload(readerOf(func([]byte) (int, error) { return 0, errOdd }), 5),
		},
		{
			name: "body too short", want: wire.BodyFailed, serve: readAll,
			change: upload(strings.NewReader("1234"), 5),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := startTLS(t, tt.serve, true)
			r := getTLS(s)
			if tt.change != nil {
				tt.change(r)
			}
			c := trusting(t, s)
			c.MaxHeadBytes = 1000
			_, _, err := do(t.Context(), c, r)
			wantKind(t, err, tt.want)
		})
	}
}

func readAll(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }

// A context ends an exchange over HTTP/2, and that one only.
func TestHTTP2Cancel(t *testing.T) {
	for _, phase := range []string{"head", "body", "upload"} {
		t.Run(phase, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			s := startTLS(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/other" {
					return
				}
				if phase != "head" {
					_ = http.NewResponseController(w).Flush()
				}
				if phase != "body" {
					cancel()
				}
				<-r.Context().Done()
			}, true)
			c := trusting(t, s)
			r := getTLS(s)
			if phase == "upload" {
				r.Method, r.Body, r.Length = "POST", plain{zeros{}}, -1
			}
			resp, err := c.RoundTrip(ctx, r)
			if phase == "body" {
				if err != nil {
					t.Fatal(err)
				}
				cancel()
				_, err = resp.Body.Read(make([]byte, 1))
			}
			wantKind(t, err, wire.Canceled)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%v is not context.Canceled", err)
			}
			r = getTLS(s)
			r.Target = "/other"
			wantBody(t, c, r, "")
		})
	}
}

// An answer of 300 or more ends an upload over HTTP/2; one below waits for it.
func TestHTTP2EarlyAnswer(t *testing.T) {
	body, source := io.Pipe()
	s := startTLS(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/refused" {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		ctl := http.NewResponseController(w)
		_ = ctl.EnableFullDuplex()
		_ = ctl.Flush()
		go func() {
			_, _ = io.WriteString(source, "rest")
			source.Close()
		}()
		_, _ = io.Copy(w, r.Body)
	}, true)
	c := trusting(t, s)
	r := getTLS(s)
	r.Method, r.Target, r.Body, r.Length = "POST", "/refused", plain{zeros{}}, -1
	resp, _, err := do(t.Context(), c, r)
	if err != nil || resp.Status != http.StatusRequestEntityTooLarge {
		t.Fatalf("got %v and %v", resp, err)
	}
	r = getTLS(s)
	r.Method, r.Body, r.Length = "POST", body, -1
	wantBody(t, c, r, "rest")
}

// Where the server has closed the connection, the next request gets another; one
// that meets it closed is sent again if it can be.
func TestHTTP2Stale(t *testing.T) {
	var mu sync.Mutex
	var conns []net.Conn
	requests := 0
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if requests++; requests == 2 {
			conns[0].Close()
			return
		}
		_, _ = io.Copy(w, r.Body)
	}))
	s.EnableHTTP2 = true
	s.Config.ErrorLog = discardLog
	s.Config.ConnState = func(nc net.Conn, state http.ConnState) {
		if state == http.StateNew {
			mu.Lock()
			defer mu.Unlock()
			conns = append(conns, nc)
		}
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	c := trusting(t, s)
	wantBody(t, c, getTLS(s), "")
	r := getTLS(s)
	r.Method, r.Length, r.Body = "POST", 5, plain{strings.NewReader("12345")}
	r.Rewind = func() (io.Reader, error) { return strings.NewReader("12345"), nil }
	wantBody(t, c, r, "12345")
	wantBody(t, c, getTLS(s), "")
	mu.Lock()
	defer mu.Unlock()
	if len(conns) != 2 {
		t.Errorf("%d connections were made", len(conns))
	}
}

// Close ends requests over HTTP/2 and leaves nothing behind.
func TestHTTP2Close(t *testing.T) {
	var c *wire.Client
	s := startTLS(t, func(_ http.ResponseWriter, r *http.Request) {
		c.Close()
		<-r.Context().Done()
	}, true)
	c = trusting(t, s)
	_, err := c.RoundTrip(t.Context(), getTLS(s))
	wantKind(t, err, wire.ClientClosed)
}
