package engine

import (
	"errors"
	"sync/atomic"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// Limits bounds what scripts can use up. Zero stands for the default of each.
type Limits struct {
	Memory int64 // bytes of the heap; DefaultMemory

	// Depth is how many calls may be nested, roughly; the engine's own default
	// is a few thousand.
	Depth int
}

// DefaultMemory is how many bytes a heap may have, unless Limits says otherwise.
const DefaultMemory = 1 << 30

// firstCollection is how large a heap is when garbage is looked for the first time:
// more than a page takes to begin with, which has none.
const firstCollection = 4 << 20

// ErrInterrupted is behind the error of a script that Interrupt has stopped.
var ErrInterrupted = errors.New("the script was stopped")

// Runtime is a heap with the realms in it.
type Runtime struct {
	tls    *libc.TLS
	rt     uintptr
	number uintptr // of this in runtimes

	realms      []*Realm
	depth       int         // of Go calling JavaScript
	interrupted atomic.Bool // stop what is running
	panicked    any         // by an Op; goes on where Go called JavaScript
	rejection   func(Rejection)
	modules     Modules
}

// runtimes are those that there are, by what the engine knows them as.
var runtimes registry[*Runtime]

// Rejection is about a promise that was rejected without anybody to handle it, or
// that was and is handled now.
//
// Standard: https://tc39.es/ecma262/#sec-host-promise-rejection-tracker
type Rejection struct {
	Realm           *Realm
	Promise, Reason Value // the caller's; keep them with Dup
	Handled         bool
}

// New returns an empty heap. Close it to give back its memory.
func New(l Limits) (*Runtime, error) {
	tls := libc.NewTLS()
	rt := lib.XJS_NewRuntime(tls)
	if rt == 0 {
		tls.Close()
		return nil, errors.New("start the script engine: out of memory")
	}
	r := &Runtime{tls: tls, rt: rt}
	r.number = runtimes.add(r)
	if l.Memory <= 0 {
		l.Memory = DefaultMemory
	}
	if l.Depth <= 0 {
		l.Depth = lib.MaxStackSlots
	}
	lib.XJS_SetMemoryLimit(tls, rt, lib.Tsize_t(l.Memory))
	lib.XJS_SetMaxStackSize(tls, rt, lib.Tsize_t(l.Depth))
	lib.XJS_SetInterruptHandler(tls, rt, functionAddress(onInterruptCheck), r.number)
	lib.XJS_SetHostPromiseRejectionTracker(tls, rt, functionAddress(onRejection), r.number)
	lib.XJS_SetGCThreshold(tls, rt, firstCollection)
	lib.XJS_SetCanBlock(tls, rt, 0)
	if err := r.registerHandles(); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Close gives back the memory of the heap. All values must have been freed.
func (r *Runtime) Close() {
	if r.rt == 0 {
		return
	}
	for _, realm := range r.realms {
		realm.release()
	}
	lib.XJS_FreeRuntime(r.tls, r.rt)
	r.rt = 0
	runtimes.remove(r.number)
	r.tls.Close()
}

// Interrupt stops the script that is running, and those that are started until
// Resume is called. Any goroutine may call it.
func (r *Runtime) Interrupt() { r.interrupted.Store(true) }

// Resume lets scripts run again after Interrupt.
func (r *Runtime) Resume() { r.interrupted.Store(false) }

// OnRejection sets what is told about unhandled rejections.
func (r *Runtime) OnRejection(f func(Rejection)) { r.rejection = f }

// RunJob runs the next job of promises, if there is one. The error is that of a
// job that was stopped: what a promise's reaction throws goes to another promise.
//
// Standard: https://tc39.es/ecma262/#sec-jobs
func (r *Runtime) RunJob() (ran bool, err error) {
	const size = int(unsafe.Sizeof(uintptr(0)))
	where := r.tls.Alloc(size)
	defer r.tls.Free(size)
	r.enter()
	defer r.leave()
	switch n := lib.XJS_ExecutePendingJob(r.tls, r.rt, where); {
	case n == 0:
		return false, nil
	case n > 0:
		return true, nil
	}
	realm := realmOf(*at[uintptr](where))
	if realm == nil {
		return true, nil
	}
	return true, realm.thrown()
}

// CollectGarbage frees what only cycles hold.
func (r *Runtime) CollectGarbage() { lib.XJS_RunGC(r.tls, r.rt) }

// MemoryUsed returns how many bytes the heap has taken.
func (r *Runtime) MemoryUsed() int64 {
	return int64(at[lib.TJSRuntime](r.rt).Fmalloc_ctx.Fmalloc_state.Fmalloc_size)
}

// enter and leave frame what Go calls in the engine.
func (r *Runtime) enter() { r.depth++ }

// leave goes on with the panic of an Op, which must not unwind the engine's
// frames and was therefore kept.
func (r *Runtime) leave() {
	r.depth--
	if p := r.panicked; p != nil && r.depth == 0 {
		r.panicked = nil
		panic(p)
	}
}

// onInterruptCheck is called by the engine now and then.
func onInterruptCheck(_ *libc.TLS, _, number uintptr) int32 {
	if r := runtimes.get(number); r != nil && r.interrupted.Load() {
		return 1
	}
	return 0
}

func onRejection(tls *libc.TLS, ctx uintptr, promise, reason lib.TJSValue, handled int32, number uintptr) {
	r, realm := runtimes.get(number), realmOf(ctx)
	if r == nil || realm == nil || r.rejection == nil {
		return
	}
	r.rejection(Rejection{
		Realm: realm, Promise: Value{realm, promise}, Reason: Value{realm, reason}, Handled: handled != 0,
	})
}
