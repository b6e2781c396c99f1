package engine

import (
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// at is what lies at an address of the engine's memory, which Go's collector does
// not know and does not move.
func at[T any](address uintptr) *T { return (*T)(unsafe.Add(nil, address)) }

// lent is a copy of bytes in the engine's memory, for an engine that is done with
// it when its function returns. Go's own memory is not for the engine: the checks of
// the race detector refuse addresses in it that come as numbers.
type lent struct {
	address uintptr
	length  lib.Tsize_t
}

func lend[T ~string | ~[]byte](tls *libc.TLS, b T) lent {
	p := libc.Xmalloc(tls, libc.Tsize_t(max(len(b), 1)))
	if p == 0 {
		panic("out of memory")
	}
	copy(unsafe.Slice(at[byte](p), len(b)), b)
	return lent{p, lib.Tsize_t(len(b))}
}

func (l lent) giveBack(tls *libc.TLS) { libc.Xfree(tls, l.address) }

// functionAddress is what the engine calls to call f, a function that closes over
// nothing.
func functionAddress(f any) uintptr {
	return (*[2]uintptr)(unsafe.Pointer(&f))[1]
}
