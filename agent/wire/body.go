package wire

import (
	"io"
)

// Read reads the body of the answer. With its last bytes it returns io.EOF, and
// the connection is free for another request.
func (x *exchange) Read(p []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.conn == nil {
		return 0, x.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err := x.readBody(p)
	switch {
	case err == io.EOF:
		x.err = io.EOF
		x.end(true)
	case err != nil:
		x.err = x.bodyError(err)
		x.end(false)
	default:
		return n, nil
	}
	return n, x.err
}

// bodyError makes an Error of what a read gave. Close is seen as a failure by a
// Read that it ends.
func (x *exchange) bodyError(err error) error {
	x.gate.Lock()
	defer x.gate.Unlock()
	if x.interrupted {
		err = errBodyClosed
	}
	return explain(x.ctx, opReadBody, x.conn.addr, err)
}

var errBodyClosed = problem(Canceled, "the body was closed")

// readBody returns io.EOF at the end of the body, not of the connection.
func (x *exchange) readBody(p []byte) (int, error) {
	switch {
	case x.chunks.in != nil:
		return x.chunks.read(p)
	case x.left < 0:
		n, err := x.conn.in.read(p)
		if err == io.ErrUnexpectedEOF {
			err = io.EOF // servers leave out the farewell of TLS; as Chromium
		}
		return n, err
	}
	n, err := x.conn.in.read(p[:min(int64(len(p)), x.left)])
	if x.left -= int64(n); x.left == 0 {
		return n, io.EOF
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = problem(LengthMismatch, "")
	}
	return n, err
}

// Close ends the exchange. The connection is kept if the rest of the body has
// arrived already; it is not worth waiting for. A Read in another goroutine
// fails.
func (x *exchange) Close() error {
	if !x.mu.TryLock() {
		x.interrupt()
		x.mu.Lock()
	}
	defer x.mu.Unlock()
	if x.conn != nil {
		x.err = x.bodyError(errBodyClosed)
		x.end(x.skipArrived())
	}
	return nil
}

// interrupt makes a Read return that waits in another goroutine. A connection
// that the exchange has given back is not touched: it may be another's.
func (x *exchange) interrupt() {
	x.gate.Lock()
	defer x.gate.Unlock()
	if x.conn != nil {
		x.interrupted = true
		x.conn.breakOff()
	}
}

// skipArrived drops what has arrived, and reports whether it was the rest.
func (x *exchange) skipArrived() bool {
	in := &x.conn.in
	src := in.src
	in.src = noBody{} // there is nothing more than what has arrived
	defer func() { in.src = src }()
	var p [1 << 10]byte
	for {
		if _, err := x.readBody(p[:]); err != nil {
			return err == io.EOF
		}
	}
}

// WriteTo writes the body to w in large pieces, for io.Copy.
func (x *exchange) WriteTo(w io.Writer) (total int64, err error) {
	buf := pieces.Get().(*piece)
	defer pieces.Put(buf)
	for {
		n, err := x.Read(buf.bytes[:])
		if n > 0 {
			written, err := w.Write(buf.bytes[:n])
			if total += int64(written); err != nil {
				return total, err
			}
		}
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}
