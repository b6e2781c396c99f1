package fetch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
)

// handlerWriter is the ResponseWriter of a handler. What is written is held back
// until it is too much, or flushed, or complete.
type handlerWriter struct {
	asked  *wire.Request
	body   *servedBody
	now    func() time.Time
	ctx    context.Context // done when nobody waits for the answer any more
	cancel context.CancelFunc

	header  http.Header // the handler's
	chosen  http.Header // what it was when the status was chosen
	status  int         // 0 until the handler has chosen one
	length  int64       // announced by the handler; -1 if it has not
	written int64
	held    []byte
	pipe    *io.PipeWriter // nil until the head is sent

	head   chan *wire.Response // gets the head, once
	failed chan *wire.Error    // gets the error instead, once
}

// heldBack is how much of an answer is held back. As net/http.
const heldBack = 2048

func newHandlerWriter(ctx context.Context, r *wire.Request, now func() time.Time) *handlerWriter {
	ctx, cancel := context.WithCancel(ctx)
	return &handlerWriter{
		asked: r, body: newServedBody(r), now: now, ctx: ctx, cancel: cancel, header: http.Header{}, length: -1,
		head: make(chan *wire.Response, 1), failed: make(chan *wire.Error, 1),
	}
}

// serve runs the handler, in a goroutine of its own.
func (w *handlerWriter) serve(handler http.Handler, req *http.Request) {
	defer func() {
		if recovered := recover(); recovered != nil {
			w.abort(recovered)
		}
	}()
	handler.ServeHTTP(w, req)
	w.finish()
}

// await returns the head of the answer when it is there.
func (w *handlerWriter) await(ctx context.Context) (*wire.Response, error) {
	defer closeBody(w.asked.Body)
	defer w.body.Close() //nolint:errcheck // never fails
	select {
	case resp := <-w.head:
		if ctx.Err() != nil { // which may be why the handler has answered
			w.cancel()
			return nil, interrupted(ctx, w.asked.Host)
		}
		resp.Body = &handlerBody{src: resp.Body, ctx: ctx, stop: w.cancel, addr: w.asked.Host}
		return resp, nil
	case e := <-w.failed:
		w.cancel()
		return nil, e
	case <-ctx.Done():
		w.cancel()
		return nil, interrupted(ctx, w.asked.Host)
	}
}

func interrupted(ctx context.Context, addr string) *wire.Error {
	kind := wire.Canceled
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		kind = wire.Timeout
	}
	return &wire.Error{Kind: kind, Op: "serve", Addr: addr, Err: context.Cause(ctx)}
}

// Header returns the fields that the head will have.
func (w *handlerWriter) Header() http.Header { return w.header }

// WriteHeader chooses the status. Statuses of 100 to 199 are sent at once, before
// the real one.
func (w *handlerWriter) WriteHeader(status int) {
	switch {
	case w.status != 0:
		return
	case status >= 100 && status < 200 && status != http.StatusSwitchingProtocols:
		w.inform(status)
		return
	}
	w.status = status
	w.chosen = w.header.Clone() // what the handler changes from now on is too late
	if n, err := strconv.ParseInt(w.chosen.Get("Content-Length"), 10, 64); err == nil && n >= 0 {
		w.length = n
	} else {
		w.chosen.Del("Content-Length")
	}
}

func (w *handlerWriter) inform(status int) {
	w.body.mu.Lock()
	defer w.body.mu.Unlock()
	if t := w.asked.Trace; t != nil && t.Informational != nil && !w.body.closed {
		t.Informational(status, fieldsOf(w.header))
	}
}

// Write writes to the body.
func (w *handlerWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if isNullBody(w.status) {
		return 0, http.ErrBodyNotAllowed
	}
	if w.written += int64(len(p)); w.length >= 0 && w.written > w.length {
		return 0, http.ErrContentLength
	}
	if w.asked.Method == http.MethodHead {
		return len(p), nil
	}
	if w.pipe == nil && len(w.held)+len(p) <= heldBack {
		w.held = append(w.held, p...)
		return len(p), nil
	}
	if err := w.flush(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// WriteString writes to the body.
func (w *handlerWriter) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// Flush sends what was held back.
func (w *handlerWriter) Flush() { _ = w.flush(nil) }

// FlushError is Flush for http.ResponseController.
func (w *handlerWriter) FlushError() error { return w.flush(nil) }

// flush sends the head if need be, what was held back, and p.
func (w *handlerWriter) flush(p []byte) error {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.pipe == nil {
		r, pipe := io.Pipe()
		w.pipe = pipe
		// A handler must not wait for a reader that has gone away.
		context.AfterFunc(w.ctx, func() { _ = r.Close() })
		w.send(r, p)
	}
	for _, part := range [...][]byte{w.held, p} {
		if len(part) > 0 {
			if _, err := w.pipe.Write(part); err != nil {
				return err
			}
		}
	}
	w.held = nil
	return nil
}

// send sends the head. more is what follows what was held back.
func (w *handlerWriter) send(body io.ReadCloser, more []byte) {
	w.body.finish()
	start := w.held
	if len(start) == 0 {
		start = more
	}
	if _, set := w.chosen["Content-Type"]; !set && len(start) > 0 && w.chosen.Get("Content-Encoding") == "" {
		w.chosen.Set("Content-Type", http.DetectContentType(start))
	}
	if _, set := w.chosen["Date"]; !set {
		w.chosen.Set("Date", w.now().UTC().Format(http.TimeFormat))
	}
	resp := &wire.Response{
		Proto: "HTTP/1.1", Status: w.status, Reason: http.StatusText(w.status), Header: fieldsOf(w.chosen), Body: body, Length: w.length,
	}
	if w.asked.Method == http.MethodHead || isNullBody(w.status) {
		resp.Length = 0
	}
	w.head <- resp
}

// finish completes the answer when the handler has returned.
func (w *handlerWriter) finish() {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	short := w.length > w.written && w.asked.Method != http.MethodHead && !isNullBody(w.status)
	switch {
	case w.pipe != nil && short:
		_ = w.pipe.CloseWithError(&wire.Error{Kind: wire.LengthMismatch, Op: "read body", Addr: w.asked.Host})
	case w.pipe != nil:
		_ = w.pipe.Close() // never fails
	case short:
		w.Flush()
		_ = w.pipe.CloseWithError(&wire.Error{Kind: wire.LengthMismatch, Op: "read body", Addr: w.asked.Host})
	default:
		w.sendWhole()
	}
}

// sendWhole sends an answer that was held back altogether; now its length is known.
func (w *handlerWriter) sendWhole() {
	if w.length < 0 && !isNullBody(w.status) && (w.asked.Method != http.MethodHead || w.written > 0) {
		w.length = w.written
		w.chosen.Set("Content-Length", strconv.FormatInt(w.length, 10))
	}
	w.send(io.NopCloser(bytes.NewReader(w.held)), nil)
}

// abort ends the answer where the handler has left it.
func (w *handlerWriter) abort(recovered any) {
	if w.pipe == nil {
		w.failed <- brokenOff(wire.EmptyResponse, recovered, w.asked.Host)
		return
	}
	kind := wire.IncompleteChunks
	if w.length >= 0 {
		kind = wire.LengthMismatch
	}
	_ = w.pipe.CloseWithError(brokenOff(kind, recovered, w.asked.Host))
}

// handlerBody is the body of a handler's answer.
type handlerBody struct {
	src  io.ReadCloser
	ctx  context.Context
	stop context.CancelFunc // tells the handler that nobody reads any more
	addr string
}

// Read reads what the handler writes.
func (b *handlerBody) Read(p []byte) (int, error) {
	n, err := b.src.Read(p)
	switch {
	case err != nil && b.ctx.Err() != nil: // which may be why the handler has come to its end
		err = interrupted(b.ctx, b.addr)
	case err == io.EOF:
		b.stop()
	case err == io.ErrClosedPipe:
		err = &wire.Error{Kind: wire.Canceled, Op: "read body", Addr: b.addr}
	}
	return n, err
}

// Close makes the handler's writes fail.
func (b *handlerBody) Close() error {
	b.stop()
	return b.src.Close()
}
