package script

import (
	"context"
	"io"
	"sync"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/xhr"
)

// ahead is how many bytes of a response are read before script asks for them. A
// server is then free of a response that nobody reads, if it is small, and its
// connection is free for others.
const ahead = 512 << 10

// readAhead reads on another goroutine, up to a limit. Read and Close may be called
// by different goroutines.
type readAhead struct {
	body  io.ReadCloser
	ended func() // is called on another goroutine when nothing more comes; nil for none

	mu      sync.Mutex
	changed sync.Cond
	buffer  []byte
	err     error // that follows the buffer
	closed  bool
}

// newReadAhead begins to read a body. length is how long it is, if that is known, or
// 0.
func newReadAhead(body io.ReadCloser, length int64, ended func()) *readAhead {
	r := &readAhead{body: body, ended: ended}
	r.changed.L = &r.mu
	size := int64(32 << 10)
	if length > 0 {
		size = min(length+1, size) // and one more, to find the end
	}
	go r.run(make([]byte, size))
	return r
}

// run reads until the end, an error or Close.
func (r *readAhead) run(b []byte) {
	defer func() {
		_ = r.body.Close() // what was wanted of it has been read
		if r.ended != nil {
			r.ended()
		}
	}()
	for {
		n, err := r.body.Read(b)
		if !r.keep(b[:n], err) {
			return
		}
	}
}

// keep takes over what was read, waits while there is too much, and reports
// whether to go on.
func (r *readAhead) keep(b []byte, err error) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.buffer, r.err = append(r.buffer, b...), err
	r.changed.Broadcast()
	for len(r.buffer) >= ahead && !r.closed {
		r.changed.Wait()
	}
	return err == nil && !r.closed
}

// Read waits for bytes. After Close there are none.
func (r *readAhead) Read(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.buffer) == 0 && r.err == nil && !r.closed {
		r.changed.Wait()
	}
	if r.closed {
		return 0, io.ErrClosedPipe
	}
	if len(r.buffer) == 0 {
		return 0, r.err
	}
	n := copy(b, r.buffer)
	r.buffer = r.buffer[n:]
	if len(r.buffer) == 0 {
		r.buffer = nil
	}
	r.changed.Broadcast()
	return n, nil
}

// wait waits until there is nothing more to read, and says why: io.EOF, an error, or
// that it was closed.
func (r *readAhead) wait() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for !r.closed && (r.err == nil || len(r.buffer) > 0) {
		r.changed.Wait()
	}
	if r.closed && r.err == nil {
		return io.ErrClosedPipe
	}
	return r.err
}

// Close ends the reading.
func (r *readAhead) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	r.changed.Broadcast()
	if r.err != nil {
		return nil // run has closed the body
	}
	return r.body.Close()
}

// aheadFetcher is a Fetcher whose responses are read ahead: a script that stands
// still, for a synchronous request, would keep the connections of all others.
type aheadFetcher struct{ xhr.Fetcher }

func (f aheadFetcher) Fetch(ctx context.Context, r *fetch.Request) (*fetch.Response, error) {
	resp, err := f.Fetcher.Fetch(ctx, r)
	if err != nil || resp.Body == nil || r.Sync {
		return resp, err
	}
	ahead := *resp
	ahead.Body = newReadAhead(resp.Body, resp.Length, nil)
	return &ahead, nil
}
