// Headers.
//
// Standard: https://fetch.spec.whatwg.org/#headers-class
//
// A header list is an array of [name, value], with names as they were given. A
// Headers object has one, and a guard: "none", "request", "request-no-cors",
// "response" or "immutable".

const idl = require("webidl");

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Standard: https://fetch.spec.whatwg.org/#concept-header-value-normalize */
const normalize = (value) => value.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, "");

const isName = (name) => token.test(name);
const isValue = (value) => !/[\0\n\r]/.test(value);

const pairs = idl.sequence(idl.sequence(idl.ByteString));
const entries = idl.record(idl.ByteString, idl.ByteString);

/** Standard: https://fetch.spec.whatwg.org/#typedefdef-headersinit */
function HeadersInit(value, what) {
  if (!idl.isObject(value)) idl.fail(what, "it is neither a sequence nor a record");
  const method = value[Symbol.iterator];
  if (method === undefined || method === null) return entries(value, what);
  const list = idl.fromIterable(value, method, idl.sequence(idl.ByteString), what);
  for (const pair of list) {
    if (pair.length !== 2) idl.fail(what, "an element is not a pair of a name and a value");
  }
  return list;
}

class Headers {
  #list = [];
  #guard = "none";

  constructor(init = undefined) {
    if (init !== undefined) fill(this, HeadersInit(init, "Headers constructor: init"));
  }

  append(name, value) {
    this.#list; // the brand
    idl.required(arguments, 2, "Headers.append");
    append(this, idl.ByteString(name, "Headers.append: name"), idl.ByteString(value, "Headers.append: value"));
  }

  delete(name) {
    this.#list; // the brand
    idl.required(arguments, 1, "Headers.delete");
    name = idl.ByteString(name, "Headers.delete: name");
    if (!mayChange(this, name, "", "Headers.delete")) return;
    if (this.#guard === "request-no-cors" && !isNoCORSSafelistedName(name) && !isPrivileged(name)) return;
    if (!has(this.#list, name)) return;
    remove(this.#list, name);
    if (this.#guard === "request-no-cors") removePrivileged(this.#list);
  }

  get(name) {
    const list = this.#list;
    idl.required(arguments, 1, "Headers.get");
    return get(list, checkName(idl.ByteString(name, "Headers.get: name"), "Headers.get"));
  }

  getSetCookie() {
    return this.#list.filter(([name]) => same(name, "set-cookie")).map(([, value]) => value);
  }

  has(name) {
    const list = this.#list;
    idl.required(arguments, 1, "Headers.has");
    return has(list, checkName(idl.ByteString(name, "Headers.has: name"), "Headers.has"));
  }

  set(name, value) {
    const list = this.#list;
    idl.required(arguments, 2, "Headers.set");
    name = idl.ByteString(name, "Headers.set: name");
    value = normalize(idl.ByteString(value, "Headers.set: value"));
    if (!mayChange(this, name, value, "Headers.set")) return;
    if (this.#guard === "request-no-cors" && !host.isNoCORSSafelisted(name, value)) return;
    setIn(list, name, value);
    if (this.#guard === "request-no-cors") removePrivileged(list);
  }

  static {
    exports.isHeaders = (value) => idl.isObject(value) && #list in value;
    exports.listOf = (headers) => headers.#list;
    exports.guardOf = (headers) => headers.#guard;

    /** A Headers object of a list, which it shares. */
    exports.create = (list, guard) => {
      const headers = new Headers();
      headers.#list = list;
      headers.#guard = guard;
      return headers;
    };
  }
}

idl.define(Headers);
idl.iterable(Headers, (headers) => sortAndCombine(exports.listOf(headers)));

const { listOf, guardOf } = exports;

function checkName(name, what) {
  if (!isName(name)) throw new TypeError(`${what}: ${JSON.stringify(name)} is no header name`);
  return name;
}

/**
 * Whether a field may be changed; silently not, if only the browser sets it.
 *
 * Standard: https://fetch.spec.whatwg.org/#headers-validate
 */
function mayChange(headers, name, value, what) {
  checkName(name, what);
  if (!isValue(value)) throw new TypeError(`${what}: ${JSON.stringify(value)} cannot stand in a header`);
  switch (guardOf(headers)) {
    case "immutable": throw new TypeError(`${what}: the headers are immutable`);
    case "request": return !host.isForbiddenRequest(name, value);
    case "response": return !same(name, "set-cookie") && !same(name, "set-cookie2");
    default: return true;
  }
}

/** Standard: https://fetch.spec.whatwg.org/#concept-headers-append */
function append(headers, name, value) {
  value = normalize(value);
  if (!mayChange(headers, name, value, "Headers.append")) return;
  const list = listOf(headers);
  const guard = guardOf(headers);
  if (guard === "request-no-cors") {
    const before = get(list, name);
    if (!host.isNoCORSSafelisted(name, before === null ? value : `${before}, ${value}`)) return;
  }
  appendTo(list, name, value);
  if (guard === "request-no-cors") removePrivileged(list);
}

/** Standard: https://fetch.spec.whatwg.org/#concept-headers-fill */
function fill(headers, pairsToAdd) {
  for (const [name, value] of pairsToAdd) append(headers, name, value);
}

// --- Header lists ------------------------------------------------------------------

const lower = (name) => name.toLowerCase();
const same = (a, b) => a === b || lower(a) === lower(b);
const has = (list, name) => list.some(([other]) => same(other, name));

/** Standard: https://fetch.spec.whatwg.org/#concept-header-list-get */
function get(list, name) {
  const values = list.filter(([other]) => same(other, name)).map(([, value]) => value);
  return values.length === 0 ? null : values.join(", ");
}

/** Standard: https://fetch.spec.whatwg.org/#concept-header-list-append */
function appendTo(list, name, value) {
  const first = list.find(([other]) => same(other, name));
  list.push([first === undefined ? name : first[0], value]);
}

/** Standard: https://fetch.spec.whatwg.org/#concept-header-list-set */
function setIn(list, name, value) {
  const i = list.findIndex(([other]) => same(other, name));
  if (i < 0) {
    list.push([name, value]);
    return;
  }
  const kept = list[i][0];
  remove(list, name);
  list.splice(i, 0, [kept, value]);
}

function remove(list, name) {
  for (let i = list.length - 1; i >= 0; i--) {
    if (same(list[i][0], name)) list.splice(i, 1);
  }
}

/** Standard: https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine */
function sortAndCombine(list) {
  const names = [...new Set(list.map(([name]) => lower(name)))].sort();
  return names.flatMap((name) => (name === "set-cookie"
    ? list.filter(([other]) => same(other, name)).map(([, value]) => [name, value])
    : [[name, get(list, name)]]));
}

// --- Requests without CORS -----------------------------------------------------------

const noCORSNames = ["accept", "accept-language", "content-language", "content-type"];
const isNoCORSSafelistedName = (name) => noCORSNames.includes(lower(name));
const isPrivileged = (name) => same(name, "range");
const removePrivileged = (list) => remove(list, "range");

Object.assign(exports, {
  Headers, HeadersInit, fill, append, isName, isValue, normalize, get, has, appendTo, setIn,
});
