package engine

import (
	"fmt"
	"math"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// Op is a Go function that scripts call. It returns nil for null, Undefined, a
// bool, an int, an int64, a float64, a string, bytes (which become an ArrayBuffer),
// a Value, a Record, a Handle, or a slice of strings, of Records or of any of
// these. A Value that it returns remains its own. What is thrown for an error is
// for Realm.OnError to say.
type Op func(c *Call) (any, error)

// Call is one call of an Op.
type Call struct {
	realm *Realm
	args  []lib.TJSValue
}

// Realm returns the realm whose script calls.
func (c *Call) Realm() *Realm { return c.realm }

// Len returns the number of arguments.
func (c *Call) Len() int { return len(c.args) }

// Arg returns an argument, which belongs to the call; none if there are fewer.
func (c *Call) Arg(i int) Value {
	if i >= len(c.args) {
		return Value{}
	}
	return Value{c.realm, c.args[i]}
}

// Text returns an argument as Value.Text does.
func (c *Call) Text(i int) string { return c.Arg(i).Text() }

// Number returns an argument as Value.Number does.
func (c *Call) Number(i int) float64 { return c.Arg(i).Number() }

// Int returns an argument that is a number, without its fraction; 0 for NaN, and
// the nearest int64 if it is too large.
func (c *Call) Int(i int) int64 {
	switch f := c.Number(i); {
	case f != f:
		return 0
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	default:
		return int64(f)
	}
}

// Bool returns an argument as Value.Bool does.
func (c *Call) Bool(i int) bool { return c.Arg(i).Bool() }

// Bytes returns an argument as Value.Bytes does.
func (c *Call) Bytes(i int) []byte { return c.Arg(i).Bytes() }

// Go returns an argument as Value.Go does.
func (c *Call) Go(i int) any { return c.Arg(i).Go() }

// NewFunction returns a function that calls an Op. It lives as long as the realm.
func (c *Realm) NewFunction(name string, op Op) (Value, error) {
	c.ops = append(c.ops, op)
	if len(c.ops) > math.MaxInt16 { // the engine has 16 bits for the number
		return Value{}, fmt.Errorf("define %s: too many functions", name)
	}
	key := newText(c.runtime.tls, name)
	defer key.free(c.runtime.tls)
	return c.result(lib.XJS_NewCFunction2(
		c.runtime.tls, c.ctx, functionAddress(onCall), key.address, 0, lib.EJS_CFUNC_generic_magic, int32(len(c.ops)-1)))
}

// OnError sets what makes the value to throw of the error of an Op. Where it is
// not set, or gives none, it is an Error of the message.
func (c *Realm) OnError(f func(err error) (Value, bool)) { c.thrower = f }

// onCall is called by the engine for every Op.
func onCall(tls *libc.TLS, ctx uintptr, _ lib.TJSValue, argc int32, argv uintptr, number int32) (v lib.TJSValue) {
	realm := realmOf(ctx)
	defer func() {
		if p := recover(); p != nil {
			v = realm.stop(p)
		}
	}()
	call := Call{realm: realm}
	if argc > 0 {
		call.args = unsafe.Slice(at[lib.TJSValue](argv), argc)
	}
	x, err := realm.ops[number](&call)
	if realm.runtime.interrupted.Load() {
		return realm.throwInterrupt()
	}
	if err == nil {
		v, err = realm.toScript(x)
	}
	if err != nil {
		return realm.throw(err)
	}
	return v
}

// stop ends the script because an Op has panicked. The panic goes on where Go
// called the script.
func (c *Realm) stop(p any) lib.TJSValue {
	if c.runtime.panicked == nil {
		c.runtime.panicked = p
	}
	return c.throwInterrupt()
}

// throwInterrupt throws what no script can catch.
func (c *Realm) throwInterrupt() lib.TJSValue {
	tls := c.runtime.tls
	c.throwPlain("interrupted")
	lib.XJS_SetUncatchableException(tls, c.ctx, 1)
	return exception
}

// throw throws the error of an Op: the very value that a script has thrown, if it
// is that.
func (c *Realm) throw(err error) lib.TJSValue {
	if e, ok := err.(*Error); ok { //nolint:errorlint // made by result, just so
		c.rethrow(e)
		return exception
	}
	if c.thrower != nil {
		if v, ok := c.thrower(err); ok {
			return lib.XJS_Throw(c.runtime.tls, c.ctx, v.v) // which takes it over
		}
	}
	return c.throwPlain(err.Error())
}

func (c *Realm) throwPlain(message string) lib.TJSValue {
	tls := c.runtime.tls
	e := lib.XJS_NewError(tls, c.ctx)
	if tagOf(e) == lib.EJS_TAG_EXCEPTION {
		return e
	}
	if m, err := c.newString(message); err == nil {
		_ = c.define(e, "message", m) // an error without a message is thrown all the same
	}
	return lib.XJS_Throw(tls, c.ctx, e)
}
