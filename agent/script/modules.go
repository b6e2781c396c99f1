package script

import (
	"embed"
	"fmt"
	"strings"
	"sync"

	"github.com/corsage-go/corsage/agent/script/engine"
)

// scope is a set of kinds of global objects.
//
// Standard: https://webidl.spec.whatwg.org/#Exposed
type scope uint8

const (
	window scope = 1 << iota
	worker
	everywhere = window | worker
)

// ops are the Go functions of a module, by the names that its host has for them.
type ops map[string]engine.Op

// module is a file of the prelude.
type module struct {
	name string // of the file, without ".js"
	ops  func(*Realm) ops

	// What it puts on the global object, separated by spaces: interfaces and
	// other objects that are not enumerable, and functions. Its exports have the
	// same names. They are defined when they are first used.
	interfaces, functions string

	// Attributes of the global object that are read-only, and those that script
	// may replace. The module's exports of these names are their values.
	//
	// Standard: https://webidl.spec.whatwg.org/#Replaceable
	attributes, replaceable string

	in   scope             // where these are exposed; 0 for everywhere
	when func(*Realm) bool // whether they are there at all; nil for always
}

// modules are the files of the prelude; documentModules adds those of documents.
var modules = []module{
	{name: "webidl", ops: (*Realm).webidlOps},
	{name: "exception", interfaces: "DOMException"},
	{name: "errors", ops: (*Realm).errorOps, functions: "reportError"},
	{
		name: "events", ops: (*Realm).clockOps,
		interfaces: "Event EventTarget CustomEvent ProgressEvent ErrorEvent PromiseRejectionEvent",
	},
	{name: "abort", ops: (*Realm).timerOps, interfaces: "AbortController AbortSignal"},
	{
		name: "timers", ops: (*Realm).timerOps,
		functions: "setTimeout setInterval clearTimeout clearInterval queueMicrotask",
	},
	{name: "inspect"},
	{name: "console", ops: (*Realm).consoleOps, interfaces: "console"},
	{name: "global", ops: (*Realm).globalOps, interfaces: "Window", in: window},
	{name: "global", ops: (*Realm).globalOps, interfaces: "WorkerGlobalScope", in: worker},
	{name: "global", ops: (*Realm).globalOps, interfaces: "DedicatedWorkerGlobalScope", in: worker, when: isDedicated},
	{name: "global", ops: (*Realm).globalOps, interfaces: "SharedWorkerGlobalScope", in: worker, when: isShared},
	{name: "body", ops: (*Realm).bodyOps},
	{name: "headers", ops: (*Realm).headerOps, interfaces: "Headers", when: hasFetch},
	{name: "request", ops: (*Realm).requestOps, interfaces: "Request", when: hasFetch},
	{name: "response", ops: (*Realm).requestOps, interfaces: "Response", when: hasFetch},
	{name: "fetch", ops: (*Realm).fetchOps, functions: "fetch", when: hasFetch},
	{name: "promises"},
	{
		name: "streams",
		interfaces: "ReadableStream ReadableStreamDefaultReader ReadableStreamDefaultController " +
			"ByteLengthQueuingStrategy CountQueuingStrategy",
	},
	{
		name:       "bytestreams",
		interfaces: "ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableByteStreamController",
	},
	{
		name:       "writables",
		interfaces: "WritableStream WritableStreamDefaultWriter WritableStreamDefaultController",
	},
	{name: "pipes"},
	{name: "transforms", interfaces: "TransformStream TransformStreamDefaultController"},
	{name: "blob", ops: (*Realm).blobOps, interfaces: "Blob File FileList"},
	{name: "filereader", ops: (*Realm).readerOps, interfaces: "FileReader"},
	{name: "filereadersync", ops: (*Realm).readerOps, interfaces: "FileReaderSync", in: worker},
	{name: "url", ops: (*Realm).urlOps, interfaces: "URL"},
	{name: "url", ops: (*Realm).urlOps, interfaces: "webkitURL", in: window},
	{name: "searchparams", ops: (*Realm).searchParamsOps, interfaces: "URLSearchParams"},
	{name: "formdata", ops: (*Realm).formDataOps, interfaces: "FormData"},
	{name: "encoding", ops: (*Realm).encodingOps, interfaces: "TextEncoder TextDecoder"},
	{name: "encodingstreams", interfaces: "TextEncoderStream TextDecoderStream"},
	{name: "base64", ops: (*Realm).base64Ops, functions: "atob btoa"},
	{name: "crypto", ops: (*Realm).cryptoOps, interfaces: "Crypto", attributes: "crypto"},
	{name: "crypto", ops: (*Realm).cryptoOps, interfaces: "SubtleCrypto", when: (*Realm).isSecureContext},
	{name: "clone", functions: "structuredClone"},
	{name: "messages", ops: (*Realm).messageOps, interfaces: "MessageEvent MessageChannel MessagePort"},
	{name: "location", ops: (*Realm).locationOps, interfaces: "Location", in: window},
	{name: "location", ops: (*Realm).locationOps, interfaces: "WorkerLocation", attributes: "location", in: worker},
	{name: "navigator", ops: (*Realm).navigatorOps, interfaces: "Navigator", attributes: "navigator", in: window},
	{name: "navigator", ops: (*Realm).navigatorOps, interfaces: "WorkerNavigator", attributes: "navigator", in: worker},
	{
		name: "performance", ops: (*Realm).performanceOps, replaceable: "performance",
		interfaces: "Performance PerformanceEntry PerformanceMark PerformanceMeasure",
	},
	{name: "xdomain", ops: (*Realm).xdomainOps, interfaces: "XDomainRequest", when: hasXDomain},
	{name: "xhr", ops: (*Realm).xhrOps, interfaces: "XMLHttpRequestEventTarget XMLHttpRequestUpload XMLHttpRequest"},
}

//go:embed prelude/*.js
var prelude embed.FS

// compiled keeps the files of the prelude as the engine runs them. They are
// compiled once in a process, when they are first needed.
var compiled struct {
	sync.Mutex
	files map[string][]byte
}

// compiledFile returns a file of the prelude as a function of the parameters.
func compiledFile(r *engine.Realm, name, parameters string) ([]byte, error) {
	compiled.Lock()
	defer compiled.Unlock()
	if b, ok := compiled.files[name]; ok {
		return b, nil
	}
	text, err := prelude.ReadFile("prelude/" + name + ".js")
	if err != nil {
		return nil, fmt.Errorf("load the prelude: %w", err)
	}
	// On one line with the first of the file, so that lines count from there.
	source := "(function (" + parameters + `) { "use strict"; ` + string(text) + "\n})"
	b, err := r.Compile(source, engine.Internal+name+".js")
	if err != nil {
		return nil, fmt.Errorf("compile prelude/%s.js: %w", name, err)
	}
	if compiled.files == nil {
		compiled.files = map[string][]byte{}
	}
	compiled.files[name] = b
	return b, nil
}

// loadPrelude runs the loader and what has to be there from the beginning.
func (r *Realm) loadPrelude() error {
	load, err := r.file("loader", "global, host")
	if err != nil {
		return err
	}
	defer load.Free()
	global := r.engine.Global()
	defer global.Free()
	host, err := r.newHost(ops{"load": r.opLoad, "operations": r.opOperations, "modules": r.opModules})
	if err != nil {
		return err
	}
	defer host.Free()
	if r.require, err = load.Call(global, host); err != nil {
		return fmt.Errorf("load the prelude: %w", err)
	}
	r.engine.OnError(r.makeException)
	return r.start()
}

// start runs the module that makes the global object a window or a worker.
func (r *Realm) start() error {
	m, err := r.module("global")
	if err != nil {
		return err
	}
	m.Free()
	return nil
}

// file runs a file of the prelude, which gives a function.
func (r *Realm) file(name, parameters string) (engine.Value, error) {
	b, err := compiledFile(r.engine, name, parameters)
	if err != nil {
		return engine.Value{}, err
	}
	return r.engine.Load(b)
}

// module returns the exports of a module, running it if it has not been.
func (r *Realm) module(name string) (engine.Value, error) {
	m, err := r.require.Call(name)
	if err != nil {
		return engine.Value{}, fmt.Errorf("load prelude/%s.js: %w", name, err)
	}
	return m, nil
}

// export calls a function that a module exports.
func (r *Realm) export(module, function string, args ...any) (engine.Value, error) {
	m, err := r.module(module)
	if err != nil {
		return engine.Value{}, err
	}
	defer m.Free()
	f, err := m.Get(function)
	if err != nil {
		return engine.Value{}, err
	}
	defer f.Free()
	return f.Call(args...)
}

// newHost makes the object through which a module calls its ops.
func (r *Realm) newHost(o ops) (engine.Value, error) {
	host, err := r.engine.NewValue(engine.Record{})
	if err != nil {
		return engine.Value{}, err
	}
	for name, op := range o {
		f, err := r.engine.NewFunction(name, op)
		if err == nil {
			err = host.Set(name, f)
		}
		f.Free()
		if err != nil {
			host.Free()
			return engine.Value{}, err
		}
	}
	return host, nil
}

func findModule(name string) (*module, error) {
	for i := range modules {
		if modules[i].name == name {
			return &modules[i], nil
		}
	}
	return nil, fmt.Errorf("the prelude has no module %q", name)
}

func (r *Realm) opLoad(c *engine.Call) (any, error) {
	f, err := r.file(c.Text(0), "require, exports, host, global")
	if err != nil {
		return nil, err
	}
	return f.Give(), nil
}

func (r *Realm) opOperations(c *engine.Call) (any, error) {
	m, err := findModule(c.Text(0))
	if err != nil {
		return nil, err
	}
	if m.ops == nil {
		return engine.Undefined{}, nil
	}
	host, err := r.newHost(m.ops(r))
	if err != nil {
		return nil, err
	}
	return host.Give(), nil
}

// opModules tells the names that are exposed here, as loader.js reads them: in one
// text, since there are many.
func (r *Realm) opModules(*engine.Call) (any, error) {
	var lines []string
	for _, m := range modules {
		if m.in != 0 && m.in&r.scope == 0 || m.when != nil && !m.when(r) {
			continue
		}
		lines = append(lines, strings.Join([]string{m.name, m.interfaces, m.functions, m.attributes, m.replaceable}, "|"))
	}
	return strings.Join(lines, "\n"), nil
}

// hasFetch: the engines of old had none.
func hasFetch(r *Realm) bool { return !r.settings().Profile.NoJSON }
