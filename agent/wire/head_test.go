package wire

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

var standardLimits = headLimits{bytes: DefaultMaxHeadBytes, fields: DefaultMaxFields}

func readHeadOf(s string, limits headLimits, strict bool) (h head, rest string, err error) {
	in := input{src: strings.NewReader(s)}
	in.open()
	defer in.release()
	h, err = in.readHead(limits, strict)
	return h, string(in.bytes()), err
}

// What browsers take for a head, they take in the same way here.
func TestReadHead(t *testing.T) {
	tests := []struct {
		name, in string
		status   int
		reason   string
		http10   bool
		fields   []Field
		rest     string
	}{
		{name: "plain", in: "HTTP/1.1 200 OK\r\nA: 1\r\nb: 2\r\n\r\nbody", status: 200, reason: "OK", fields: []Field{{"A", "1"}, {"b", "2"}}, rest: "body"},
		{name: "no fields", in: "HTTP/1.1 200 OK\r\n\r\n", status: 200, reason: "OK"},
		{name: "lone line feeds", in: "HTTP/1.1 200 OK\nA: 1\n\nbody", status: 200, reason: "OK", fields: []Field{{"A", "1"}}, rest: "body"},
		{name: "mixed line ends", in: "HTTP/1.1 200 OK\r\nA: 1\n\r\nbody", status: 200, reason: "OK", fields: []Field{{"A", "1"}}, rest: "body"},
		{name: "lower case", in: "http/1.1 200 ok\r\na: 1\r\n\r\n", status: 200, reason: "ok", fields: []Field{{"a", "1"}}},
		{name: "HTTP/1.0", in: "HTTP/1.0 200 OK\r\n\r\n", status: 200, reason: "OK", http10: true},
		{name: "newer", in: "HTTP/3.7 200 OK\r\n\r\n", status: 200, reason: "OK"},
		{name: "unreadable version", in: "HTTP 200 OK\r\n\r\n", status: 200, reason: "OK", http10: true},
		{name: "version without minor", in: "HTTP/2 204\r\n\r\n", status: 204, http10: true},
		{name: "no reason", in: "HTTP/1.1 404\r\n\r\n", status: 404},
		{name: "no status", in: "HTTP/1.1\r\n\r\n", status: 200, reason: "OK"},
		{name: "status not a number", in: "HTTP/1.1 fine\r\n\r\n", status: 200},
		{name: "000", in: "HTTP/1.1 000 Zero\r\n\r\n", status: 0, reason: "Zero"},
		{name: "999", in: "HTTP/1.1 999 Odd\r\n\r\n", status: 999, reason: "Odd"},
		{name: "too many digits", in: "HTTP/1.1 99999999999999999999 Odd\r\n\r\n", status: math.MaxInt32, reason: "Odd"},
		{name: "spaces in the reason", in: "HTTP/1.1  200   A  B \r\n\r\n", status: 200, reason: "A  B"},
		{name: "Latin-1 in the reason", in: "HTTP/1.1 200 caf\xe9\r\n\r\n", status: 200, reason: "caf\xe9"},
		{name: "line ends before it", in: "\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", status: 200, reason: "OK"},
		{name: "bytes kept", in: "HTTP/1.1 200 OK\r\nA: \x01\x7f\xe9\x0b\r\n\r\n", status: 200, reason: "OK", fields: []Field{{"A", "\x01\x7f\xe9\x0b"}}},
		{name: "trimmed", in: "HTTP/1.1 200 OK\r\nA:\t 1  2 \t\r\nB:\r\n\r\n", status: 200, reason: "OK", fields: []Field{{"A", "1  2"}, {"B", ""}}},
		{name: "space before the colon", in: "HTTP/1.1 200 OK\r\nA \t: 1\r\n\r\n", status: 200, reason: "OK", fields: []Field{{"A", "1"}}},
		{name: "repeated", in: "HTTP/1.1 200 OK\r\na: 1\r\nA: 2\r\na: 3\r\n\r\n", status: 200, reason: "OK", fields: []Field{{"a", "1"}, {"A", "2"}, {"a", "3"}}},
		{name: "no colon", in: "HTTP/1.1 200 OK\r\nA: 1\r\nbroken line\r\nB: 2\r\n\r\n", status: 200, reason: "OK", fields: []Field{{"A", "1"}, {"B", "2"}}},
		{name: "no name", in: "HTTP/1.1 200 OK\r\n: 1\r\nB: 2\r\n\r\n", status: 200, reason: "OK", fields: []Field{{"B", "2"}}},
		{name: "name not a token", in: "HTTP/1.1 200 OK\r\nA B: 1\r\nA\xad: 1\r\nB: 2\r\n\r\n", status: 200, reason: "OK", fields: []Field{{"B", "2"}}},
		{name: "folded", in: "HTTP/1.1 200 OK\r\nA: 1\r\n \t2\r\n  3\r\nB: 4\r\n\r\n", status: 200, reason: "OK", fields: []Field{{"A", "1 2 3"}, {"B", "4"}}},
		{name: "folded from nothing", in: "HTTP/1.1 200 OK\r\nA:\r\n 1\r\n\r\n", status: 200, reason: "OK", fields: []Field{{"A", "1"}}},
		{name: "folded nothing", in: "HTTP/1.1 200 OK\r\nA: 1\r\n \r\nB: 2\r\n\r\n", status: 200, reason: "OK", fields: []Field{{"A", "1"}, {"B", "2"}}},
		{name: "field after a space", in: "HTTP/1.1 200 OK\r\nA: 1\r\n B: 2\r\n\r\n", status: 200, reason: "OK", fields: []Field{{"A", "1 B: 2"}}},
		{name: "space on the first line", in: "HTTP/1.1 200 OK\r\n A: 1\r\nB: 2\r\n\r\n", status: 200, reason: "OK", fields: []Field{{"B", "2"}}},
		{name: "fold of a skipped line", in: "HTTP/1.1 200 OK\r\nA B: 1\r\n C: 2\r\nB: 3\r\n\r\n", status: 200, reason: "OK", fields: []Field{{"B", "3"}}},
		{name: "lone CR ends a line", in: "HTTP/1.1 200 OK\r\nA: 1\rx\r\nB: 2\rC: 3\r\n\r\n", status: 200, reason: "OK", fields: []Field{{"A", "1"}, {"B", "2"}, {"C", "3"}}},
		{name: "cut off", in: "HTTP/1.1 200 OK\r\nA: 1\r\nB: 2", status: 200, reason: "OK", fields: []Field{{"A", "1"}, {"B", "2"}}},
		{name: "cut off in the status line", in: "HTTP", status: 200, reason: "OK", http10: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, rest, err := readHeadOf(tt.in, standardLimits, false)
			if err != nil {
				t.Fatal(err)
			}
			if h.status != tt.status || h.reason != tt.reason || h.http10 != tt.http10 {
				t.Errorf("got status %d, reason %q, HTTP/1.0 %v, want %d, %q, %v", h.status, h.reason, h.http10, tt.status, tt.reason, tt.http10)
			}
			if !slices.Equal(h.fields, tt.fields) {
				t.Errorf("got fields %q, want %q", h.fields, tt.fields)
			}
			if rest != tt.rest {
				t.Errorf("got rest %q, want %q", rest, tt.rest)
			}
		})
	}
}

// What browsers do not take for a head is an error that says why.
func TestReadHeadRefuses(t *testing.T) {
	many := "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: 1\r\n", 101) + "\r\n"
	tests := []struct {
		name, in string
		strict   bool
		want     Kind
	}{
		{"text", "hello there", false, InvalidResponse},
		{"short text", "hello", false, InvalidResponse},
		{"half of HTTP", "HT", false, InvalidResponse},
		{"HTTP too late", "12345HTTP/1.1 200 OK\r\n\r\n", false, InvalidResponse},
		{"too many line ends", "\r\n\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", false, InvalidResponse},
		{"control bytes", "\x01\x02 nonsense\r\n\r\n", false, InvalidResponse},
		{"NUL", "HTTP/1.1 200 OK\r\nA: 1\x00\r\n\r\n", false, InvalidResponse},
		{"cut off over TLS", "HTTP/1.1 200 OK\r\nA: 1\r\n", true, HeadTruncated},
		{"too many fields", many, false, HeadTooLarge},
		{"too large", "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", 1<<17) + "\r\n\r\n", false, HeadTooLarge},
		{"endless", "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", 1<<20), false, HeadTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := readHeadOf(tt.in, headLimits{bytes: 64 << 10, fields: 100}, tt.strict)
			if KindOf(err) != tt.want {
				t.Errorf("got %v, want kind %v", err, tt.want)
			}
		})
	}
}

// A head may come in pieces of any size, and may be larger than the buffer.
func TestReadHeadInPieces(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	s := "\r\nHTTP/1.1 200 OK\r\nA: " + long + "\r\nB: 1\r\n 2\r\n\r\nbody"
	in := input{src: iotest.OneByteReader(strings.NewReader(s))}
	in.open()
	defer in.release()
	h, err := in.readHead(standardLimits, true)
	if err != nil {
		t.Fatal(err)
	}
	if want := []Field{{"A", long}, {"B", "1 2"}}; !slices.Equal(h.fields, want) {
		t.Errorf("got %d fields that differ", len(h.fields))
	}
}

// Many folded lines cost in proportion to their length.
func TestFoldsAreLinear(t *testing.T) {
	s := "HTTP/1.1 200 OK\r\nA: 1" + strings.Repeat("\n a", 80_000) + "\n\n"
	h, _, err := readHeadOf(s, standardLimits, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(h.fields[0].Value); got != 1+2*80_000 {
		t.Errorf("got a value of %d bytes", got)
	}
	if allocs := testing.AllocsPerRun(1, func() { readHeadOf(s, standardLimits, false) }); allocs > 100 {
		t.Errorf("got %v allocations", allocs)
	}
}

// Where the body ends, and whether the connection can be used again, is decided
// as browsers do.
func TestFraming(t *testing.T) {
	const chunked, untilClose = -2, -1
	tests := []struct {
		name, head, method string
		length             int64
		keepAlive          bool
	}{
		{name: "length", head: "1.1 200\nContent-Length: 5", length: 5, keepAlive: true},
		{name: "length 0", head: "1.1 200\nContent-Length: 0", length: 0, keepAlive: true},
		{name: "nothing said", head: "1.1 200\nA: 1", length: untilClose},
		{name: "equal lengths", head: "1.1 200\nContent-Length: 5\ncontent-length: 5, 5", length: 5, keepAlive: true},
		{name: "length not a number", head: "1.1 200\nContent-Length: 5 bytes", length: untilClose},
		{name: "length negative", head: "1.1 200\nContent-Length: -5", length: untilClose},
		{name: "length with a sign", head: "1.1 200\nContent-Length: +5", length: untilClose},
		{name: "length empty", head: "1.1 200\nContent-Length:", length: untilClose},
		{name: "length too large", head: "1.1 200\nContent-Length: 9223372036854775808", length: untilClose},
		{name: "chunked", head: "1.1 200\nTransfer-Encoding: Chunked", length: chunked, keepAlive: true},
		{name: "chunked last", head: "1.1 200\nTransfer-Encoding: gzip, chunked", length: chunked, keepAlive: true},
		{name: "chunked beats length", head: "1.1 200\nContent-Length: 5\nTransfer-Encoding: chunked", length: chunked, keepAlive: true},
		{name: "chunked beats lengths", head: "1.1 200\nContent-Length: 5\nContent-Length: 6\nTransfer-Encoding: chunked", length: chunked, keepAlive: true},
		{name: "no chunks in HTTP/1.0", head: "1.0 200\nContent-Length: 5\nTransfer-Encoding: chunked", length: 5},
		{name: "not chunked", head: "1.1 200\nTransfer-Encoding: chun\xe2\x84\xaaed", length: untilClose},
		{name: "HEAD", method: "HEAD", head: "1.1 200\nContent-Length: 5", length: 0, keepAlive: true},
		{name: "204", head: "1.1 204\nContent-Length: 5", length: 0, keepAlive: true},
		{name: "205", head: "1.1 205\nTransfer-Encoding: chunked", length: 0, keepAlive: true},
		{name: "304", head: "1.1 304\nContent-Length: 5", length: 0, keepAlive: true},
		{name: "close", head: "1.1 200\nContent-Length: 5\nConnection: Close", length: 5},
		{name: "close in a list", head: "1.1 200\nContent-Length: 5\nConnection: upgrade, close", length: 5},
		{name: "first word counts", head: "1.1 200\nContent-Length: 5\nConnection: keep-alive\nConnection: close", length: 5, keepAlive: true},
		{name: "proxy's word", head: "1.1 200\nContent-Length: 5\nProxy-Connection: close", length: 5},
		{name: "not the proxy's", head: "1.1 200\nContent-Length: 5\nProxy-Connection: close\nConnection: keep-alive", length: 5, keepAlive: true},
		{name: "HTTP/1.0", head: "1.0 200\nContent-Length: 5", length: 5},
		{name: "HTTP/1.0 keep-alive", head: "1.0 200\nContent-Length: 5\nConnection: Keep-Alive", length: 5, keepAlive: true},
		{name: "keep-alive until close", head: "1.1 200\nConnection: keep-alive", length: untilClose},
		{name: "equal locations", head: "1.1 302\nContent-Length: 0\nLocation: /a\nLocation: /a", length: 0, keepAlive: true},
		{name: "location with a comma", head: "1.1 302\nContent-Length: 0\nLocation: /a, /b", length: 0, keepAlive: true},
		{name: "disposition with a quoted comma", head: "1.1 200\nContent-Length: 0\nContent-Disposition: attachment; filename=\"a\\\",b\"", length: 0, keepAlive: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := parseHead("HTTP/"+tt.head, DefaultMaxFields)
			if err != nil {
				t.Fatal(err)
			}
			f, err := h.framing(tt.method, false)
			if err != nil {
				t.Fatal(err)
			}
			want := framing{length: max(tt.length, -1), chunked: tt.length == chunked, keepAlive: tt.keepAlive}
			if f != want {
				t.Errorf("got %+v, want %+v", f, want)
			}
		})
	}
}

// Fields that may stand once and differ are a sign of two answers mixed up.
func TestFramingRefuses(t *testing.T) {
	tests := []struct {
		head string
		want Kind
		kept bool // unless repeats are to be kept
	}{
		{"Content-Length: 2\nContent-Length: 3", MultipleLengths, false},
		{"Content-Length: 2, 3", MultipleLengths, false},
		{"Content-Length: 2\nContent-Length:", MultipleLengths, false},
		{"Location: /a\nLocation: /b", MultipleLocations, true},
		{"Location: /a\nlocation: ", MultipleLocations, true},
		{"Content-Disposition: inline\nContent-Disposition: attachment", MultipleDispositions, true},
		{"Content-Disposition: attachment; filename=a,b", MultipleDispositions, true},
	}
	for _, tt := range tests {
		for _, keep := range []bool{false, true} {
			t.Run(fmt.Sprintf("%q keep %v", tt.head, keep), func(t *testing.T) {
				h, err := parseHead("HTTP/1.1 200 OK\n"+tt.head, DefaultMaxFields)
				if err != nil {
					t.Fatal(err)
				}
				want := tt.want
				if keep && tt.kept {
					want = Unknown
				}
				if _, err := h.framing("GET", keep); KindOf(err) != want {
					t.Errorf("got %v, want kind %v", err, want)
				}
			})
		}
	}
}
