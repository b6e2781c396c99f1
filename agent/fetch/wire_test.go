package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// over starts a server and an engine that reaches it over a socket.
func over(t *testing.T, handler http.Handler) (origin string, e *Engine) {
	t.Helper()
	server := httptest.NewServer(handler)
	client := &wire.Client{}
	t.Cleanup(func() {
		client.Close()
		server.Close()
	})
	return server.URL, &Engine{Transport: client}
}

// The whole of it over sockets: a preflight, an upload, a coded answer.
func TestOverSockets(t *testing.T) {
	var log []string
	origin, e := over(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		log = append(log, fmt.Sprintf("%s %s %d %v", r.Method, r.Header.Get("Origin"), len(body), err))
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		w.Header().Set("Access-Control-Allow-Methods", "PUT")
		if r.Method == http.MethodPut {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(encode(t, "gzip", []byte("stored"))) // the client sees what is missing
		}
	}))
	r := request(t, "PUT", origin+"/album")
	r.Body = text(strings.Repeat("x", 1<<20))
	if got, want := outcome(e, r), "cors 200 "+origin+"/album stored"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	want := []string{"OPTIONS " + app + " 0 <nil>", "PUT " + app + " 1048576 <nil>"}
	if fmt.Sprint(log) != fmt.Sprint(want) {
		t.Errorf("the server got %q, want %q", log, want)
	}
}

// What hostile servers do ends in a Failure, in time and in bounded memory.
func TestHostileServers(t *testing.T) {
	bomb := encode(t, "gzip", make([]byte, 64<<20))
	tests := []struct {
		why, raw string
		want     string
	}{
		{"no HTTP", "220 mail.test ESMTP\r\n", "network-failed on response"},
		{"nothing", "", "network-failed on response"},
		{"an endless head", "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 1000), "network-failed on response"},
		{"a body cut off", "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 9\r\n\r\nabc", "network-failed on response"},
		{"chunks cut off", "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "network-failed on response"},
		{"lengths that differ", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "network-failed on response"},
		{"two consents in one line", "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *, " + app + "\r\nContent-Length: 0\r\n\r\n", "allow-origin-multiple on response"},
		{"a bomb", "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Encoding: gzip\r\n\r\n" + string(bomb), "network-failed on response"},
	}
	for _, tt := range tests {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go answerRaw(listener, tt.raw)
		client := &wire.Client{}
		if got := outcome(&Engine{Transport: client}, request(t, "GET", "http://"+listener.Addr().String()+"/")); got != tt.want {
			t.Errorf("%s: got %.100q, want %q", tt.why, got, tt.want)
		}
		client.Close()
		_ = listener.Close() // no more is asked
	}
}

// answerRaw answers every request with the same bytes.
func answerRaw(listener net.Listener, raw string) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = conn.Read(make([]byte, 4096)) // the client's request
		_, _ = io.WriteString(conn, raw)     // the client may have gone away
		_ = conn.Close()
	}
}

// A context that ends breaks off what is under way at once, wherever it is.
func TestCancellation(t *testing.T) {
	stop, reached := make(chan struct{}), make(chan struct{}, 1)
	origin, e := over(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			w.Header().Set("Content-Length", "10")
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush() // the client sees what is missing
		}
		reached <- struct{}{}
		select {
		case <-r.Context().Done():
		case <-stop:
		}
	}))
	defer close(stop)
	for _, path := range []string{"/head", "/body"} {
		for _, limit := range []struct {
			make func() (context.Context, context.CancelFunc)
			want cors.Reason
		}{
			{func() (context.Context, context.CancelFunc) {
				return context.WithTimeout(context.Background(), 20*time.Millisecond)
			}, cors.TimedOut},
			{func() (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(context.Background())
				go func() {
					<-reached
					cancel()
				}()
				return ctx, cancel
			}, cors.Aborted},
		} {
			ctx, cancel := limit.make()
			r := request(t, "GET", origin+path)
			r.Client = page(t, origin)
			resp, err := e.Fetch(ctx, r)
			if err == nil {
				_, err = io.ReadAll(resp.Body)
			}
			f, ok := errors.AsType[*Failure](err)
			if !ok || f.Verdict.Reason != limit.want {
				t.Errorf("%s: got %v, want %v", path, err, limit.want)
			}
			cancel()
			select { // of the one whose time was up
			case <-reached:
			default:
			}
		}
	}
}

// Close may be called while another goroutine reads, and leaves nothing behind.
func TestCloseWhileReading(t *testing.T) {
	before := runtime.NumGoroutine()
	reached := make(chan struct{})
	origin, e := over(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "zstd")
		whole := encode(t, "zstd", bytes.Repeat([]byte("x"), 1000))
		_, _ = w.Write(whole[:len(whole)/2])      // the rest never comes
		_ = http.NewResponseController(w).Flush() // the client sees what is missing
		close(reached)
		<-r.Context().Done()
	}))
	r := request(t, "GET", origin+"/")
	r.Client = page(t, origin)
	resp, err := e.Fetch(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan error)
	go func() {
		_, err := io.ReadAll(resp.Body)
		read <- err
	}()
	<-reached
	_ = resp.Body.Close() // what became of it is what Read says
	err = <-read
	if got := failureText(err); got != "aborted on response" {
		t.Errorf("got %q: %v", got, err)
	}
	e.Transport.(*wire.Client).Close()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for range 500 {
		if runtime.NumGoroutine() <= before+2 { // the server's own
			return
		}
		<-ticker.C
	}
	t.Errorf("%d goroutines are left of %d", runtime.NumGoroutine(), before)
}

// A connection is used again after redirects, preflights and coded bodies.
func TestConnectionsAreKept(t *testing.T) {
	connections := 0
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/1":
			http.Redirect(w, r, "/2", http.StatusFound)
		default:
			w.Header().Set("Content-Encoding", "gzip")
			coded := encode(t, "gzip", []byte("abc"))
			for _, b := range coded { // in chunks
				_, _ = w.Write([]byte{b})
				_ = http.NewResponseController(w).Flush()
			}
		}
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections++
		}
	}
	server.Start()
	defer server.Close()
	client := &wire.Client{}
	defer client.Close()
	e := &Engine{Transport: client}
	for range 3 {
		r := request(t, "GET", server.URL+"/1")
		r.Client = page(t, server.URL)
		if got, want := outcome(e, r), "basic 200 "+server.URL+"/2 abc"; got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
	if connections != 1 {
		t.Errorf("%d connections were made, want 1", connections)
	}
}

// Standard: https://www.rfc-editor.org/rfc/rfc9110#name-idempotent-methods
// A request on a connection that turns out to be closed is sent again; Chromium
// does so even with a POST or PUT.
func TestStaleConnections(t *testing.T) {
	tests := []struct {
		method  string
		body    *Body
		profile Profile
		want    string
	}{
		{"GET", nil, StandardProfile, "200"},
		{"DELETE", nil, StandardProfile, "200"},
		{"PUT", nil, StandardProfile, "network-failed on response"},
		{"POST", text("x"), StandardProfile, "network-failed on response"},
		{"PUT", nil, ChromiumProfile, "200"},
		{"POST", text("x"), ChromiumProfile, "200"},
	}
	for _, tt := range tests {
		var seen sync.Map // addresses of connections
		origin, e := over(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, again := seen.LoadOrStore(r.RemoteAddr, true); again {
				panic(http.ErrAbortHandler) // the connection is closed
			}
		}))
		e.Profile = tt.profile
		c := page(t, origin)
		first := request(t, "GET", origin+"/")
		first.Client = c
		outcome(e, first)
		r := request(t, tt.method, origin+"/")
		r.Client, r.Body = c, tt.body
		got := outcome(e, r)
		if fields := strings.Fields(got); fields[0] == "basic" {
			got = fields[1]
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.method, got, tt.want)
		}
	}
}
