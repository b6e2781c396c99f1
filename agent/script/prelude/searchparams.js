// URLSearchParams.
//
// Standard: https://url.spec.whatwg.org/#interface-urlsearchparams

const idl = require("webidl");

// --- application/x-www-form-urlencoded -----------------------------------------------

const { encodeURIComponent, decodeURIComponent } = globalThis;

/** Standard: https://url.spec.whatwg.org/#concept-urlencoded-parser */
function parse(text) {
  return text.split("&").filter((piece) => piece !== "").map((piece) => {
    const i = piece.indexOf("=");
    return i < 0 ? [decode(piece), ""] : [decode(piece.slice(0, i)), decode(piece.slice(i + 1))];
  });
}

function decode(text) {
  text = text.replaceAll("+", " ");
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return host.percentDecode(text); // which takes what is no UTF-8
  }
}

/** Standard: https://url.spec.whatwg.org/#concept-urlencoded-serializer */
const serialize = (pairs) => pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");

const encode = (text) => encodeURIComponent(text).replace(/[!'()~]|%20/g, (found) => (
  found === "%20" ? "+" : `%${found.charCodeAt(0).toString(16).toUpperCase()}`));

// --- URLSearchParams -----------------------------------------------------------------

class URLSearchParams {
  #pairs;
  #update = null; // tells the URL whose query this is

  constructor(init = "") {
    this.#pairs = pairsOfInit(init);
  }

  get size() { return this.#pairs.length; }

  append(name, value) {
    const pairs = this.#pairs;
    idl.required(arguments, 2, "URLSearchParams.append");
    name = idl.USVString(name, "append: name");
    value = idl.USVString(value, "append: value");
    pairs.push([name, value]);
    this.#changed();
  }

  delete(name, value = undefined) {
    this.#pairs; // the brand
    idl.required(arguments, 1, "URLSearchParams.delete");
    const matches = matcher(name, value, "delete");
    this.#pairs = this.#pairs.filter((pair) => !matches(pair));
    this.#changed();
  }

  get(name) {
    const pairs = this.#pairs;
    idl.required(arguments, 1, "URLSearchParams.get");
    const found = pairs.find(matcher(name, undefined, "get"));
    return found === undefined ? null : found[1];
  }

  getAll(name) {
    const pairs = this.#pairs;
    idl.required(arguments, 1, "URLSearchParams.getAll");
    return pairs.filter(matcher(name, undefined, "getAll")).map(([, value]) => value);
  }

  has(name, value = undefined) {
    const pairs = this.#pairs;
    idl.required(arguments, 1, "URLSearchParams.has");
    return pairs.some(matcher(name, value, "has"));
  }

  set(name, value) {
    this.#pairs; // the brand
    idl.required(arguments, 2, "URLSearchParams.set");
    name = idl.USVString(name, "set: name");
    value = idl.USVString(value, "set: value");
    this.#pairs = replace(this.#pairs, name, [name, value]);
    this.#changed();
  }

  sort() {
    this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#changed();
  }

  toString() { return serialize(this.#pairs); }

  /** Standard: https://url.spec.whatwg.org/#concept-urlsearchparams-update */
  #changed() {
    if (this.#update !== null) this.#update(serialize(this.#pairs));
  }

  static {
    exports.isURLSearchParams = (value) => idl.isObject(value) && #pairs in value;
    exports.pairsOf = (params) => params.#pairs;

    /** The parameters of a URL's query, which tell update() of the query they make. */
    exports.createFor = (query, update) => {
      const params = new URLSearchParams(query);
      params.#update = update;
      return params;
    };

    /** Takes over another query of the URL. */
    exports.renew = (params, query) => { params.#pairs = parse(withoutMark(query)); };
  }
}

function matcher(name, value, what) {
  name = idl.USVString(name, `${what}: name`);
  if (value === undefined) return (pair) => pair[0] === name;
  value = idl.USVString(value, `${what}: value`);
  return (pair) => pair[0] === name && pair[1] === value;
}

/**
 * The pairs with one that stands where the first of its name stood, and without
 * the others of that name. Forms' data are set in the same way.
 */
exports.replace = replace;
function replace(pairs, name, pair) {
  const i = pairs.findIndex(([other]) => other === name);
  if (i < 0) return [...pairs, pair];
  const rest = pairs.slice(i + 1).filter(([other]) => other !== name);
  return [...pairs.slice(0, i), pair, ...rest];
}

const withoutMark = (query) => (query.startsWith("?") ? query.slice(1) : query);

const Record = idl.record(idl.USVString, idl.USVString);

/** Standard: https://url.spec.whatwg.org/#urlsearchparams-initialize */
function pairsOfInit(init) {
  const what = "URLSearchParams constructor: init";
  if (!idl.isObject(init)) return parse(withoutMark(idl.USVString(init, what)));
  const method = init[Symbol.iterator];
  if (method === undefined || method === null) return Record(init, what);
  const pairs = idl.fromIterable(init, method, idl.sequence(idl.USVString), what);
  const odd = pairs.find((pair) => pair.length !== 2);
  if (odd !== undefined) idl.fail(what, `a pair has ${odd.length} elements`);
  return pairs;
}

idl.define(URLSearchParams);
idl.iterable(URLSearchParams, exports.pairsOf);

require("body").register("URLSearchParams", exports.isURLSearchParams, (params) => host.body(serialize(exports.pairsOf(params))));

Object.assign(exports, { URLSearchParams, parse });
