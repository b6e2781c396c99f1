// The global object: a window, or the scope of a dedicated worker.
//
// Standard: https://html.spec.whatwg.org/#the-window-object
// Standard: https://html.spec.whatwg.org/#the-workerglobalscope-common-interface

const idl = require("webidl");
const { adopt, handlersOn, currentEvent, EventTarget } = require("events");

class Window extends EventTarget {
  constructor(token) {
    idl.construct(token);
    super();
  }
}

class WorkerGlobalScope extends EventTarget {
  constructor(token) {
    idl.construct(token);
    super();
  }
}

class DedicatedWorkerGlobalScope extends WorkerGlobalScope {
  constructor(token) { super(token); }
}

for (const Class of [Window, WorkerGlobalScope, DedicatedWorkerGlobalScope]) idl.define(Class);
Object.assign(exports, { Window, WorkerGlobalScope, DedicatedWorkerGlobalScope });

adopt(global);
Object.setPrototypeOf(global, host.isWorker() ? DedicatedWorkerGlobalScope.prototype : Window.prototype);

handlersOn(
  global,
  "onerror", "onlanguagechange", "onmessage", "onmessageerror", "onoffline", "ononline",
  "onrejectionhandled", "onunhandledrejection",
);

/**
 * Defines attributes of the global object: read-only ones, and those that script
 * may replace.
 */
function attributes(getters, { replaceable = false, configurable = true } = {}) {
  for (const [name, { get, set }] of Object.entries(Object.getOwnPropertyDescriptors(getters))) {
    const accessor = Object.getOwnPropertyDescriptor({
      get [name]() { check(this); return Reflect.apply(get, global, []); },
      set [name](value) {
        check(this);
        if (set) Reflect.apply(set, global, [value]);
        else Object.defineProperty(global, name, { value, writable: true, enumerable: true, configurable: true });
      },
    }, name);
    Object.defineProperty(global, name, {
      get: accessor.get, set: set || replaceable ? accessor.set : undefined, enumerable: true, configurable,
    });
  }
}

function check(object) {
  if (object !== undefined && object !== null && object !== global) throw new TypeError("Illegal invocation");
}

exports.attributes = attributes;

attributes({
  get origin() { return host.origin(); },
  get isSecureContext() { return host.isSecure(); },
  get crossOriginIsolated() { return false; },
});

if (host.isWorker()) {
  attributes({ get self() { return global; } });
} else {
  attributes({ get window() { return global; } }, { configurable: false });
  attributes({
    get self() { return global; },
    get event() { return currentEvent(); },
  }, { replaceable: true });
  attributes({
    get location() { return require("location").location; },
    set location(url) { require("location").navigate(url, false); },
  }, { configurable: false });
}

// What the language has and pages do not: errors of the engine's own, and memory
// that only isolated pages may share.
delete global.InternalError;
delete global.SharedArrayBuffer;
delete global[Symbol.toStringTag];
