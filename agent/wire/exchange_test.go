package wire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
)

// Odd answers are read as a browser reads them. Most of these were recorded with
// Chromium.
func TestAnswers(t *testing.T) {
	tests := []struct {
		name, raw string
		status    int
		reason    string
		fields    []wire.Field
		body      string
	}{
		{"plain", "HTTP/1.1 200 OK\r\nA: 1\r\nContent-Length: 2\r\n\r\nok", 200, "OK", []wire.Field{{Name: "A", Value: "1"}, {Name: "Content-Length", Value: "2"}}, "ok"},
		{"HTTP/1.0 until close", "HTTP/1.0 200 OK\r\n\r\nten", 200, "OK", nil, "ten"},
		{"lone line feeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200, "OK", []wire.Field{{Name: "Content-Length", Value: "2"}}, "ok"},
		{"lower case", "http/1.1 200 ok\r\ncontent-length: 2\r\n\r\nok", 200, "ok", []wire.Field{{Name: "content-length", Value: "2"}}, "ok"},
		{"no reason", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", 200, "", []wire.Field{{Name: "Content-Length", Value: "2"}}, "ok"},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200, "OK", []wire.Field{{Name: "Transfer-Encoding", Value: "chunked"}}, "ok"},
		{"trailer dropped", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nA: 1\r\n\r\n", 200, "OK", []wire.Field{{Name: "Transfer-Encoding", Value: "chunked"}}, "ok"},
		{"100 first", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "OK", []wire.Field{{Name: "Content-Length", Value: "2"}}, "ok"},
		{"000", "HTTP/1.1 000 Zero\r\nContent-Length: 2\r\n\r\nok", 0, "Zero", []wire.Field{{Name: "Content-Length", Value: "2"}}, "ok"},
		{"more than the length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokay", 200, "OK", []wire.Field{{Name: "Content-Length", Value: "2"}}, "ok"},
		{"204 with a body", "HTTP/1.1 204 None\r\nContent-Length: 2\r\n\r\nok", 204, "None", []wire.Field{{Name: "Content-Length", Value: "2"}}, ""},
		{"head cut off", "HTTP/1.1 200 OK\r\nA: 1\r\nB", 200, "OK", []wire.Field{{Name: "A", Value: "1"}}, ""},
		{"broken lines", "HTTP/1.1 200 OK\r\nbroken\r\nA: 1\rx\r\nB : 2\r\nC: 3\r\n 4\r\n\r\n", 200, "OK", []wire.Field{{Name: "A", Value: "1"}, {Name: "B", Value: "2"}, {Name: "C", Value: "3 4"}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			resp, body, err := do(t.Context(), newClient(t), get(startServer(t, answer(tt.raw))))
			if err != nil {
				t.Fatal(err)
			}
			if resp.Status != tt.status || resp.Reason != tt.reason || body != tt.body {
				t.Errorf("got %d %q with body %q", resp.Status, resp.Reason, body)
			}
			if !slices.Equal(resp.Header, tt.fields) {
				t.Errorf("got fields %q, want %q", resp.Header, tt.fields)
			}
		})
	}
}

// failure provokes an error of one kind.
type failure func(t *testing.T) error

// answered is the error of a GET that is answered so.
func answered(raw string) failure {
	return func(t *testing.T) error {
		_, _, err := do(t.Context(), newClient(t), get(startServer(t, answer(raw))))
		return err
	}
}

// brokenConn fails in ways that the network does not.
type brokenConn struct {
	net.Conn
	read, write error
}

func (c *brokenConn) Read([]byte) (int, error)    { return 0, c.read }
func (c *brokenConn) Write(p []byte) (int, error) { return len(p), c.write }

// dialed is the error of a GET on such a connection, or one that cannot be made.
func dialed(nc *brokenConn, err error) failure {
	return func(t *testing.T) error {
		c := newClient(t)
		c.Dial = func(context.Context, string, string) (net.Conn, error) {
			nc.Conn, _ = net.Pipe()
			return nc, err
		}
		_, _, err := do(t.Context(), c, get("127.0.0.1:1"))
		return err
	}
}

// secured is the error of a GET over TLS, trusting the server, which does this.
func secured(serve http.HandlerFunc) failure {
	return func(t *testing.T) error {
		s := startTLS(t, serve, false)
		_, _, err := do(t.Context(), trusting(t, s), getTLS(s))
		return err
	}
}

var errOdd = errors.New("odd")

// Every kind is what it says, and none is left without a case.
func TestKinds(t *testing.T) {
	failures := map[wire.Kind]failure{
		wire.InvalidRequest: func(t *testing.T) error {
			_, err := newClient(t).RoundTrip(t.Context(), &wire.Request{})
			return err
		},
		wire.Canceled: func(t *testing.T) error {
			ctx, cancel := context.WithCancel(t.Context())
			_, err := newClient(t).RoundTrip(ctx, get(startServer(t, func(p *peer) {
				p.head()
				cancel()
				p.waitClosed()
			})))
			return err
		},
		wire.Timeout: func(t *testing.T) error {
			ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
			defer cancel()
			_, err := newClient(t).RoundTrip(ctx, get("127.0.0.1:1"))
			return err
		},
		wire.ClientClosed: func(t *testing.T) error {
			c := newClient(t)
			_, err := c.RoundTrip(t.Context(), get(startServer(t, func(p *peer) {
				p.head()
				c.Close()
			})))
			return err
		},
		wire.Resolve: func(t *testing.T) error {
			c := newClient(t)
			c.Resolve = func(context.Context, string) ([]netip.Addr, error) { return nil, errOdd }
			_, err := c.RoundTrip(t.Context(), get("nowhere.invalid"))
			return err
		},
		wire.Refused: func(t *testing.T) error {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			l.Close()
			_, err = newClient(t).RoundTrip(t.Context(), get(l.Addr().String()))
			return err
		},
		wire.Connect: dialed(&brokenConn{}, syscall.EHOSTUNREACH),
		wire.TLS: func(t *testing.T) error {
			r := get(startServer(t, func(p *peer) { p.send("HTTP/1.1 400 Bad Request\r\n\r\n") }))
			r.Scheme = "https"
			_, err := newClient(t).RoundTrip(t.Context(), r)
			return err
		},
		wire.Certificate: func(t *testing.T) error {
			s := startTLS(t, nil, false)
			_, err := newClient(t).RoundTrip(t.Context(), getTLS(s))
			return err
		},
		wire.Closed: func(t *testing.T) error {
			r := get(startServer(t, func(p *peer) { _, _ = p.in.Peek(1) }))
			r.Scheme = "https"
			_, err := newClient(t).RoundTrip(t.Context(), r)
			return err
		},
		wire.EmptyResponse: answered(""),
		wire.Reset: func(t *testing.T) error {
			_, err := newClient(t).RoundTrip(t.Context(), get(startServer(t, func(p *peer) {
				p.head()
				p.reset()
			})))
			return err
		},
		wire.WriteFailed: dialed(&brokenConn{write: errOdd}, nil),
		wire.ReadFailed:  dialed(&brokenConn{read: errOdd}, nil),
		wire.BodyFailed: func(t *testing.T) error {
			body := io.MultiReader(strings.NewReader("12345"), readerOf(func([]byte) (int, error) { return 0, errOdd }))
			_, err := newClient(t).RoundTrip(t.Context(), post(startServer(t, func(p *peer) { p.waitClosed() }), body, 10))
			return err
		},
		wire.InvalidResponse: answered("hello there"),
		wire.HeadTooLarge:    answered("HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", 300<<10) + "\r\n\r\n"),
		wire.HeadTruncated: secured(func(w http.ResponseWriter, _ *http.Request) {
			hijack(w, "HTTP/1.1 200 OK\r\nA: 1\r\n")
		}),
		wire.MultipleLengths:      answered("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok"),
		wire.MultipleLocations:    answered("HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\n\r\n"),
		wire.MultipleDispositions: answered("HTTP/1.1 200 OK\r\nContent-Disposition: a\r\nContent-Disposition: b\r\n\r\n"),
		wire.LengthMismatch:       answered("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok"),
		wire.BadChunk:             answered("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n0\r\n\r\n"),
		wire.IncompleteChunks:     answered("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"),
		wire.HTTP2Failed: func(t *testing.T) error {
			s := startTLS(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, true)
			_, _, err := do(t.Context(), trusting(t, s), getTLS(s))
			return err
		},
	}
	for _, kind := range wire.Kinds()[1:] {
		t.Run(kind.String(), func(t *testing.T) {
			provoke := failures[kind]
			if provoke == nil {
				t.Fatal("no case provokes this kind")
			}
			err := provoke(t)
			wantKind(t, err, kind)
			if !strings.Contains(err.Error(), kind.Sentence()) {
				t.Errorf("%q does not say %q", err, kind.Sentence())
			}
			if !strings.HasPrefix(kind.Chromium(), "net::ERR_") {
				t.Errorf("Chromium's name is %q", kind.Chromium())
			}
		})
	}
}

// The details of an error are there to be found.
func TestErrorDetails(t *testing.T) {
	err := dialed(&brokenConn{read: errOdd}, nil)(t)
	var e *wire.Error
	if !errors.As(err, &e) || e.Op != "read head" || e.Addr == "" {
		t.Errorf("got %+v", e)
	}
	if !errors.Is(err, errOdd) {
		t.Errorf("%v does not wrap what happened", err)
	}
	if got := wire.KindOf(errOdd); got != wire.Unknown {
		t.Errorf("another package's error is of kind %v", got)
	}
	if got := wire.Kind(200).String() + wire.Kind(200).Sentence() + wire.Kind(200).Chromium(); !strings.Contains(got, "kind-200") {
		t.Errorf("a kind out of range is %q", got)
	}
}

type readerOf func([]byte) (int, error)

func (f readerOf) Read(p []byte) (int, error) { return f(p) }

// Answers before the real one are reported, and are not without end.
func TestInformational(t *testing.T) {
	hint := "HTTP/1.1 103 Early Hints\r\nLink: </" + strings.Repeat("a", 1000) + ">\r\n\r\n"
	t.Run("reported", func(t *testing.T) {
		r := get(startServer(t, answer(strings.Repeat(hint, 50)+okAnswer)))
		seen := 0
		r.Trace = &wire.Trace{Informational: func(status int, fields []wire.Field) {
			if status == 103 && len(fields) == 1 && len(fields[0].Value) == 1003 {
				seen++
			}
		}}
		wantBody(t, newClient(t), r, "ok")
		if seen != 50 {
			t.Errorf("%d were reported", seen)
		}
	})
	t.Run("without end", func(t *testing.T) {
		_, err := newClient(t).RoundTrip(t.Context(), get(startServer(t, answer(strings.Repeat(hint, 1000)))))
		wantKind(t, err, wire.InvalidResponse)
	})
	t.Run("then nothing", func(t *testing.T) {
		_, err := newClient(t).RoundTrip(t.Context(), get(startServer(t, answer(hint))))
		wantKind(t, err, wire.EmptyResponse)
	})
	t.Run("101 unasked", func(t *testing.T) {
		_, err := newClient(t).RoundTrip(t.Context(), get(startServer(t, answer("HTTP/1.1 101 Switching\r\n\r\n"+okAnswer))))
		wantKind(t, err, wire.InvalidResponse)
	})
}

// Repeats that differ are the caller's to judge if it wants them.
func TestKeepRepeats(t *testing.T) {
	c := newClient(t)
	c.KeepRepeats = true
	resp, _, err := do(t.Context(), c, get(startServer(t, answer("HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\n\r\n"))))
	if err != nil || len(resp.Header) != 2 {
		t.Errorf("got %v and %v", resp, err)
	}
}

// Servers leave out the farewell of TLS: a body until the end ends there too, and
// any other is cut off.
func TestTLSWithoutFarewell(t *testing.T) {
	for head, want := range map[string]wire.Kind{
		"HTTP/1.1 200 OK\r\n\r\n":                               wire.Unknown,
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n":          wire.LengthMismatch,
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n": wire.IncompleteChunks,
	} {
		c := newClient(t)
		c.Dial = func(context.Context, string, string) (net.Conn, error) {
			nc, _ := net.Pipe()
			return &farewellLess{Conn: nc, in: strings.NewReader(head)}, nil
		}
		_, _, err := do(t.Context(), c, get("127.0.0.1:1"))
		wantKind(t, err, want)
		if want == wire.Unknown && err != nil {
			t.Errorf("got %v", err)
		}
	}
}

// farewellLess ends as a tls.Conn does whose connection is closed under it.
type farewellLess struct {
	net.Conn
	in io.Reader
}

func (c *farewellLess) Write(p []byte) (int, error) { return len(p), nil }

func (c *farewellLess) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// The limits are the caller's to set.
func TestLimits(t *testing.T) {
	c := newClient(t)
	c.MaxHeadBytes, c.MaxFields = 100, 2
	addr := startServer(t,
		answer("HTTP/1.1 200 OK\r\nA: "+strings.Repeat("x", 100)+"\r\n\r\n"),
		answer("HTTP/1.1 200 OK\r\nA: 1\r\nB: 1\r\nC: 1\r\n\r\n"),
		answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: "+strings.Repeat("x", 100)+"\r\n\r\n"),
	)
	for range 3 {
		_, _, err := do(t.Context(), c, get(addr))
		wantKind(t, err, wire.HeadTooLarge)
	}
}

// A trace tells a request's way, in order.
func TestTrace(t *testing.T) {
	var seen []string
	note := func(s string) { seen = append(seen, s) }
	addr := startServer(t, func(p *peer) {
		p.head()
		p.body(5)
		p.send("HTTP/1.1 100 Continue\r\n\r\n" + okAnswer)
		p.head()
		p.send(okAnswer)
		p.waitClosed()
	})
	trace := &wire.Trace{
		Resolved:  func(host string, _ []netip.Addr, _ error) { note("resolved " + host) },
		Connected: func(string, error) { note("connected") },
		GotConn: func(i wire.ConnInfo) {
			note("conn " + map[bool]string{true: "reused ", false: "new "}[i.Reused] + i.Proto)
		},
		WroteHead:     func() { note("head") },
		WroteBody:     func(n int64) { note("body " + string('0'+rune(n))) },
		FirstByte:     func() { note("first byte") },
		Informational: func(int, []wire.Field) { note("informational") },
	}
	c := newClient(t)
	c.Resolve = func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}
	_, port, _ := net.SplitHostPort(addr)
	r := post("name.example:"+port, strings.NewReader("12345"), 5)
	r.Trace = trace
	wantBody(t, c, r, "ok")
	r = get("name.example:" + port)
	r.Trace = trace
	wantBody(t, c, r, "ok")
	want := []string{
		"resolved name.example", "connected", "conn new HTTP/1.1", "head", "body 5", "first byte", "informational",
		"conn reused HTTP/1.1", "head", "first byte",
	}
	if !slices.Equal(seen, want) {
		t.Errorf("got %q, want %q", seen, want)
	}
}

// The answer's length is told beforehand where it is known.
func TestResponseLength(t *testing.T) {
	tests := []struct {
		raw  string
		want int64
	}{
		{okAnswer, 2},
		{"HTTP/1.1 204 No Content\r\n\r\n", 0},
		{"HTTP/1.1 200 OK\r\n\r\nok", -1},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", -1},
	}
	for _, tt := range tests {
		resp, _, err := do(t.Context(), newClient(t), get(startServer(t, answer(tt.raw))))
		if err != nil || resp.Length != tt.want {
			t.Errorf("%q: got %+v and %v", tt.raw, resp, err)
		}
	}
}

// startTLS starts a server of net/http over TLS.
func startTLS(t *testing.T, serve http.HandlerFunc, http2 bool) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(serve)
	s.EnableHTTP2 = http2
	s.Config.ErrorLog = discardLog
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// trusting returns a client that trusts a server.
func trusting(t *testing.T, s *httptest.Server) *wire.Client {
	t.Helper()
	c := newClient(t)
	c.TLS = s.Client().Transport.(*http.Transport).TLSClientConfig
	return c
}

func getTLS(s *httptest.Server) *wire.Request {
	r := get(s.Listener.Addr().String())
	r.Scheme = "https"
	return r
}

// hijack answers with these bytes and closes the connection.
func hijack(w http.ResponseWriter, raw string) {
	nc, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = io.WriteString(nc, raw)
	nc.Close()
}

// io.Copy takes a body in large pieces, and sees how it ends.
func TestBodyCopies(t *testing.T) {
	long := strings.Repeat("0123456789", 100_000)
	for _, cut := range []int{0, 1} {
		raw := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(long)+cut, long)
		resp, err := newClient(t).RoundTrip(t.Context(), get(startServer(t, answer(raw))))
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		n, err := io.Copy(&got, resp.Body)
		if n != int64(len(long)) || got.String() != long || wire.KindOf(err) != []wire.Kind{wire.Unknown, wire.LengthMismatch}[cut] {
			t.Errorf("got %d bytes and %v", n, err)
		}
	}
	resp, err := newClient(t).RoundTrip(t.Context(), get(startServer(t, answer(okAnswer))))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(failingWriter{}, resp.Body); !errors.Is(err, errOdd) {
		t.Errorf("a failing destination gives %v", err)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errOdd }
