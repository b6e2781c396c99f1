// Structured cloning.
//
// Standard: https://html.spec.whatwg.org/#safe-passing-of-structured-data
//
// serialize(value, transfer) makes a message, { text, buffers, natives }, and
// deserialize(message) makes { value, ports } of it, in this realm or in any other:
// text is JSON, buffers are ArrayBuffers, and natives are handles of Go values.
//
// A module whose objects can be cloned, or transferred, registers them:
//
//     register("Blob", { is, write: (object) => handle, read: (handle) => object })
//     registerTransfer("MessagePort", { is, take: (object) => handle, give: (handle) => object })
//
// In the text a primitive that JSON has is itself, any other an array that begins
// with a tag, and an object is the array of its number in the list of objects.

const idl = require("webidl");
const { make, isDOMException, DOMException } = require("exception");

const cloneable = new Map();
const transferable = new Map();

exports.register = (name, kind) => { cloneable.set(name, kind); };
exports.registerTransfer = (name, kind) => { transferable.set(name, kind); };

exports.register("DOMException", {
  is: isDOMException,
  plain: ({ message, name, stack }) => ({ message, name, stack: String(stack) }),
  build: ({ message, name, stack }) => {
    const exception = new DOMException(message, name);
    define(exception, "stack", stack);
    return exception;
  },
});

const refuse = (what) => { throw make("DataCloneError", `${what} cannot be cloned`); };

// --- Serializing -------------------------------------------------------------------

/** Standard: https://html.spec.whatwg.org/#structuredserializewithtransfer */
exports.serialize = (value, transfer = []) => {
  const s = { seen: new Map(), objects: [], buffers: [], natives: [], moved: new Map() };
  const moving = transfer.map((object) => prepare(s, object));
  const root = encode(s, value);
  for (const move of moving) move();
  return { text: JSON.stringify({ root, objects: s.objects }), buffers: s.buffers, natives: s.natives };
};

/** Checks an object that is to be transferred, and returns what transfers it. */
function prepare(s, object) {
  if (s.moved.has(object)) throw make("DataCloneError", "the same object is to be transferred twice");
  const index = s.objects.push(null) - 1;
  s.moved.set(object, index);
  s.seen.set(object, index);
  if (idl.isArrayBuffer(object)) {
    return () => {
      if (object.detached) throw make("DataCloneError", "an ArrayBuffer is detached already");
      const options = object.resizable ? object.maxByteLength : null;
      s.objects[index] = { kind: "ArrayBuffer", buffer: s.buffers.push(object.transferToFixedLength()) - 1, max: options, port: true };
    };
  }
  for (const [name, kind] of transferable) {
    if (!kind.is(object)) continue;
    kind.check?.(object);
    return () => { s.objects[index] = { kind: "transferred", name, native: s.natives.push(kind.take(object)) - 1, port: true }; };
  }
  return refuse("an object that cannot be transferred");
}

/** Standard: https://html.spec.whatwg.org/#structuredserializeinternal */
function encode(s, value) {
  switch (typeof value) {
    case "string":
    case "boolean": return value;
    case "undefined": return ["undefined"];
    case "number": return Number.isFinite(value) && !Object.is(value, -0) ? value : ["number", Object.is(value, -0) ? "-0" : String(value)];
    case "bigint": return ["bigint", String(value)];
    case "symbol": return refuse("a symbol");
    case "function": return refuse("a function");
    default: return value === null ? null : [encodeObject(s, value)];
  }
}

function encodeObject(s, object) {
  const known = s.seen.get(object);
  if (known !== undefined) return known;
  const index = s.objects.push(null) - 1;
  s.seen.set(object, index);
  s.objects[index] = describe(s, object);
  return index;
}

function describe(s, object) {
  if (idl.isArrayBuffer(object)) {
    if (object.detached) throw make("DataCloneError", "an ArrayBuffer is detached");
    return { kind: "ArrayBuffer", buffer: s.buffers.push(object.slice()) - 1, max: object.resizable ? object.maxByteLength : null };
  }
  if (ArrayBuffer.isView(object)) return describeView(s, object);
  for (const [name, kind] of cloneable) {
    if (kind.is(object)) {
      return kind.plain
        ? { kind: "plain", name, data: kind.plain(object) }
        : { kind: "native", name, native: s.natives.push(kind.write(object)) - 1, data: kind.extra?.(object) };
    }
  }
  return describeLanguage(s, object) ?? describePlain(s, object);
}

function describeView(s, view) {
  const name = view instanceof DataView ? "DataView" : view[Symbol.toStringTag];
  const buffer = encodeObject(s, view.buffer);
  const { byteOffset: offset } = view;
  return { kind: "view", name, buffer, offset, length: name === "DataView" ? view.byteLength : view.length };
}

const errorNames = ["Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"];

// Objects of the language, by a way of telling them that does not look at what
// script can change.
const language = [
  [(o) => Boolean.prototype.valueOf.call(o), (o, v) => ({ kind: "Boolean", value: v })],
  [(o) => Number.prototype.valueOf.call(o), (o, v, s) => ({ kind: "Number", value: encode(s, v) })],
  [(o) => String.prototype.valueOf.call(o), (o, v) => ({ kind: "String", value: v })],
  [(o) => BigInt.prototype.valueOf.call(o), (o, v) => ({ kind: "BigInt", value: String(v) })],
  [(o) => Symbol.prototype.valueOf.call(o), () => refuse("a symbol")],
  [(o) => Date.prototype.getTime.call(o), (o, v, s) => ({ kind: "Date", value: encode(s, v) })],
  [(o) => sizeOfMap.call(o), (o, v, s) => describeEntries(s, o, "Map", Map.prototype.forEach)],
  [(o) => sizeOfSet.call(o), (o, v, s) => describeEntries(s, o, "Set", Set.prototype.forEach)],
  [(o) => sourceOf.call(o) && lastIndexed(o), (o) => ({ kind: "RegExp", source: sourceOf.call(o), flags: o.flags })],
];

const getter = (object, name) => Object.getOwnPropertyDescriptor(object, name).get;
const sizeOfMap = getter(Map.prototype, "size");
const sizeOfSet = getter(Set.prototype, "size");
const sourceOf = getter(RegExp.prototype, "source");
const lastIndexed = (o) => {
  if (!Object.hasOwn(o, "lastIndex")) throw new TypeError("it is RegExp.prototype");
  return true;
};

function describeLanguage(s, object) {
  for (const [probe, describeAs] of language) {
    let found;
    try {
      found = probe(object);
    } catch {
      continue;
    }
    return describeAs(object, found, s);
  }
  return Error.isError(object) ? describeError(object) : undefined;
}

function describeError(error) {
  const name = errorNames.includes(`${error.name}`) ? `${error.name}` : "Error";
  const message = Object.getOwnPropertyDescriptor(error, "message");
  const stack = Object.getOwnPropertyDescriptor(error, "stack");
  return {
    kind: "Error", name,
    message: message && "value" in message ? idl.DOMString(message.value) : null,
    stack: stack && typeof stack.value === "string" ? stack.value : null,
  };
}

/** The entries of a Map or a Set: those of before what they lead to is looked at. */
function describeEntries(s, object, kind, forEach) {
  const entries = [];
  forEach.call(object, (value, key) => { entries.push(kind === "Map" ? [key, value] : [value]); });
  const record = { kind, entries: [] };
  for (const entry of entries) record.entries.push(entry.map((v) => encode(s, v)));
  return record;
}

const uncloneable = [WeakMap, WeakSet, WeakRef, Promise, FinalizationRegistry];

function describePlain(s, object) {
  if (idl.isPlatformObject(object) || uncloneable.some((Class) => object instanceof Class)) {
    refuse(`a ${object.constructor?.name ?? "platform object"}`);
  }
  const isArray = Array.isArray(object);
  const record = { kind: isArray ? "Array" : "Object", length: isArray ? object.length : undefined, properties: [] };
  for (const key of Object.keys(object)) {
    if (Object.hasOwn(object, key)) record.properties.push([key, encode(s, object[key])]);
  }
  return record;
}

// --- Deserializing -----------------------------------------------------------------

/** Standard: https://html.spec.whatwg.org/#structureddeserializewithtransfer */
exports.deserialize = ({ text, buffers, natives }) => {
  const { root, objects } = JSON.parse(text);
  const d = { objects, buffers, natives, made: [] };
  const value = decode(d, root);
  const transferred = objects.map((o, i) => (o.port ? build(d, i) : undefined)).filter((o) => o !== undefined);
  return { value, transferred };
};

function decode(d, encoded) {
  if (!Array.isArray(encoded)) return encoded;
  const [tag, data] = encoded;
  switch (tag) {
    case "undefined": return undefined;
    case "number": return Number(data);
    case "bigint": return BigInt(data);
    default: return build(d, tag);
  }
}

function build(d, index) {
  if (!(index in d.made)) {
    const record = d.objects[index];
    d.made[index] = create(d, record);
    fill(d, d.made[index], record);
  }
  return d.made[index];
}

const views = {
  DataView, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
  BigInt64Array, BigUint64Array, Float16Array, Float32Array, Float64Array,
};

const errors = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

function create(d, r) {
  switch (r.kind) {
    case "Boolean": return Object(r.value);
    case "Number": return Object(decode(d, r.value));
    case "String": return Object(r.value);
    case "BigInt": return Object(BigInt(r.value));
    case "Date": return new Date(decode(d, r.value));
    case "RegExp": return new RegExp(r.source, r.flags);
    case "ArrayBuffer": return r.max === null ? d.buffers[r.buffer] : resizable(d.buffers[r.buffer], r.max);
    case "view": return new views[r.name](build(d, r.buffer), r.offset, r.length);
    case "Map": return new Map();
    case "Set": return new Set();
    case "Error": return createError(r);
    case "Array": return new Array(r.length);
    case "plain": return kindOf(cloneable, r.name).build(r.data);
    case "native": return kindOf(cloneable, r.name).read(d.natives[r.native], r.data);
    case "transferred": return kindOf(transferable, r.name).give(d.natives[r.native]);
    default: return {};
  }
}

/** What a module has registered; modules that this realm has not run are run. */
function kindOf(kinds, name) {
  if (!kinds.has(name)) require(require.moduleOf(name));
  return kinds.get(name);
}

function resizable(buffer, maxByteLength) {
  const result = new ArrayBuffer(buffer.byteLength, { maxByteLength });
  new Uint8Array(result).set(new Uint8Array(buffer));
  return result;
}

function createError({ name, message, stack }) {
  const error = new errors[name]();
  if (message !== null) define(error, "message", message);
  define(error, "stack", stack ?? "");
  return error;
}

function define(object, key, value) {
  Object.defineProperty(object, key, { value, writable: true, configurable: true });
}

function fill(d, object, r) {
  switch (r.kind) {
    case "Map":
      for (const [key, value] of r.entries) object.set(decode(d, key), decode(d, value));
      break;
    case "Set":
      for (const [value] of r.entries) object.add(decode(d, value));
      break;
    case "Array":
    case "Object":
      for (const [key, value] of r.properties) {
        Object.defineProperty(object, key, { value: decode(d, value), writable: true, enumerable: true, configurable: true });
      }
      break;
    default:
  }
}

// --- structuredClone ---------------------------------------------------------------

exports.StructuredSerializeOptions = idl.dictionary("StructuredSerializeOptions", {
  transfer: [idl.sequence(idl.object), () => []],
});

exports.structuredClone = function structuredClone(value, options = undefined) {
  idl.required(arguments, 1, "structuredClone");
  const { transfer } = exports.StructuredSerializeOptions(options, "structuredClone: options");
  return exports.deserialize(exports.serialize(value, transfer)).value;
};
