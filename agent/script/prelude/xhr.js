// XMLHttpRequest. What it does is in Go, in package xhr: here is the interface.
//
// Standard: https://xhr.spec.whatwg.org/

const idl = require("webidl");
const { EventTarget, Event, ProgressEvent, attach, dispatch, handlers, hasListeners } = require("events");

// The types of events that Go fires, each with its bit in what Go is told of.
const bits = {
  __proto__: null, readystatechange: 1, loadstart: 2, progress: 4, abort: 8, error: 16, load: 32, timeout: 64, loadend: 128,
};

/** Tells Go what is listened to, so that it does not call for events that nobody hears. */
function heed(native, upload, listeners) {
  let mask = 0;
  for (const { type } of listeners) mask |= bits[type] ?? 0;
  host.heed(native, upload, mask);
}

/** The event that Go fires, made without the conversions that scripts' own need. */
function eventOf(type, loaded, total) {
  const init = { __proto__: null, bubbles: false, cancelable: false, composed: false };
  if (type === "readystatechange") return new Event(type, idl.ready(init));
  init.lengthComputable = total !== 0;
  init.loaded = loaded;
  init.total = total;
  return new ProgressEvent(type, idl.ready(init));
}

class XMLHttpRequestEventTarget extends EventTarget {
  constructor(token = undefined) {
    idl.construct(token);
    super();
  }
}

idl.define(XMLHttpRequestEventTarget);
handlers(
  XMLHttpRequestEventTarget,
  "onabort", "onerror", "onload", "onloadend", "onloadstart", "onprogress", "ontimeout",
);

/** Standard: https://xhr.spec.whatwg.org/#xmlhttprequestupload */
class XMLHttpRequestUpload extends XMLHttpRequestEventTarget {
  constructor(token = undefined) { super(token); }
}

idl.define(XMLHttpRequestUpload);

const responseTypes = ["", "arraybuffer", "blob", "document", "json", "text"];
const nullableString = idl.nullable(idl.USVString);

let nativeOf; // what Go has of an XMLHttpRequest

class XMLHttpRequest extends XMLHttpRequestEventTarget {
  #native = host.create();
  #upload;
  #object; // the response object, once made

  // Hears of the events that Go fires.
  #hear = (upload, type, loaded, total) => dispatch(upload ? this.#upload : this, eventOf(type, loaded, total));

  constructor() {
    super(idl.token);
    attach(this, hooks);
  }

  get readyState() { return host.state(this.#native); }

  open(method, url, async = undefined, username = null, password = null) {
    const native = this.#native;
    idl.required(arguments, 2, "XMLHttpRequest.open");
    method = idl.ByteString(method, "open: method");
    url = idl.USVString(url, "open: url");
    // With two arguments it is asynchronous; with more, undefined stands for false.
    const sync = arguments.length > 2 && !async;
    username = nullableString(username, "open: username");
    password = nullableString(password, "open: password");
    host.open(native, this.#hear, method, url, sync, username, password);
    this.#object = undefined;
  }

  setRequestHeader(name, value) {
    const native = this.#native;
    idl.required(arguments, 2, "XMLHttpRequest.setRequestHeader");
    name = idl.ByteString(name, "setRequestHeader: name");
    value = idl.ByteString(value, "setRequestHeader: value");
    host.setRequestHeader(native, name, value);
  }

  get timeout() { return host.timeout(this.#native); }
  set timeout(value) { host.setTimeout(this.#native, idl.unsignedLong(value, "timeout")); }

  get withCredentials() { return host.withCredentials(this.#native); }
  set withCredentials(value) { host.setWithCredentials(this.#native, idl.boolean(value)); }

  get upload() {
    this.#native; // the brand
    if (this.#upload === undefined) {
      const native = this.#native;
      this.#upload = new XMLHttpRequestUpload(idl.token);
      attach(this.#upload, { __proto__: null, changed() { heed(native, true, this.listeners); } });
    }
    return this.#upload;
  }

  send(body = null) {
    const native = this.#native;
    const [kind, content] = require("body").forXHR(body, "XMLHttpRequest.send: body");
    const uploading = this.#upload !== undefined && hasListeners(this.#upload);
    this.#object = undefined;
    host.send(native, this.#hear, kind, content, uploading);
  }

  abort() {
    host.abort(this.#native, this.#hear);
    this.#object = undefined;
  }

  get responseURL() { return host.responseURL(this.#native); }
  get status() { return host.status(this.#native); }
  get statusText() { return host.statusText(this.#native); }

  getResponseHeader(name) {
    const native = this.#native;
    idl.required(arguments, 1, "XMLHttpRequest.getResponseHeader");
    return host.responseHeader(native, idl.ByteString(name, "getResponseHeader: name"));
  }

  getAllResponseHeaders() { return host.allResponseHeaders(this.#native); }

  overrideMimeType(mime) {
    const native = this.#native;
    idl.required(arguments, 1, "XMLHttpRequest.overrideMimeType");
    host.overrideMimeType(native, idl.DOMString(mime, "overrideMimeType: mime"));
  }

  get responseType() { return host.responseType(this.#native); }
  set responseType(value) {
    const native = this.#native;
    const type = idl.DOMString(value, "responseType");
    if (responseTypes.includes(type)) host.setResponseType(native, type);
  }

  get response() {
    const native = this.#native;
    const [kind, value] = host.response(native);
    if (kind === "text" || value === null) return value;
    if (this.#object !== undefined) return this.#object;
    this.#object = makeObject[kind](value);
    return this.#object;
  }

  get responseText() { return host.responseText(this.#native); }

  get responseXML() {
    const document = host.responseXML(this.#native);
    if (document === null) return null;
    this.#object ??= makeObject.document(document);
    return this.#object;
  }

  static {
    nativeOf = (request) => request.#native;
  }
}

const hooks = { __proto__: null, changed() { heed(nativeOf(this.object), false, this.listeners); } };

// Makes response objects of what Go has.
const makeObject = {
  arraybuffer: (bytes) => bytes,
  blob: (native) => require("blob").wrap(native),
  document: (native) => require("document").wrap(native),
  json: (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  },
};

idl.define(XMLHttpRequest, {
  constants: { UNSENT: 0, OPENED: 1, HEADERS_RECEIVED: 2, LOADING: 3, DONE: 4 },
});
handlers(XMLHttpRequest, "onreadystatechange");

// What engines before CORS did not have: feature detection looks for it.
for (const name of host.missing()) delete XMLHttpRequest.prototype[name];

// There are no documents in workers.
if (host.isWorker()) delete XMLHttpRequest.prototype.responseXML;

Object.assign(exports, { XMLHttpRequestEventTarget, XMLHttpRequestUpload, XMLHttpRequest });
