package corshttp_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/corsage-go/corsage/server/corshttp"
)

// shelf is a store whose rows are numbers. It counts what is read.
type shelf struct {
	mu    sync.Mutex
	rows  map[string]int
	reads int
}

func newShelf(n int) *shelf {
	s := &shelf{rows: map[string]int{}}
	for i := range n {
		s.rows[fmt.Sprint("key", i)] = i
	}
	return s
}

var errNoRow = errors.New("no such row")

func (s *shelf) read(_ context.Context, key string) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	v, ok := s.rows[key]
	if !ok {
		return 0, errNoRow
	}
	return v, nil
}

func (s *shelf) set(key string, v int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows[key] = v
}

// What has been read once is read no more; what is not there is asked for again.
func TestBookReadsOnce(t *testing.T) {
	s := newShelf(5000)
	b := corshttp.NewBook(1<<20, s.read)
	for range 3 {
		for i := range 5000 {
			if v, err := b.Get(t.Context(), fmt.Sprint("key", i)); v != i || err != nil {
				t.Fatalf("key %d: %v, %v", i, v, err)
			}
		}
	}
	if s.reads != 5000 || b.Len() != 5000 {
		t.Errorf("%d reads, %d keys known, want 5000 of both", s.reads, b.Len())
	}
	for range 2 {
		if _, err := b.Get(t.Context(), ""); !errors.Is(err, errNoRow) {
			t.Errorf("the empty key: %v", err)
		}
	}
	if s.reads != 5002 {
		t.Errorf("what is not there was read %d times, want 2", s.reads-5000)
	}
}

// The number of keys is bounded, and what is asked for all the time stays.
func TestBookMakesRoom(t *testing.T) {
	const most = 64 * 32
	s := newShelf(20 * most)
	b := corshttp.NewBook(most, s.read)
	misses := 0
	for i := range 20 * most {
		before := s.reads
		if _, err := b.Get(t.Context(), "key0"); err != nil {
			t.Fatal(err)
		}
		misses += s.reads - before
		if v, err := b.Get(t.Context(), fmt.Sprint("key", i)); v != i || err != nil {
			t.Fatalf("key %d: %v, %v", i, v, err)
		}
	}
	if n := b.Len(); n > most || n < most/2 {
		t.Errorf("%d keys are known, want about %d", n, most)
	}
	if misses != 1 {
		t.Errorf("a key that is asked for all the time was read %d times", misses)
	}
}

// However many ask for a key that is being read, it is read once, and who waits for
// it waits no longer than his own request lasts.
func TestBookSingleFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, reads := make(chan struct{}), atomic.Int32{}
		b := corshttp.NewBook(100, func(ctx context.Context, _ string) (int, error) {
			reads.Add(1)
			<-release
			return 7, ctx.Err()
		})
		first, leave := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for i := range 20 {
			ctx := t.Context()
			if i == 0 {
				ctx = first
			}
			all.Go(func() {
				if v, err := b.Get(ctx, "a"); v != 7 || err != nil {
					t.Errorf("got %v, %v", v, err)
				}
			})
			synctest.Wait()
		}
		leave() // who asked first has gone, and the others get theirs all the same
		gone, cancel := context.WithCancelCause(t.Context())
		cancel(errNoRow)
		if _, err := b.Get(gone, "a"); !errors.Is(err, errNoRow) {
			t.Errorf("whose request has ended got %v", err)
		}
		close(release)
		all.Wait()
		if n := reads.Load(); n != 1 {
			t.Errorf("%d reads, want 1", n)
		}
	})
}

// What was read before a change is neither kept after it nor given to those who ask
// after it.
func TestBookForgetsWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var value, reads atomic.Int64
		value.Store(1)
		b := corshttp.NewBook(100, func(context.Context, string) (int64, error) {
			v := value.Load()
			if reads.Add(1) == 1 {
				<-release
			}
			return v, nil
		})
		go b.Get(t.Context(), "a") //nolint:errcheck // either value will do
		synctest.Wait()
		value.Store(2)
		b.Forget("a")
		for range 2 {
			if v, _ := b.Get(t.Context(), "a"); v != 2 {
				t.Errorf("after the change: %d", v)
			}
		}
		close(release)
		synctest.Wait()
		if v, _ := b.Get(t.Context(), "a"); v != 2 {
			t.Errorf("after the first read ended: %d", v)
		}
	})
}

// A load that panics takes nobody with it who waits for it.
func TestBookLoadPanics(t *testing.T) {
	fail := true
	b := corshttp.NewBook(100, func(context.Context, string) (int, error) {
		if fail {
			panic("no")
		}
		return 1, nil
	})
	func() {
		defer func() { _ = recover() }()
		_, _ = b.Get(t.Context(), "a")
		t.Error("the panic was swallowed")
	}()
	fail = false
	if v, err := b.Get(t.Context(), "a"); v != 1 || err != nil {
		t.Errorf("after the panic: %v, %v", v, err)
	}
}

// While many read, each change is seen by every read that begins after it.
func TestBookUnderLoad(t *testing.T) {
	const keys = 200
	s := newShelf(keys)
	b := corshttp.NewBook(100, s.read) // too small for all, so that there is room to be made
	var stop atomic.Bool
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for i := 0; !stop.Load(); i++ {
				if _, err := b.Get(t.Context(), fmt.Sprint("key", i%keys)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 3000 {
		key := fmt.Sprint("key", i*7%keys)
		s.set(key, i)
		b.Forget(key)
		if v, err := b.Get(t.Context(), key); v != i || err != nil {
			t.Fatalf("change %d: %v, %v", i, v, err)
		}
	}
	stop.Store(true)
	readers.Wait()
}

// Finding what is known allocates nothing.
func TestBookAllocatesNothing(t *testing.T) {
	b := corshttp.NewBook(100, newShelf(10).read)
	if n := testing.AllocsPerRun(100, func() { _, _ = b.Get(context.Background(), "key3") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
