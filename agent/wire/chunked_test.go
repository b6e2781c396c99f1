package wire

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func readChunks(src io.Reader, limit int) (body, rest string, err error) {
	in := input{src: src}
	in.open()
	defer in.release()
	c := chunks{in: &in, trailer: limit}
	b, err := io.ReadAll(readerFunc(c.read))
	return string(b), string(in.bytes()), err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// A chunked body comes out as it went in, however it is written and cut.
func TestChunks(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	tests := []struct{ name, in, body, rest string }{
		{"one", "2\r\nok\r\n0\r\n\r\n", "ok", ""},
		{"several", "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", "abc", ""},
		{"none", "0\r\n\r\n", "", ""},
		{"more after it", "2\r\nok\r\n0\r\n\r\nHTTP", "ok", "HTTP"},
		{"lone line feeds", "2\nok\n0\n\n", "ok", ""},
		{"upper case", "A\r\n0123456789\r\n0\r\n\r\n", "0123456789", ""},
		{"zeros", "0002\r\nok\r\n000\r\n\r\n", "ok", ""},
		{"spaces after the size", "2  \r\nok\r\n0 \r\n\r\n", "ok", ""},
		{"extensions", "2;a=b;c\r\nok\r\n0;d\r\n\r\n", "ok", ""},
		{"trailer", "2\r\nok\r\n0\r\nA: 1\r\nB: 2\r\n\r\n", "ok", ""},
		{"large", "186a0\r\n" + long + "\r\n0\r\n\r\n", long, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body, rest, err := readChunks(strings.NewReader(tt.in), 100)
			if err != nil || body != tt.body || rest != tt.rest {
				t.Errorf("got %d bytes, rest %q, error %v", len(body), rest, err)
			}
			body, _, err = readChunks(iotest.OneByteReader(strings.NewReader(tt.in)), 100)
			if err != nil || body != tt.body {
				t.Errorf("byte by byte: got %d bytes, error %v", len(body), err)
			}
		})
	}
}

// A chunked body that is broken or cut off is an error after what was read of it.
func TestChunksRefuse(t *testing.T) {
	tests := []struct {
		name, in, body string
		want           Kind
	}{
		{"no size", "\r\nok\r\n0\r\n\r\n", "", BadChunk},
		{"extension alone", ";a\r\n0\r\n\r\n", "", BadChunk},
		{"not a number", "x\r\n", "", BadChunk},
		{"sign", "+2\r\nok\r\n", "", BadChunk},
		{"negative", "-2\r\nok\r\n", "", BadChunk},
		{"prefix", "0x2\r\nok\r\n", "", BadChunk},
		{"space before", " 2\r\nok\r\n", "", BadChunk},
		{"more than 63 bits", "8000000000000000\r\n", "", BadChunk},
		{"too many digits", "1" + strings.Repeat("0", 16) + "\r\n", "", BadChunk},
		{"endless line", strings.Repeat("0", 1<<20), "", BadChunk},
		{"too much data", "2\r\noks\r\n0\r\n\r\n", "ok", BadChunk},
		{"cut at the start", "", "", IncompleteChunks},
		{"cut in the size", "2", "", IncompleteChunks},
		{"cut in the data", "5\r\nok", "ok", IncompleteChunks},
		{"cut after the data", "2\r\nok", "ok", IncompleteChunks},
		{"cut before the end", "2\r\nok\r\n0\r\n", "ok", IncompleteChunks},
		{"cut in the trailer", "2\r\nok\r\n0\r\nA: 1\r\n", "ok", IncompleteChunks},
		{"trailer too long", "2\r\nok\r\n0\r\n" + strings.Repeat("A: 12345\r\n", 100), "ok", HeadTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body, _, err := readChunks(strings.NewReader(tt.in), 100)
			if body != tt.body || KindOf(err) != tt.want {
				t.Errorf("got body %q, error %v, want %q, kind %v", body, err, tt.body, tt.want)
			}
		})
	}
}

// What has arrived is given out at once: a reader never waits for a chunk that
// may take long while there is data to return.
func TestChunksDoNotWait(t *testing.T) {
	src, server := io.Pipe()
	defer server.Close()
	go func() { _, _ = io.WriteString(server, "2\r\nab\r\n2\r\ncd\r\n3\r\ne") }()
	in := input{src: src}
	in.open()
	defer in.release()
	c := chunks{in: &in}
	p := make([]byte, 100)
	n, err := c.read(p)
	if got := string(p[:n]); got != "abcde" || err != nil {
		t.Errorf("got %q and %v", got, err)
	}
}
