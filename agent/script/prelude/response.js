// Response.
//
// Standard: https://fetch.spec.whatwg.org/#response-class

const idl = require("webidl");
const headers = require("headers");
const bodies = require("body");

const ResponseInit = idl.dictionary("ResponseInit", {
  headers: headers.HeadersInit,
  status: [idl.unsignedShort, 200],
  statusText: [idl.ByteString, ""],
});

const noBody = [101, 103, 204, 205, 304];
const redirects = [301, 302, 303, 307, 308];

class Response {
  #r;
  #headers;

  constructor(body = null, init = undefined) {
    body = idl.nullable(bodies.BodyInit)(body, "Response constructor: body");
    init = ResponseInit(init, "Response constructor: options");
    this.#r = { type: "default", url: "", redirected: false, status: 200, statusText: "", headers: [], body: null };
    this.#headers = headers.create(this.#r.headers, "response");
    initialize(this.#r, this.#headers, init, body === null ? null : bodies.extract(body));
  }

  static error() {
    return exports.create({
      type: "error", url: "", redirected: false, status: 0, statusText: "", headers: [], body: null,
    }, "immutable");
  }

  static redirect(url, status = 302) {
    idl.required(arguments, 1, "Response.redirect");
    const [target] = host.parseURL(idl.USVString(url, "Response.redirect: url"));
    status = idl.unsignedShort(status, "Response.redirect: status");
    if (!redirects.includes(status)) throw new RangeError(`Response.redirect: ${status} is not the status of a redirect`);
    return exports.create({
      type: "default", url: "", redirected: false, status, statusText: "", headers: [["Location", target]], body: null,
    }, "immutable");
  }

  static json(data, init = undefined) {
    idl.required(arguments, 1, "Response.json");
    init = ResponseInit(init, "Response.json: options");
    const text = JSON.stringify(data);
    if (text === undefined) throw new TypeError("Response.json: the data has no JSON");
    const response = new Response();
    const body = bodies.extract(text.toWellFormed());
    body.type = "application/json";
    initialize(response.#r, response.#headers, init, body);
    return response;
  }

  get type() { return this.#r.type; }
  get url() { return this.#r.url; }
  get redirected() { return this.#r.redirected; }
  get status() { return this.#r.status; }
  get ok() { return this.#r.status >= 200 && this.#r.status <= 299; }
  get statusText() { return this.#r.statusText; }
  get headers() { return this.#headers; }

  clone() {
    const r = this.#r;
    if (bodies.isUnusable(r.body)) throw new TypeError("Response.clone: the body was read from, or is locked");
    const list = r.headers.map(([name, value]) => [name, value]);
    return exports.create({ ...r, headers: list, body: bodies.clone(r.body) }, headers.guardOf(this.#headers));
  }

  static {
    exports.isResponse = (value) => idl.isObject(value) && #r in value;
    exports.stateOf = (response) => response.#r;

    /** A Response of the prelude's making. */
    exports.create = (r, guard) => {
      const response = new Response();
      response.#r = r;
      response.#headers = headers.create(r.headers, guard);
      return response;
    };
  }
}

idl.define(Response);
bodies.mixin(Response, (response) => exports.stateOf(response));

/** Standard: https://fetch.spec.whatwg.org/#initialize-a-response */
function initialize(r, object, init, body) {
  if (init.status < 200 || init.status > 599) throw new RangeError(`Response constructor: ${init.status} is not a status from 200 to 599`);
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(init.statusText)) throw new TypeError("Response constructor: statusText is no reason phrase");
  r.status = init.status;
  r.statusText = init.statusText;
  if (init.headers !== undefined) headers.fill(object, init.headers);
  if (body === null) return;
  if (noBody.includes(r.status)) throw new TypeError(`Response constructor: a response of status ${r.status} has no body`);
  r.body = body;
  if (body.type !== null && !headers.has(r.headers, "content-type")) headers.appendTo(r.headers, "Content-Type", body.type);
}

exports.Response = Response;
