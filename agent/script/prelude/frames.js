// Windows of other documents: frames, pages that were opened, and those that take
// the place of another.
//
// Standard: https://html.spec.whatwg.org/#document-sequences
//
// A navigable is a place that shows one document after the other: {parent, children,
// name, opener, closed, container, window}. All windows that can reach each other are
// in one heap and share these objects, whoever has made them. window is {global,
// require, realm, origin}; for a frame without a document it is null, and made of
// about:blank when somebody looks.

const idl = require("webidl");
const tree = require("node");
const attributes = require("attributes");
const { HTMLElement, define, reflect, classFor } = require("html");
const { elementOf } = require("element");
const { fire } = require("events");
const { objectOf, hook, raise } = tree;

const maxDepth = 20;

function create(parent, shared) {
  return {
    parent, children: [], name: "", opener: null, closed: false, container: null, window: null, scriptless: false, silent: false,
    sandboxed: false, navigation: 0, finish: null, shared, creator: null,
  };
}

// --- This window -----------------------------------------------------------------

let own = null;

/** The navigable of this window. */
function self() {
  if (own === null) {
    own = create(null, { windows: new WeakMap(), requires: [] });
    own.window = { global, require, realm: null, origin: originOf(host.origin()) };
    meet(own);
  }
  return own;
}

/** Gives this window its place, before anything runs in it. */
function become(navigable, origin, realm) {
  own = navigable;
  navigable.window = { global, require, realm, origin: origin ?? originOf(host.origin()) };
  meet(navigable);
}

/** Makes this window known to the others, and their nodes to it. */
function meet({ shared }) {
  shared.windows.set(global, own);
  shared.requires.push(require);
  tree.windows = shared.requires;
}

const originOf = (text) => ({ text, opaque: text === "null", domain: null });

/** Standard: https://html.spec.whatwg.org/#same-origin-domain */
function isSame(a, b) {
  if (a === b) return true;
  if (a.opaque || b.opaque) return false;
  if (a.domain === null && b.domain === null) return a.text === b.text;
  return a.domain === b.domain && a.text.split(":")[0] === b.text.split(":")[0];
}

const topOf = (navigable) => (navigable.parent === null ? navigable : topOf(navigable.parent));
const isReachable = (navigable) => isSame(self().window.origin, (navigable.window ?? blankOrigin(navigable)).origin);
const blankOrigin = (navigable) => ({ origin: navigable.sandboxed ? {} : navigable.creator.window.origin });

/** The window of a navigable, made if need be. */
function windowOf(navigable) {
  if (navigable.window === null) {
    navigable.silent = true; // it has been loaded all the time
    show(navigable, blank(), navigable.creator);
  }
  return navigable.window;
}

const blank = () => ({ url: "about:blank", text: "", html: true, contentType: "text/html", charset: "UTF-8", referrer: self().window.require("document").current().url, modified: "" });

// --- Window proxies ----------------------------------------------------------------

const proxies = new WeakMap(); // by navigable, for this window

/** The object by which this window's scripts know another. */
function proxyFor(navigable) {
  if (navigable.window?.global === global) return global;
  let proxy = proxies.get(navigable);
  if (proxy === undefined) {
    proxy = new Proxy(Object.create(null), new WindowHandler(navigable));
    proxies.set(navigable, proxy);
    navigable.shared.windows.set(proxy, navigable);
  }
  return proxy;
}

const proxyForGlobal = (object) => {
  const navigable = self().shared.windows.get(object);
  return navigable === undefined ? null : proxyFor(navigable);
};

/** Another window's object as this one's scripts see it. */
function seen(value) {
  if (!idl.isObject(value)) return value;
  const navigable = self().shared.windows.get(value);
  return navigable === undefined ? value : proxyFor(navigable);
}

const isIndex = (key) => typeof key === "string" && /^(?:0|[1-9][0-9]{0,8})$/.test(key);

// What a window shows to other origins.
//
// Standard: https://html.spec.whatwg.org/#crossoriginproperties-(-o-)
const shown = {
  window: proxyFor, self: proxyFor, frames: proxyFor,
  parent: (n) => proxyFor(n.parent ?? n),
  top: (n) => proxyFor(topOf(n)),
  opener: (n) => (n.opener === null ? null : proxyFor(n.opener)),
  length: (n) => n.children.length,
  closed: (n) => n.closed,
  location: (n) => foreignLocation(n),
  postMessage: (n) => postMessageTo(n),
  close: (n) => function close() { exports.close(n); },
  focus: () => function focus() {},
  blur: () => function blur() {},
};

const unseen = new Set(["then", Symbol.toStringTag, Symbol.hasInstance, Symbol.isConcatSpreadable]);

function postMessageTo(navigable) {
  return function postMessage(message, options = undefined, transfer = undefined) {
    idl.required(arguments, 1, "postMessage");
    require("post").toWindow(self(), navigable, message, options, transfer);
  };
}

const denied = (key) => raise("SecurityError", `${String(key)}: a window of another origin does not show it`);

/** The location of another origin: it can be changed, and not be read. */
function foreignLocation(navigable) {
  const go = (url) => {
    const resolved = require("document").resolve(require("document").current(), idl.USVString(url, "location"));
    if (resolved === null) raise("SyntaxError", "location: it cannot be read as a URL");
    navigate(navigable, resolved);
  };
  return new Proxy(Object.create(null), {
    get(target, key) {
      if (key === "replace") return function replace(url) { go(url); };
      return unseen.has(key) ? undefined : denied(key);
    },
    set(target, key, value) {
      if (key !== "href") denied(key);
      go(value);
      return true;
    },
    has: (target, key) => key === "href" || key === "replace" || unseen.has(key) || denied(key),
    getOwnPropertyDescriptor: (target, key) => denied(key),
    defineProperty: (target, key) => denied(key),
    deleteProperty: (target, key) => denied(key),
    ownKeys: () => ["href", "replace", "then", ...[...unseen].filter((k) => typeof k === "symbol")],
    getPrototypeOf: () => null,
    setPrototypeOf: () => false,
  });
}

/** Standard: https://html.spec.whatwg.org/#the-windowproxy-exotic-object */
class WindowHandler {
  constructor(navigable) { this.navigable = navigable; }

  /** The other window's global object; undefined for one of another origin. */
  reach() {
    if (!isReachable(this.navigable)) return undefined;
    const { global: object, require: theirs } = windowOf(this.navigable);
    if (this.alias !== object) {
      this.alias = object;
      theirs("events").alias(proxyFor(this.navigable), object);
    }
    return object;
  }

  foreign(key) {
    const { navigable } = this;
    if (isIndex(key)) {
      const child = navigable.children[Number(key)];
      return child === undefined ? undefined : { value: proxyFor(child) };
    }
    if (typeof key === "string" && Object.hasOwn(shown, key)) return { value: shown[key](navigable) };
    const named = navigable.children.find((c) => c.name === key && c.name !== "");
    if (named !== undefined) return { value: proxyFor(named) };
    return unseen.has(key) ? { value: undefined } : undefined;
  }

  get(target, key) {
    const object = this.reach();
    if (object === undefined) return (this.foreign(key) ?? denied(key)).value;
    if (isIndex(key)) return this.foreign(key)?.value;
    if (key === "postMessage") return postMessageTo(this.navigable);
    return seen(Reflect.get(object, key));
  }

  set(target, key, value) {
    const object = this.reach();
    if (object !== undefined) return Reflect.set(object, key, value);
    if (key !== "location") denied(key);
    foreignLocation(this.navigable).href = value;
    return true;
  }

  has(target, key) {
    const object = this.reach();
    if (object === undefined) return this.foreign(key) !== undefined || denied(key);
    return isIndex(key) ? this.foreign(key) !== undefined : Reflect.has(object, key);
  }

  deleteProperty(target, key) { return Reflect.deleteProperty(this.reach() ?? denied(key), key); }
  defineProperty(target, key, descriptor) { return Reflect.defineProperty(this.reach() ?? denied(key), key, descriptor); }

  getOwnPropertyDescriptor(target, key) {
    const object = this.reach();
    if (object === undefined) {
      const { value } = this.foreign(key) ?? denied(key);
      return { value, writable: false, enumerable: isIndex(key), configurable: true };
    }
    const descriptor = Object.getOwnPropertyDescriptor(object, key);
    if (descriptor === undefined) return undefined;
    if ("value" in descriptor) descriptor.value = seen(descriptor.value);
    return { ...descriptor, configurable: true };
  }

  ownKeys() {
    const object = this.reach();
    if (object !== undefined) return Reflect.ownKeys(object);
    return [...this.navigable.children.map((_, i) => String(i)), ...Object.keys(shown), ...unseen];
  }

  getPrototypeOf() {
    const object = this.reach();
    return object === undefined ? null : Object.getPrototypeOf(object);
  }

  setPrototypeOf(target, prototype) { return this.getPrototypeOf() === prototype; }
  isExtensible() { return true; }
  preventExtensions() { return false; }
}

// --- Showing documents ---------------------------------------------------------------

/**
 * Shows a page in a navigable, instead of what is there. by is the one whose origin
 * a page has that has none of its own.
 */
function show(navigable, page, by) {
  const parent = navigable.parent ?? navigable;
  const opener = parent.window === null ? navigable.creator : parent;
  opener.window.require("frames").showFrom(navigable, page, by);
}

/** The same, done by the window that the new one is made from. */
function showFrom(navigable, page, by) {
  const before = navigable.window;
  if (before !== null) unload(navigable);
  const inherits = page.url === "about:blank" || page.url === "about:srcdoc";
  const made = host.openRealm(inherits ? "about:blank" : page.url, {
    sandboxed: navigable.sandboxed || Boolean(page.failed), inherit: inherits, top: navigable.parent === null, referrerPolicy: page.referrerPolicy ?? "",
  });
  const theirs = made.require("frames");
  const origin = inherits && !navigable.sandboxed ? by.window.origin : null;
  const base = inherits ? by.window.require("document") : null;
  theirs.become(navigable, origin, made.realm);
  if (navigable.parent === null) host.becomeTop(made.realm);
  made.require("window").load({
    ...page, baseFallback: base === null ? null : base.baseURL(base.current()),
  });
}

/** Standard: https://html.spec.whatwg.org/#unload-a-document */
function unload(navigable) {
  const { window } = navigable;
  const theirs = window.require("events");
  theirs.fire(window.global, "pagehide", {}, window.require("uievents").PageTransitionEvent);
  theirs.fire(window.global, "unload");
  for (const child of navigable.children) destroy(child);
  navigable.children = [];
  if (window.realm !== null) host.unload(window.realm);
}

/**
 * Goes to a URL. options has method, body, contentType, referrerPolicy, reload.
 *
 * Standard: https://html.spec.whatwg.org/#navigate
 */
function navigate(navigable, url, options = {}) {
  if (navigable.closed || (self().sandboxed && navigable !== self() && !self().children.includes(navigable))) return;
  if (url.startsWith("javascript:")) {
    host.queue(() => runURL(navigable, url));
    return;
  }
  const now = navigable.window?.require("document").current().url ?? "about:blank";
  if (url.includes("#") && !options.reload && !options.method && url.split("#")[0] === now.split("#")[0]) {
    navigable.window?.require("window").goToFragment(url);
    return;
  }
  const number = ++navigable.navigation;
  const release = navigable.container === null ? () => {} : delay(navigable);
  const by = self();
  if (/^about:blank(?:[?#]|$)/.test(url)) {
    host.queue(() => { if (begin(navigable, number, release)) show(navigable, { ...blank(), referrer: "" }, by); });
    return;
  }
  const [kind, body] = options.body === undefined ? ["none", null] : require("body").forXHR(options.body, "body");
  host.navigate(url, {
    method: options.method ?? "GET", contentType: options.contentType ?? "", reload: Boolean(options.reload),
    referrerPolicy: options.referrerPolicy ?? "", destination: navigable.parent === null ? "document" : "iframe",
  }, kind, body, (wrong, page) => {
    if (wrong === "nothing") return release();
    if (!begin(navigable, number, release)) return undefined;
    const failed = { ...blank(), url, failed: true };
    return show(navigable, wrong === "error" ? failed : { ...page, referrer: referrer(page.url, options) }, by);
  });
}

/** Keeps the document that a frame is in from being loaded, in its own window, which outlives this one. */
const delay = ({ parent, container }) => parent.window.require("scripts").delay(container.document);

/** Whether a navigation is still the latest. What it delays goes on when it is loaded. */
function begin(navigable, number, release) {
  if (navigable.navigation !== number || navigable.closed) {
    release();
    return false;
  }
  navigable.finish?.();
  navigable.finish = release;
  return true;
}

/** What document.referrer is on the page that this window leads to. */
function referrer(url, { referrerPolicy = "" }) {
  const { url: own_ } = require("document").current();
  if (referrerPolicy === "no-referrer" || !own_.startsWith("http")) return "";
  const from = host.parts(own_), to = host.parts(url);
  if (from.origin === to.origin && referrerPolicy !== "origin" && referrerPolicy !== "strict-origin") return own_.split("#")[0];
  if (from.protocol === "https:" && to.protocol === "http:") return "";
  return `${from.origin}/`;
}

function runURL(navigable, url) {
  if (!isReachable(navigable)) return;
  const window = windowOf(navigable);
  if (navigable.scriptless) return;
  const text = window.require("frames").run(url);
  if (text !== null) show(navigable, { ...blank(), text }, navigable);
  else if (navigable.container !== null) loadedFrame(navigable);
}

/** The document of this window is loaded. */
function loaded(navigable) {
  const { silent } = navigable;
  navigable.silent = false;
  if (navigable.container === null || silent) return;
  navigable.parent.window.require("frames").loadedFrame(navigable);
}

/** A frame of this window has loaded its document. */
function loadedFrame(navigable) {
  const { container, finish } = navigable;
  navigable.finish = null;
  if (!navigable.closed) fire(objectOf(container), "load");
  finish?.();
}

// --- Names -----------------------------------------------------------------------------

/** Standard: https://html.spec.whatwg.org/#the-rules-for-choosing-a-navigable */
function choose(name) {
  const current = self();
  switch (name.toLowerCase()) {
    case "": case "_self": return current;
    case "_parent": return current.parent ?? current;
    case "_top": return topOf(current);
    case "_blank": return null;
    default: return findNamed(topOf(current), name) ?? opened.find((n) => !n.closed && n.name === name) ?? null;
  }
}

function findNamed(navigable, name) {
  if (navigable.name === name) return navigable;
  for (const child of navigable.children) {
    const found = findNamed(child, name);
    if (found) return found;
  }
  return null;
}

const opened = []; // pages that this window has opened

/** Standard: https://html.spec.whatwg.org/#window-open-steps */
function open(url, target, features) {
  const resolved = url === "" ? "about:blank" : require("document").resolve(require("document").current(), url);
  if (resolved === null) raise("SyntaxError", `open: "${url}" cannot be read as a URL`);
  const apart = /\bno(?:opener|referrer)\b/i.test(features);
  const known = choose(target);
  const navigable = known ?? openPage(target, apart);
  if (navigable === null) return null;
  if (url !== "") navigate(navigable, resolved, { referrerPolicy: /\bnoreferrer\b/i.test(features) ? "no-referrer" : "" });
  return apart ? null : proxyFor(navigable);
}

/** A further page, which is empty so far; null where there may be none. */
function openPage(name, apart) {
  const { sandbox, shared } = self();
  if (sandbox !== undefined && !sandbox.has("allow-popups")) return null;
  const navigable = create(null, shared);
  navigable.name = name.startsWith("_") ? "" : name;
  navigable.opener = apart ? null : self();
  navigable.creator = self();
  navigable.page = true;
  opened.push(navigable);
  return navigable;
}

function follow(url, target, options) {
  const navigable = choose(target) ?? openPage(target, true);
  if (navigable !== null) navigate(navigable, url, options);
}

exports.close = (navigable) => {
  if (navigable.parent !== null || !navigable.page) return;
  navigable.closed = true;
  if (navigable.window !== null) unload(navigable);
};

// --- Frames ------------------------------------------------------------------------------

/** Defines window[0] and so on. */
function number() {
  const { children } = self();
  children.forEach((child, i) => {
    Object.defineProperty(global, i, { get: () => (children[i] ? proxyFor(children[i]) : undefined), enumerable: true, configurable: true });
  });
  delete global[children.length];
}

/** Standard: https://html.spec.whatwg.org/#create-a-new-child-navigable */
function embed(s) {
  const parent = self();
  for (let n = parent, depth = 0; n !== null; n = n.parent) if (++depth > maxDepth) return;
  const navigable = create(parent, parent.shared);
  navigable.container = s;
  navigable.creator = parent;
  navigable.name = attributes.get(s, "name") ?? "";
  s.navigable = navigable;
  restrict(s);
  parent.children.push(navigable);
  number();
  process(s, true);
}

/** Standard: https://html.spec.whatwg.org/#sandboxing */
function restrict({ navigable, attributes: list }) {
  const parent = self();
  const value = list.find((a) => a.namespace === null && a.local === "sandbox")?.value;
  navigable.sandbox = value === undefined ? parent.sandbox : new Set(value.toLowerCase().split(/\s+/));
  if (value === undefined) return void Object.assign(navigable, { sandboxed: parent.sandboxed, scriptless: parent.scriptless });
  navigable.sandboxed = parent.sandboxed || !navigable.sandbox.has("allow-same-origin");
  navigable.scriptless = parent.scriptless || !navigable.sandbox.has("allow-scripts");
  return undefined;
}

/** Standard: https://html.spec.whatwg.org/#process-the-iframe-attributes */
function process(s, initial) {
  const { navigable } = s;
  const srcdoc = attributes.get(s, "srcdoc");
  const referrerPolicy = attributes.get(s, "referrerpolicy")?.toLowerCase() ?? "";
  if (srcdoc !== null) {
    const number_ = ++navigable.navigation;
    const release = require("scripts").delay(s.document);
    const page = { ...blank(), url: "about:srcdoc", text: srcdoc };
    host.queue(() => { if (begin(navigable, number_, release)) show(navigable, page, self()); });
    return;
  }
  const src = attributes.get(s, "src");
  const url = src ? require("document").resolve(s.document, src) ?? "about:blank" : "about:blank";
  if (!initial || !/^about:blank(?:[?#]|$)/.test(url)) navigate(navigable, url, { referrerPolicy });
  else loadedFrame(navigable);
}

function destroy(navigable) {
  navigable.closed = true;
  navigable.navigation++;
  navigable.finish?.();
  navigable.finish = null;
  if (navigable.window === null) return;
  for (const child of navigable.children) destroy(child);
  navigable.children = [];
  if (navigable.window.realm !== null) host.unload(navigable.window.realm);
}

hook("iframe", {
  inserted(s) { if (s.document.window === global && !s.navigable) embed(s); },
  removed(s) {
    const { navigable } = s;
    if (!navigable) return;
    s.navigable = null;
    const { children } = navigable.parent;
    children.splice(children.indexOf(navigable), 1);
    number();
    destroy(navigable);
  },
  attributeChanged(s, name, before, value) {
    if (!s.navigable) return;
    if (name === "name") s.navigable.name = value ?? "";
    else if (name === "sandbox") restrict(s);
    else if (name === "srcdoc" || (name === "src" && value !== null && !attributes.has(s, "srcdoc"))) process(s, false);
  },
});

class HTMLIFrameElement extends HTMLElement {
  constructor(token, s) { super(token, s); }

  get contentWindow() {
    const { navigable } = elementOf(this);
    return navigable ? proxyFor(navigable) : null;
  }

  get contentDocument() {
    const { navigable } = elementOf(this);
    if (!navigable || !isReachable(navigable)) return null;
    return windowOf(navigable).global.document;
  }

  getSVGDocument() { return this.contentDocument; }
}

reflect(HTMLIFrameElement, {
  url: "src", text: "srcdoc name allow width height align scrolling frameBorder", flag: "allowFullscreen", tokens: "sandbox",
  referrerPolicy: "referrerPolicy", loading: "loading",
});
define(HTMLIFrameElement, "iframe");

function frameElement() {
  const { parent, container } = self();
  return container !== null && isReachable(parent) ? parent.window.require("node").objectOf(container) : null;
}

function ancestorOrigins() {
  const list = [];
  for (let n = self().parent; n !== null; n = n.parent) list.push(n.window.origin.text);
  return Object.assign(Object.create({ contains: (o) => list.includes(o), item: (i) => list[i] ?? null }), list, { length: list.length });
}

Object.assign(exports, {
  HTMLIFrameElement, self, become, topOf, proxyFor, proxyForGlobal, isReachable, windowOf, navigate, show, showFrom, loaded, loadedFrame,
  choose, open, openPage, follow, frameElement, ancestorOrigins, originOf, isSame, classFor, run: (url) => host.run(url),
});
