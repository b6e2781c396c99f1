// FontFace and document.fonts. Fonts are fetched and looked at; nothing is drawn.
//
// Standard: https://drafts.csswg.org/css-font-loading/

const idl = require("webidl");
const { EventTarget, Event, fire, handlers, initDictionary } = require("events");
const { make, raise } = require("exception");

const descriptorNames = [
  "style", "weight", "stretch", "unicodeRange", "featureSettings", "variationSettings", "display", "ascentOverride",
  "descentOverride", "lineGapOverride",
];
const initial = {
  style: "normal", weight: "normal", stretch: "normal", unicodeRange: "U+0-10FFFF", featureSettings: "normal",
  variationSettings: "normal", display: "auto", ascentOverride: "normal", descentOverride: "normal", lineGapOverride: "normal",
};

const FontFaceDescriptors = idl.dictionary("FontFaceDescriptors", Object.fromEntries(
  descriptorNames.map((name) => [name, [idl.DOMString, initial[name]]]),
));

/** The URLs of a source, as "url(a.woff2) format('woff2'), url(b.woff)" has them; null for what is no source. */
function urlsOf(source) {
  const one = String.raw`\s*(?:url\(\s*(?:"([^"]*)"|'([^']*)'|([^"')\s]*))\s*\)|local\([^)]*\))(?:\s+(?:format|tech)\([^)]*\))*\s*`;
  if (!new RegExp(`^${one}(?:,${one})*$`).test(source)) return null;
  return [...source.matchAll(new RegExp(one, "g"))].map((m) => m[1] ?? m[2] ?? m[3]).filter((url) => url !== undefined);
}

class FontFace {
  #family;
  #descriptors;
  #urls = [];
  #bytes = null;
  #status = "unloaded";
  #settle;
  #loaded = new Promise((resolved, rejected) => { this.#settle = { resolved, rejected }; });
  #hears = [];

  constructor(family, source, descriptors = undefined) {
    idl.required(arguments, 2, "FontFace constructor");
    this.#family = idl.DOMString(family, "FontFace constructor: family");
    const bytes = idl.isBufferSource(source) ? idl.bytesOf(source).slice() : null;
    const text = bytes === null ? idl.DOMString(source, "FontFace constructor: source") : "";
    this.#descriptors = FontFaceDescriptors(descriptors, "FontFace constructor: descriptors");
    this.#loaded.catch(() => {}); // nobody has to look at it
    if (bytes !== null) {
      this.#bytes = bytes;
      this.#arrive(host.isFont(bytes), "SyntaxError", "the bytes are no font");
      return;
    }
    const urls = urlsOf(text);
    if (urls === null) this.#arrive(false, "SyntaxError", `"${text}" is no source of a font`);
    else this.#urls = urls;
  }

  get family() { return this.#family; }
  set family(value) { this.#family = idl.DOMString(value, "family"); }
  get status() { return this.#status; }
  get loaded() { return this.#loaded; }

  load() {
    if (this.#status !== "unloaded") return this.#loaded;
    this.#change("loading");
    this.#get([...this.#urls]);
    return this.#loaded;
  }

  /** Tries one URL after the other. */
  #get([url, ...rest]) {
    const failed = () => this.#arrive(false, "NetworkError", "no source of the font can be loaded");
    if (url === undefined) return void host.queue(failed);
    const resolved = host.parse(url);
    const next = () => (rest.length > 0 ? this.#get(rest) : failed());
    if (resolved === null) return void host.queue(next);
    host.loadFont(resolved, (ok) => (ok ? this.#arrive(true) : next()));
    return undefined;
  }

  #arrive(ok, name, message) {
    this.#change(ok ? "loaded" : "error");
    if (ok) this.#settle.resolved(this);
    else this.#settle.rejected(make(name, message));
  }

  #change(status) {
    this.#status = status;
    for (const hear of this.#hears) hear(this, status);
  }

  static {
    for (const name of descriptorNames) {
      const property = Object.getOwnPropertyDescriptor({
        get [name]() { return this.#descriptors[name]; },
        set [name](value) { this.#descriptors[name] = idl.DOMString(value, name); },
      }, name);
      Object.defineProperty(FontFace.prototype, name, property);
    }
    exports.isFontFace = (value) => idl.isObject(value) && #family in value;
    exports.hear = (face, f) => { face.#hears.push(f); };
    exports.deafen = (face, f) => { face.#hears = face.#hears.filter((h) => h !== f); };
  }
}

idl.define(FontFace);

const toFace = idl.instance("FontFace", exports.isFontFace);
const FontFaceSetLoadEventInit = initDictionary("FontFaceSetLoadEventInit", { fontfaces: [idl.sequence(toFace), () => []] });

class FontFaceSetLoadEvent extends Event {
  #faces;

  constructor(type, eventInitDict = undefined) {
    idl.required(arguments, 1, "FontFaceSetLoadEvent constructor");
    super(type, eventInitDict);
    this.#faces = Object.freeze(FontFaceSetLoadEventInit(eventInitDict, "FontFaceSetLoadEvent constructor: options").fontfaces);
  }

  get fontfaces() { return this.#faces; }
}

idl.define(FontFaceSetLoadEvent);

/** The families that a shorthand such as "12px Garden, serif" names. */
const familiesOf = (font) => (/(?:^|\s)[\d.]+(?:px|pt|em|rem|%|ex|ch|vw|vh)(?:\/\S+)?\s+(.+)$/.exec(font)?.[1] ?? "")
  .split(",").map((name) => name.trim().replace(/^["']|["']$/g, "")).filter(Boolean);

class FontFaceSet extends EventTarget {
  #faces = new Set();
  #loading = new Set();
  #done = [];
  #ready = Promise.resolve(this);
  #settle = null;
  #hear = (face, status) => this.#changed(face, status);

  constructor(token) {
    idl.construct(token);
    super();
  }

  get size() { return this.#faces.size; }
  get status() { return this.#loading.size > 0 ? "loading" : "loaded"; }
  get ready() { return this.#ready; }
  has(face) { return this.#faces.has(face); }
  entries() { return this.#faces.entries(); }
  keys() { return this.#faces.keys(); }
  values() { return this.#faces.values(); }
  forEach(callback, thisArg = undefined) { for (const face of this.#faces) idl.invoke(callback, thisArg, [face, face, this]); }

  add(font) {
    const face = toFace(font, "FontFaceSet.add: font");
    if (this.#faces.has(face)) return this;
    this.#faces.add(face);
    exports.hear(face, this.#hear);
    if (face.status === "loading") this.#changed(face, "loading");
    return this;
  }

  delete(font) {
    const face = toFace(font, "FontFaceSet.delete: font");
    exports.deafen(face, this.#hear);
    this.#loading.delete(face);
    return this.#faces.delete(face);
  }

  clear() { for (const face of this.#faces) this.delete(face); }

  check(font, text = " ") {
    void text;
    return this.#matching(font).every((face) => face.status === "loaded");
  }

  load(font, text = " ") {
    void text;
    return Promise.all(this.#matching(font).map((face) => face.load()));
  }

  #matching(font) {
    const families = familiesOf(idl.DOMString(font, "font"));
    if (families.length === 0) raise("SyntaxError", `"${font}" is no font; write a size and a family, such as 12px Garden`);
    return [...this.#faces].filter((face) => families.includes(face.family));
  }

  #changed(face, status) {
    if (status === "loading") {
      this.#loading.add(face);
      if (this.#loading.size > 1) return;
      this.#ready = new Promise((resolved) => { this.#settle = resolved; });
      host.queue(() => fire(this, "loading", {}, FontFaceSetLoadEvent));
      return;
    }
    if (!this.#loading.delete(face)) return;
    this.#done.push([face, status]);
    if (this.#loading.size === 0) host.queue(() => this.#finish());
  }

  #finish() {
    if (this.#loading.size > 0) return;
    const done = this.#done.splice(0);
    const of = (status) => done.filter(([, s]) => s === status).map(([face]) => face);
    fire(this, "loadingdone", { fontfaces: of("loaded") }, FontFaceSetLoadEvent);
    if (of("error").length > 0) fire(this, "loadingerror", { fontfaces: of("error") }, FontFaceSetLoadEvent);
    this.#settle(this);
  }

  [Symbol.iterator]() { return this.#faces.values(); }
}

idl.define(FontFaceSet);
handlers(FontFaceSet, "onloading", "onloadingdone", "onloadingerror");

/** The fonts of a document. */
exports.of = (s) => {
  s.fonts ??= new FontFaceSet(idl.token);
  return s.fonts;
};

Object.assign(exports, { FontFace, FontFaceSet, FontFaceSetLoadEvent });
