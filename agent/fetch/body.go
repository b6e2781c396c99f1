package fetch

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors"
)

// body is a response's body as the page reads it. Every error of Read but io.EOF
// is a *Failure. Close may be called while another goroutine reads.
type body struct {
	raw   io.ReadCloser // as it comes
	ctx   context.Context
	url   *weburl.URL
	hops  int
	hooks *Hooks

	closed atomic.Bool // by the page, which may be in another goroutine

	mu   sync.Mutex // held while it is read
	src  io.Reader  // decoded
	free func()     // gives back what decoding took; nil for nothing
	read int64
	err  error // once it has ended
}

// Read reads decoded bytes.
func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.src.Read(p)
	b.read += int64(n)
	if n > 0 && b.hooks != nil && b.hooks.Chunk != nil {
		b.hooks.Chunk(p[:n])
	}
	if err != nil {
		b.end(err)
		return n, b.err
	}
	return n, nil
}

// Close gives up what has not been read; a Read in another goroutine fails.
func (b *body) Close() error {
	b.closed.Store(true)
	err := b.raw.Close()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.end(errClosed)
	}
	return err
}

var errClosed = errors.New("the body was closed before its end")

// end notes why there is no more, and tells the hooks.
func (b *body) end(err error) {
	if b.free != nil {
		b.free()
		b.free = nil
	}
	b.err = err
	if err != io.EOF {
		b.err = b.failure(err)
		_ = b.raw.Close() // what was wrong is known
	}
	if b.hooks == nil || b.hooks.Body == nil {
		return
	}
	if err == io.EOF {
		err = nil
	} else {
		err = b.err
	}
	b.hooks.Body(b.read, err)
}

func (b *body) failure(err error) *Failure {
	reason := networkReason(b.ctx, err)
	if b.closed.Load() {
		reason = cors.Aborted
	}
	return &Failure{Verdict: cors.Verdict{Reason: reason, On: cors.OnResponse}, URL: b.url, Hops: b.hops, Err: err}
}
