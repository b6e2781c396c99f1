// Request.
//
// Standard: https://fetch.spec.whatwg.org/#request-class

const idl = require("webidl");
const headers = require("headers");
const bodies = require("body");
const aborts = require("abort");

const RequestInit = idl.dictionary("RequestInit", {
  body: idl.nullable(bodies.BodyInit),
  cache: idl.enumeration("RequestCache", "default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"),
  credentials: idl.enumeration("RequestCredentials", "omit", "same-origin", "include"),
  duplex: idl.enumeration("RequestDuplex", "half"),
  headers: headers.HeadersInit,
  integrity: idl.DOMString,
  keepalive: idl.boolean,
  method: idl.ByteString,
  mode: idl.enumeration("RequestMode", "navigate", "same-origin", "no-cors", "cors"),
  priority: idl.enumeration("RequestPriority", "high", "low", "auto"),
  redirect: idl.enumeration("RequestRedirect", "follow", "error", "manual"),
  referrer: idl.USVString,
  referrerPolicy: idl.enumeration(
    "ReferrerPolicy", "", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin",
    "origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url",
  ),
  signal: idl.nullable(aborts.signal),
  window: idl.any,
});

class Request {
  #r;
  #headers;
  #signal;

  constructor(input, init = undefined) {
    idl.required(arguments, 1, "Request constructor");
    const given = exports.isRequest(input) ? input : idl.USVString(input, "Request constructor: input");
    init = RequestInit(init, "Request constructor: options");
    const isObject = typeof given !== "string";
    const r = isObject ? copy(given.#r) : fromURL(given);
    const changed = Object.keys(init).length > 0;
    if (init.window !== undefined && init.window !== null) throw new TypeError("Request constructor: window is not null");
    if (changed) resetReferrer(r);
    apply(r, init, isObject ? undefined : "cors");
    const signal = init.signal === undefined ? (isObject ? given.#signal : null) : init.signal;
    this.#signal = aborts.follow(signal === null ? [] : [signal]);
    this.#headers = headers.create(r.headers, guardOf(r));
    if (changed) setHeaders(this.#headers, r, init);
    const inputBody = isObject ? given.#r.body : null;
    r.body = chooseBody(r, init, inputBody, this.#headers);
    this.#r = r;
  }

  get method() { return this.#r.method; }
  get url() { return this.#r.url; }
  get headers() { return this.#headers; }
  get destination() { return this.#r.destination; }
  get referrer() { return this.#r.referrer; }
  get referrerPolicy() { return this.#r.referrerPolicy; }
  get mode() { return this.#r.mode; }
  get credentials() { return this.#r.credentials; }
  get cache() { return this.#r.cache; }
  get redirect() { return this.#r.redirect; }
  get integrity() { return this.#r.integrity; }
  get keepalive() { return this.#r.keepalive; }
  get isReloadNavigation() { this.#r; return false; }
  get isHistoryNavigation() { this.#r; return false; }
  get signal() { return this.#signal; }
  get duplex() { this.#r; return "half"; }

  clone() {
    const r = this.#r;
    if (bodies.isUnusable(r.body)) throw new TypeError("Request.clone: the body was read from, or is locked");
    const result = new Request(r.url);
    result.#r = { ...copy(r), body: bodies.clone(r.body) };
    result.#headers = headers.create(result.#r.headers, headers.guardOf(this.#headers));
    result.#signal = aborts.follow([this.#signal]);
    return result;
  }

  static {
    exports.isRequest = (value) => idl.isObject(value) && #r in value;
    exports.stateOf = (request) => request.#r;
  }
}

idl.define(Request);
bodies.mixin(Request, (request) => exports.stateOf(request));

/** The request that a URL alone stands for. */
function fromURL(input) {
  const [url, hasCredentials, entry] = host.parseURL(input);
  if (hasCredentials) throw new TypeError("Request constructor: the URL has a user name or a password");
  return {
    method: "GET", url, entry, headers: [], body: null, destination: "", referrer: "about:client", referrerPolicy: "",
    mode: "no-cors", credentials: "same-origin", cache: "default", redirect: "follow", integrity: "", keepalive: false,
  };
}

function copy(r) {
  return { ...r, headers: r.headers.map(([name, value]) => [name, value]) };
}

function resetReferrer(r) {
  if (r.mode === "navigate") r.mode = "same-origin";
  r.referrer = "about:client";
  r.referrerPolicy = "";
}

/** Standard: https://fetch.spec.whatwg.org/#dom-request, steps 14 to 26 */
function apply(r, init, fallbackMode) {
  if (init.referrer !== undefined) r.referrer = referrerOf(init.referrer);
  if (init.referrerPolicy !== undefined) r.referrerPolicy = init.referrerPolicy;
  const mode = init.mode ?? fallbackMode;
  if (mode === "navigate") throw new TypeError("Request constructor: a script cannot navigate by a request");
  if (mode !== undefined) r.mode = mode;
  for (const name of ["credentials", "cache", "redirect", "integrity", "keepalive"]) {
    if (init[name] !== undefined) r[name] = init[name];
  }
  if (r.cache === "only-if-cached" && r.mode !== "same-origin") {
    throw new TypeError("Request constructor: with cache \"only-if-cached\" the mode has to be \"same-origin\"");
  }
  if (init.method !== undefined) r.method = methodOf(init.method);
}

function methodOf(method) {
  if (!headers.isName(method)) throw new TypeError(`Request constructor: ${JSON.stringify(method)} is no method`);
  if (/^(connect|trace|track)$/i.test(method)) throw new TypeError(`Request constructor: no script may use the method ${method}`);
  return /^(delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method;
}

function referrerOf(referrer) {
  if (referrer === "") return "";
  return host.parseReferrer(referrer);
}

const guardOf = (r) => (r.mode === "no-cors" ? "request-no-cors" : "request");

/** Standard: https://fetch.spec.whatwg.org/#dom-request, steps 32 and 33 */
function setHeaders(object, r, init) {
  if (r.mode === "no-cors" && !["GET", "HEAD", "POST"].includes(r.method)) {
    throw new TypeError(`Request constructor: with mode "no-cors" the method ${r.method} cannot be used`);
  }
  const given = init.headers ?? r.headers.map(([name, value]) => [name, value]);
  r.headers.length = 0;
  headers.fill(object, given);
}

/** Standard: https://fetch.spec.whatwg.org/#dom-request, steps 34 to 43 */
function chooseBody(r, init, inputBody, object) {
  const initBody = init.body ?? null;
  if ((initBody !== null || inputBody !== null) && (r.method === "GET" || r.method === "HEAD")) {
    throw new TypeError(`Request constructor: a request with method ${r.method} has no body`);
  }
  let body = inputBody;
  if (initBody !== null) {
    body = bodies.extract(initBody, r.keepalive);
    if (body.type !== null && !headers.has(r.headers, "content-type")) headers.append(object, "Content-Type", body.type);
  }
  if (body !== null && body.kind === "stream") checkStreaming(r, init, initBody !== null);
  if (initBody !== null || inputBody === null) return body;
  if (bodies.isUnusable(inputBody)) throw new TypeError("Request constructor: the body of the request was read from, or is locked");
  return bodies.move(inputBody);
}

function checkStreaming(r, init, isNew) {
  if (isNew && init.duplex === undefined) {
    throw new TypeError("Request constructor: with a stream as its body a request needs duplex \"half\"");
  }
  if (r.mode !== "same-origin" && r.mode !== "cors") {
    throw new TypeError(`Request constructor: with mode "${r.mode}" the body cannot be a stream`);
  }
}

exports.Request = Request;
