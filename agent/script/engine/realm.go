package engine

import (
	"errors"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// Realm is a global object with the built-in objects of its own.
//
// Standard: https://tc39.es/ecma262/#sec-code-realms
type Realm struct {
	runtime *Runtime
	ctx     uintptr
	number  uintptr // of this in realms
	ops     []Op
	thrower func(err error) (Value, bool)

	// Owner is what the realm's user keeps with it; Call.Owner gives it to ops.
	Owner any
}

// realms are those that there are, by what the engine knows them as.
var realms registry[*Realm]

func realmOf(ctx uintptr) *Realm {
	if ctx == 0 {
		return nil
	}
	return realms.get(lib.XJS_GetContextOpaque(nil, ctx))
}

// NewRealm returns a realm with what ECMAScript defines, and nothing else.
func (r *Runtime) NewRealm() (*Realm, error) {
	ctx := lib.XJS_NewContext(r.tls, r.rt)
	if ctx == 0 {
		return nil, errors.New("start a script realm: out of memory")
	}
	realm := &Realm{runtime: r, ctx: ctx}
	realm.number = realms.add(realm)
	lib.XJS_SetContextOpaque(r.tls, ctx, realm.number)
	r.realms = append(r.realms, realm)
	return realm, nil
}

// Runtime returns the heap that the realm is in.
func (c *Realm) Runtime() *Runtime { return c.runtime }

// release ends a realm together with its runtime.
func (c *Realm) release() {
	if c.ctx == 0 {
		return
	}
	lib.XJS_FreeContext(c.runtime.tls, c.ctx)
	c.ctx = 0
	realms.remove(c.number)
}

// Global returns the global object.
func (c *Realm) Global() Value {
	return Value{c, lib.XJS_GetGlobalObject(c.runtime.tls, c.ctx)}
}

// Eval runs a classic script. file stands for it in errors. The error is an *Error.
//
// Standard: https://tc39.es/ecma262/#sec-runtime-semantics-scriptevaluation
func (c *Realm) Eval(source, file string) (Value, error) {
	return c.eval(source, file, lib.MJS_EVAL_TYPE_GLOBAL)
}

func (c *Realm) eval(source, file string, flags int32) (Value, error) {
	tls := c.runtime.tls
	c.runtime.enter()
	defer c.runtime.leave()
	text, name := newText(tls, source), newText(tls, file)
	defer text.free(tls)
	defer name.free(tls)
	return c.result(lib.XJS_Eval(tls, c.ctx, text.address, lib.Tsize_t(len(source)), name.address, flags))
}

// result takes over what the engine returned: a value, or an exception.
func (c *Realm) result(v lib.TJSValue) (Value, error) {
	if tagOf(v) == lib.EJS_TAG_EXCEPTION {
		return Value{}, c.thrown()
	}
	return Value{c, v}, nil
}

// Compile translates a classic script to what Load runs, in this and in other
// processes of the same engine. The text of the functions is left out.
func (c *Realm) Compile(source, file string) ([]byte, error) {
	tls := c.runtime.tls
	lib.XJS_SetStripInfo(tls, c.runtime.rt, lib.MJS_STRIP_SOURCE)
	defer lib.XJS_SetStripInfo(tls, c.runtime.rt, 0)
	f, err := c.eval(source, file, lib.MJS_EVAL_TYPE_GLOBAL|lib.MJS_EVAL_FLAG_COMPILE_ONLY)
	if err != nil {
		return nil, err
	}
	defer f.Free()
	const size = int(unsafe.Sizeof(lib.Tsize_t(0)))
	length := tls.Alloc(size)
	defer tls.Free(size)
	p := lib.XJS_WriteObject(tls, c.ctx, length, f.v, lib.MJS_WRITE_OBJ_BYTECODE)
	if p == 0 {
		return nil, c.thrown()
	}
	defer lib.Xjs_free(tls, c.ctx, p)
	return append([]byte(nil), unsafe.Slice(at[byte](p), *at[lib.Tsize_t](length))...), nil
}

// Load runs what Compile has made. It must not come from anywhere else: it is not
// checked.
func (c *Realm) Load(compiled []byte) (Value, error) {
	tls := c.runtime.tls
	c.runtime.enter()
	defer c.runtime.leave()
	l := lend(tls, compiled)
	defer l.giveBack(tls)
	f := lib.XJS_ReadObject(tls, c.ctx, l.address, l.length, lib.MJS_READ_OBJ_BYTECODE)
	if tagOf(f) == lib.EJS_TAG_EXCEPTION {
		return Value{}, c.thrown()
	}
	return c.result(lib.XJS_EvalFunction(tls, c.ctx, f)) // which frees f
}

// text is a string in the engine's memory, with the zero byte that it wants at the
// end.
type text struct{ address uintptr }

func newText(tls *libc.TLS, s string) text {
	p := libc.Xmalloc(tls, libc.Tsize_t(len(s)+1))
	if p == 0 {
		panic("out of memory")
	}
	b := unsafe.Slice(at[byte](p), len(s)+1)
	copy(b, s)
	b[len(s)] = 0
	return text{p}
}

func (t text) free(tls *libc.TLS) { libc.Xfree(tls, t.address) }
