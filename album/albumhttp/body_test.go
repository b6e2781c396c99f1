package albumhttp

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
)

// connection is an open connection to a server, and tells when the server has
// done with a request.
type connection struct {
	net.Conn
	answers *bufio.Reader
	done    chan struct{}
}

func connect(t *testing.T, h http.Handler) *connection {
	t.Helper()
	c := &connection{done: make(chan struct{}, 16)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r)
		c.done <- struct{}{}
	}))
	t.Cleanup(server.Close)
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // a test may have closed it
	c.Conn, c.answers = conn, bufio.NewReader(conn)
	return c
}

func (c *connection) send(t *testing.T, lines ...string) {
	t.Helper()
	if _, err := io.WriteString(c, strings.Join(lines, "\r\n")); err != nil {
		t.Fatal(err)
	}
}

func (c *connection) answer(t *testing.T) *http.Response {
	t.Helper()
	res, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	res.Body = io.NopCloser(strings.NewReader(string(text)))
	return res
}

func putLines(w *world, id album.ID, length int, more ...string) []string {
	lines := append([]string{
		"PUT /albums/" + string(id) + "/photos/a.jpg HTTP/1.1", "Host: photos.example",
		"Cookie: " + ownCookie + "=" + w.session(w.ada, ""), fmt.Sprintf("Content-Length: %d", length),
	}, more...)
	return append(lines, "", "")
}

// A client that stops sending is cut off with 408, and nothing is stored.
func TestSlowBody(t *testing.T) {
	for what, path := range map[string]string{"photo": "photos", "JSON": "json", "form": "form"} {
		w := newWorld(t, func(c *Config) { c.Limits.BodyWindow = 50 * time.Millisecond })
		a := w.album(w.ada, "Spring", album.Sharing{})
		c := connect(t, w.handler)
		lines := putLines(w, a.ID, 10_000)
		switch path {
		case "json":
			lines[0] = "POST /albums HTTP/1.1"
			lines[3] = "Content-Length: 100\r\nContent-Type: application/json"
		case "form":
			lines[0] = "POST /albums/" + string(a.ID) + "/photos HTTP/1.1"
			lines[3] += "\r\nContent-Type: multipart/form-data; boundary=x"
		}
		c.send(t, append(lines[:len(lines)-1], `{"name"`)...)
		res := c.answer(t)
		if res.StatusCode != http.StatusRequestTimeout || !res.Close {
			t.Errorf("%s: status %d, close %v", what, res.StatusCode, res.Close)
		}
		<-c.done
		if got := w.stored(a.ID); got != "" {
			t.Errorf("%s: stored %q", what, got)
		}
	}
}

// A refusal does not wait for ever for a body that nobody wants.
func TestBodyAfterRefusal(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Limits.BodyWindow = 50 * time.Millisecond })
	for request, status := range map[string]int{
		"POST /albums":  http.StatusUnsupportedMediaType,
		"PUT /nothing":  http.StatusNotFound,
		"PATCH /albums": http.StatusMethodNotAllowed,
		"GET /healthz":  http.StatusOK,
	} {
		c := connect(t, w.handler)
		c.send(t, request+" HTTP/1.1", "Host: photos.example", "Content-Length: 1000", "", "begins")
		if res := c.answer(t); res.StatusCode != status {
			t.Errorf("%s: status %d, want %d", request, res.StatusCode, status)
		}
	}
}

// Over HTTP/2 a body is read at the same pace.
func TestBodyOverHTTP2(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Limits.BodyWindow = 50 * time.Millisecond })
	a := w.album(w.ada, "Spring", album.Sharing{})
	server := httptest.NewUnstartedServer(w.handler)
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	put := func(name string, body io.Reader, end func() error) int {
		r, err := http.NewRequestWithContext(t.Context(), "PUT", server.URL+"/albums/"+string(a.ID)+"/photos/"+name, body)
		if err != nil {
			t.Fatal(err)
		}
		ownSession(w.session(w.ada, ""))(r)
		res, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(end(), res.Body.Close()); err != nil || res.ProtoMajor != 2 {
			t.Fatalf("HTTP/%d, %v", res.ProtoMajor, err)
		}
		return res.StatusCode
	}
	if got := put("a.jpg", bytes.NewReader(jpegFile()), func() error { return nil }); got != http.StatusCreated {
		t.Errorf("status %d", got)
	}
	never, writer := io.Pipe()
	if got := put("b.jpg", io.MultiReader(bytes.NewReader(jpegFile()), never), writer.Close); got != http.StatusRequestTimeout {
		t.Errorf("a body that stops: status %d", got)
	}
	if got := w.stored(a.ID); got != "a.jpg" {
		t.Errorf("stored: %q", got)
	}
}

// A client that goes away in the middle leaves nothing behind, and is nobody's
// fault.
func TestAbortedBody(t *testing.T) {
	w := newWorld(t)
	a := w.album(w.ada, "Spring", album.Sharing{})
	file := string(jpegFile())
	c := connect(t, w.handler)
	c.send(t, append(putLines(w, a.ID, len(file)), "")...)
	c.send(t, file[:len(file)-10])
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	<-c.done
	if got := w.stored(a.ID); got != "" {
		t.Errorf("stored %q", got)
	}
	if log := w.log.String(); strings.Contains(log, "ERROR") {
		t.Errorf("log: %s", log)
	}
}

// A client that asks before it sends is told to go on, or why not, and in that
// case need not send anything.
func TestExpectContinue(t *testing.T) {
	w := newWorld(t)
	a := w.album(w.ada, "Spring", album.Sharing{})
	file := string(jpegFile())
	for _, c := range []struct {
		what   string
		length int
		match  string
		status int
	}{
		{"fits", len(file), "*", http.StatusContinue},
		{"too long", testPhotoBytes + 1, "*", http.StatusRequestEntityTooLarge},
		{"another version", len(file), `"99-s"`, http.StatusPreconditionFailed},
	} {
		conn := connect(t, w.handler)
		conn.send(t, putLines(w, a.ID, c.length, "Expect: 100-continue", "If-Match: "+c.match)...)
		res := conn.answer(t)
		if res.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d", c.what, res.StatusCode, c.status)
		}
		if res.StatusCode == http.StatusContinue {
			conn.send(t, file)
			if res := conn.answer(t); res.StatusCode != http.StatusCreated {
				t.Errorf("%s: status %d after the body", c.what, res.StatusCode)
			}
		}
	}
}

// deadlines is an answer that records the deadlines it is given.
type deadlines struct {
	*httptest.ResponseRecorder
	read, write []time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error  { d.read = append(d.read, t); return nil }
func (d *deadlines) SetWriteDeadline(t time.Time) error { d.write = append(d.write, t); return nil }

// A body may take as long as it likes in all, as long as it keeps coming: each
// window begins anew when it has brought its quota.
func TestBodyDeadlines(t *testing.T) {
	h := New(Config{Limits: Limits{BodyWindow: time.Hour, BodyRate: 1}})
	w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	c := h.newCall(w, httptest.NewRequest("PUT", "/", strings.NewReader(strings.Repeat("x", 10_000))))
	b, err := c.openBody(10_000)
	if err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 1000)
	for i := range 10 {
		b.waited = 10 * time.Minute
		began := time.Now()
		if _, err := io.ReadFull(b, p); err != nil {
			t.Fatal(err)
		}
		last := w.read[len(w.read)-2:]
		if left := last[0].Sub(began); left < 50*time.Minute || left > 51*time.Minute || !last[1].IsZero() {
			t.Errorf("read %d: deadline in %v, then %v", i, left, last[1])
		}
		renewed := i == 3 || i == 7 // 3600 bytes make a window's quota
		if (b.waited == 0) != renewed || (b.moved == 0) != renewed {
			t.Errorf("read %d: waited %v, got %d", i, b.waited, b.moved)
		}
	}
	if n, err := b.Read(p); n != 0 || err != io.EOF {
		t.Errorf("at the end: %d, %v", n, err)
	}
}

// The first failure of a body stays its failure.
func TestBodyFault(t *testing.T) {
	other := errors.New("other")
	for _, c := range []struct {
		fault  error
		status int
	}{
		{os.ErrDeadlineExceeded, 408},
		{&http.MaxBytesError{Limit: 7}, 413},
		{io.ErrUnexpectedEOF, 400},
	} {
		call := New(Config{}).newCall(httptest.NewRecorder(), httptest.NewRequest("PUT", "/", nil))
		if err := call.bodyFault(other); !errors.Is(err, other) {
			t.Errorf("without a body: %v", err)
		}
		b, err := call.openBody(1)
		if err != nil {
			t.Fatal(err)
		}
		if err := call.bodyFault(other); !errors.Is(err, other) {
			t.Errorf("without a fault: %v", err)
		}
		b.err = c.fault
		if got := problemOf(call.bodyFault(other)).Status; got != c.status {
			t.Errorf("%v: status %d, want %d", c.fault, got, c.status)
		}
		if _, err := b.Read(make([]byte, 1)); !errors.Is(err, c.fault) {
			t.Errorf("read after %v: %v", c.fault, err)
		}
	}
}

// Where a server has a deadline for answers, it counts from the answer's
// beginning.
func TestAnswerDeadline(t *testing.T) {
	for _, timeout := range []time.Duration{0, time.Hour} {
		w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
		began := time.Now()
		callWithin(t, New(Config{}), w, timeout).beginAnswer()
		switch {
		case timeout == 0 && len(w.write) > 0, timeout > 0 && len(w.write) != 1:
			t.Errorf("with a timeout of %v: deadlines %v", timeout, w.write)
		case timeout > 0 && (w.write[0].Sub(began) < timeout || w.write[0].Sub(began) > timeout+time.Minute):
			t.Errorf("with a timeout of %v: deadline in %v", timeout, w.write[0].Sub(began))
		}
	}
}

// callWithin is a call at a server that gives answers so much time.
func callWithin(t *testing.T, h *Handler, w http.ResponseWriter, timeout time.Duration) *call {
	ctx := context.WithValue(t.Context(), http.ServerContextKey, &http.Server{WriteTimeout: timeout})
	return h.newCall(w, httptest.NewRequestWithContext(ctx, "GET", "/", nil))
}

// A long upload does not use up the time of its answer: from the first Read on,
// there is no deadline for that.
func TestUploadHoldsAnswer(t *testing.T) {
	w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	c := New(Config{}).newCall(w, httptest.NewRequest("PUT", "/", strings.NewReader("xyz")))
	b, err := c.openBody(10)
	if err != nil || len(w.write) > 0 {
		t.Fatalf("%v; deadlines %v before anything is read", err, w.write)
	}
	if _, err := io.ReadAll(b); err != nil {
		t.Fatal(err)
	}
	if len(w.write) != 2 || w.write[0].IsZero() || !w.write[1].IsZero() {
		t.Errorf("deadlines %v, want one, and then none", w.write)
	}
}

// The bytes of a photo go out in pieces, each of which has a deadline of its own,
// whole and in order.
func TestContentDeadlines(t *testing.T) {
	h := New(Config{Limits: Limits{BodyWindow: 10 * time.Second, BodyRate: 1000}}) // pieces of 10 000 bytes
	text := strings.Repeat("0123456789", 3500)
	for what, r := range map[string]io.Reader{
		"plain":   strings.NewReader(text),
		"limited": &io.LimitedReader{R: strings.NewReader(text + "more"), N: int64(len(text))},
	} {
		w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
		began := time.Now()
		out := &contentWriter{ResponseWriter: w, call: callWithin(t, h, w, time.Hour)}
		if n, err := out.ReadFrom(r); n != int64(len(text)) || err != nil || w.Body.String() != text {
			t.Errorf("%s: %d bytes, %v", what, n, err)
		}
		if len(w.write) != 5 {
			t.Fatalf("%s: %d deadlines, want those of four pieces and of the end", what, len(w.write))
		}
		for _, d := range w.write[:4] {
			if left := d.Sub(began); left > time.Minute {
				t.Errorf("%s: a piece has %v", what, left)
			}
		}
	}
}

// A client that stops reading is cut off within the window, however long the
// photo is.
func TestStalledDownload(t *testing.T) {
	const window = 500 * time.Millisecond
	big := oddFile{Reader: bytes.NewReader(make([]byte, 32<<20))}
	w := newWorld(t, func(c *Config) {
		c.Service = oddContent{c.Service, big}
		c.Limits.BodyWindow, c.Limits.BodyRate = window, 1<<10 // as a whole it would have nine hours
	})
	finished := make(chan time.Duration, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		began := time.Now()
		w.handler.ServeHTTP(rw, r)
		finished <- time.Since(began)
	}))
	server.Config.WriteTimeout = window
	server.Start()
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET /photos/"+someID+" HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case took := <-finished:
		if took < window {
			t.Errorf("it ended after %v, before the window of %v: the photo fits into buffers", took, window)
		}
	case <-time.After(20 * time.Second):
		t.Error("a client that reads nothing still has its connection")
	}
}
