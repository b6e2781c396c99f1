//go:build 386 || arm

package engine

import (
	"math"
	"unsafe"

	lib "modernc.org/libquickjs"
)

// The engine's values on machines of 32 bits: a tag in the upper half of a
// word, unless it is that of a number, which is moved out of the tags' way.

const valueSize = unsafe.Sizeof(lib.TJSValue(0))

const (
	null      = lib.TJSValue(lib.EJS_TAG_NULL) << 32
	undefined = lib.TJSValue(lib.EJS_TAG_UNDEFINED) << 32
	exception = lib.TJSValue(lib.EJS_TAG_EXCEPTION) << 32

	floatOffset = uint64(0x7ff80000-lib.EJS_TAG_FIRST+1) << 32
	plainNaN    = 0x7ff8000000000000 - floatOffset
)

func tagOf(v lib.TJSValue) int {
	tag := int32(v >> 32)
	if tag < lib.EJS_TAG_FIRST || tag >= lib.EJS_TAG_FLOAT64 {
		return lib.EJS_TAG_FLOAT64
	}
	return int(tag)
}

func int32Of(v lib.TJSValue) int32 { return int32(v) }

func float64Of(v lib.TJSValue) float64 { return math.Float64frombits(v + floatOffset) }

func pointerOf(v lib.TJSValue) uintptr { return uintptr(v) }

func newInt32(n int32) lib.TJSValue { return lib.TJSValue(uint32(n)) }

func newBool(b bool) lib.TJSValue {
	if b {
		return lib.TJSValue(lib.EJS_TAG_BOOL)<<32 | 1
	}
	return lib.TJSValue(lib.EJS_TAG_BOOL) << 32
}

func newFloat64(f float64) lib.TJSValue {
	if f != f { // every NaN but this one would look like a tag
		return plainNaN
	}
	return math.Float64bits(f) - floatOffset
}
