package engine

import (
	"errors"
	"sync"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// Handle is a Go value that an Op gives to script, as an object without
// properties. Call.Go takes it back. When script has let go of it, Released is
// called, unless it is nil.
type Handle struct {
	Go       any
	Released func()
}

// handleClass is the engine's class of the objects that Handles become. It has
// one number in all runtimes.
var (
	handleClass     lib.TJSClassID
	newHandleNumber sync.Once
)

// handles are the Go values that scripts hold.
var handles registry[Handle]

func (r *Runtime) registerHandles() error {
	newHandleNumber.Do(func() {
		const size = int(unsafe.Sizeof(lib.TJSClassID(0)))
		id := r.tls.Alloc(size)
		defer r.tls.Free(size)
		*at[lib.TJSClassID](id) = 0
		handleClass = lib.XJS_NewClassID(r.tls, id)
	})
	name := newText(r.tls, "Handle")
	defer name.free(r.tls)
	def := libc.Xcalloc(r.tls, 1, libc.Tsize_t(unsafe.Sizeof(lib.TJSClassDef{})))
	defer libc.Xfree(r.tls, def)
	*at[lib.TJSClassDef](def) = lib.TJSClassDef{
		Fclass_name: name.address, Ffinalizer: functionAddress(onHandleReleased),
	}
	if lib.XJS_NewClass(r.tls, r.rt, handleClass, def) < 0 {
		return errors.New("start the script engine: out of memory")
	}
	return nil
}

func (c *Realm) newHandle(h Handle) (lib.TJSValue, error) {
	v, err := c.made(lib.XJS_NewObjectProtoClass(c.runtime.tls, c.ctx, null, handleClass))
	if err != nil {
		return undefined, err
	}
	lib.XJS_SetOpaque(c.runtime.tls, v, handles.add(h))
	return v, nil
}

// Go returns the Go value that a Handle has taken to script; nil for any other
// value.
func (v Value) Go() any {
	if !v.IsObject() {
		return nil
	}
	return handles.get(lib.XJS_GetOpaque(v.realm.runtime.tls, v.v, handleClass)).Go
}

func onHandleReleased(tls *libc.TLS, _ uintptr, v lib.TJSValue) {
	n := lib.XJS_GetOpaque(tls, v, handleClass)
	h := handles.get(n)
	handles.remove(n)
	if h.Released != nil {
		h.Released()
	}
}
