package albumhttp

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/corsage-go/corsage/album"
)

// body is a request's body, read with three guards: it may not be longer than a
// limit, it must keep coming in at a minimum rate, and what went wrong with it
// is remembered, so that it is not taken for a failure of the service.
type body struct {
	from   io.Reader
	conn   *http.ResponseController
	window time.Duration // how long to wait ...
	quota  int64         // ... for this many bytes
	waited time.Duration // in this window
	got    int64         // in this window
	ended  bool          // io.EOF was read
	err    error         // the first failure, other than io.EOF
}

// openBody makes the request's body ready for reading. A body that says it is
// longer than most bytes is refused before the client is told to send it.
func (c *call) openBody(most int64) (*body, error) {
	if coding := c.r.Header.Values("Content-Encoding"); len(coding) > 0 {
		return nil, &album.Error{
			Kind: album.Unsupported, Field: "Content-Encoding",
			Detail: "bodies are taken only as they are; leave out the Content-Encoding",
		}
	}
	if c.r.ContentLength > most {
		return nil, tooLong(most)
	}
	l := c.limits
	c.body = &body{
		from:   http.MaxBytesReader(c.w, c.r.Body, most),
		conn:   http.NewResponseController(c.w),
		window: l.BodyWindow,
		quota:  max(1, int64(float64(l.BodyRate)*l.BodyWindow.Seconds())),
	}
	return c.body, nil
}

// Read implements io.Reader. The connection's read deadline is set only while
// this waits, so a slow disk is not held against the client.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	began := time.Now()
	b.setDeadline(began.Add(b.window - b.waited))
	n, err := b.from.Read(p)
	b.setDeadline(time.Time{})
	b.waited += time.Since(began)
	if b.got += int64(n); b.got >= b.quota {
		b.got, b.waited = 0, 0
	}
	if err == io.EOF {
		b.ended = true
	} else {
		b.err = err
	}
	return n, err
}

// setDeadline does nothing where there is no connection, as in tests that have
// only a recorder. With none, nobody can be slow.
func (b *body) setDeadline(t time.Time) {
	_ = b.conn.SetReadDeadline(t)
}

// bodyFault returns the failure of the body, if there was one, and otherwise
// err: whatever else failed then failed because of it.
func (c *call) bodyFault(err error) error {
	if c.body == nil || c.body.err == nil {
		return err
	}
	fault := c.body.err
	if tooMany, ok := errors.AsType[*http.MaxBytesError](fault); ok {
		return tooLong(tooMany.Limit)
	}
	if errors.Is(fault, os.ErrDeadlineExceeded) {
		return errTooSlow
	}
	return &album.Error{Kind: album.Invalid, Detail: "the body ended before it was complete; send it again", Err: fault}
}

func tooLong(most int64) *album.Error {
	return &album.Error{
		Kind:   album.TooLarge,
		Detail: fmt.Sprintf("the body is longer than %d bytes; send less", most),
		Limit:  most,
	}
}

// beginAnswer sets the deadlines for sending an answer of size bytes.
func (c *call) beginAnswer(size int64) {
	c.boundRest()
	server, ok := c.r.Context().Value(http.ServerContextKey).(*http.Server)
	if !ok || server.WriteTimeout <= 0 {
		return
	}
	// The server's own deadline began with the request: a long upload, or waiting
	// for a thumbnail, has used it up, and a long download needs more.
	need := server.WriteTimeout + time.Duration(size/c.limits.BodyRate)*time.Second
	_ = http.NewResponseController(c.w).SetWriteDeadline(time.Now().Add(need)) // not every server can
}

// boundRest limits the time for what is left of the body: before the answer goes
// out, net/http reads on for a while, so that the connection can be used again.
func (c *call) boundRest() {
	if c.r.ContentLength == 0 || c.body != nil && c.body.ended {
		return
	}
	deadline := time.Now().Add(c.limits.BodyWindow)
	_ = http.NewResponseController(c.w).SetReadDeadline(deadline) // not every server can
}
