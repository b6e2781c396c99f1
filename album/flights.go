package album

import (
	"context"
	"fmt"
	"sync"
)

// flights does a piece of work once for all who ask for it at the same time. The
// zero value is ready.
type flights struct {
	mu    sync.Mutex
	calls map[string]*flight
}

type flight struct {
	done    chan struct{} // closed when err is set
	err     error
	waiting int
	cancel  context.CancelFunc
}

// do runs work unless it is running for that key already, and waits for its end
// or for the caller's. One caller's end does not stop the work for the others;
// the end of the last does.
func (f *flights) do(ctx context.Context, key string, work func(context.Context) error) error {
	c := f.join(ctx, key, work)
	select {
	case <-c.done:
		return c.err
	case <-ctx.Done():
		f.leave(key, c)
		return ctx.Err()
	}
}

func (f *flights) join(ctx context.Context, key string, work func(context.Context) error) *flight {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, ok := f.calls[key]
	if !ok {
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		c = &flight{done: make(chan struct{}), cancel: cancel}
		if f.calls == nil {
			f.calls = make(map[string]*flight)
		}
		f.calls[key] = c
		go f.run(ctx, key, c, work)
	}
	c.waiting++
	return c
}

func (f *flights) run(ctx context.Context, key string, c *flight, work func(context.Context) error) {
	c.err = guarded(ctx, work)
	c.cancel()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.forget(key, c)
	close(c.done)
}

// guarded turns a panic into an error. Work is done on files from strangers, and
// outside the caller's goroutine, where a server would catch it.
func guarded(ctx context.Context, work func(context.Context) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return work(ctx)
}

// leave stops work that nobody waits for any more. Who asks next begins anew.
func (f *flights) leave(key string, c *flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c.waiting--
	if c.waiting == 0 {
		c.cancel()
		f.forget(key, c)
	}
}

// forget needs f.mu.
func (f *flights) forget(key string, c *flight) {
	if f.calls[key] == c {
		delete(f.calls, key)
	}
}
