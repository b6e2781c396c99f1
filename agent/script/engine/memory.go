package engine

import "unsafe"

// at is what lies at an address of the engine's memory, which Go's collector does
// not know and does not move.
func at[T any](address uintptr) *T { return (*T)(unsafe.Add(nil, address)) }

// addressOf is where Go's memory is, for an engine that is done with it when its
// function returns. What is pointed to must not be on a stack, since stacks
// move: escapes makes the compiler think that it might stay.
func addressOf(p unsafe.Pointer) uintptr {
	if escapes.on {
		escapes.p = p
	}
	return uintptr(p)
}

var escapes struct {
	on bool
	p  unsafe.Pointer
}

// functionAddress is what the engine calls to call f, a function that closes over
// nothing.
func functionAddress(f any) uintptr {
	return (*[2]uintptr)(unsafe.Pointer(&f))[1]
}
