package wire

import (
	"bytes"
	"io"
	"sync"
)

// bufferSize is how much is read from a connection at a time. A head and a small
// body come in one piece.
const bufferSize = 16 << 10

// buffers are in use during exchanges only: idle connections hold none.
var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

// input is what has arrived on a connection and is not consumed yet.
type input struct {
	src        io.Reader
	array      *[bufferSize]byte // from buffers; nil between exchanges
	buf        []byte            // array, or something larger for a large head
	start, end int               // what is not consumed is buf[start:end]
}

func (in *input) open() {
	in.array = buffers.Get().(*[bufferSize]byte)
	in.buf = in.array[:]
}

func (in *input) release() {
	if in.array != nil {
		buffers.Put(in.array)
	}
	*in = input{src: in.src}
}

// scratch is the buffer for other use while nothing has arrived.
func (in *input) scratch() []byte { return in.buf[:0] }

func (in *input) bytes() []byte { return in.buf[in.start:in.end] }

func (in *input) buffered() int { return in.end - in.start }

func (in *input) skip(n int) { in.start += n }

// more reads more into the buffer, at least one byte, and makes room for it if
// need be.
func (in *input) more() error {
	switch {
	case in.start == in.end:
		in.start, in.end = 0, 0
	case in.end < len(in.buf):
	case in.start > 0:
		in.end = copy(in.buf, in.bytes())
		in.start = 0
	default:
		larger := make([]byte, 2*len(in.buf))
		in.end = copy(larger, in.buf)
		in.buf = larger
	}
	n, err := readSome(in.src, in.buf[in.end:])
	in.end += n
	return err
}

// read is for bodies: what has arrived first, then straight from the connection
// unless p is small.
func (in *input) read(p []byte) (int, error) {
	if in.buffered() == 0 {
		if len(p) >= len(in.buf) {
			return readSome(in.src, p)
		}
		if err := in.more(); err != nil {
			return 0, err
		}
	}
	n := copy(p, in.bytes())
	in.skip(n)
	return n, nil
}

// maxEmptyReads bounds how often a source may return nothing and no error.
const maxEmptyReads = 100

// readSome reads at least one byte. An error comes alone: a source that returns
// bytes with it will return it again.
func readSome(src io.Reader, p []byte) (int, error) {
	for range maxEmptyReads {
		n, err := src.Read(p)
		if n > 0 {
			return n, nil
		}
		if err != nil {
			return 0, err
		}
	}
	return 0, io.ErrNoProgress
}

// line consumes a line and returns it without its line end, which may be CRLF or
// LF. It is valid until the next read. A line of more than limit bytes is no
// line, and ok is false.
func (in *input) line(limit int) (line []byte, ok bool, err error) {
	searched := 0
	for {
		arrived := in.bytes()
		if i := bytes.IndexByte(arrived[searched:], '\n'); i >= 0 {
			line = arrived[:searched+i]
			in.skip(len(line) + 1)
			line = bytes.TrimSuffix(line, []byte("\r"))
			return line, len(line) <= limit, nil
		}
		if searched = len(arrived); searched > limit+1 {
			return nil, false, nil
		}
		if err := in.more(); err != nil {
			return nil, false, err
		}
	}
}
