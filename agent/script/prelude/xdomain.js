// XDomainRequest, by which Internet Explorer 8 and 9 asked other origins. It has no
// standard; what it does is in Go, in package xhr.

const idl = require("webidl");

const events = ["onload", "onerror", "onprogress", "ontimeout"];

class XDomainRequest {
  #native = host.create();

  // What is called when something happens, by the name of the attribute.
  #hear = (name) => {
    const handler = this[name];
    if (typeof handler === "function") idl.invokeAndReport(handler, this, []);
  };

  constructor() {
    for (const name of events) this[name] = null;
  }

  get contentType() { return host.contentType(this.#native); }
  get responseText() { return host.responseText(this.#native); }
  get timeout() { return host.timeout(this.#native); }
  set timeout(value) { host.setTimeout(this.#native, idl.long(value, "timeout")); }

  open(method, url) {
    const native = this.#native;
    idl.required(arguments, 2, "XDomainRequest.open");
    host.open(native, idl.DOMString(method, "open: method"), idl.USVString(url, "open: url"));
  }

  send(text = undefined) {
    host.send(this.#native, this.#hear, text === undefined || text === null ? "" : idl.USVString(text, "send: text"));
  }

  abort() { host.abort(this.#native); }
}

idl.define(XDomainRequest);

exports.XDomainRequest = XDomainRequest;
