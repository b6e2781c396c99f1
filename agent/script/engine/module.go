package engine

import (
	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// Modules finds the modules that others import. Its methods are called on the
// goroutine of the runtime, which stands still meanwhile. Their errors are thrown
// as those of ops are.
type Modules interface {
	// Resolve returns the name of the module that the one named base calls
	// specifier. A realm loads a name once.
	//
	// Standard: https://html.spec.whatwg.org/#resolve-a-module-specifier
	Resolve(realm *Realm, base, specifier string) (name string, err error)

	// Load returns the text of a module. attributes is an object with what
	// follows "with" in the import, or nullish.
	//
	// Standard: https://tc39.es/ecma262/#sec-HostLoadImportedModule
	Load(realm *Realm, name string, attributes Value) (source string, err error)
}

// SetModules sets what finds modules. Without it no module can be imported.
func (r *Runtime) SetModules(m Modules) {
	r.modules = m
	lib.XJS_SetModuleLoaderFunc2(
		r.tls, r.rt, functionAddress(onResolveModule), functionAddress(onLoadModule), 0, r.number)
}

// EvalModule runs a module with those it imports, and returns the promise of its
// end. The error is that of a module that cannot be loaded or read.
//
// Standard: https://html.spec.whatwg.org/#run-a-module-script
func (c *Realm) EvalModule(source, name string) (Value, error) {
	c.runtime.enter()
	defer c.runtime.leave()
	m, err := c.compileModule(source, name)
	if err != nil {
		return Value{}, err
	}
	return c.result(lib.XJS_EvalFunction(c.runtime.tls, c.ctx, m)) // which frees m
}

// compileModule reads a module and loads those it imports.
func (c *Realm) compileModule(source, name string) (lib.TJSValue, error) {
	m, err := c.eval(source, name, lib.MJS_EVAL_TYPE_MODULE|lib.MJS_EVAL_FLAG_COMPILE_ONLY)
	if err != nil {
		return undefined, err
	}
	if err := c.setMeta(pointerOf(m.v), name); err != nil {
		m.Free()
		return undefined, err
	}
	return m.v, nil
}

// setMeta gives a module its import.meta.
//
// Standard: https://html.spec.whatwg.org/#hostgetimportmetaproperties
func (c *Realm) setMeta(module uintptr, url string) error {
	meta, err := c.made(lib.XJS_GetImportMeta(c.runtime.tls, c.ctx, module))
	if err != nil {
		return err
	}
	v := Value{c, meta}
	defer v.Free()
	return v.Set("url", url)
}

// onResolveModule is called by the engine for each specifier.
func onResolveModule(tls *libc.TLS, ctx, base, specifier, _ uintptr) (name uintptr) {
	realm := realmOf(ctx)
	defer realm.recovered(&name)
	resolved, err := realm.runtime.modules.Resolve(realm, cString(base), cString(specifier))
	if err != nil {
		realm.throw(err)
		return 0
	}
	t := newText(tls, resolved)
	defer t.free(tls)
	return lib.Xjs_strdup(tls, ctx, t.address)
}

// onLoadModule is called by the engine for each module, once in a realm.
func onLoadModule(tls *libc.TLS, ctx, name, _ uintptr, attributes lib.TJSValue) (module uintptr) {
	realm := realmOf(ctx)
	defer realm.recovered(&module)
	url := cString(name)
	source, err := realm.runtime.modules.Load(realm, url, Value{realm, attributes})
	if err != nil {
		realm.throw(err)
		return 0
	}
	m, err := realm.compileModule(source, url)
	if err != nil {
		realm.rethrow(err)
		return 0
	}
	defer lib.XFreeValue(tls, ctx, m) // the realm keeps the module
	return pointerOf(m)
}

// recovered keeps a panic from unwinding the engine.
func (c *Realm) recovered(result *uintptr) {
	if p := recover(); p != nil {
		c.stop(p)
		*result = 0
	}
}

// rethrow throws again what was thrown.
func (c *Realm) rethrow(err error) {
	e, ok := err.(*Error) //nolint:errorlint // made by result, just so
	switch {
	case !ok:
		c.throw(err)
	case e.interrupted:
		c.throwInterrupt()
	default:
		lib.XJS_Throw(c.runtime.tls, c.ctx, e.Take().v)
	}
}

func cString(p uintptr) string {
	if p == 0 {
		return ""
	}
	return libc.GoString(p)
}
