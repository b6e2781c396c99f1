// Events and their targets.
//
// Standard: https://dom.spec.whatwg.org/#events
//
// For other modules:
//
//     dispatch(target, event)          as dispatchEvent does, with isTrusted true
//     fire(target, type, init, Class)  makes the event as well
//     handlers(Class, "onload", ...)   event handler attributes
//     handlersOn(object, "onload", ...) the same on an object, such as the global
//     adopt(object)                    makes any object an EventTarget
//     attach(target, hooks)            hooks that all of a kind share: parent(event) gives the next
//                                      target of an event's path, activation says what a click does,
//                                      changed() is called when listeners come and go
//     hasListeners(target)             whether anybody listens

const idl = require("webidl");
const { defineProperty } = Object;

// --- Event -----------------------------------------------------------------------

const NONE = 0, CAPTURING_PHASE = 1, AT_TARGET = 2, BUBBLING_PHASE = 3;

const nobody = []; // the path of an event that is not on its way

const EventInit = idl.dictionary("EventInit", {
  bubbles: [idl.boolean, false],
  cancelable: [idl.boolean, false],
  composed: [idl.boolean, false],
});

const isTrusted = {
  get: Object.getOwnPropertyDescriptor({ get isTrusted() { return state(this).trusted; } }, "isTrusted").get,
  set: undefined, enumerable: true, configurable: false,
};

class Event {
  #state;

  constructor(type, eventInitDict = undefined) {
    idl.required(arguments, 1, "Event constructor");
    type = idl.DOMString(type, "Event constructor: type");
    const init = EventInit(eventInitDict, "Event constructor: options");
    this.#state = {
      type, bubbles: init.bubbles, cancelable: init.cancelable, composed: init.composed,
      target: null, currentTarget: null, phase: NONE, path: nobody, timeStamp: host.now(),
      initialized: true, dispatching: false, stopped: false, stoppedNow: false, canceled: false,
      passive: false, trusted: false,
    };
    defineProperty(this, "isTrusted", isTrusted);
  }

  get type() { return this.#state.type; }
  get target() { return this.#state.target; }
  get srcElement() { return this.#state.target; }
  get currentTarget() { return this.#state.currentTarget; }
  composedPath() { return this.#state.currentTarget === null ? [] : [...this.#state.path]; }
  get eventPhase() { return this.#state.phase; }
  stopPropagation() { this.#state.stopped = true; }
  get cancelBubble() { return this.#state.stopped; }
  set cancelBubble(value) { if (idl.boolean(value)) this.#state.stopped = true; }
  stopImmediatePropagation() { this.#state.stopped = this.#state.stoppedNow = true; }
  get bubbles() { return this.#state.bubbles; }
  get cancelable() { return this.#state.cancelable; }
  get returnValue() { return !this.#state.canceled; }
  set returnValue(value) { if (!idl.boolean(value)) cancel(this.#state); }
  preventDefault() { cancel(this.#state); }
  get defaultPrevented() { return this.#state.canceled; }
  get composed() { return this.#state.composed; }
  get timeStamp() { return this.#state.timeStamp; }

  initEvent(type, bubbles = false, cancelable = false) {
    idl.required(arguments, 1, "Event.initEvent");
    initialize(this.#state, idl.DOMString(type, "Event.initEvent: type"), idl.boolean(bubbles), idl.boolean(cancelable));
  }

  static {
    exports.isEvent = (value) => idl.isObject(value) && #state in value;
    exports.stateOf = (event) => event.#state;
  }
}

const { isEvent, stateOf: state } = exports;

idl.define(Event, { constants: { NONE, CAPTURING_PHASE, AT_TARGET, BUBBLING_PHASE } });

/** Standard: https://dom.spec.whatwg.org/#set-the-canceled-flag */
function cancel(s) {
  if (s.cancelable && !s.passive) s.canceled = true;
}

/** Standard: https://dom.spec.whatwg.org/#concept-event-initialize */
function initialize(s, type, bubbles, cancelable) {
  if (s.dispatching) return false;
  Object.assign(s, {
    initialized: true, stopped: false, stoppedNow: false, canceled: false,
    trusted: false, target: null, type, bubbles, cancelable,
  });
  return true;
}

/** A dictionary whose parent is EventInit, for the events of other modules. */
exports.initDictionary = (name, members, parent = EventInit) => idl.dictionary(name, members, parent);
exports.initialize = (event, ...args) => initialize(state(event), ...args);

/** Makes an event one that script has yet to initialize. */
exports.uninitialize = (event) => { state(event).initialized = false; };

// --- EventTarget -----------------------------------------------------------------

// What an EventTarget has besides what its interface says: its listeners, and hooks
// of other modules, such as parent(event), which gives the next target of the path.
const targets = idl.slot();

class EventTarget {
  constructor() { adopt(this); }

  addEventListener(type, callback, options = undefined) {
    const target = targetOf(this, "addEventListener");
    idl.required(arguments, 2, "EventTarget.addEventListener");
    type = idl.DOMString(type, "addEventListener: type");
    callback = listenerOf(callback, "addEventListener: callback");
    addListener(target, { type, callback, ...flattenMore(options), removed: false });
  }

  removeEventListener(type, callback, options = undefined) {
    const target = targetOf(this, "removeEventListener");
    idl.required(arguments, 2, "EventTarget.removeEventListener");
    type = idl.DOMString(type, "removeEventListener: type");
    callback = listenerOf(callback, "removeEventListener: callback");
    const capture = flatten(options);
    const found = target.listeners.find((l) => l.type === type && l.callback === callback && l.capture === capture);
    if (found) removeListener(target, found);
  }

  dispatchEvent(event) {
    targetOf(this, "dispatchEvent");
    idl.required(arguments, 1, "EventTarget.dispatchEvent");
    if (!isEvent(event)) idl.fail("dispatchEvent: event", "it is not of type Event");
    const s = state(event);
    if (s.dispatching || !s.initialized) {
      throw require("exception").make("InvalidStateError", "dispatchEvent: the event is being dispatched, or has no type");
    }
    s.trusted = false;
    return run(event, this ?? global);
  }
}

idl.define(EventTarget);

/** The state of a target; of the global object for a function called without this. */
function targetOf(object, what) {
  const target = object ?? global;
  if (!targets.has(target)) throw new TypeError(`${what}: it is not of type EventTarget`);
  return targets.of(target);
}

function adopt(object, hooks = {}) {
  new targets(object, { __proto__: null, object, listeners: [], handlers: null, ...hooks });
}

/** Gives a target hooks that all of its kind share: the prototype of what they are called on. */
function attach(object, hooks) {
  Object.setPrototypeOf(targets.of(object), hooks);
}

/** Makes another object stand for a target: one that window proxies are. */
function alias(proxy, object) {
  new targets(proxy, targets.of(object));
}

/** Standard: https://webidl.spec.whatwg.org/#es-callback-interface */
function listenerOf(value, what) {
  if (value === null || value === undefined) return null;
  return idl.object(value, what);
}

/** Standard: https://dom.spec.whatwg.org/#concept-flatten-options */
function flatten(options) {
  return idl.isObject(options) ? Boolean(options.capture) : Boolean(options);
}

/** Standard: https://dom.spec.whatwg.org/#event-flatten-more */
function flattenMore(options) {
  if (!idl.isObject(options)) return { capture: Boolean(options), once: false, passive: false, signal: null };
  const { capture, once, passive, signal } = AddEventListenerOptions(options, "addEventListener: options");
  return { capture, once, passive: passive ?? false, signal: signal ?? null };
}

const AddEventListenerOptions = idl.dictionary("AddEventListenerOptions", {
  once: [idl.boolean, false],
  passive: idl.boolean,
  signal: (value, what) => require("abort").signal(value, what),
}, idl.dictionary("EventListenerOptions", { capture: [idl.boolean, false] }));

/** Standard: https://dom.spec.whatwg.org/#add-an-event-listener */
function addListener(target, listener) {
  const { signal, callback } = listener;
  if (signal !== null && require("abort").isAborted(signal)) return;
  if (callback === null) return;
  const same = (l) => l.type === listener.type && l.callback === callback && l.capture === listener.capture;
  if (!target.listeners.some(same)) register(target, listener);
  if (signal !== null) require("abort").onAbort(signal, () => removeListener(target, listener));
}

/** Adds a listener and tells the target's hook, which may want to know of what is listened to. */
function register(target, listener) {
  target.listeners.push(listener);
  target.changed?.();
}

/** Standard: https://dom.spec.whatwg.org/#remove-an-event-listener */
function removeListener(target, listener) {
  listener.removed = true;
  const i = target.listeners.indexOf(listener);
  if (i < 0) return;
  target.listeners.splice(i, 1);
  target.changed?.();
}

// --- Dispatch --------------------------------------------------------------------

/**
 * Sends an event through its path and returns false if it was canceled.
 *
 * NOTE: there are no shadow trees, so no target is retargeted.
 *
 * Standard: https://dom.spec.whatwg.org/#concept-event-dispatch
 */
function run(event, object, overrideTarget = object) {
  const s = state(event);
  s.dispatching = true;
  const path = pathOf(event, object);
  s.target = overrideTarget;
  s.path = path;
  const activation = activationOf(event, path);
  activation?.before?.(event);
  for (let i = path.length - 1; i >= 0; i--) {
    s.phase = i === 0 ? AT_TARGET : CAPTURING_PHASE;
    invokeListeners(event, s, path[i], true);
  }
  for (let i = 0; i < path.length; i++) {
    if (i > 0 && !s.bubbles) break;
    s.phase = i === 0 ? AT_TARGET : BUBBLING_PHASE;
    invokeListeners(event, s, path[i], false);
  }
  s.phase = NONE;
  s.currentTarget = null;
  s.path = nobody;
  s.dispatching = s.stopped = s.stoppedNow = false;
  if (s.canceled) activation?.canceled?.(event);
  else activation?.run?.(event);
  return !s.canceled;
}

function pathOf(event, object) {
  const path = [];
  for (let o = object; o; o = targets.get(o)?.parent?.(event)) path.push(o);
  return path;
}

/** What a click does, by the hook of the nearest target that has one. */
function activationOf(event, path) {
  if (event.type !== "click") return undefined;
  const s = state(event);
  for (const object of s.bubbles ? path : path.slice(0, 1)) {
    const activation = targets.get(object)?.activation;
    if (activation) return activation;
  }
  return undefined;
}

/** Standard: https://dom.spec.whatwg.org/#concept-event-listener-invoke */
function invokeListeners(event, s, object, capturing) {
  if (s.stopped) return;
  const target = targets.get(object);
  if (target === undefined || target.listeners.length === 0) return;
  s.currentTarget = object;
  for (const listener of target.listeners.slice()) {
    if (listener.removed || listener.type !== s.type || listener.capture !== capturing) continue;
    if (listener.once) removeListener(target, listener);
    callListener(event, s, listener, object);
    if (s.stoppedNow) return;
  }
}

let current; // the event whose listener is running

/** Standard: https://dom.spec.whatwg.org/#concept-event-listener-inner-invoke */
function callListener(event, s, listener, object) {
  const before = current;
  current = event;
  s.passive = listener.passive;
  try {
    callback(listener.callback, object, event);
  } catch (error) {
    idl.report(error);
  }
  s.passive = false;
  current = before;
}

/** Standard: https://webidl.spec.whatwg.org/#call-a-user-objects-operation */
function callback(listener, object, event) {
  if (listener instanceof Handler) {
    listener.handle(event, object);
    return;
  }
  if (typeof listener === "function") {
    idl.invoke(listener, object, [event]);
    return;
  }
  const handleEvent = listener.handleEvent;
  if (typeof handleEvent !== "function") throw new TypeError("handleEvent is not a function");
  idl.invoke(handleEvent, listener, [event]);
}

/** Dispatches an event that the host has made, perhaps with another target to show. */
function dispatch(object, event, overrideTarget = object) {
  state(event).trusted = true;
  return run(event, object, overrideTarget);
}

/** Standard: https://dom.spec.whatwg.org/#concept-event-fire */
function fire(object, type, init = {}, Class = Event) {
  return dispatch(object, new Class(type, init));
}

function hasListeners(object) {
  return targets.of(object).listeners.length > 0;
}

// --- Event handlers --------------------------------------------------------------

/**
 * The listener behind an event handler attribute.
 *
 * Standard: https://html.spec.whatwg.org/#event-handlers
 */
class Handler {
  constructor() {
    this.value = null;
    this.compile = null; // makes the function of the text in an attribute
  }

  /** Standard: https://html.spec.whatwg.org/#getting-the-current-value-of-the-event-handler */
  current() {
    const { compile } = this;
    if (compile !== null) {
      this.compile = null;
      this.value = compile();
    }
    return this.value;
  }

  /** Standard: https://html.spec.whatwg.org/#the-event-handler-processing-algorithm */
  handle(event, object) {
    this.current();
    if (this.value === null || typeof this.value !== "function") return;
    const special = event.type === "error" && exports.isErrorEvent(event) && object === global;
    const args = special ? [event.message, event.filename, event.lineno, event.colno, event.error] : [event];
    const result = idl.invoke(this.value, object, args);
    if (special ? result === true : result === false) cancel(state(event));
  }
}

function getHandler(object, type) {
  return targetOf(object, `on${type}`).handlers?.get(type)?.current() ?? null;
}

function setHandler(object, type, value) {
  const target = targetOf(object, `on${type}`);
  if (idl.isObject(value)) {
    Object.assign(handlerFor(target, type), { value, compile: null });
    return;
  }
  const handler = target.handlers?.get(type);
  if (handler === undefined) return;
  target.handlers.delete(type);
  removeListener(target, handler.listener);
}

/** Sets a handler to the function that compile makes, when it is first needed; null for none. */
function setHandlerText(object, type, compile) {
  if (compile === null) setHandler(object, type, null);
  else Object.assign(handlerFor(targetOf(object, type), type), { value: null, compile });
}

/** The handler of a type, which listens from the time when it is first set. */
function handlerFor(target, type) {
  target.handlers ??= new Map();
  let handler = target.handlers.get(type);
  if (handler === undefined) {
    handler = new Handler();
    handler.listener = { type, callback: handler, capture: false, once: false, passive: false, signal: null, removed: false };
    target.handlers.set(type, handler);
    register(target, handler.listener);
  }
  return handler;
}

/** Defines event handler attributes, such as "onload", on an object. */
function handlersOn(object, ...names) {
  for (const name of names) {
    const type = name.slice(2);
    defineProperty(object, name, Object.getOwnPropertyDescriptor({
      get [name]() { return getHandler(this, type); },
      set [name](value) { setHandler(this, type, value); },
    }, name));
  }
}

/** Defines event handler attributes on an interface. */
function handlers(Class, ...names) {
  handlersOn(Class.prototype, ...names);
}

// --- Kinds of events -------------------------------------------------------------

const CustomEventInit = idl.dictionary("CustomEventInit", { detail: [idl.any, null] }, EventInit);

class CustomEvent extends Event {
  #detail;

  constructor(type, eventInitDict = undefined) {
    idl.required(arguments, 1, "CustomEvent constructor");
    super(type, eventInitDict);
    this.#detail = CustomEventInit(eventInitDict, "CustomEvent constructor: options").detail;
  }

  get detail() { return this.#detail; }

  initCustomEvent(type, bubbles = false, cancelable = false, detail = null) {
    this.#detail; // the brand
    idl.required(arguments, 1, "CustomEvent.initCustomEvent");
    type = idl.DOMString(type, "CustomEvent.initCustomEvent: type");
    if (initialize(state(this), type, idl.boolean(bubbles), idl.boolean(cancelable))) this.#detail = detail;
  }
}

idl.define(CustomEvent);

const ProgressEventInit = idl.dictionary("ProgressEventInit", {
  lengthComputable: [idl.boolean, false],
  loaded: [idl.double, 0],
  total: [idl.double, 0],
}, EventInit);

/** Standard: https://xhr.spec.whatwg.org/#interface-progressevent */
class ProgressEvent extends Event {
  #init;

  constructor(type, eventInitDict = undefined) {
    idl.required(arguments, 1, "ProgressEvent constructor");
    super(type, eventInitDict);
    this.#init = ProgressEventInit(eventInitDict, "ProgressEvent constructor: options");
  }

  get lengthComputable() { return this.#init.lengthComputable; }
  get loaded() { return this.#init.loaded; }
  get total() { return this.#init.total; }
}

idl.define(ProgressEvent);

const ErrorEventInit = idl.dictionary("ErrorEventInit", {
  colno: [idl.unsignedLong, 0],
  error: idl.any,
  filename: [idl.USVString, ""],
  lineno: [idl.unsignedLong, 0],
  message: [idl.DOMString, ""],
}, EventInit);

/** Standard: https://html.spec.whatwg.org/#errorevent */
class ErrorEvent extends Event {
  #init;

  constructor(type, eventInitDict = undefined) {
    idl.required(arguments, 1, "ErrorEvent constructor");
    super(type, eventInitDict);
    this.#init = ErrorEventInit(eventInitDict, "ErrorEvent constructor: options");
  }

  get message() { return this.#init.message; }
  get filename() { return this.#init.filename; }
  get lineno() { return this.#init.lineno; }
  get colno() { return this.#init.colno; }
  get error() { return this.#init.error; }

  static {
    exports.isErrorEvent = (value) => #init in value;
  }
}

idl.define(ErrorEvent);

const PromiseRejectionEventInit = idl.dictionary("PromiseRejectionEventInit", {
  promise: [idl.object, idl.mandatory],
  reason: idl.any,
}, EventInit);

/** Standard: https://html.spec.whatwg.org/#promiserejectionevent */
class PromiseRejectionEvent extends Event {
  #init;

  constructor(type, eventInitDict) {
    idl.required(arguments, 2, "PromiseRejectionEvent constructor");
    super(type, eventInitDict);
    this.#init = PromiseRejectionEventInit(eventInitDict, "PromiseRejectionEvent constructor: options");
  }

  get promise() { return this.#init.promise; }
  get reason() { return this.#init.reason; }
}

idl.define(PromiseRejectionEvent);

Object.assign(exports, {
  Event, EventTarget, CustomEvent, ProgressEvent, ErrorEvent, PromiseRejectionEvent,
  adopt, attach, alias, setHandlerText, dispatch, fire, hasListeners, handlers, handlersOn, run,
  currentEvent: () => current,
});
