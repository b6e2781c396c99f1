package wire

import (
	"context"
	"errors"
	"io"
	"strconv"
	"sync"
	"time"
)

// upload sends a request's body in a goroutine of its own, so that the answer is
// seen when it comes.
type upload struct {
	conn   *conn
	body   io.Reader
	length int64
	trace  *Trace
	done   chan struct{} // closed when the body is not being read any more

	mu       sync.Mutex // held during hooks
	stopped  bool       // nothing is to be sent or reported any more
	complete bool       // all of it was sent
	err      error      // why not, unless that was wanted
}

func startUpload(cn *conn, body io.Reader, r *Request) *upload {
	u := &upload{conn: cn, body: body, length: r.Length, trace: r.Trace, done: make(chan struct{})}
	go u.run()
	return u
}

func (u *upload) run() {
	defer close(u.done)
	err := u.send()
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.stopped {
		return
	}
	u.complete, u.err = err == nil, err
	if err != nil && !isReset(err) {
		u.conn.breakOff() // the request cannot be completed, so nobody will answer it
	}
}

// stop ends the sending, and tells how it went until now. No hook is called any
// more when it returns.
func (u *upload) stop() (complete bool, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.stopped = true; !u.complete {
		_ = u.conn.nc.SetWriteDeadline(time.Unix(1, 0)) // a connection that has none is closed soon
	}
	return u.complete, u.err
}

// settle waits until the body is not being read any more.
func (u *upload) settle(ctx context.Context) {
	select {
	case <-u.done:
	case <-ctx.Done():
	}
}

// sent reports progress, and whether to go on.
func (u *upload) sent(n int64) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.stopped {
		u.trace.wroteBody(n)
	}
	return !u.stopped
}

var errStopped = errors.New("the rest of the body is not wanted")

// send sends the body. An error of the body is an *Error, one of the connection
// is not.
func (u *upload) send() error {
	out := &outlet{upload: u, left: u.length, step: firstStep}
	var err error
	if w, ok := u.body.(io.WriterTo); ok && !isFile(u.body) { // that of files is no use here
		_, err = w.WriteTo(out)
	} else {
		_, err = out.ReadFrom(u.body)
	}
	switch {
	case out.err != nil:
		return out.err
	case err != nil:
		return &Error{Kind: BodyFailed, Err: err}
	case out.left > 0:
		return problem(BodyFailed, "it is shorter than Request.Length by "+strconv.FormatInt(out.left, 10)+" bytes")
	case u.length < 0:
		_, err = io.WriteString(u.conn.nc, "0\r\n\r\n")
	}
	return err
}
