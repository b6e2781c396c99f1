package wire

import (
	"io"
	"net"
	"os"
	"strconv"
	"sync"
	"time"
)

// How much of a body is handed to the kernel at a time, and with it how often
// progress is reported: much where it goes fast, little where it is worth
// watching.
const (
	minStep   = 16 << 10
	firstStep = 64 << 10
	maxStep   = 256 << 10
	quickStep = 10 * time.Millisecond
	slowStep  = 100 * time.Millisecond
)

// pieceSize is how much of a body is read at a time where it must be copied.
const pieceSize = 128 << 10

// chunkMargin is room for a chunk's size before the data, and its line end.
const chunkMargin = len("10000\r\n")

type piece struct {
	bytes [chunkMargin + pieceSize + len("\r\n")]byte
}

var pieces = sync.Pool{New: func() any { return new(piece) }}

// outlet writes a body to the connection, in chunks if its length is not known.
type outlet struct {
	upload *upload
	left   int64 // bytes that may follow; -1 if that is not known
	step   int   // how much is handed over at a time
	err    error // of the connection, or of a body that is too long
}

// Write sends p, step by step.
func (o *outlet) Write(p []byte) (n int, err error) {
	for len(p) > 0 && err == nil {
		part := p[:min(len(p), o.step)]
		if o.left < 0 {
			part = part[:min(len(part), pieceSize)]
			err = o.copyPiece(part)
		} else if err = o.room(len(part)); err == nil {
			err = o.sendPlain(part)
		}
		if err == nil {
			n += len(part)
			p = p[len(part):]
		}
	}
	return n, err
}

// copyPiece sends data of another's as a chunk.
func (o *outlet) copyPiece(data []byte) error {
	buf := pieces.Get().(*piece)
	defer pieces.Put(buf)
	copy(buf.bytes[chunkMargin:], data)
	return o.sendPiece(buf, len(data))
}

// room refuses more than was announced: it would be read as another request.
func (o *outlet) room(n int) error {
	if int64(n) > o.left {
		o.err = problem(BodyFailed, "it is longer than Request.Length")
	}
	return o.err
}

// ReadFrom sends what r has, but no more than was announced. The kernel copies
// files to plain connections by itself.
func (o *outlet) ReadFrom(r io.Reader) (total int64, err error) {
	if tcp, ok := o.upload.conn.nc.(*net.TCPConn); ok && o.left >= 0 && isFile(r) {
		return o.sendFile(tcp, r)
	}
	buf := pieces.Get().(*piece)
	defer pieces.Put(buf)
	for o.left != 0 {
		size := min(o.step, pieceSize)
		if o.left > 0 {
			size = int(min(int64(size), o.left))
		}
		n, err := readSome(r, buf.bytes[chunkMargin:chunkMargin+size])
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			return total, err
		}
		if err := o.sendPiece(buf, n); err != nil {
			return total, err
		}
		total += int64(n)
	}
	return total, nil
}

// sendPiece sends the first n bytes of a piece, framed if need be.
func (o *outlet) sendPiece(buf *piece, n int) error {
	data := buf.bytes[chunkMargin : chunkMargin+n]
	if o.left >= 0 {
		return o.sendPlain(data)
	}
	size := strconv.AppendInt(make([]byte, 0, chunkMargin), int64(n), 16)
	size = append(size, "\r\n"...)
	start := chunkMargin - copy(buf.bytes[chunkMargin-len(size):], size)
	end := chunkMargin + n + copy(buf.bytes[chunkMargin+n:], "\r\n")
	begin := time.Now()
	_, err := o.upload.conn.nc.Write(buf.bytes[start:end])
	return o.account(int64(n), begin, err)
}

func (o *outlet) sendPlain(data []byte) error {
	begin := time.Now()
	n, err := o.upload.conn.nc.Write(data)
	return o.account(int64(n), begin, err)
}

// account keeps the books of what was sent, and how long it took.
func (o *outlet) account(n int64, begin time.Time, err error) error {
	if o.left >= 0 {
		o.left -= n
	}
	switch took := time.Since(begin); {
	case took < quickStep:
		o.step = min(2*o.step, maxStep)
	case took > slowStep:
		o.step = max(o.step/2, minStep)
	}
	if !o.upload.sent(n) && err == nil {
		err = errStopped
	}
	if err != nil {
		o.err = err
	}
	return err
}

// isFile reports whether r is a file, or the next so many bytes of one.
func isFile(r io.Reader) bool {
	if l, ok := r.(*io.LimitedReader); ok {
		r = l.R
	}
	_, ok := r.(*os.File)
	return ok
}

// sendFile has the kernel send a file, step by step.
func (o *outlet) sendFile(tcp *net.TCPConn, r io.Reader) (total int64, err error) {
	section, ok := r.(*io.LimitedReader)
	if !ok {
		section = &io.LimitedReader{R: r, N: o.left}
	}
	part := io.LimitedReader{R: section.R}
	for o.left > 0 && section.N > 0 {
		part.N = min(section.N, o.left, int64(o.step))
		begin := time.Now()
		n, err := tcp.ReadFrom(&part)
		total += n
		section.N -= n
		if err := o.account(n, begin, err); err != nil {
			return total, err
		}
		if n == 0 {
			return total, nil // the file is shorter than that
		}
	}
	return total, nil
}
