package corshttp

import (
	"context"
	"errors"
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// Book keeps in memory what belongs to the keys of a store, such as the policy of
// each album, tenant or route, for a Source to look up at each request.
//
// What is known is found without a lock and without an allocation, so readers never
// wait, neither for each other nor for a change. What is not known is loaded, once
// however many ask for it meanwhile. A change is in force from the moment that
// Forget returns. The number of keys that are kept is bounded; what has not been
// asked for lately makes room. A Book may be used concurrently.
//
// A key that is an array rather than a string lies beside its value in memory, which
// matters where there are so many that the processor's caches do not hold them. A
// string that is part of a long text keeps all of it.
type Book[K comparable, V any] struct {
	load   func(ctx context.Context, key K) (V, error)
	seed   maphash.Seed
	shards [bookShards]bookShard[K, V]
}

// bookShards is how many parts a Book has. Each has a lock of its own for what
// changes it.
const bookShards = 64

// NewBook returns an empty Book that keeps at most about most keys, and asks load
// for what it does not know. Errors of load are returned and not kept. load is not
// told when the request that caused it ends, since others may wait for it too; it
// has to end by itself.
func NewBook[K comparable, V any](most int, load func(ctx context.Context, key K) (V, error)) *Book[K, V] {
	b := &Book[K, V]{load: load, seed: maphash.MakeSeed()}
	for i := range b.shards {
		b.shards[i].most = max(1, most/bookShards)
		b.shards[i].table.Store(newBookTable[K, V](0))
	}
	return b
}

// Get returns what belongs to a key. While another call loads it, Get waits for
// that one, but no longer than ctx lasts.
func (b *Book[K, V]) Get(ctx context.Context, key K) (V, error) {
	hash := maphash.Comparable(b.seed, key)
	s := &b.shards[hash%bookShards]
	if value, ok := s.table.Load().find(hash, key); ok {
		return value, nil
	}
	return b.fetch(ctx, s, hash, key)
}

// Forget drops what is known of a key, so that the next Get loads it. Call it after
// a change has been stored and before it is acknowledged: whoever asks after that
// sees the change. What was being loaded meanwhile is not kept.
func (b *Book[K, V]) Forget(key K) {
	hash := maphash.Comparable(b.seed, key)
	s := &b.shards[hash%bookShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.table.Load().remove(hash, key) {
		s.live--
	}
	delete(s.flights, key)
}

// Len returns how many keys are known.
func (b *Book[K, V]) Len() int {
	n := 0
	for i := range b.shards {
		s := &b.shards[i]
		s.mu.Lock()
		n += s.live
		s.mu.Unlock()
	}
	return n
}

// flight is a call of load that is under way.
type flight[V any] struct {
	done  chan struct{} // closed when value and err are there
	value V
	err   error
}

// errLoad is what those get who waited for a load that panicked.
var errLoad = errors.New("what loads the policy did not come to an end")

func (b *Book[K, V]) fetch(ctx context.Context, s *bookShard[K, V], hash uint64, key K) (V, error) {
	s.mu.Lock()
	if value, ok := s.table.Load().find(hash, key); ok {
		s.mu.Unlock()
		return value, nil
	}
	f, waiting := s.flights[key]
	if !waiting {
		f = &flight[V]{done: make(chan struct{}), err: errLoad}
		if s.flights == nil {
			s.flights = map[K]*flight[V]{}
		}
		s.flights[key] = f
	}
	s.mu.Unlock()
	if !waiting {
		b.run(ctx, s, hash, key, f)
		return f.value, f.err
	}
	select {
	case <-f.done:
		return f.value, f.err
	case <-ctx.Done():
		var none V
		return none, context.Cause(ctx)
	}
}

// run loads what belongs to a key, and keeps it unless the key was forgotten
// meanwhile: then it may be the state before the change.
func (b *Book[K, V]) run(ctx context.Context, s *bookShard[K, V], hash uint64, key K, f *flight[V]) {
	defer func() {
		s.mu.Lock()
		if s.flights[key] == f {
			delete(s.flights, key)
			if f.err == nil {
				s.keep(b.seed, hash, key, f.value)
			}
		}
		s.mu.Unlock()
		close(f.done)
	}()
	f.value, f.err = b.load(context.WithoutCancel(ctx), key)
}

// bookShard is a part of a Book. Readers use table alone; mu is for changes.
type bookShard[K comparable, V any] struct {
	table atomic.Pointer[bookTable[K, V]]

	mu      sync.Mutex
	flights map[K]*flight[V]
	live    int // entries
	hand    int // where the search for what makes room goes on
	most    int
}
