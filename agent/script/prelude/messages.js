// Messages between realms: MessageEvent, MessageChannel and MessagePort.
//
// Standard: https://html.spec.whatwg.org/#comms

const idl = require("webidl");
const { Event, EventTarget, dispatch, handlers, initDictionary, initialize } = require("events");
const clone = require("clone");

// --- MessageEvent ------------------------------------------------------------------

function MessageEventSource(value, what) {
  if (value === null || value === undefined) return null;
  if (!idl.isObject(value) || !exports.isWindow(value) && !idl.isPlatformObject(value)) idl.fail(what, "it is neither a window nor a port");
  return value;
}

// Whether an object is a window: this one, or one that post.js knows of.
exports.isWindow = (value) => value === global;

const MessageEventInit = initDictionary("MessageEventInit", {
  data: [idl.any, null],
  lastEventId: [idl.DOMString, ""],
  origin: [idl.USVString, ""],
  ports: [idl.sequence((value, what) => toPort(value, what)), () => []],
  source: [MessageEventSource, null],
});

class MessageEvent extends Event {
  #init;

  constructor(type, eventInitDict = undefined) {
    idl.required(arguments, 1, "MessageEvent constructor");
    super(type, eventInitDict);
    this.#init = MessageEventInit(eventInitDict, "MessageEvent constructor: options");
    Object.freeze(this.#init.ports);
  }

  get data() { return this.#init.data; }
  get origin() { return this.#init.origin; }
  get lastEventId() { return this.#init.lastEventId; }
  get source() { return this.#init.source; }
  get ports() { return this.#init.ports; }

  initMessageEvent(
    type, bubbles = false, cancelable = false, data = null, origin = "", lastEventId = "", source = null, ports = [],
  ) {
    this.#init; // the brand
    idl.required(arguments, 1, "MessageEvent.initMessageEvent");
    type = idl.DOMString(type, "MessageEvent.initMessageEvent: type");
    const init = MessageEventInit({ data, origin, lastEventId, source, ports }, "MessageEvent.initMessageEvent");
    if (!initialize(this, type, idl.boolean(bubbles), idl.boolean(cancelable))) return;
    this.#init = init;
    Object.freeze(init.ports);
  }
}

idl.define(MessageEvent);

// --- MessagePort -------------------------------------------------------------------

class MessagePort extends EventTarget {
  #native;
  #started = false;

  constructor(token = undefined, native = undefined) {
    idl.construct(token);
    super();
    this.#native = native;
  }

  postMessage(message, options = undefined) {
    const native = this.#native;
    idl.required(arguments, 1, "MessagePort.postMessage");
    const transfer = transferOf(options, "MessagePort.postMessage: options");
    if (transfer.includes(this)) throw require("exception").make("DataCloneError", "a port cannot be sent through itself");
    const { text, buffers, natives } = clone.serialize(message, transfer);
    host.post(native, text, buffers.length, ...buffers, ...natives);
  }

  start() {
    const native = this.#native;
    if (this.#started) return;
    this.#started = true;
    host.listen(native, (text, buffers, natives) => deliver(this, { text, buffers, natives }));
  }

  close() { host.close(this.#native); }

  static {
    exports.isMessagePort = (value) => idl.isObject(value) && #native in value;
    exports.nativeOf = (port) => port.#native;
  }
}

idl.define(MessagePort);
handlers(MessagePort, "onmessage", "onmessageerror");
startWithHandler();

/**
 * Setting onmessage opens the port.
 *
 * Standard: https://html.spec.whatwg.org/#handler-messageport-onmessage
 */
function startWithHandler() {
  const { get, set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage");
  const opening = Object.getOwnPropertyDescriptor({
    set onmessage(value) {
      Reflect.apply(set, this, [value]);
      Reflect.apply(MessagePort.prototype.start, this, []);
    },
  }, "onmessage").set;
  Object.defineProperty(MessagePort.prototype, "onmessage", { get, set: opening, enumerable: true, configurable: true });
}

const toPort = idl.instance("MessagePort", exports.isMessagePort);

/** The transfer list of a postMessage(): the sequence itself, or in a dictionary. */
function transferOf(options, what) {
  if (idl.isObject(options) && options[Symbol.iterator] !== undefined && options[Symbol.iterator] !== null) {
    return idl.sequence(idl.object)(options, what);
  }
  return clone.StructuredSerializeOptions(options, what).transfer;
}

/**
 * Fires the event of a message that has come.
 *
 * Standard: https://html.spec.whatwg.org/#message-port-post-message-steps
 */
function deliver(target, message, init = {}) {
  let received;
  try {
    received = clone.deserialize(message);
  } catch {
    dispatch(target, new MessageEvent("messageerror", init));
    return;
  }
  const ports = received.transferred.filter(exports.isMessagePort);
  dispatch(target, new MessageEvent("message", { ...init, data: received.value, ports }));
}

clone.registerTransfer("MessagePort", {
  is: exports.isMessagePort,
  take: (port) => host.take(exports.nativeOf(port)),
  give: (native) => new MessagePort(idl.token, native),
});

// --- MessageChannel ----------------------------------------------------------------

class MessageChannel {
  #ports;

  constructor() {
    this.#ports = host.channel().map((native) => new MessagePort(idl.token, native));
  }

  get port1() { return this.#ports[0]; }
  get port2() { return this.#ports[1]; }
}

idl.define(MessageChannel);

Object.assign(exports, { MessageEvent, MessagePort, MessageChannel, transferOf, deliver });
