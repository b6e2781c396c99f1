// The window: its attributes, location and history, and what becomes of it when
// its document is loaded.
//
// Standard: https://html.spec.whatwg.org/#the-window-object

const idl = require("webidl");
const { fire } = require("events");
const tree = require("node");
const { objectOf, raise } = tree;
const { current } = require("document");
const { defineProperty } = Object;

// --- Windows around ----------------------------------------------------------------

const frames = () => require("frames");
const navigable = () => frames().self();

exports.frames = global;

const getters = {
  history: () => (history ??= new History(idl.token)),
  parent: () => frames().proxyFor(navigable().parent ?? navigable()),
  top: () => frames().proxyFor(frames().topOf(navigable())),
  length: () => navigable().children.length,
  opener: () => (navigable().opener === null ? null : frames().proxyFor(navigable().opener)),
  closed: () => navigable().closed,
  frameElement: () => frames().frameElement(),
  name: () => navigable().name,
  status: () => status,
  customElements: () => undefined,
};
for (const [name, get] of Object.entries(getters)) defineProperty(exports, name, { get });

Object.assign(exports, {
  innerWidth: 1024, innerHeight: 768, outerWidth: 1024, outerHeight: 768, devicePixelRatio: 1, screenX: 0, screenY: 0,
  scrollX: 0, scrollY: 0, pageXOffset: 0, pageYOffset: 0, screenLeft: 0, screenTop: 0,
  screen: { width: 1024, height: 768, availWidth: 1024, availHeight: 768, colorDepth: 24, pixelDepth: 24 },
});

let status = "";

exports.setName = (value) => { navigable().name = idl.DOMString(value, "name"); };
exports.setStatus = (value) => { status = idl.DOMString(value, "status"); };
exports.setOpener = (value) => {
  if (value === null) navigable().opener = null;
  else defineProperty(global, "opener", { value, writable: true, enumerable: true, configurable: true });
};

// --- Functions -----------------------------------------------------------------------

exports.alert = function alert(message = "") { host.print("info", `alert: ${idl.DOMString(message, "alert: message")}`); };
exports.confirm = function confirm(message = "") {
  host.print("info", `confirm: ${idl.DOMString(message, "confirm: message")}`);
  return false;
};
exports.prompt = function prompt(message = "") {
  host.print("info", `prompt: ${idl.DOMString(message, "prompt: message")}`);
  return null;
};

exports.postMessage = function postMessage(message, options = undefined, transfer = undefined) {
  idl.required(arguments, 1, "postMessage");
  require("post").toWindow(navigable(), navigable(), message, options, transfer);
};

exports.open = function open(url = "", target = "_blank", features = "") {
  url = idl.USVString(url, "open: url");
  target = idl.DOMString(target, "open: target");
  return frames().open(url, target, idl.DOMString(features, "open: features"));
};

exports.close = function close() { frames().close(navigable()); };
exports.stop = function stop() {
  navigable().navigation++;
  host.stop();
};
exports.focus = function focus() { void navigable(); };
exports.blur = function blur() { void navigable(); };
exports.print = function print() { void navigable(); };
exports.scroll = function scroll() { void navigable(); };
exports.scrollTo = function scrollTo() { void navigable(); };
exports.scrollBy = function scrollBy() { void navigable(); };
exports.getSelection = function getSelection() { return null; };

exports.getComputedStyle = function getComputedStyle(elt) {
  idl.required(arguments, 1, "getComputedStyle");
  return require("style").ofElement(require("element").elementOf(elt));
};

exports.matchMedia = function matchMedia(query) {
  idl.required(arguments, 1, "matchMedia");
  const list = new (require("events").EventTarget)();
  return Object.assign(list, { matches: false, media: idl.DOMString(query, "matchMedia: query"), onchange: null, addListener() {}, removeListener() {} });
};

// Frames are drawn 60 times in a second, as it were.
const period = 16;
let lastFrame = 0;
const waiting = new Map();

exports.requestAnimationFrame = function requestAnimationFrame(callback) {
  idl.required(arguments, 1, "requestAnimationFrame");
  idl.callback(callback, "requestAnimationFrame: callback");
  const id = ++lastFrame;
  const { setTimeout } = require("timers");
  waiting.set(id, setTimeout(() => {
    waiting.delete(id);
    callback(host.now());
  }, period));
  return id;
};

exports.cancelAnimationFrame = function cancelAnimationFrame(handle) {
  idl.required(arguments, 1, "cancelAnimationFrame");
  handle = idl.unsignedLong(handle, "cancelAnimationFrame: handle");
  if (waiting.has(handle)) require("timers").clearTimeout(waiting.get(handle));
  waiting.delete(handle);
};

// --- Navigation ----------------------------------------------------------------------

/** Standard: https://html.spec.whatwg.org/#location-object-navigate */
function navigateTo(url, options = {}) {
  const resolved = require("document").resolve(current(), url);
  if (resolved === null) raise("SyntaxError", `"${url}" cannot be read as a URL`);
  frames().navigate(navigable(), resolved, options);
}

function setURL(s, url) {
  s.url = url;
  s.version++;
  host.setURL(url);
  host.setBase(require("document").baseURL(s));
}

/** Goes to another place of the same document. */
function goToFragment(url) {
  const s = current();
  const before = s.url;
  setURL(s, url);
  entries++;
  if (before === url) return;
  const { PopStateEvent, HashChangeEvent } = require("uievents");
  host.queue(() => {
    fire(global, "popstate", { state: null }, PopStateEvent);
    if (before.split("#")[1] !== url.split("#")[1]) fire(global, "hashchange", { oldURL: before, newURL: url }, HashChangeEvent);
  });
}

// --- History -------------------------------------------------------------------------

let history = null;
let entries = 1; // how many documents and places there have been

/** Standard: https://html.spec.whatwg.org/#the-history-interface */
class History {
  #state = null;
  #scroll = "auto";

  constructor(token) { idl.construct(token); }
  get length() { return this.#state === undefined ? 0 : entries; }
  get scrollRestoration() { return this.#scroll; }
  set scrollRestoration(value) { if (value === "auto" || value === "manual") this.#scroll = value; }
  get state() { return this.#state; }
  go() { void this.#state; } // what was shown before is gone
  back() { void this.#state; }
  forward() { void this.#state; }

  pushState(data, unused, url = null) {
    idl.required(arguments, 2, "History.pushState");
    this.#update(data, url);
    entries++;
  }

  replaceState(data, unused, url = null) {
    idl.required(arguments, 2, "History.replaceState");
    this.#update(data, url);
  }

  /** Standard: https://html.spec.whatwg.org/#shared-history-push/replace-state-steps */
  #update(data, url) {
    const copy = require("clone").structuredClone(data);
    if (url !== null && url !== undefined) {
      const resolved = require("document").resolve(current(), idl.USVString(url, "url"));
      const [a, b] = [host.parts(resolved ?? "about:blank"), host.parts(current().url)];
      if (resolved === null || a.origin !== b.origin || a.origin === "null") raise("SecurityError", `a document of ${current().url} cannot be shown as ${url}`);
      setURL(current(), resolved);
    }
    this.#state = copy;
  }
}

idl.define(History);

// --- Of documents ----------------------------------------------------------------------

/** The document is loaded with all that it waits for. */
function loaded(document) {
  const { Event, dispatch } = require("events");
  dispatch(global, new Event("load"), objectOf(document));
  fire(global, "pageshow", {}, require("uievents").PageTransitionEvent);
  frames().loaded(navigable());
}

/** The window that shows a document; null for others. */
function proxyOf(s) {
  if (s.window === null) return null;
  return s.window === global ? global : frames().proxyForGlobal(s.window);
}

const pad = (n) => String(n).padStart(2, "0");

/** Standard: https://html.spec.whatwg.org/#dom-document-lastmodified */
function stamp() {
  const d = new Date(host.time());
  return `${pad(d.getMonth() + 1)}/${pad(d.getDate())}/${d.getFullYear()} ${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`;
}

/** Standard: https://html.spec.whatwg.org/#dom-document-domain */
function domain(s) {
  if (host.origin() === "null") return "";
  if (s.window === null) return host.parts(current().url).hostname;
  return navigable().window.origin.domain ?? host.parts(s.url).hostname;
}

function setDomain(s, value) {
  const now = domain(s);
  if (now === "" || s.window === null || isSandboxed() || !host.isDomainSuffix(value, now)) raise("SecurityError", `domain: "${value}" is no suffix of "${now}" that can be set`);
  navigable().window.origin.domain = value;
}

// --- Named access ------------------------------------------------------------------------

const named = new Set();

/**
 * Makes an element with an id, or some elements with a name, a property of the
 * window.
 *
 * Standard: https://html.spec.whatwg.org/#named-access-on-the-window-object
 */
function nameElement(s) {
  if (s.document !== current()) return;
  const { get } = require("attributes");
  for (const attribute of ["id", "name"]) {
    const name = get(s, attribute);
    if (!name || named.has(name) || (attribute === "name" && !["embed", "form", "img", "object", "iframe"].includes(s.local))) continue;
    named.add(name);
    defineNamed(name);
  }
}

function defineNamed(name) {
  if (name in global) return;
  const find = () => {
    const { get } = require("attributes");
    let byId = null;
    for (const s of tree.descendants(current())) {
      if (s.type !== tree.ELEMENT) continue;
      if (tree.isHTML(s, "iframe") && get(s, "name") === name) return objectOf(s).contentWindow;
      if (byId === null && (get(s, "id") === name || (s.ids && get(s, "name") === name && ["embed", "form", "img", "object"].includes(s.local)))) byId = s;
    }
    return byId === null ? undefined : objectOf(byId);
  };
  defineProperty(require("global").properties, name, {
    get: find,
    set(value) { defineProperty(global, name, { value, writable: true, enumerable: true, configurable: true }); },
    enumerable: false,
    configurable: true,
  });
}

// --- For others ------------------------------------------------------------------------

const isScriptless = () => navigable().scriptless;
const isSandboxed = () => host.origin() === "null" && current().url.startsWith("http");

/** Begins the document of this window. */
function load({ html, text, list, ...options }) {
  void list;
  const document = require("document").begin({ html, ...options });
  host.setURL(document.url);
  host.setBase(require("document").baseURL(document));
  const { Parser } = require("parser");
  const parser = new Parser(document, text, require("scripts").ended);
  idl.invokeAndReport(() => parser.run(), undefined, []);
}

Object.assign(exports, {
  History, navigateTo, loaded, proxyOf, stamp, domain, setDomain, nameElement, isScriptless, isSandboxed, load, goToFragment,
  follow: (url, target, options) => frames().follow(url, target, options),
});
