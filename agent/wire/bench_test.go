//go:build unix

package wire_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
)

// The benchmarks come in pairs: this package and http.Client, which do the same
// to the same server. The server costs as little as it can and allocates nothing
// for a request, so that what is measured is the client. cpu-ns/op is the time
// that the process spent on processors, kernel included; two goroutines that
// take turns make the elapsed time say little.

const transferSize = 64 << 20

func BenchmarkGET(b *testing.B) {
	c := newBench(b)
	measure(b, func() error { return c.viaWire("GET", "/small", nil, 0) })
}

func BenchmarkHTTPClientGET(b *testing.B) {
	c := newBench(b)
	measure(b, func() error { return c.viaHTTP("GET", "/small", nil, 0) })
}

func BenchmarkPOST(b *testing.B) {
	c := newBench(b)
	measure(b, func() error { return c.viaWire("POST", "/small", strings.NewReader(smallBody), int64(len(smallBody))) })
}

func BenchmarkHTTPClientPOST(b *testing.B) {
	c := newBench(b)
	measure(b, func() error { return c.viaHTTP("POST", "/small", strings.NewReader(smallBody), int64(len(smallBody))) })
}

func BenchmarkDownload(b *testing.B) {
	c := newBench(b)
	b.SetBytes(transferSize)
	measure(b, func() error { return c.viaWire("GET", "/large", nil, 0) })
}

func BenchmarkHTTPClientDownload(b *testing.B) {
	c := newBench(b)
	b.SetBytes(transferSize)
	measure(b, func() error { return c.viaHTTP("GET", "/large", nil, 0) })
}

// uploads are the bodies of large uploads, by where they come from.
func uploads(b *testing.B) map[string]func() io.Reader {
	content := make([]byte, transferSize)
	f, err := os.CreateTemp(b.TempDir(), "upload")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	if _, err := f.Write(content); err != nil {
		b.Fatal(err)
	}
	return map[string]func() io.Reader{
		"stream": func() io.Reader { return plain{bytes.NewReader(content)} },
		"memory": func() io.Reader { return bytes.NewReader(content) },
		"file": func() io.Reader {
			if _, err := f.Seek(0, io.SeekStart); err != nil {
				b.Fatal(err)
			}
			return io.LimitReader(f, transferSize) // not to be closed
		},
	}
}

func BenchmarkUpload(b *testing.B) {
	for from, body := range uploads(b) {
		b.Run(from, func(b *testing.B) {
			c := newBench(b)
			b.SetBytes(transferSize)
			measure(b, func() error { return c.viaWire("POST", "/upload", body(), transferSize) })
		})
	}
}

func BenchmarkHTTPClientUpload(b *testing.B) {
	for from, body := range uploads(b) {
		b.Run(from, func(b *testing.B) {
			c := newBench(b)
			b.SetBytes(transferSize)
			measure(b, func() error { return c.viaHTTP("POST", "/upload", body(), transferSize) })
		})
	}
}

// bench is a server and two clients.
type bench struct {
	addr    string
	wire    *wire.Client
	http    *http.Client
	ctx     context.Context // one that could be cancelled, as in real use
	drained [64 << 10]byte
}

func newBench(b *testing.B) *bench {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go acceptAll(l)
	ctx, cancel := context.WithCancel(b.Context())
	c := &bench{
		addr: l.Addr().String(), ctx: ctx,
		wire: &wire.Client{},
		http: &http.Client{Transport: &http.Transport{DisableCompression: true}},
	}
	b.Cleanup(func() {
		cancel()
		c.wire.Close()
		c.http.CloseIdleConnections()
		l.Close()
	})
	return c
}

func (c *bench) viaWire(method, target string, body io.Reader, length int64) error {
	resp, err := c.wire.RoundTrip(c.ctx, &wire.Request{
		Method: method, Scheme: "http", Host: c.addr, Target: target, Body: body, Length: length,
		Header: []wire.Field{{Name: "Accept", Value: "*/*"}, {Name: "Origin", Value: "https://app.example"}},
	})
	if err != nil {
		return err
	}
	return c.drain(resp.Body)
}

func (c *bench) viaHTTP(method, target string, body io.Reader, length int64) error {
	r, err := http.NewRequestWithContext(c.ctx, method, "http://"+c.addr+target, body)
	if err != nil {
		return err
	}
	r.ContentLength = length
	r.Header.Set("Accept", "*/*")
	r.Header.Set("Origin", "https://app.example")
	resp, err := c.http.Do(r)
	if err != nil {
		return err
	}
	return c.drain(resp.Body)
}

// drain reads a body in the same way for both.
func (c *bench) drain(body io.ReadCloser) error {
	defer body.Close()
	for {
		if _, err := body.Read(c.drained[:]); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// measure runs the benchmark and reports processor time beside elapsed time.
func measure(b *testing.B, once func() error) {
	if err := once(); err != nil { // connect
		b.Fatal(err)
	}
	b.ReportAllocs()
	before := processorTime()
	for b.Loop() {
		if err := once(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(processorTime()-before)/float64(b.N), "cpu-ns/op")
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

const smallBody = `{"name": "New Album"}`

var (
	smallAnswer = []byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nAccess-Control-Allow-Origin: https://app.example\r\n" +
		"Vary: Origin\r\nDate: Mon, 02 Nov 2026 10:00:00 GMT\r\nContent-Length: 100\r\n\r\n" + strings.Repeat("x", 100))
	largeHead  = []byte("HTTP/1.1 200 OK\r\nContent-Length: " + strconv.Itoa(transferSize) + "\r\n\r\n")
	emptyOK    = []byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	largePiece = make([]byte, 256<<10)
)

func acceptAll(l net.Listener) {
	for {
		nc, err := l.Accept()
		if err != nil {
			return
		}
		go serveFixed(nc)
	}
}

// serveFixed answers from fixed bytes. It counts on small requests to come in
// one piece, as they do here.
func serveFixed(nc net.Conn) {
	defer nc.Close()
	buf := make([]byte, 256<<10)
	for {
		n, err := nc.Read(buf)
		if err != nil {
			return
		}
		switch line := buf[:min(n, 32)]; {
		case bytes.Contains(line, []byte("/small")):
			_, err = nc.Write(smallAnswer)
		case bytes.Contains(line, []byte("/large")):
			err = writeLarge(nc)
		default:
			err = takeLarge(nc, buf, n)
		}
		if err != nil {
			return
		}
	}
}

func writeLarge(nc net.Conn) error {
	if _, err := nc.Write(largeHead); err != nil {
		return err
	}
	for left := transferSize; left > 0; left -= len(largePiece) {
		if _, err := nc.Write(largePiece); err != nil {
			return err
		}
	}
	return nil
}

// takeLarge reads an upload, of which n bytes are in buf.
func takeLarge(nc net.Conn, buf []byte, n int) error {
	head := bytes.Index(buf[:n], []byte("\r\n\r\n")) + len("\r\n\r\n")
	for got := n - head; got < transferSize; got += n {
		var err error
		if n, err = nc.Read(buf); err != nil {
			return err
		}
	}
	_, err := nc.Write(emptyOK)
	return err
}
