package engine

import "sync"

// registry gives numbers to Go values, because the engine's memory must not hold
// Go pointers. Number 0 stands for nothing.
type registry[T any] struct {
	mu     sync.RWMutex
	values map[uintptr]T
	last   uintptr
}

func (r *registry[T]) add(v T) uintptr {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.values == nil {
		r.values = make(map[uintptr]T)
	}
	r.last++
	r.values[r.last] = v
	return r.last
}

func (r *registry[T]) get(n uintptr) T {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.values[n]
}

func (r *registry[T]) remove(n uintptr) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.values, n)
}
