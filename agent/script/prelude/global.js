// The global object: a window, or the scope of a dedicated worker.
//
// Standard: https://html.spec.whatwg.org/#the-window-object
// Standard: https://html.spec.whatwg.org/#the-workerglobalscope-common-interface

const idl = require("webidl");
const { adopt, handlersOn, currentEvent, EventTarget } = require("events");

class Window extends EventTarget {
  constructor(token = undefined) {
    idl.construct(token);
    super();
  }
}

class WorkerGlobalScope extends EventTarget {
  constructor(token = undefined) {
    idl.construct(token);
    super();
  }
}

class DedicatedWorkerGlobalScope extends WorkerGlobalScope {
  constructor(token = undefined) { super(token); }
}

class SharedWorkerGlobalScope extends WorkerGlobalScope {
  constructor(token = undefined) { super(token); }
}

const classes = { Window, WorkerGlobalScope, DedicatedWorkerGlobalScope, SharedWorkerGlobalScope };
for (const Class of Object.values(classes)) idl.define(Class);
Object.assign(exports, classes);

// Elements and frames that have names stand between Window and EventTarget.
//
// Standard: https://webidl.spec.whatwg.org/#named-properties-object
exports.properties = Object.create(EventTarget.prototype, {
  [Symbol.toStringTag]: { value: "WindowProperties", configurable: true },
});
Object.setPrototypeOf(Window.prototype, exports.properties);

const Scope = host.isShared() ? SharedWorkerGlobalScope : host.isWorker() ? DedicatedWorkerGlobalScope : Window;
adopt(global);
Object.setPrototypeOf(global, Scope.prototype);

if (Scope === Window) {
  const names = require("handlers");
  handlersOn(global, ...names.global, ...names.window);
} else {
  handlersOn(
    global, "onerror", "onlanguagechange", "onoffline", "ononline", "onrejectionhandled", "onunhandledrejection",
    ...(host.isShared() ? ["onconnect"] : ["onmessage", "onmessageerror"]),
  );
}

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

attributes({ get origin() { return host.origin(); } }, { replaceable: true });
attributes({
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
    get document() { return require("document").document; },
    get top() { return require("window").top; },
  }, { configurable: false });
  attributes({
    get name() { return require("window").name; },
    set name(value) { require("window").setName(value); },
    get status() { return require("window").status; },
    set status(value) { require("window").setStatus(value); },
    get opener() { return require("window").opener; },
    set opener(value) { require("window").setOpener(value); },
  });
}

// What the language has and pages do not: errors of the engine's own, and memory
// that only isolated pages may share.
delete global.InternalError;
delete global.SharedArrayBuffer;
delete global[Symbol.toStringTag];
