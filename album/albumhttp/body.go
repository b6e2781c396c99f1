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
	pace
	from  io.Reader
	conn  *http.ResponseController
	begun bool  // Read was called
	ended bool  // io.EOF was read
	err   error // the first failure, other than io.EOF
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
	c.body = &body{
		pace: c.limits.pace(),
		from: http.MaxBytesReader(c.w, c.r.Body, most),
		conn: http.NewResponseController(c.w),
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
	if !b.begun {
		b.begun = true
		defer b.holdAnswer(began)()
	}
	b.setDeadline(b.deadline(began))
	n, err := b.from.Read(p)
	b.setDeadline(time.Time{})
	b.note(time.Since(began), int64(n))
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

// holdAnswer takes off the server's deadline for the answer, which began with the
// request: an upload may well take longer, and the answer gets a deadline of its
// own. The first Read still has one, since it may write "100 Continue".
func (b *body) holdAnswer(began time.Time) (hold func()) {
	_ = b.conn.SetWriteDeadline(began.Add(2 * b.window)) // not every server can
	return func() { _ = b.conn.SetWriteDeadline(time.Time{}) }
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

// beginAnswer begins the time that a server gives to an answer. It had begun with
// the request, and a long upload, or waiting for a thumbnail, has used it up.
func (c *call) beginAnswer() {
	c.boundRest()
	if timeout := c.writeTimeout(); timeout > 0 {
		_ = http.NewResponseController(c.w).SetWriteDeadline(time.Now().Add(timeout)) // not every server can
	}
}

// writeTimeout is what the server gives to an answer, 0 without a limit.
func (c *call) writeTimeout() time.Duration {
	if server, ok := c.r.Context().Value(http.ServerContextKey).(*http.Server); ok {
		return server.WriteTimeout
	}
	return 0
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
