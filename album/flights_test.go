package album

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// However many ask for the same work at once, it is done once; afterwards, and
// for other keys, it is done again.
func TestFlightsShareWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f flights
		var done atomic.Int32
		gate := make(chan struct{})
		work := func(context.Context) error {
			done.Add(1)
			<-gate
			return nil
		}
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				if err := f.do(t.Context(), []string{"a", "b"}[i%2], work); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		close(gate)
		all.Wait()
		if n := done.Load(); n != 2 {
			t.Errorf("done %d times, want once for each of two keys", n)
		}
		if err := f.do(t.Context(), "a", work); err != nil || done.Load() != 3 {
			t.Errorf("asked later: %v, done %d times", err, done.Load())
		}
		if len(f.calls) != 0 {
			t.Errorf("%d calls are left", len(f.calls))
		}
	})
}

// A caller who goes away does not end the work for the others.
func TestFlightsOutliveOneCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f flights
		gate := make(chan struct{})
		work := func(ctx context.Context) error {
			select {
			case <-gate:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		first, second := make(chan error), make(chan error)
		go func() { first <- f.do(ctx, "a", work) }()
		synctest.Wait()
		go func() { second <- f.do(t.Context(), "a", work) }()
		synctest.Wait()
		cancel()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("the caller who left: %v", err)
		}
		close(gate)
		if err := <-second; err != nil {
			t.Errorf("the caller who stayed: %v", err)
		}
	})
}

// When nobody waits any more the work ends, and who asks next begins anew.
func TestFlightsEndWithLastCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f flights
		ended := make(chan error, 1)
		gate := make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		go f.do(ctx, "a", func(ctx context.Context) error {
			<-ctx.Done()
			ended <- ctx.Err()
			<-gate // it takes its time to stop
			return ctx.Err()
		})
		synctest.Wait()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the work ended with %v", err)
		}
		synctest.Wait()
		if err := f.do(t.Context(), "a", func(context.Context) error { return nil }); err != nil {
			t.Errorf("who asks next: %v", err)
		}
		close(gate)
	})
}

// A panic in the work is an error for those who wait, not the end of the
// process.
func TestFlightsCatchPanics(t *testing.T) {
	var f flights
	err := f.do(t.Context(), "a", func(context.Context) error { panic("broken picture") })
	if err == nil || !strings.Contains(err.Error(), "broken picture") || KindOf(err) != Internal {
		t.Errorf("%v", err)
	}
}
