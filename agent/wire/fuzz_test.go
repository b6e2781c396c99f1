package wire

import (
	"bytes"
	"io"
	"net/http/httputil"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// Whatever a server sends, a head has only names that are tokens and values of
// one line, does not depend on how it was cut into packets, and stays within its
// limits.
func FuzzReadHead(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nA: 1\r\nContent-Length: 2\r\n\r\nok",
		"\r\nhttp/1.0 000\nA : 1\n\t2\r \n\nrest",
		"HTTP/9.9 99999999999 x\r\n: 1\r\nA\r\nB C: 2\r\n D: 3\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\nContent-Disposition: \"a\\\",b\", c\r\n\r\n",
		"HTTP/1.1 200 OK\r\nConnection: a, \"close\", keep-alive\r\nTransfer-Encoding: gzip,chunked\r\n\r\n",
		"HTTP", "HTT", "hello there", "HTTP/1.1 200 OK\r\nA: \x00\r\n\r\n",
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, strict bool) {
		limits := headLimits{bytes: 1000, fields: 20}
		h, err := fuzzHead(bytes.NewReader(data), limits, strict)
		slow, slowErr := fuzzHead(iotest.OneByteReader(bytes.NewReader(data)), limits, strict)
		if KindOf(err) != KindOf(slowErr) || (err == nil) != (slowErr == nil) {
			t.Fatalf("got %v in one piece and %v byte by byte", err, slowErr)
		}
		if err != nil {
			return
		}
		if h.status != slow.status || h.reason != slow.reason || h.http10 != slow.http10 || !slices.Equal(h.fields, slow.fields) {
			t.Fatalf("got %+v in one piece and %+v byte by byte", h, slow)
		}
		checkHead(t, h, limits)
	})
}

func fuzzHead(src io.Reader, limits headLimits, strict bool) (head, error) {
	in := input{src: src}
	in.open()
	defer in.release()
	return in.readHead(limits, strict)
}

func checkHead(t *testing.T, h head, limits headLimits) {
	if len(h.fields) > limits.fields || h.status < 0 {
		t.Errorf("got %d fields and status %d", len(h.fields), h.status)
	}
	for _, s := range append(values(h.fields), h.reason) {
		if strings.ContainsAny(s, "\x00\r\n") {
			t.Errorf("%q is not of one line", s)
		}
	}
	for _, f := range h.fields {
		if !isToken(f.Name) || f.Value != trimSpace(f.Value) {
			t.Errorf("%q is no field", f)
		}
	}
	fr, err := h.framing("GET", true)
	if err == nil && (fr.length < -1 || fr.keepAlive && fr.untilClose() || fr.chunked && h.http10) {
		t.Errorf("got framing %+v", fr)
	}
}

func values(fields []Field) []string {
	all := make([]string, len(fields))
	for i, f := range fields {
		all[i] = f.Value
	}
	return all
}

// Where net/http takes a chunked body too, both read the same. Whatever is sent,
// how it was cut into packets does not matter.
func FuzzChunked(f *testing.F) {
	for _, seed := range []string{
		"2\r\nok\r\n0\r\n\r\n", "2;a=b\nok\n0\n\nrest", "00A \r\n0123456789\r\n0\r\nA: 1\r\n\r\n",
		"0", "x\r\n", "7fffffffffffffff\r\nx", "ffffffffffffffff\r\nx", "1\r\nab\r\n0\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		body, _, err := readChunks(bytes.NewReader(data), 1000)
		slow, _, slowErr := readChunks(iotest.OneByteReader(bytes.NewReader(data)), 1000)
		if body != slow || KindOf(err) != KindOf(slowErr) {
			t.Fatalf("got %q and %v in one piece, %q and %v byte by byte", body, err, slow, slowErr)
		}
		theirs, theirErr := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(data)))
		if err == nil && theirErr == nil && body != string(theirs) {
			t.Errorf("got %q, net/http %q", body, theirs)
		}
		if kind := KindOf(err); err != nil && kind != BadChunk && kind != IncompleteChunks && kind != HeadTooLarge {
			t.Errorf("got %v", err)
		}
	})
}

// A request that is not refused is one request: its head has a line for each
// part that it was given and no other.
func FuzzRequestHead(f *testing.F) {
	f.Add("GET", "example.com:80", "/a?b", "A", "1")
	f.Add("POST", "h", "/\r\nB: 1", "A\r\nB", "1\r\n\r\nGET / HTTP/1.1")
	f.Add("patch", "[::1]", "*", "Content-Length", "0")
	f.Add("GET", "h\x00", "/ HTTP/1.1", "Host", "h\n")
	f.Fuzz(func(t *testing.T, method, host, target, name, value string) {
		r := &Request{Method: method, Scheme: "http", Host: host, Target: target, Header: []Field{{name, value}}}
		o, err := r.outline()
		if err != nil {
			return
		}
		head := string(r.appendHead(nil, o))
		lines := strings.Split(head, "\r\n")
		want := []string{method + " " + target + " HTTP/1.1", "Host: " + host, name + ": " + value, "Content-Length: 0", "", ""}
		if o.hasFramed || method != "POST" && method != "PUT" {
			want = slices.Delete(want, 3, 4)
		}
		if o.hasHost {
			want = slices.Delete(want, 1, 2)
		}
		if !slices.Equal(lines, want) {
			t.Errorf("got lines %q, want %q", lines, want)
		}
		if strings.ContainsAny(strings.Join(lines, ""), "\r\n\x00") || strings.Count(lines[0], " ") != 2 {
			t.Errorf("%q is more than one request", head)
		}
	})
}
