// Web IDL for the modules of this folder: how an interface is declared, and how
// values from script are converted.
//
// Standard: https://webidl.spec.whatwg.org/
//
// An interface is a class whose members convert their arguments themselves:
//
//     class Thing extends EventTarget {
//       #size;
//       constructor(size, options = undefined) {      // length = required arguments
//         idl.required(arguments, 1, "Thing constructor");
//         super();
//         this.#size = idl.unsignedLong(size, "Thing constructor: size");
//         const { strict } = ThingOptions(options, "Thing constructor: options");
//       }
//       get size() { return this.#size; }             // brand check: #size throws
//     }
//     idl.define(Thing, { constants: { SMALL: 0 } });
//
// define() gives the members the attributes that Web IDL asks for. A private field
// is the brand; what other modules need to know of an object they get from
// functions that the class exports in a static block. An interface without a
// constructor begins its own, constructor(token = undefined), with
// idl.construct(token), and the prelude makes objects with idl.token.
//
// A conversion is a function (value, what) that returns the converted value or
// throws a TypeError that begins with what. There are constructors of conversions:
// nullable(), sequence(), record(), dictionary(), enumeration(), instance().
//
// Callbacks are called by idl.invoke(), never directly, because promises' reactions
// follow each one.

const { defineProperty, getOwnPropertyNames, getOwnPropertyDescriptor } = Object;
const { apply, ownKeys } = Reflect;

// --- Interfaces ----------------------------------------------------------------

/**
 * Finishes a class as an interface: members are enumerable, constants stand on the
 * class and its prototype, and the prototype has a name.
 *
 * Standard: https://webidl.spec.whatwg.org/#es-interfaces
 */
function define(Class, { constants = {}, name = Class.name } = {}) {
  enumerate(Class.prototype, "constructor");
  enumerate(Class, "length", "name", "prototype");
  defineProperty(Class.prototype, Symbol.toStringTag, { value: name, configurable: true });
  prototypes.add(Class.prototype);
  for (const [key, value] of Object.entries(constants)) {
    defineProperty(Class, key, { value, enumerable: true });
    defineProperty(Class.prototype, key, { value, enumerable: true });
  }
  return Class;
}

// The prototypes of interfaces.
const prototypes = new WeakSet();

/** Whether an object implements an interface, as far as its prototypes tell. */
function isPlatformObject(object) {
  for (let p = Object.getPrototypeOf(object); p !== null; p = Object.getPrototypeOf(p)) {
    if (prototypes.has(p)) return true;
  }
  return false;
}

function enumerate(object, ...except) {
  for (const name of getOwnPropertyNames(object)) {
    if (!except.includes(name)) defineProperty(object, name, { enumerable: true });
  }
}

// What the prelude gives to a constructor that scripts cannot call.
const token = Symbol("construct");

/** Begins the constructor of an interface that has none for scripts. */
function construct(given) {
  if (given !== token) throw new TypeError("Illegal constructor");
}

/** Throws unless there are as many arguments as an operation requires. */
function required(args, count, what) {
  if (args.length < count) {
    throw new TypeError(`${what}: ${count} argument${count === 1 ? "" : "s"} required, but only ${args.length} present`);
  }
}

/**
 * A slot holds something about any object, the global one included, without
 * changing how it looks: a private field that is added from outside.
 */
function slot() {
  class Given { constructor(object) { return object; } }
  return class extends Given {
    #value;
    constructor(object, value) { super(object); this.#value = value; }
    static has(object) { return Object(object) === object && #value in object; }
    static of(object) { return object.#value; }
    static get(object) { return this.has(object) ? object.#value : undefined; }
  };
}

// --- Conversions -----------------------------------------------------------------

function fail(what, why) {
  throw new TypeError(`${what}: ${why}`);
}

const any = (value) => value;
const boolean = (value) => Boolean(value);

/** Standard: https://webidl.spec.whatwg.org/#es-DOMString */
function DOMString(value, what = "value") {
  if (typeof value === "string") return value;
  if (typeof value === "symbol") fail(what, "a symbol cannot be converted to a string");
  return `${value}`;
}

/** Standard: https://webidl.spec.whatwg.org/#es-USVString */
function USVString(value, what) {
  return DOMString(value, what).toWellFormed();
}

/** Standard: https://webidl.spec.whatwg.org/#es-ByteString */
function ByteString(value, what) {
  const text = DOMString(value, what);
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 255) fail(what, "a character beyond U+00FF stands for no byte");
  }
  return text;
}

/**
 * A conversion to integers of a number of bits.
 *
 * Standard: https://webidl.spec.whatwg.org/#abstract-opdef-converttoint
 */
function integer(bits, signed, { clamp = false, enforceRange = false } = {}) {
  const size = 2 ** bits;
  const exact = bits === 64 ? 2 ** 53 - 1 : undefined;
  const upper = exact ?? (signed ? size / 2 - 1 : size - 1);
  const lower = signed ? (exact ? -exact : -size / 2) : 0;
  return (value, what) => {
    const x = number(value, what);
    if (enforceRange) {
      const n = Math.trunc(x);
      if (!Number.isFinite(x) || n < lower || n > upper) fail(what, `${x} is outside the range of ${lower} to ${upper}`);
      return n + 0;
    }
    if (clamp) return Number.isNaN(x) ? 0 : roundEven(Math.min(Math.max(x, lower), upper)) + 0;
    if (!Number.isFinite(x)) return 0;
    const n = modulo(Math.trunc(x), size) + 0;
    return signed && n >= size / 2 ? n - size : n;
  };
}

function modulo(x, size) {
  const n = x % size;
  return n < 0 ? n + size : n;
}

function roundEven(x) {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

function number(value, what) {
  if (typeof value === "number") return value;
  if (typeof value === "symbol" || typeof value === "bigint") fail(what, `a ${typeof value} cannot be converted to a number`);
  return Number(value);
}

const byte = integer(8, true);
const octet = integer(8, false);
const short = integer(16, true);
const unsignedShort = integer(16, false);
const long = integer(32, true);
const unsignedLong = integer(32, false);
const longLong = integer(64, true);
const unsignedLongLong = integer(64, false);

function unrestrictedDouble(value, what) { return number(value, what); }

/** Standard: https://webidl.spec.whatwg.org/#es-double */
function double(value, what) {
  const x = number(value, what);
  if (!Number.isFinite(x)) fail(what, "it is not a finite number");
  return x;
}

function isObject(value) {
  return typeof value === "object" ? value !== null : typeof value === "function";
}

function object(value, what) {
  if (!isObject(value)) fail(what, "it is not an object");
  return value;
}

/** A conversion that lets null through, and undefined as null. */
function nullable(convert) {
  return (value, what) => (value === null || value === undefined ? null : convert(value, what));
}

/** A conversion of what must be an instance, as a predicate tells. */
function instance(name, is) {
  return (value, what) => {
    if (!is(value)) fail(what, `it is not of type ${name}`);
    return value;
  };
}

/** Standard: https://webidl.spec.whatwg.org/#es-enumeration */
function enumeration(name, ...values) {
  return (value, what) => {
    const text = DOMString(value, what);
    if (!values.includes(text)) fail(what, `"${text}" is not a value of ${name}`);
    return text;
  };
}

/** Standard: https://webidl.spec.whatwg.org/#es-sequence */
function sequence(convert) {
  return (value, what) => {
    const method = isObject(value) ? value[Symbol.iterator] : undefined;
    if (method === undefined || method === null) fail(what, "it is not a sequence");
    return fromIterable(value, method, convert, what);
  };
}

/** Standard: https://webidl.spec.whatwg.org/#create-sequence-from-iterable */
function fromIterable(iterable, method, convert, what) {
  if (typeof method !== "function") fail(what, "its iterator is not a function");
  const iterator = apply(method, iterable, []);
  if (!isObject(iterator)) fail(what, "its iterator is not an object");
  const next = iterator.next;
  const list = [];
  for (;;) {
    const result = apply(next, iterator, []);
    if (!isObject(result)) fail(what, "its iterator gives something that is not an object");
    if (result.done) return list;
    list.push(convert(result.value, `${what}, element ${list.length}`));
  }
}

/** Standard: https://webidl.spec.whatwg.org/#es-record */
function record(convertKey, convertValue) {
  return (value, what) => {
    if (!isObject(value)) fail(what, "it is not an object");
    const result = new Map();
    for (const key of ownKeys(value)) {
      const own = Reflect.getOwnPropertyDescriptor(value, key);
      if (own === undefined || !own.enumerable) continue;
      const converted = convertKey(key, what);
      result.set(converted, convertValue(value[key], what));
    }
    return [...result];
  };
}

/**
 * A conversion to a dictionary. members is an object of conversions in the order in
 * which they are read: those of the parent first, each dictionary's own by name.
 * A member that has a default is [conversion, default]; one that must be there is
 * [conversion, idl.mandatory].
 *
 * Standard: https://webidl.spec.whatwg.org/#es-dictionary
 */
function dictionary(name, members, parent) {
  const own = Object.entries(members).map(([key, member]) => (
    Array.isArray(member)
      ? { key, convert: member[0], fallback: member[1] }
      : { key, convert: member, fallback: undefined }));
  const isSimple = own.every(({ fallback }) => fallback !== mandatory && typeof fallback !== "function");
  let defaults; // of an absent dictionary; made when first needed
  const conversion = (value, what) => {
    if (value === undefined && defaults !== undefined) return defaults;
    if (value !== undefined && value !== null && !isObject(value)) fail(what, `it is not a ${name}`);
    if (readyMade.has(value)) return value;
    const result = { __proto__: null, ...parent?.(value, what) };
    const absent = value === undefined || value === null;
    for (const { key, convert, fallback } of own) {
      const given = absent ? undefined : value[key];
      if (given !== undefined) {
        result[key] = convert(given, `${what}, member ${key}`);
      } else if (fallback === mandatory) {
        fail(what, `required member ${key} is undefined`);
      } else if (fallback !== undefined) {
        result[key] = typeof fallback === "function" ? fallback() : fallback;
      }
    }
    if (value === undefined && conversion.isSimple) defaults = Object.freeze(result);
    return result;
  };
  conversion.isSimple = isSimple && parent?.isSimple !== false;
  return conversion;
}

// Dictionaries that the prelude has made, with all members converted.
const readyMade = slot();

/** A dictionary that needs no conversion any more, because scripts have not seen it. */
function ready(dictionaryObject) {
  new readyMade(dictionaryObject, true);
  return dictionaryObject;
}

// Marks a dictionary's member that must be there.
const mandatory = Symbol("mandatory");

/** Standard: https://webidl.spec.whatwg.org/#es-callback-function */
function callback(value, what) {
  if (typeof value !== "function") fail(what, "it is not a function");
  return value;
}

/** Standard: https://webidl.spec.whatwg.org/#es-promise */
function promise(value) {
  return Promise.resolve(value);
}

function isArrayBuffer(value) { return bufferLength(value) !== undefined; }

const byteLength = getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength").get;

function bufferLength(value) {
  try {
    return apply(byteLength, value, []);
  } catch {
    return undefined;
  }
}

/** Standard: https://webidl.spec.whatwg.org/#BufferSource */
function isBufferSource(value) {
  return isObject(value) && (ArrayBuffer.isView(value) || isArrayBuffer(value));
}

/** The bytes that a BufferSource shows now, as a Uint8Array on the same memory. */
function bytesOf(source) {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

// --- Iteration -------------------------------------------------------------------

const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

/**
 * Adds entries(), keys(), values(), forEach() and the default iterator to an
 * interface of pairs. pairsOf(object) checks the brand and returns the pairs of now.
 *
 * Standard: https://webidl.spec.whatwg.org/#es-iterable
 */
function iterable(Class, pairsOf) {
  const name = Class.name;
  const state = slot();
  const prototype = Object.create(IteratorPrototype, {
    [Symbol.toStringTag]: { value: `${name} Iterator`, configurable: true },
  });
  const { next } = {
    next() {
      if (!state.has(this)) throw new TypeError(`next: it is not of type ${name} Iterator`);
      const it = state.of(this);
      const pairs = pairsOf(it.target);
      if (it.index >= pairs.length) return { value: undefined, done: true };
      return { value: it.pick(pairs[it.index++]), done: false };
    },
  };
  defineProperty(prototype, "next", { value: next, writable: true, enumerable: true, configurable: true });
  const iterate = (target, pick) => {
    pairsOf(target);
    const iterator = Object.create(prototype);
    new state(iterator, { target, pick, index: 0 });
    return iterator;
  };
  const members = {
    entries() { return iterate(this, ([key, value]) => [key, value]); },
    forEach(callbackFunction, thisArg = undefined) {
      pairsOf(this);
      required(arguments, 1, `${name}.forEach`);
      callback(callbackFunction, `${name}.forEach: callback`);
      for (let i = 0, pairs = pairsOf(this); i < pairs.length; i++, pairs = pairsOf(this)) {
        apply(callbackFunction, thisArg, [pairs[i][1], pairs[i][0], this]);
      }
    },
    keys() { return iterate(this, ([key]) => key); },
    values() { return iterate(this, ([, value]) => value); },
  };
  for (const [key, value] of Object.entries(members)) {
    defineProperty(Class.prototype, key, { value, writable: true, enumerable: true, configurable: true });
  }
  defineProperty(Class.prototype, Symbol.iterator, { value: members.entries, writable: true, configurable: true });
}

// --- Callbacks -------------------------------------------------------------------

// How many callbacks and scripts are running, one inside the other, in all realms
// of the thread.
const stack = host.stack();

/**
 * Calls a function of the script. When it is the outermost, the promises' reactions
 * follow at once. What it throws, the caller has to report.
 *
 * Standard: https://webidl.spec.whatwg.org/#invoke-a-callback-function
 */
function invoke(callbackFunction, thisArg, args) {
  stack.depth++;
  try {
    return apply(callbackFunction, thisArg, args);
  } finally {
    if (--stack.depth === 0) host.checkpoint();
  }
}

/** Calls a function of the script; what it throws is reported and goes no further. */
function invokeAndReport(callbackFunction, thisArg, args) {
  try {
    return invoke(callbackFunction, thisArg, args);
  } catch (error) {
    report(error);
    return undefined;
  }
}

/** Standard: https://html.spec.whatwg.org/#report-an-exception */
function report(error) {
  require("errors").report(error);
}

Object.assign(exports, {
  define, isPlatformObject, construct, token, required, slot, fail,
  any, boolean, byte, octet, short, unsignedShort, long, unsignedLong, longLong, unsignedLongLong, integer,
  double, unrestrictedDouble, DOMString, USVString, ByteString, object, isObject,
  nullable, instance, enumeration, sequence, fromIterable, record, dictionary, ready, mandatory, callback, promise,
  isArrayBuffer, isBufferSource, bytesOf,
  iterable, invoke, invokeAndReport, report,
});
