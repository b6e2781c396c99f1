package agent_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent"
)

// speak listens on this machine, and answers each request, whatever it is, with
// what say writes; then the connection is closed, or reset.
func speak(t *testing.T, reset bool, say func(w io.Writer)) (origin string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close() //nolint:errcheck // what there was to say was said
				_, _ = c.Read(make([]byte, 4096))
				say(c)
				if tcp, ok := c.(*net.TCPConn); ok && reset {
					_ = tcp.SetLinger(0)
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// endlessly writes a text until nobody reads it any more.
func endlessly(w io.Writer, text string) {
	block := []byte(strings.Repeat(text, 1+(4<<10)/len(text)))
	for {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// Whatever a server does wrong ends in one event, and in little memory and time.
func TestHostileServers(t *testing.T) {
	text := func(s string) func(io.Writer) { return func(w io.Writer) { _, _ = io.WriteString(w, s) } }
	begun := "HTTP/1.1 200 OK\r\n"
	for _, tt := range []struct {
		why   string
		reset bool
		say   func(io.Writer)
		want  string // the event
	}{
		{"no answer", false, text(""), agent.EventError},
		{"no HTTP", false, text("SSH-2.0-OpenSSH_9.2\r\n"), agent.EventError},
		{"a truncated body", false, text(begun + "Content-Length: 10\r\n\r\nabc"), agent.EventError},
		{"truncated chunks", false, text(begun + "Transfer-Encoding: chunked\r\n\r\n5\r\nab"), agent.EventError},
		{"no last chunk", false, text(begun + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"), agent.EventError},
		{"a chunk of no size", false, text(begun + "Transfer-Encoding: chunked\r\n\r\nxyz\r\nab\r\n0\r\n\r\n"), agent.EventError},
		{"lengths that differ", false, text(begun + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), agent.EventError},
		{"a reset in the body", true, text(begun + "Content-Length: 10\r\n\r\nabc"), agent.EventError},
		{"an endless line", false, func(w io.Writer) { text(begun + "X: ")(w); endlessly(w, "x") }, agent.EventError},
		{"endless fields", false, func(w io.Writer) { text(begun)(w); endlessly(w, "X: y\r\n") }, agent.EventError},
		{"endless informational answers", false, func(w io.Writer) { endlessly(w, "HTTP/1.1 103 Early Hints\r\n\r\n") }, agent.EventError},
		{"an endless body", false, func(w io.Writer) { text(begun + "\r\n")(w); endlessly(w, "x") }, agent.EventError},
		{"an endless chunk size", false, func(w io.Writer) { text(begun + "Transfer-Encoding: chunked\r\n\r\n")(w); endlessly(w, "0") }, agent.EventError},
		{"a redirect to itself", false, text("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"), agent.EventError},
		{"coded rubbish", false, text(begun + "Content-Encoding: gzip\r\nContent-Length: 7\r\n\r\nrubbish"), agent.EventError},
		{"a head that never ends", false, func(w io.Writer) { text(begun)(w); wait(w) }, agent.EventTimeout},
		{"a body that never ends", false, func(w io.Writer) { text(begun + "Content-Length: 9\r\n\r\na")(w); wait(w) }, agent.EventTimeout},
		{"a field in a field", false, text(begun + "X: a\rSet-Cookie: b=c\r\nContent-Length: 2\r\n\r\nab"), agent.EventLoad},
	} {
		t.Run(tt.why, func(t *testing.T) {
			var m peak
			m.start()
			page := newPage(t, agent.Options{MaxResponse: 1 << 20}, speak(t, tt.reset, tt.say))
			x := page.XHR()
			var events []string
			for _, typ := range []string{agent.EventLoad, agent.EventError, agent.EventAbort, agent.EventTimeout, agent.EventLoadEnd} {
				x.On(typ, func(e agent.Event) { events = append(events, e.Type); m.look() })
			}
			must(t, x.Open("GET", "/"))
			if tt.want == agent.EventTimeout {
				must(t, x.SetTimeout(50*time.Millisecond))
			}
			_, err := x.Do(t.Context(), nil)
			if got, want := strings.Join(events, " "), tt.want+" loadend"; got != want || (err == nil) != (tt.want == agent.EventLoad) {
				t.Errorf("events %q, want %q; %v", got, want, err)
			}
			if grown := m.grown(); grown > 16 {
				t.Errorf("the heap has grown by %d MiB", grown)
			}
		})
	}
}

// wait keeps a connection open until the other end has closed it.
func wait(w io.Writer) { _, _ = io.Copy(io.Discard, w.(net.Conn)) }
