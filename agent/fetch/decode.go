package fetch

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// Why a body cannot be decoded.
var (
	ErrDecodedTooLarge = errors.New("the body is larger than allowed when it is decoded; see Limits.DecodedBytes")
	ErrDecodedRatio    = errors.New("the body grows more than allowed when it is decoded; see Limits.Ratio")
	ErrTooManyCodings  = errors.New("the body has more content codings than allowed; see Limits.Codings")
)

// maxRest is how many bytes after the end of a coded body are read and dropped.
const maxRest = 64 << 10

// maxWindow is how far back a body in zstd may refer, in bytes, and so how much
// memory decoding it takes.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9659#section-3
const maxWindow = 8 << 20

// decode undoes the content codings as the body is read. It reports false, and
// leaves the body as it is, if one of them is not known.
//
// Standard: https://fetch.spec.whatwg.org/#handle-content-codings
func (b *body) decode(value string, limits Limits) bool {
	codings, ok := codingsOf(value)
	if !ok || len(codings) == 0 {
		return false
	}
	if len(codings) > limits.Codings {
		b.src = failing{ErrTooManyCodings}
		return true
	}
	counted := &counter{src: b.raw}
	guard := &guard{decoded: counted, in: counted, limits: limits}
	for i := len(codings) - 1; i >= 0; i-- { // the last one was applied last
		d := &decoder{coding: codings[i], src: guard.decoded}
		b.free = both(b.free, d.release)
		guard.decoded = d
	}
	b.src = guard
	return true
}

func both(f, g func()) func() {
	if f == nil {
		return g
	}
	return func() { f(); g() }
}

// codingsOf reads a value of Content-Encoding; ok is false if one is unknown.
func codingsOf(value string) (codings []string, ok bool) {
	for more := true; more; {
		var item string
		item, value, more = cutItem(value)
		switch item = lowerASCII(item); item {
		case "", "identity":
		case "gzip", "x-gzip":
			codings = append(codings, "gzip")
		case "deflate", "br", "zstd":
			codings = append(codings, item)
		default:
			return nil, false
		}
	}
	return codings, true
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// counter counts the bytes that come.
type counter struct {
	src io.Reader
	n   int64
	err error // of src, which decoders may hide
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	c.n += int64(n)
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}

// guard ends a body that grows beyond its limits.
type guard struct {
	decoded io.Reader
	in      *counter
	limits  Limits
	n       int64
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.decoded.Read(p)
	g.n += int64(n)
	if err == io.EOF {
		// Whatever follows the coded body is dropped, as Chromium does, so that
		// the connection can be used again.
		_, _ = io.CopyN(io.Discard, g.in, maxRest)
	}
	switch {
	case g.n > g.limits.DecodedBytes:
		return 0, ErrDecodedTooLarge
	case g.n > g.limits.RatioFrom && g.n/g.limits.Ratio > g.in.n:
		return 0, ErrDecodedRatio
	case err != nil && g.in.err != nil:
		return n, g.in.err // what the network says comes first
	}
	return n, err
}

// decoder undoes one coding. It is made ready by its first Read, so that nothing
// is read before anybody wants it.
type decoder struct {
	coding string
	src    io.Reader
	dst    io.Reader
	free   func()
}

func (d *decoder) Read(p []byte) (int, error) {
	if d.dst == nil {
		if err := d.open(); err != nil {
			return 0, d.explain(err)
		}
	}
	n, err := d.dst.Read(p)
	if err != nil && err != io.EOF {
		err = d.explain(err)
	}
	return n, err
}

func (d *decoder) explain(err error) error {
	if err == io.EOF {
		return io.EOF // an empty body is empty in every coding
	}
	return fmt.Errorf("content coding %s: %w", d.coding, err)
}

func (d *decoder) open() (err error) {
	switch d.coding {
	case "gzip":
		var z *gzip.Reader
		if z, err = gzip.NewReader(d.src); err == nil {
			z.Multistream(false)
			d.dst = z
		}
	case "deflate":
		d.dst, err = newInflater(d.src)
	case "br":
		d.dst = brotli.NewReader(d.src)
	default:
		var z *zstd.Decoder
		z, err = zstd.NewReader(d.src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err == nil {
			d.dst, d.free = z, z.Close
		}
	}
	return err
}

func (d *decoder) release() {
	if d.free != nil {
		d.free()
	}
}

// newInflater tells the two meanings of deflate apart: with the wrapping of zlib,
// as HTTP has it, and without, as some servers send it.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9110#name-deflate-coding
func newInflater(src io.Reader) (io.Reader, error) {
	in := bufio.NewReader(src)
	start, err := in.Peek(2)
	if len(start) == 0 {
		return nil, err
	}
	if len(start) == 2 && start[0]&0x0f == 8 && (uint(start[0])<<8|uint(start[1]))%31 == 0 {
		return zlib.NewReader(in)
	}
	return flate.NewReader(in), nil
}
