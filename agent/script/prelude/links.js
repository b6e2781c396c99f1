// Elements that lead elsewhere, or show what is elsewhere: anchors, links, styles,
// images and media.
//
// Standard: https://html.spec.whatwg.org/#links
// Standard: https://html.spec.whatwg.org/#embedded-content

const idl = require("webidl");
const tree = require("node");
const attributes = require("attributes");
const { HTMLElement, define, reflect, classFor } = require("html");
const { elementOf } = require("element");
const { fire } = require("events");
const { objectOf, hook, isHTML } = tree;

const resolve = (s, url) => require("document").resolve(s.document, url);

// --- Anchors ---------------------------------------------------------------------

/** What a URL is made of, as script sees it: read by Go. */
const parts = ["protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"];

class HTMLAnchorElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get text() { return tree.descendantText(elementOf(this)); }
  set text(value) { this.textContent = idl.DOMString(value, "text"); }
}

/** Standard: https://html.spec.whatwg.org/#htmlhyperlinkelementutils */
function hyperlink(Class) {
  const href = (object) => {
    const value = attributes.get(elementOf(object), "href");
    return value === null ? null : resolve(elementOf(object), value);
  };
  const add = (name, get, set) => {
    const property = Object.getOwnPropertyDescriptor({
      get [name]() { return get(this); },
      set [name](value) { set?.(this, idl.USVString(value, name)); },
    }, name);
    if (!set) property.set = undefined;
    Object.defineProperty(Class.prototype, name, { ...property, enumerable: true, configurable: true });
  };
  add("href", (object) => href(object) ?? attributes.get(elementOf(object), "href") ?? "",
    (object, value) => attributes.set(elementOf(object), "href", value));
  add("origin", (object) => (href(object) === null ? "" : host.parts(href(object)).origin));
  for (const part of parts) {
    add(part, (object) => (href(object) === null ? (part === "protocol" ? ":" : "") : host.parts(href(object))[part]), (object, value) => {
      if (!href(object)) return;
      const url = new (require("url").URL)(href(object));
      url[part] = value;
      attributes.set(elementOf(object), "href", url.href);
    });
  }
  const { toString } = { toString() { return this.href; } };
  Object.defineProperty(Class.prototype, "toString", { value: toString, writable: true, enumerable: true, configurable: true });
}

hyperlink(HTMLAnchorElement);
reflect(HTMLAnchorElement, {
  text: "target download ping rel hreflang type name coords shape rev charset", tokens: "relList=rel", referrerPolicy: "referrerPolicy",
});
define(HTMLAnchorElement, "a");
hyperlink(require("html").HTMLAreaElement);

const follow = {
  activation: (s) => (attributes.has(s, "href") ? { run: () => followLink(s) } : undefined),
};
hook("a", follow);
hook("area", follow);

/** Standard: https://html.spec.whatwg.org/#following-hyperlinks-2 */
function followLink(s) {
  const url = resolve(s, attributes.get(s, "href"));
  if (url === null || s.document.window === null || attributes.has(s, "download")) return;
  const noReferrer = /\bnoreferrer\b/i.test(attributes.get(s, "rel") ?? "");
  require("window").follow(url, attributes.get(s, "target") ?? "", { referrerPolicy: noReferrer ? "no-referrer" : attributes.get(s, "referrerpolicy") ?? "" });
}

// --- Links and styles --------------------------------------------------------------

class HTMLLinkElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get sheet() { return elementOf(this).sheet ?? null; }
}

reflect(HTMLLinkElement, {
  url: "href", text: "rel as media hreflang type integrity charset rev target", tokens: "relList=rel sizes", flag: "disabled",
  cors: "crossOrigin", referrerPolicy: "referrerPolicy",
});
define(HTMLLinkElement, "link");

const destinations = { script: "script", style: "style", image: "image", font: "font", track: "track", fetch: "" };

/** What a link has to get: its destination; undefined for nothing. */
function destinationOf(s) {
  const words = require("tokens").words((attributes.get(s, "rel") ?? "").toLowerCase());
  if (words.includes("stylesheet") && !words.includes("alternate")) return "style";
  if (words.includes("modulepreload")) return "script";
  if (!words.includes("preload")) return words.includes("prefetch") ? "" : undefined;
  return destinations[attributes.get(s, "as")?.toLowerCase()];
}

/** Standard: https://html.spec.whatwg.org/#default-fetch-and-process-the-linked-resource */
function getLink(s) {
  const href = attributes.get(s, "href");
  const destination = destinationOf(s);
  if (!href || destination === undefined || !tree.isConnected(s) || s.document.window === null) return;
  const url = resolve(s, href);
  if (url === null) return void host.queue(() => fire(objectOf(s), "error"));
  const module = /\bmodulepreload\b/i.test(attributes.get(s, "rel"));
  load(s, url, destination, { cors: module || undefined, type: destination === "style" ? "text/css" : "" });
}

hook("link", {
  inserted: getLink,
  attributeChanged(s, name) { if (name === "href" || name === "rel") getLink(s); },
});

/**
 * Gets what an element shows, and fires load or error at it. It is not kept.
 *
 * Standard: https://html.spec.whatwg.org/#create-a-potential-cors-request
 */
function load(s, url, destination, { cors = undefined, type = "", then = undefined } = {}) {
  const setting = attributes.get(s, "crossorigin");
  const release = require("scripts").delay(s.document);
  const number = s.loading = (s.loading ?? 0) + 1;
  host.load(url, {
    destination, type, cors: cors ?? setting !== null,
    credentials: setting === null && !cors ? "include" : setting?.toLowerCase() === "use-credentials" ? "include" : "same-origin",
    referrerPolicy: attributes.get(s, "referrerpolicy")?.toLowerCase() ?? "",
    integrity: attributes.get(s, "integrity") ?? "",
  }, (ok, width, height) => {
    if (s.loading === number) {
      then?.(ok, width, height);
      fire(objectOf(s), ok ? "load" : "error");
    }
    release();
  });
}

class HTMLStyleElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get disabled() { return elementOf(this) === null; }
  set disabled(value) { void value; }
  get sheet() { return null; }
}

reflect(HTMLStyleElement, { text: "media type" });
define(HTMLStyleElement, "style");

// --- Images ------------------------------------------------------------------------

class HTMLImageElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get complete() { return !elementOf(this).image?.loading; }
  get currentSrc() { return elementOf(this).image?.url ?? ""; }
  get naturalWidth() { return elementOf(this).image?.width ?? 0; }
  get naturalHeight() { return elementOf(this).image?.height ?? 0; }
  get width() { return parseInt(attributes.get(elementOf(this), "width") ?? "", 10) || this.naturalWidth; }
  set width(value) { attributes.set(elementOf(this), "width", String(idl.unsignedLong(value, "width"))); }
  get height() { return parseInt(attributes.get(elementOf(this), "height") ?? "", 10) || this.naturalHeight; }
  set height(value) { attributes.set(elementOf(this), "height", String(idl.unsignedLong(value, "height"))); }

  decode() {
    const s = elementOf(this);
    const { DOMException } = require("exception");
    const broken = () => new DOMException("the image cannot be decoded", "EncodingError");
    if (!s.image?.loading) return s.image?.width ? Promise.resolve() : Promise.reject(broken());
    return new Promise((resolved, rejected) => {
      this.addEventListener("load", () => resolved(), { once: true });
      this.addEventListener("error", () => rejected(broken()), { once: true });
    });
  }
}

reflect(HTMLImageElement, {
  url: "src", text: "alt srcset sizes useMap decoding name fetchPriority", flag: "isMap", cors: "crossOrigin", loading: "loading",
  referrerPolicy: "referrerPolicy",
});
define(HTMLImageElement, "img");

/** Standard: https://html.spec.whatwg.org/#update-the-image-data */
function getImage(s) {
  if (s.document.window === null) return;
  const src = attributes.get(s, "src");
  if (src === null) {
    s.image = undefined;
    return;
  }
  const url = src === "" ? null : resolve(s, src);
  s.image = { url: url ?? src, loading: true, width: 0, height: 0 };
  const { image } = s;
  const settle = (ok, width, height) => Object.assign(image, { loading: false, width, height });
  if (url === null) {
    host.queue(() => {
      settle(false, 0, 0);
      fire(objectOf(s), "error");
    });
    return;
  }
  load(s, url, "image", { then: settle });
}

hook("img", {
  inserted(s) { if (s.image === undefined) getImage(s); }, // by a parser, with its attributes
  attributeChanged(s, name) { if (name === "src" || name === "crossorigin") getImage(s); },
});

/** Standard: https://html.spec.whatwg.org/#dom-image */
exports.Image = Object.defineProperties(function Image(width = undefined, height = undefined) {
  if (new.target === undefined) throw new TypeError("Image: a constructor needs new");
  const s = tree.createElement(require("document").current(), "img", tree.HTML);
  if (width !== undefined) attributes.set(s, "width", String(idl.unsignedLong(width, "Image: width")));
  if (height !== undefined) attributes.set(s, "height", String(idl.unsignedLong(height, "Image: height")));
  return objectOf(s);
}, {
  prototype: { value: HTMLImageElement.prototype, writable: false },
  length: { value: 0, configurable: true },
});

// --- Media -------------------------------------------------------------------------

class HTMLMediaElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get paused() { return elementOf(this) !== null; }
  get currentSrc() { return this.src; }
  get readyState() { return elementOf(this) && 0; }
  get networkState() { return elementOf(this) && 0; }
  canPlayType() { return elementOf(this) && ""; }
  load() { getMedia(elementOf(this)); }
  pause() { elementOf(this); }
}

reflect(HTMLMediaElement, { url: "src", cors: "crossOrigin", text: "preload", flag: "autoplay loop controls defaultMuted=muted" });
idl.define(HTMLMediaElement);

class HTMLAudioElement extends HTMLMediaElement {
  constructor(token, s) { super(token, s); }
}

define(HTMLAudioElement, "audio");

class HTMLVideoElement extends HTMLMediaElement {
  constructor(token, s) { super(token, s); }
}

reflect(HTMLVideoElement, { url: "poster", count: "width height", flag: "playsInline" });
define(HTMLVideoElement, "video");

/** Asks for a medium. Nothing plays: it is as if its format were not known. */
function getMedia(s) {
  const src = attributes.get(s, "src");
  const url = src ? resolve(s, src) : null;
  if (url === null || s.document.window === null) return;
  load(s, url, s.local, {});
}

const media = { attributeChanged(s, name) { if (name === "src") getMedia(s); } };
hook("audio", media);
hook("video", media);

class HTMLEmbedElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
}

reflect(HTMLEmbedElement, { url: "src", text: "type width height" });
define(HTMLEmbedElement, "embed");

class HTMLObjectElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get contentDocument() { return elementOf(this) && null; }
}

reflect(HTMLObjectElement, { url: "data", text: "type name width height" });
define(HTMLObjectElement, "object");

class HTMLCanvasElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  getContext() { return elementOf(this) && null; } // there is nothing to draw on
}

reflect(HTMLCanvasElement, { count: "width height" });
define(HTMLCanvasElement, "canvas");

Object.assign(exports, {
  HTMLAnchorElement, HTMLLinkElement, HTMLStyleElement, HTMLImageElement, HTMLMediaElement, HTMLAudioElement,
  HTMLVideoElement, HTMLEmbedElement, HTMLObjectElement, HTMLCanvasElement, classFor, isHTML,
});
