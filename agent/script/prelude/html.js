// HTMLElement and the interfaces of elements that do little of their own. Those
// that do more have modules of their own: forms, scripts, frames.
//
// Standard: https://html.spec.whatwg.org/#elements-in-the-dom

const idl = require("webidl");
const tree = require("node");
const attributes = require("attributes");
const { Element, elementOf } = require("element");
const { handlers, fire } = require("events");
const { HTML, stateOf, objectOf, isHTML, raise } = tree;

// --- Reflection ------------------------------------------------------------------

// How attributes are reflected, by kinds: get(state, name) and set(state, name, value).
//
// Standard: https://html.spec.whatwg.org/#reflecting-content-attributes-in-idl-attributes
const kinds = {
  text: {
    get: (s, name) => attributes.get(s, name) ?? "",
    set: (s, name, value) => attributes.set(s, name, idl.DOMString(value, name)),
  },
  flag: {
    get: (s, name) => attributes.has(s, name),
    set: (s, name, value) => (value ? attributes.set(s, name, "") : attributes.removeNamed(s, name)),
  },
  url: {
    get: (s, name) => {
      const value = attributes.get(s, name);
      return value === null ? "" : require("document").resolve(s.document, value) ?? value;
    },
    set: (s, name, value) => attributes.set(s, name, idl.USVString(value, name)),
  },
  count: {
    get: (s, name) => (/^\s*\+?[0-9]+/.test(attributes.get(s, name) ?? "") ? Math.min(parseInt(attributes.get(s, name), 10), 2 ** 31 - 1) : 0),
    set: (s, name, value) => attributes.set(s, name, String(idl.unsignedLong(value, name))),
  },
  whole: {
    get: (s, name) => parseInt(attributes.get(s, name) ?? "", 10) | 0,
    set: (s, name, value) => attributes.set(s, name, String(idl.long(value, name))),
  },
  tokens: {
    get: (s, name) => require("tokens").tokensOf(s, name),
    set: (s, name, value) => { require("tokens").tokensOf(s, name).value = value; },
  },
  // Standard: https://html.spec.whatwg.org/#cors-settings-attributes
  cors: {
    get: (s, name) => {
      const value = attributes.get(s, name);
      return value === null ? null : value.toLowerCase() === "use-credentials" ? "use-credentials" : "anonymous";
    },
    set: (s, name, value) => {
      if (value === null || value === undefined) attributes.removeNamed(s, name);
      else attributes.set(s, name, idl.DOMString(value, name));
    },
  },
};

/** A kind whose values are limited to a few words; without one of them, a fallback. */
const limited = (words, missing = "", invalid = missing) => ({
  get: (s, name) => {
    const value = attributes.get(s, name);
    if (value === null) return missing;
    return words.includes(value.toLowerCase()) ? value.toLowerCase() : invalid;
  },
  set: kinds.text.set,
});

kinds.referrerPolicy = limited([
  "", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin", "origin-when-cross-origin",
  "strict-origin-when-cross-origin", "unsafe-url",
]);
kinds.method = limited(["get", "post", "dialog"], "get");
kinds.enctype = limited(["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"], "application/x-www-form-urlencoded");
kinds.formMethod = limited(["get", "post", "dialog"], "", "get");
kinds.formEnctype = limited(["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"], "", "application/x-www-form-urlencoded");
kinds.loading = limited(["lazy", "eager"], "eager");

/** Adds attributes that reflect: "kind: name name=content-name" for each kind. */
function reflect(Class, list) {
  for (const [kind, names] of Object.entries(list)) {
    const { get, set } = kinds[kind];
    for (const entry of names.split(" ")) {
      const [name, content = name.toLowerCase()] = entry.split("=");
      const property = Object.getOwnPropertyDescriptor({
        get [name]() { return get(elementOf(this), content); },
        set [name](value) { set(elementOf(this), content, value); },
      }, name);
      Object.defineProperty(Class.prototype, name, { ...property, enumerable: true, configurable: true });
    }
  }
}

// --- HTMLElement -----------------------------------------------------------------

class HTMLElement extends Element {
  constructor(token = undefined, s = undefined) {
    idl.construct(token);
    super(token, s);
  }

  get dataset() {
    const s = elementOf(this);
    s.dataset ??= makeDataset(s);
    return s.dataset;
  }

  get style() {
    const s = elementOf(this);
    s.style ??= require("style").ofElement(s);
    return s.style;
  }

  set style(value) { attributes.set(elementOf(this), "style", idl.DOMString(value, "style")); }

  get innerText() { return tree.descendantText(elementOf(this)); }
  set innerText(value) { this.textContent = value === null ? "" : idl.DOMString(value, "innerText"); }
  get outerText() { return tree.descendantText(elementOf(this)); }

  get tabIndex() {
    const s = elementOf(this);
    const value = parseInt(attributes.get(s, "tabindex") ?? "", 10);
    if (!Number.isNaN(value)) return value;
    return ["a", "area", "button", "iframe", "input", "select", "textarea"].includes(s.local) ? 0 : -1;
  }

  set tabIndex(value) { attributes.set(elementOf(this), "tabindex", String(idl.long(value, "tabIndex"))); }

  get draggable() { return attributes.get(elementOf(this), "draggable") === "true"; }
  set draggable(value) { attributes.set(elementOf(this), "draggable", String(Boolean(value))); }
  get isContentEditable() { return attributes.get(elementOf(this), "contenteditable") === "true"; }
  get contentEditable() { return attributes.get(elementOf(this), "contenteditable") ?? "inherit"; }
  set contentEditable(value) { attributes.set(elementOf(this), "contenteditable", idl.DOMString(value, "contentEditable")); }
  get offsetParent() { return elementOf(this) && null; }
  get offsetTop() { return elementOf(this) && 0; }
  get offsetLeft() { return elementOf(this) && 0; }
  get offsetWidth() { return elementOf(this) && 0; }
  get offsetHeight() { return elementOf(this) && 0; }

  /** Standard: https://html.spec.whatwg.org/#dom-click */
  click() {
    const s = elementOf(this);
    if (s.clicking || (s.control !== undefined && require("forms").isDisabled(s))) return;
    s.clicking = true;
    const { MouseEvent } = require("uievents");
    fire(this, "click", { bubbles: true, cancelable: true, composed: true, view: s.document.window }, MouseEvent);
    s.clicking = false;
  }

  focus() {
    const s = elementOf(this);
    if (s.document.focused === s) return;
    const before = s.document.focused;
    s.document.focused = s;
    const { FocusEvent } = require("uievents");
    if (before !== null) fire(objectOf(before), "blur", { relatedTarget: this }, FocusEvent);
    fire(this, "focus", {}, FocusEvent);
  }

  blur() {
    const s = elementOf(this);
    if (s.document.focused !== s) return;
    s.document.focused = null;
    fire(this, "blur", {}, require("uievents").FocusEvent);
  }
}

reflect(HTMLElement, { text: "title lang dir accessKey nonce popover enterKeyHint inputMode", flag: "hidden inert autofocus" });
handlers(HTMLElement, ...require("handlers").global);
idl.define(HTMLElement);

/** Standard: https://html.spec.whatwg.org/#dom-dataset */
function makeDataset(s) {
  const attributeOf = (name) => {
    if (/-[a-z]/.test(name)) raise("SyntaxError", `dataset: "${name}" has a hyphen before a small letter`);
    return `data-${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
  };
  const names = () => s.attributes.filter((a) => a.namespace === null && /^data-[^A-Z]*$/.test(a.local))
    .map((a) => a.local.slice(5).replace(/-([a-z])/g, (_, c) => c.toUpperCase()));
  const value = (key) => (typeof key === "string" && !/-[a-z]/.test(key) ? attributes.get(s, attributeOf(key)) : null);
  return new Proxy(Object.create(DOMStringMap.prototype), {
    get: (target, key, receiver) => value(key) ?? Reflect.get(target, key, receiver),
    has: (target, key) => value(key) !== null || Reflect.has(target, key),
    set(target, key, given) {
      if (typeof key === "symbol") return Reflect.set(target, key, given);
      const name = attributeOf(key);
      attributes.checkName(name);
      attributes.set(s, name, idl.DOMString(given, "dataset"));
      return true;
    },
    deleteProperty(target, key) {
      if (typeof key === "string") attributes.removeNamed(s, attributeOf(key));
      return true;
    },
    ownKeys: () => names(),
    getOwnPropertyDescriptor(target, key) {
      const found = value(key);
      return found === null ? undefined : { value: found, writable: true, enumerable: true, configurable: true };
    },
  });
}

class DOMStringMap {
  constructor(token) { idl.construct(token); }
}

idl.define(DOMStringMap);

class HTMLUnknownElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
}

idl.define(HTMLUnknownElement);

class SVGElement extends Element {
  constructor(token, s) {
    idl.construct(token);
    super(token, s);
  }
}

handlers(SVGElement, ...require("handlers").global);
idl.define(SVGElement);

// --- The table -------------------------------------------------------------------

// Interfaces without members but those that reflect, with the names of their elements.
const plain = {
  HTMLAreaElement: ["area", { text: "alt coords shape target download ping rel", tokens: "relList=rel", referrerPolicy: "referrerPolicy" }],
  HTMLBRElement: ["br", {}],
  HTMLBaseElement: ["base", { text: "target" }],
  HTMLBodyElement: ["body", {}],
  HTMLDListElement: ["dl", {}],
  HTMLDataElement: ["data", { text: "value" }],
  HTMLDetailsElement: ["details", { flag: "open", text: "name" }],
  HTMLDivElement: ["div", { text: "align" }],
  HTMLHRElement: ["hr", {}],
  HTMLHeadElement: ["head", {}],
  HTMLHeadingElement: ["h1 h2 h3 h4 h5 h6", { text: "align" }],
  HTMLHtmlElement: ["html", { text: "version" }],
  HTMLLIElement: ["li", { whole: "value" }],
  HTMLMapElement: ["map", { text: "name" }],
  HTMLMetaElement: ["meta", { text: "name content httpEquiv=http-equiv media scheme" }],
  HTMLMeterElement: ["meter", {}],
  HTMLModElement: ["ins del", { url: "cite", text: "dateTime" }],
  HTMLOListElement: ["ol", { flag: "reversed", text: "type" }],
  HTMLParagraphElement: ["p", { text: "align" }],
  HTMLPreElement: ["pre", {}],
  HTMLProgressElement: ["progress", {}],
  HTMLQuoteElement: ["blockquote q", { url: "cite" }],
  HTMLSourceElement: ["source", { url: "src", text: "type srcset sizes media" }],
  HTMLSpanElement: ["span", {}],
  HTMLTableCaptionElement: ["caption", {}],
  HTMLTableCellElement: ["td th", { text: "abbr headers scope" }],
  HTMLTableColElement: ["col colgroup", {}],
  HTMLTableElement: ["table", { text: "border width" }],
  HTMLTableRowElement: ["tr", {}],
  HTMLTableSectionElement: ["tbody thead tfoot", {}],
  HTMLTimeElement: ["time", { text: "dateTime" }],
  HTMLTrackElement: ["track", { url: "src", text: "kind srclang label" }],
  HTMLUListElement: ["ul", { text: "type" }],
};

const byName = new Map();

for (const [name, [locals, list]] of Object.entries(plain)) {
  const Class = { [name]: class extends HTMLElement { constructor(token, s) { super(token, s); } } }[name];
  reflect(Class, list);
  idl.define(Class);
  exports[name] = Class;
  for (const local of locals.split(" ")) byName.set(local, Class);
}

// Progress and meter show numbers.
for (const name of ["HTMLProgressElement", "HTMLMeterElement"]) {
  for (const [key, fallback] of [["value", 0], ["max", 1]]) {
    const property = Object.getOwnPropertyDescriptor({
      get [key]() { return parseFloat(attributes.get(elementOf(this), key) ?? "") || fallback; },
      set [key](value) { attributes.set(elementOf(this), key, String(idl.double(value, key))); },
    }, key);
    Object.defineProperty(exports[name].prototype, key, { ...property, enumerable: true, configurable: true });
  }
}

// The href of base is resolved against the document, not against itself.
Object.defineProperty(exports.HTMLBaseElement.prototype, "href", {
  ...Object.getOwnPropertyDescriptor({
    get href() {
      const s = elementOf(this);
      const value = attributes.get(s, "href");
      return host.resolve(value ?? "", s.document.url) ?? value;
    },
    set href(value) { attributes.set(elementOf(this), "href", idl.USVString(value, "href")); },
  }, "href"),
  enumerable: true,
});

// What is resolved outside of the document, such as the URLs of requests, follows.
const tellBase = (s) => {
  const { current, baseURL } = require("document");
  if (s.document === current()) host.setBase(baseURL(s.document));
};
tree.hook("base", { inserted: tellBase, removed: tellBase, attributeChanged: tellBase });

handlers(exports.HTMLBodyElement, ...require("handlers").window);

/** Standard: https://html.spec.whatwg.org/#the-template-element */
class HTMLTemplateElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get content() { return objectOf(require("parser").content(elementOf(this))); }
}

idl.define(HTMLTemplateElement);
byName.set("template", HTMLTemplateElement);

/** Standard: https://html.spec.whatwg.org/#the-title-element */
class HTMLTitleElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get text() { return tree.childText(elementOf(this)); }
  set text(value) { this.textContent = idl.DOMString(value, "text"); }
}

idl.define(HTMLTitleElement);
byName.set("title", HTMLTitleElement);

// Elements of other modules.
const elsewhere = {
  forms: "form input button select option optgroup textarea label fieldset legend output datalist",
  scripts: "script",
  frames: "iframe",
  links: "a link style img audio video embed object canvas",
};
const modules = new Map();
for (const [module, locals] of Object.entries(elsewhere)) for (const local of locals.split(" ")) modules.set(local, module);

const generic = new Set(`abbr acronym address article aside b basefont bdi bdo big center cite code dd dfn dt em figcaption
figure footer header hgroup i kbd main mark nav nobr noembed noframes noscript plaintext rb rp rt rtc ruby s samp search
section small strike strong sub summary sup tt u var wbr`.split(/\s+/));

/** The interface of an element. */
function classOf(s) {
  if (s.namespace !== HTML) return s.namespace === "http://www.w3.org/2000/svg" ? SVGElement : Element;
  const { local } = s;
  const module = modules.get(local);
  if (module !== undefined) return require(module).classFor(local);
  const Class = byName.get(local);
  if (Class !== undefined) return Class;
  return generic.has(local) || /^[a-z][^A-Z]*-/.test(local) ? HTMLElement : HTMLUnknownElement;
}

/** Copies what a clone of an element keeps besides its attributes. */
function copyTo(copy, s) {
  if (s.scripting) copy.scripting = { started: s.scripting.started };
  if (s.control) require("forms").copyTo(copy, s);
  if (s.content) {
    const to = require("parser").content(copy);
    for (const c of tree.children(s.content)) tree.insert(to, tree.clone(c, to.document, true));
  }
}

const define = (Class, ...locals) => {
  idl.define(Class);
  for (const local of locals) byName.set(local, Class);
};

Object.assign(exports, {
  HTMLElement, HTMLUnknownElement, HTMLTemplateElement, HTMLTitleElement, DOMStringMap, SVGElement,
  reflect, kinds, classOf, copyTo, define, classFor: (local) => byName.get(local), stateOf, isHTML,
});
