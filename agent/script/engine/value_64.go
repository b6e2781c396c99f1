//go:build !(386 || arm)

package engine

import (
	"unsafe"

	lib "modernc.org/libquickjs"
)

// The engine's values on machines of 64 bits: a word and a tag.

const valueSize = unsafe.Sizeof(lib.TJSValue{})

var (
	null      = lib.TJSValue{Ftag: lib.EJS_TAG_NULL}
	undefined = lib.TJSValue{Ftag: lib.EJS_TAG_UNDEFINED}
	exception = lib.TJSValue{Ftag: lib.EJS_TAG_EXCEPTION}
)

func tagOf(v lib.TJSValue) int { return int(v.Ftag) }

func int32Of(v lib.TJSValue) int32 { return *(*int32)(unsafe.Pointer(&v.Fu)) }

func float64Of(v lib.TJSValue) float64 { return *(*float64)(unsafe.Pointer(&v.Fu)) }

func pointerOf(v lib.TJSValue) uintptr { return *(*uintptr)(unsafe.Pointer(&v.Fu)) }

func newInt32(n int32) (v lib.TJSValue) {
	*(*int32)(unsafe.Pointer(&v.Fu)) = n
	return v // the tag of an int is 0
}

func newBool(b bool) lib.TJSValue {
	v := newInt32(0)
	if b {
		v = newInt32(1)
	}
	v.Ftag = lib.EJS_TAG_BOOL
	return v
}

func newFloat64(f float64) (v lib.TJSValue) {
	*(*float64)(unsafe.Pointer(&v.Fu)) = f
	v.Ftag = lib.EJS_TAG_FLOAT64
	return v
}
