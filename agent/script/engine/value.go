package engine

import (
	"fmt"
	"math"
	"unicode/utf8"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// Value is a value of a realm. The zero Value is none.
type Value struct {
	realm *Realm
	v     lib.TJSValue
}

// Undefined is undefined as what an Op returns. Nil is null.
type Undefined struct{}

// Record is an object as what an Op returns.
type Record []Field

// Field is a property of a Record.
type Field struct {
	Name  string
	Value any
}

// Free gives up a value.
func (v Value) Free() {
	if v.realm != nil {
		lib.XFreeValue(v.realm.runtime.tls, v.realm.ctx, v.v)
	}
}

// Dup returns the value once more, to be freed by itself.
func (v Value) Dup() Value {
	if v.realm == nil {
		return v
	}
	return Value{v.realm, lib.XDupValue(v.realm.runtime.tls, v.realm.ctx, v.v)}
}

// given is a value that is handed over, so that it is not duplicated.
type given struct{ v lib.TJSValue }

// Give hands over the value as the result of an Op, or an argument: it is freed by
// whoever gets it.
func (v Value) Give() any {
	if v.realm == nil {
		return Undefined{}
	}
	return given{v.v}
}

// Same reports whether two values are the same object.
func (v Value) Same(w Value) bool {
	return v.IsObject() && w.IsObject() && pointerOf(v.v) == pointerOf(w.v)
}

// In returns the same value as one that was got hold of in another realm of its
// runtime: what a function is called with is made there. It is not duplicated.
func (v Value) In(c *Realm) Value {
	if v.realm != nil {
		v.realm = c
	}
	return v
}

// Realm returns the realm in which the value was got hold of.
func (v Value) Realm() *Realm { return v.realm }

// IsNullish reports whether the value is null, undefined or none.
func (v Value) IsNullish() bool {
	if v.realm == nil {
		return true
	}
	t := tagOf(v.v)
	return t == lib.EJS_TAG_NULL || t == lib.EJS_TAG_UNDEFINED
}

// IsFunction reports whether the value can be called.
func (v Value) IsFunction() bool {
	return v.realm != nil && lib.XJS_IsFunction(v.realm.runtime.tls, v.realm.ctx, v.v) != 0
}

// IsString reports whether the value is a string.
func (v Value) IsString() bool {
	t := tagOf(v.v)
	return v.realm != nil && (t == lib.EJS_TAG_STRING || t == lib.EJS_TAG_STRING_ROPE)
}

// IsObject reports whether the value is an object.
func (v Value) IsObject() bool { return v.realm != nil && tagOf(v.v) == lib.EJS_TAG_OBJECT }

// Bool returns the value as a condition has it.
func (v Value) Bool() bool {
	return v.realm != nil && lib.XJS_ToBool(v.realm.runtime.tls, v.realm.ctx, v.v) > 0
}

// Number returns a number; NaN for what is none.
func (v Value) Number() float64 {
	switch {
	case v.realm == nil:
		return math.NaN()
	case tagOf(v.v) == lib.EJS_TAG_INT:
		return float64(int32Of(v.v))
	case tagOf(v.v) == lib.EJS_TAG_FLOAT64:
		return float64Of(v.v)
	default:
		return math.NaN()
	}
}

// Text returns the value as a string: lone surrogates as the three bytes of their
// code point (WTF-8), which are no valid UTF-8. For an object, script may run; what
// it throws makes "".
func (v Value) Text() string {
	s, err := v.text()
	if err != nil {
		return ""
	}
	return s
}

func (v Value) text() (string, error) {
	if v.realm == nil {
		return "", nil
	}
	c := v.realm
	tls := c.runtime.tls
	c.runtime.enter()
	defer c.runtime.leave()
	const size = int(unsafe.Sizeof(lib.Tsize_t(0)))
	length := tls.Alloc(size)
	defer tls.Free(size)
	p := lib.XJS_ToCStringLen2(tls, c.ctx, length, v.v, 0)
	if p == 0 {
		return "", c.thrown()
	}
	defer lib.XJS_FreeCString(tls, c.ctx, p)
	return string(unsafe.Slice(at[byte](p), *at[lib.Tsize_t](length))), nil
}

// Bytes returns a copy of the bytes of an ArrayBuffer, or of those that a view on
// one shows; nil for anything else.
func (v Value) Bytes() []byte {
	if !v.IsObject() {
		return nil
	}
	b := v.memory()
	if b == nil {
		return nil
	}
	return append([]byte{}, b...)
}

// memory is the engine's memory behind a buffer or a view.
func (v Value) memory() []byte {
	c := v.realm
	tls := c.runtime.tls
	const word = int(unsafe.Sizeof(lib.Tsize_t(0)))
	words := tls.Alloc(3 * word)
	defer tls.Free(3 * word)
	length := words + uintptr(word)
	p := lib.XJS_GetArrayBuffer(tls, c.ctx, length, v.v)
	if p != 0 {
		return unsafe.Slice(at[byte](p), *at[lib.Tsize_t](length))
	}
	c.clear()
	buffer := lib.XJS_GetTypedArrayBuffer(tls, c.ctx, v.v, words, length, words+2*uintptr(word))
	if tagOf(buffer) == lib.EJS_TAG_EXCEPTION {
		c.clear()
		return nil
	}
	defer lib.XFreeValue(tls, c.ctx, buffer)
	offset, n := *at[lib.Tsize_t](words), *at[lib.Tsize_t](length)
	if p = lib.XJS_GetArrayBuffer(tls, c.ctx, words, buffer); p == 0 {
		c.clear()
		return []byte{}
	}
	return unsafe.Slice(at[byte](p+uintptr(offset)), n)
}

// Get returns a property. Script may run; the error is what it throws.
func (v Value) Get(name string) (Value, error) {
	if v.realm == nil {
		return Value{}, fmt.Errorf("read %q of no value", name)
	}
	c := v.realm
	c.runtime.enter()
	defer c.runtime.leave()
	key := newText(c.runtime.tls, name)
	defer key.free(c.runtime.tls)
	return c.result(lib.XJS_GetPropertyStr(c.runtime.tls, c.ctx, v.v, key.address))
}

// Set sets a property, to anything that an Op may return.
func (v Value) Set(name string, value any) error {
	c := v.realm
	c.runtime.enter()
	defer c.runtime.leave()
	x, err := c.toScript(value)
	if err != nil {
		return err
	}
	return c.define(v.v, name, x)
}

// define adds a plain property. It takes over x.
func (c *Realm) define(object lib.TJSValue, name string, x lib.TJSValue) error {
	key := newText(c.runtime.tls, name)
	defer key.free(c.runtime.tls)
	if lib.XJS_DefinePropertyValueStr(c.runtime.tls, c.ctx, object, key.address, x, plainProperty) < 0 {
		return c.thrown()
	}
	return nil
}

const plainProperty = lib.MJS_PROP_CONFIGURABLE | lib.MJS_PROP_WRITABLE | lib.MJS_PROP_ENUMERABLE

// Call calls a function, with arguments that are anything that an Op may return.
// The error is what it throws, an *Error.
func (v Value) Call(args ...any) (Value, error) {
	if v.realm == nil {
		return Value{}, fmt.Errorf("call no value")
	}
	c := v.realm
	tls := c.runtime.tls
	c.runtime.enter()
	defer c.runtime.leave()
	size := len(args) * int(valueSize)
	argv := tls.Alloc(size)
	defer tls.Free(size)
	list := unsafe.Slice(at[lib.TJSValue](argv), len(args))
	for i, a := range args {
		x, err := c.toScript(a)
		if err != nil {
			c.freeAll(list[:i])
			return Value{}, err
		}
		list[i] = x
	}
	defer c.freeAll(list)
	return c.result(lib.XJS_Call(tls, c.ctx, v.v, undefined, int32(len(args)), argv))
}

func (c *Realm) freeAll(list []lib.TJSValue) {
	for _, v := range list {
		lib.XFreeValue(c.runtime.tls, c.ctx, v)
	}
}

// NewValue makes a value of anything that an Op may return; see Op.
func (c *Realm) NewValue(x any) (Value, error) {
	v, err := c.toScript(x)
	return Value{c, v}, err
}

// toScript makes a value of what a Go program has. It takes over nothing: a Value
// is duplicated.
func (c *Realm) toScript(x any) (lib.TJSValue, error) {
	tls := c.runtime.tls
	switch x := x.(type) {
	case nil:
		return null, nil
	case Undefined:
		return undefined, nil
	case bool:
		return newBool(x), nil
	case int:
		return newNumber(int64(x)), nil
	case int64:
		return newNumber(x), nil
	case float64:
		return newFloat64(x), nil
	case string:
		return c.newString(x)
	case []byte:
		return c.newArrayBuffer(x)
	case Value:
		if x.realm == nil {
			return undefined, nil
		}
		return lib.XDupValue(tls, c.ctx, x.v), nil
	case given:
		return x.v, nil
	case []string:
		return newArray(c, x)
	case []any:
		return newArray(c, x)
	case []Record:
		return newArray(c, x)
	case Record:
		return c.newRecord(x)
	case Handle:
		return c.newHandle(x)
	default:
		return undefined, fmt.Errorf("a script has no value for a %T", x)
	}
}

// made is a new value, unless there was no memory for it.
func (c *Realm) made(v lib.TJSValue) (lib.TJSValue, error) {
	if tagOf(v) == lib.EJS_TAG_EXCEPTION {
		return undefined, c.thrown()
	}
	return v, nil
}

func newNumber(n int64) lib.TJSValue {
	if n == int64(int32(n)) {
		return newInt32(int32(n))
	}
	return newFloat64(float64(n))
}

func (c *Realm) newString(s string) (lib.TJSValue, error) {
	l := lend(c.runtime.tls, wellFormed(s))
	defer l.giveBack(c.runtime.tls)
	return c.made(lib.XJS_NewStringLen(c.runtime.tls, c.ctx, l.address, l.length))
}

// newArrayBuffer copies bytes once, into memory that counts for the runtime's limit
// and that the buffer keeps.
func (c *Realm) newArrayBuffer(b []byte) (lib.TJSValue, error) {
	tls := c.runtime.tls
	p := lib.Xjs_malloc(tls, c.ctx, lib.Tsize_t(max(len(b), 1)))
	if p == 0 {
		return undefined, c.thrown()
	}
	copy(unsafe.Slice(at[byte](p), len(b)), b)
	v := lib.XJS_NewArrayBuffer(tls, c.ctx, p, lib.Tsize_t(len(b)), functionAddress(onBufferReleased), 0, 0)
	if tagOf(v) == lib.EJS_TAG_EXCEPTION {
		lib.Xjs_free(tls, c.ctx, p)
	}
	return c.made(v)
}

// onBufferReleased is called when a buffer is gone.
func onBufferReleased(tls *libc.TLS, rt, _, p uintptr) { lib.Xjs_free_rt(tls, rt, p) }

func newArray[T any](c *Realm, list []T) (lib.TJSValue, error) {
	array, err := c.made(lib.XJS_NewArray(c.runtime.tls, c.ctx))
	if err != nil {
		return undefined, err
	}
	for i, x := range list {
		v, err := c.toScript(x)
		if err == nil && lib.XJS_DefinePropertyValueUint32(c.runtime.tls, c.ctx, array, uint32(i), v, plainProperty) < 0 {
			err = c.thrown()
		}
		if err != nil {
			lib.XFreeValue(c.runtime.tls, c.ctx, array)
			return undefined, err
		}
	}
	return array, nil
}

func (c *Realm) newRecord(r Record) (lib.TJSValue, error) {
	object, err := c.made(lib.XJS_NewObject(c.runtime.tls, c.ctx))
	if err != nil {
		return undefined, err
	}
	for _, f := range r {
		v, err := c.toScript(f.Value)
		if err == nil {
			err = c.define(object, f.Name, v)
		}
		if err != nil {
			lib.XFreeValue(c.runtime.tls, c.ctx, object)
			return undefined, err
		}
	}
	return object, nil
}

// wellFormed is s as the engine can read it: UTF-8, or lone surrogates in three
// bytes each. It skips more than one byte at what is neither.
func wellFormed(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	b := make([]byte, 0, len(s)+8)
	for i := 0; i < len(s); {
		if isSurrogate(s[i:]) {
			b = append(b, s[i:i+3]...)
			i += 3
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		b = utf8.AppendRune(b, r)
		i += n
	}
	return string(b)
}

func isSurrogate(s string) bool {
	return len(s) >= 3 && s[0] == 0xED && s[1]&0xE0 == 0xA0 && s[2]&0xC0 == 0x80
}
