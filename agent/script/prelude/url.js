// URL. Addresses are read in Go: an object holds the handle of a weburl.URL, which
// cannot be changed; setters get another.
//
// Standard: https://url.spec.whatwg.org/#url-class

const idl = require("webidl");

class URL {
  #native;
  #params; // made when first asked for

  constructor(url, base = undefined) {
    if (url === idl.token) {
      this.#native = base;
      return;
    }
    idl.required(arguments, 1, "URL constructor");
    this.#native = host.parse(...inputs(url, base, "URL constructor"));
  }

  static parse(url, base = undefined) {
    idl.required(arguments, 1, "URL.parse");
    const native = host.tryParse(...inputs(url, base, "URL.parse"));
    return native === null ? null : new URL(idl.token, native);
  }

  static canParse(url, base = undefined) {
    idl.required(arguments, 1, "URL.canParse");
    return host.tryParse(...inputs(url, base, "URL.canParse")) !== null;
  }

  static createObjectURL(obj) {
    idl.required(arguments, 1, "URL.createObjectURL");
    const { isBlob, nativeOf } = require("blob");
    if (!isBlob(obj)) idl.fail("URL.createObjectURL: argument", "it is not of type Blob");
    return host.createObjectURL(nativeOf(obj));
  }

  static revokeObjectURL(url) {
    idl.required(arguments, 1, "URL.revokeObjectURL");
    host.revokeObjectURL(idl.DOMString(url, "URL.revokeObjectURL: url"));
  }

  get href() { return host.href(this.#native); }
  set href(value) {
    this.#native; // the brand
    this.#native = host.parse(idl.USVString(value, "URL.href"));
    this.#renewParams();
  }

  get origin() { return host.origin(this.#native); }

  get protocol() { return this.#get("protocol"); }
  set protocol(value) { this.#set("protocol", value); }
  get username() { return this.#get("username"); }
  set username(value) { this.#set("username", value); }
  get password() { return this.#get("password"); }
  set password(value) { this.#set("password", value); }
  get host() { return this.#get("host"); }
  set host(value) { this.#set("host", value); }
  get hostname() { return this.#get("hostname"); }
  set hostname(value) { this.#set("hostname", value); }
  get port() { return this.#get("port"); }
  set port(value) { this.#set("port", value); }
  get pathname() { return this.#get("pathname"); }
  set pathname(value) { this.#set("pathname", value); }
  get search() { return this.#get("search"); }
  set search(value) {
    this.#set("search", value);
    this.#renewParams();
  }

  get searchParams() {
    const native = this.#native;
    this.#params ??= require("searchparams").createFor(host.get(native, "search"), (query) => {
      this.#native = host.with(this.#native, "search", query);
    });
    return this.#params;
  }

  get hash() { return this.#get("hash"); }
  set hash(value) { this.#set("hash", value); }

  toString() { return host.href(this.#native); }
  toJSON() { return host.href(this.#native); }

  #get(part) { return host.get(this.#native, part); }

  #set(part, value) {
    const native = this.#native;
    this.#native = host.with(native, part, idl.USVString(value, `URL.${part}`));
  }

  #renewParams() {
    if (this.#params !== undefined) require("searchparams").renew(this.#params, this.search);
  }
}

function inputs(url, base, what) {
  url = idl.USVString(url, `${what}: url`);
  return base === undefined ? [url] : [url, idl.USVString(base, `${what}: base`)];
}

idl.define(URL);

Object.assign(exports, { URL, webkitURL: URL });
