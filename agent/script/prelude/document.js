// Document, and what makes documents.
//
// Standard: https://dom.spec.whatwg.org/#interface-document
// Standard: https://html.spec.whatwg.org/#the-document-object
//
// The state of a document has, besides those of every node:
//
//     html           whether it is an HTML document
//     url, contentType, charset, referrer, modified, mode
//     window         the global object that shows it; null for others
//     ready          "loading", "interactive" or "complete"
//     version        a number that changes with everything in the tree
//     parser         what is parsing it; null when it has ended

const idl = require("webidl");
const tree = require("node");
const attributes = require("attributes");
const { include, unscopable, createDoctype, ParentNode } = require("chardata");
const { Node, stateOf, objectOf, isHTML, raise, HTML, ELEMENT, TEXT, CDATA, COMMENT, DOCUMENT, DOCTYPE, FRAGMENT, INSTRUCTION } = tree;
const { handlers } = require("events");
const nullableString = idl.nullable(idl.DOMString);

function create(options) {
  const s = tree.create(DOCUMENT, null);
  s.document = s;
  return Object.assign(s, {
    html: true, url: "about:blank", contentType: "text/html", charset: "UTF-8", referrer: "", modified: "", mode: "CSS1Compat",
    window: null, ready: "complete", version: 0, parser: null, base: null, script: null, focused: null, quiet: 0, ...options,
  });
}

function copyTo(copy, s) {
  copy.document = copy;
  const { html, url, contentType, charset, mode } = s;
  Object.assign(copy, { ...create({ html, url, contentType, charset, mode }), document: copy, object: null });
}

const documentOf = (object) => {
  const s = stateOf(object);
  if (s.type !== DOCUMENT) throw new TypeError("it is not of type Document");
  return s;
};

const childOf = (s, type) => tree.children(s).find((c) => c.type === type) ?? null;
const elementOf = (s) => childOf(s, ELEMENT);

/** The first child element of the root that has one of some names. */
function section(s, ...names) {
  const root = elementOf(s);
  if (root === null || !isHTML(root, "html")) return null;
  return tree.children(root).find((c) => isHTML(c) && names.includes(c.local)) ?? null;
}

/** Standard: https://html.spec.whatwg.org/#document-base-url */
function baseURL(s) {
  if (s.base?.version !== s.version) s.base = { version: s.version, url: findBase(s) };
  return s.base.url;
}

function findBase(s) {
  const fallback = s.baseFallback ?? s.url;
  for (let e = s.first; e !== null; e = tree.following(e, s)) {
    if (!isHTML(e, "base") || !attributes.has(e, "href")) continue;
    return host.resolve(attributes.get(e, "href"), fallback) ?? fallback;
  }
  return fallback;
}

/** A URL as the document understands it; null for what is none. */
const resolve = (s, url) => host.resolve(url, baseURL(s));

const collection = (s, test) => require("collections").htmlCollection(s, () => [...tree.descendants(s)].filter((d) => isHTML(d) && test(d)));

class Document extends Node {
  constructor(token = undefined, s = undefined) {
    super(idl.token, token === idl.token ? s : create({ html: false, contentType: "application/xml", url: current().url }));
    defineLocation(this);
  }

  get implementation() {
    const s = documentOf(this);
    s.implementation ??= new DOMImplementation(idl.token, s);
    return s.implementation;
  }

  get URL() { return documentOf(this).url; }
  get documentURI() { return documentOf(this).url; }
  get compatMode() { return documentOf(this).mode; }
  get characterSet() { return documentOf(this).charset; }
  get charset() { return documentOf(this).charset; }
  get inputEncoding() { return documentOf(this).charset; }
  get contentType() { return documentOf(this).contentType; }
  get doctype() { return objectOf(childOf(documentOf(this), DOCTYPE)); }
  get documentElement() { return objectOf(elementOf(documentOf(this))); }

  getElementsByTagName(qualifiedName) {
    const s = documentOf(this);
    idl.required(arguments, 1, "Document.getElementsByTagName");
    return require("element").byTagName(s, idl.DOMString(qualifiedName, "getElementsByTagName: name"));
  }

  getElementsByTagNameNS(namespace, localName) {
    const s = documentOf(this);
    idl.required(arguments, 2, "Document.getElementsByTagNameNS");
    namespace = nullableString(namespace, "getElementsByTagNameNS: namespace");
    return require("element").byTagNameNS(s, namespace, idl.DOMString(localName, "getElementsByTagNameNS: localName"));
  }

  getElementsByClassName(classNames) {
    const s = documentOf(this);
    idl.required(arguments, 1, "Document.getElementsByClassName");
    return require("element").byClassName(s, idl.DOMString(classNames, "getElementsByClassName: names"));
  }

  getElementById(elementId) {
    const s = documentOf(this);
    idl.required(arguments, 1, "Document.getElementById");
    return objectOf(require("selectors").byId(s, idl.DOMString(elementId, "getElementById: elementId")));
  }

  getElementsByName(elementName) {
    const s = documentOf(this);
    idl.required(arguments, 1, "Document.getElementsByName");
    elementName = idl.DOMString(elementName, "getElementsByName: name");
    return require("collections").liveNodeList(s, () => (
      [...tree.descendants(s)].filter((d) => isHTML(d) && attributes.get(d, "name") === elementName)));
  }

  createElement(localName, options = undefined) {
    const s = documentOf(this);
    idl.required(arguments, 1, "Document.createElement");
    localName = idl.DOMString(localName, "createElement: name");
    void options;
    if (!/^(?:[A-Za-z][^\0\t\n\f\r /<>]*|[:_\u0080-\uffff][A-Za-z0-9\-.:_\u0080-\uffff]*)$/.test(localName)) {
      raise("InvalidCharacterError", `createElement: "${localName}" is not a name`);
    }
    const html = s.html || s.contentType === "application/xhtml+xml";
    return objectOf(tree.createElement(s, s.html ? require("element").lower(localName) : localName, html ? HTML : null));
  }

  createElementNS(namespace, qualifiedName, options = undefined) {
    const s = documentOf(this);
    idl.required(arguments, 2, "Document.createElementNS");
    namespace = nullableString(namespace, "createElementNS: namespace");
    const name = attributes.validate(namespace, idl.DOMString(qualifiedName, "createElementNS: name"));
    void options;
    return objectOf(tree.createElement(s, name.local, name.namespace, name.prefix));
  }

  createDocumentFragment() { return objectOf(tree.create(FRAGMENT, documentOf(this))); }

  createTextNode(data) {
    const s = documentOf(this);
    idl.required(arguments, 1, "Document.createTextNode");
    return objectOf(tree.createCharacterData(TEXT, s, idl.DOMString(data, "createTextNode: data")));
  }

  createCDATASection(data) {
    const s = documentOf(this);
    idl.required(arguments, 1, "Document.createCDATASection");
    data = idl.DOMString(data, "createCDATASection: data");
    if (s.html) raise("NotSupportedError", "HTML documents have no CDATA sections");
    if (data.includes("]]>")) raise("InvalidCharacterError", "createCDATASection: ]]> would end it");
    return objectOf(tree.createCharacterData(CDATA, s, data));
  }

  createComment(data) {
    const s = documentOf(this);
    idl.required(arguments, 1, "Document.createComment");
    return objectOf(tree.createCharacterData(COMMENT, s, idl.DOMString(data, "createComment: data")));
  }

  createProcessingInstruction(target, data) {
    const s = documentOf(this);
    idl.required(arguments, 2, "Document.createProcessingInstruction");
    target = idl.DOMString(target, "createProcessingInstruction: target");
    data = idl.DOMString(data, "createProcessingInstruction: data");
    if (!/^[A-Za-z:_\u0080-\uffff][-.\w:\u0080-\uffff]*$/.test(target) || data.includes("?>")) raise("InvalidCharacterError", `"${target}" is not a target, or the data has ?> in it`);
    const node = tree.createCharacterData(INSTRUCTION, s, data);
    node.local = target;
    return objectOf(node);
  }

  importNode(node, deep = false) {
    const s = documentOf(this);
    idl.required(arguments, 1, "Document.importNode");
    const given = stateOf(tree.node(node, "importNode: node"));
    if (given.type === DOCUMENT) raise("NotSupportedError", "importNode: a document cannot be imported");
    return objectOf(tree.clone(given, s, idl.boolean(deep)));
  }

  adoptNode(node) {
    const s = documentOf(this);
    idl.required(arguments, 1, "Document.adoptNode");
    const given = stateOf(tree.node(node, "adoptNode: node"));
    if (given.type === DOCUMENT) raise("NotSupportedError", "adoptNode: a document cannot be adopted");
    if (given.parent !== null) tree.remove(given);
    tree.adopt(given, s);
    return node;
  }

  createAttribute(localName) {
    const s = documentOf(this);
    idl.required(arguments, 1, "Document.createAttribute");
    localName = idl.DOMString(localName, "createAttribute: name");
    attributes.checkName(localName);
    return attributes.createAttribute(s, null, null, s.html ? require("element").lower(localName) : localName);
  }

  createAttributeNS(namespace, qualifiedName) {
    const s = documentOf(this);
    idl.required(arguments, 2, "Document.createAttributeNS");
    namespace = nullableString(namespace, "createAttributeNS: namespace");
    const name = attributes.validate(namespace, idl.DOMString(qualifiedName, "createAttributeNS: name"));
    return attributes.createAttribute(s, name.namespace, name.prefix, name.local);
  }

  createEvent(interfaceName) {
    documentOf(this);
    idl.required(arguments, 1, "Document.createEvent");
    return require("uievents").createEvent(idl.DOMString(interfaceName, "createEvent: interface"));
  }

  // What HTML adds.

  get domain() { return require("window").domain(documentOf(this)); }
  set domain(value) { require("window").setDomain(documentOf(this), idl.DOMString(value, "domain")); }
  get referrer() { return documentOf(this).referrer; }
  get cookie() { return documentOf(this).window && cookieAllowed() ? host.cookies() : ""; }
  set cookie(value) {
    value = idl.USVString(value, "cookie");
    if (documentOf(this).window && cookieAllowed()) host.setCookie(value);
  }

  get lastModified() { return documentOf(this).modified || require("window").stamp(); }
  get readyState() { return documentOf(this).ready; }

  get title() {
    const found = titleOf(documentOf(this));
    return found === null ? "" : tree.childText(found).replace(/[\t\n\f\r ]+/g, " ").replace(/^ | $/g, "");
  }

  set title(value) {
    const s = documentOf(this);
    value = idl.DOMString(value, "title");
    let found = titleOf(s);
    if (found === null) {
      const head = section(s, "head");
      if (head === null) return;
      found = tree.createElement(s, "title", HTML);
      tree.append(head, found);
    }
    tree.replaceAll(found, value === "" ? null : tree.createCharacterData(TEXT, s, value));
  }

  get dir() { return attributes.get(elementOf(documentOf(this)) ?? { attributes: [] }, "dir") ?? ""; }
  set dir(value) {
    const root = elementOf(documentOf(this));
    if (root !== null) attributes.set(root, "dir", idl.DOMString(value, "dir"));
  }

  get body() { return objectOf(section(documentOf(this), "body", "frameset")); }
  set body(value) {
    const s = documentOf(this);
    if (!tree.isNode(value) || !isHTML(stateOf(value))) idl.fail("body", "it is not of type HTMLElement");
    const root = elementOf(s);
    const old = section(s, "body", "frameset");
    if (root === null || !["body", "frameset"].includes(stateOf(value).local)) raise("HierarchyRequestError", "body: it is no body, or there is no root");
    if (old === null) tree.append(root, stateOf(value));
    else if (old !== stateOf(value)) tree.replace(root, stateOf(value), old);
  }

  get head() { return objectOf(section(documentOf(this), "head")); }
  get images() { return own(this, "images", (s) => collection(s, (d) => d.local === "img")); }
  get embeds() { return own(this, "embeds", (s) => collection(s, (d) => d.local === "embed")); }
  get plugins() { return own(this, "embeds", (s) => collection(s, (d) => d.local === "embed")); }
  get links() { return own(this, "links", (s) => collection(s, (d) => (d.local === "a" || d.local === "area") && attributes.has(d, "href"))); }
  get forms() { return own(this, "forms", (s) => collection(s, (d) => d.local === "form")); }
  get scripts() { return own(this, "scripts", (s) => collection(s, (d) => d.local === "script")); }

  get all() {
    const { htmlCollection, HTMLAllCollection } = require("collections");
    return own(this, "all", (s) => htmlCollection(s, () => [...tree.descendants(s)].filter((d) => d.type === ELEMENT), HTMLAllCollection));
  }

  get anchors() { return own(this, "anchors", (s) => collection(s, (d) => d.local === "a" && attributes.has(d, "name"))); }
  get currentScript() { return objectOf(documentOf(this).script); }
  get defaultView() { return require("window").proxyOf(documentOf(this)); }
  get activeElement() {
    const s = documentOf(this);
    return s.focused !== null && tree.contains(s, s.focused) ? objectOf(s.focused) : this.body;
  }

  hasFocus() { return documentOf(this).window !== null; }
  get hidden() { return documentOf(this).window === null; }
  get visibilityState() { return documentOf(this).window === null ? "hidden" : "visible"; }
  get scrollingElement() { return this.documentElement; }

  open(type = undefined, name = undefined, features = undefined) {
    const s = documentOf(this);
    if (arguments.length > 2) return s.window.open(type, name, features);
    require("parser").open(s);
    return this;
  }

  close() { require("parser").close(documentOf(this)); }
  write(...text) { require("parser").write(documentOf(this), text.map((t) => idl.DOMString(t, "write: text")).join("")); }
  writeln(...text) { require("parser").write(documentOf(this), `${text.map((t) => idl.DOMString(t, "writeln: text")).join("")}\n`); }

  get designMode() { return documentOf(this) && "off"; }
  set designMode(value) { void idl.DOMString(value, "designMode"); }
  execCommand() { return documentOf(this) === null; }
  get fonts() { return require("fonts").of(documentOf(this)); }
  get styleSheets() { return documentOf(this) && []; }
}

include(Document, ParentNode);
handlers(Document, "onreadystatechange", "onvisibilitychange", ...require("handlers").global);
idl.define(Document);
unscopable(Document, "append", "fullscreen", "prepend", "replaceChildren");

/** A list that a document has once. */
function own(object, name, make) {
  const s = documentOf(object);
  s.lists ??= {};
  s.lists[name] ??= make(s);
  return s.lists[name];
}

function titleOf(s) {
  for (const d of tree.descendants(s)) if (isHTML(d, "title")) return d;
  return null;
}

function cookieAllowed() {
  if (require("window").isSandboxed()) raise("SecurityError", "cookie: the document is sandboxed and has no cookies");
  return true;
}

/** Standard: https://html.spec.whatwg.org/#dom-document-location, an unforgeable attribute. */
function defineLocation(object) {
  const { get, set } = Object.getOwnPropertyDescriptor({
    get location() { return documentOf(this).window ? require("window").location : null; },
    set location(value) { if (documentOf(this).window) require("window").location.href = value; },
  }, "location");
  Object.defineProperty(object, "location", { get, set, enumerable: true, configurable: false });
}

class HTMLDocument extends Document {
  constructor(token, s) {
    idl.construct(token);
    super(token, s);
  }
}

idl.define(HTMLDocument);

class XMLDocument extends Document {
  constructor(token, s) {
    idl.construct(token);
    super(token, s);
  }
}

idl.define(XMLDocument);

function classOf(s) {
  return s.html ? HTMLDocument : s.window ? Document : XMLDocument;
}

// --- DOMImplementation -----------------------------------------------------------

/** Standard: https://dom.spec.whatwg.org/#interface-domimplementation */
class DOMImplementation {
  #document;

  constructor(token, s) {
    idl.construct(token);
    this.#document = s;
  }

  createDocumentType(qualifiedName, publicId, systemId) {
    const s = this.#document;
    idl.required(arguments, 3, "DOMImplementation.createDocumentType");
    const name = idl.DOMString(qualifiedName, "createDocumentType: name");
    if (/[\t\n\f\r \0>]/.test(name)) raise("InvalidCharacterError", `createDocumentType: "${name}" is not a name`);
    return objectOf(createDoctype(s, name, idl.DOMString(publicId, "createDocumentType: publicId"), idl.DOMString(systemId, "createDocumentType: systemId")));
  }

  createDocument(namespace, qualifiedName, doctype = null) {
    void this.#document;
    idl.required(arguments, 2, "DOMImplementation.createDocument");
    namespace = nullableString(namespace, "createDocument: namespace") || null;
    qualifiedName = qualifiedName === null ? "" : idl.DOMString(qualifiedName, "createDocument: name");
    const types = { [HTML]: "application/xhtml+xml", "http://www.w3.org/2000/svg": "image/svg+xml" };
    const s = create({ html: false, contentType: types[namespace] ?? "application/xml", url: this.#document.url });
    if (doctype !== null && doctype !== undefined) tree.append(s, stateOf(tree.node(doctype, "createDocument: doctype")));
    if (qualifiedName !== "") {
      const name = attributes.validate(namespace, qualifiedName);
      tree.append(s, tree.createElement(s, name.local, name.namespace, name.prefix));
    }
    return new XMLDocument(idl.token, s);
  }

  createHTMLDocument(title = undefined) {
    const s = create({ url: this.#document.url });
    fill(s, title === undefined ? undefined : idl.DOMString(title, "createHTMLDocument: title"));
    return objectOf(s);
  }

  hasFeature() {
    void this.#document;
    return true;
  }
}

idl.define(DOMImplementation);

/** Gives an HTML document the elements that each has. */
function fill(s, title) {
  const element = (name, parent) => {
    const e = tree.createElement(s, name, HTML);
    tree.link(parent, e);
    return e;
  };
  tree.link(s, createDoctype(s, "html", "", ""));
  const root = element("html", s);
  const head = element("head", root);
  if (title !== undefined) tree.link(element("title", head), tree.createCharacterData(TEXT, s, title));
  element("body", root);
}

// --- For others ------------------------------------------------------------------

/** The document of this window, which is made when it is first asked for. */
let own_ = null;

function current() {
  if (own_ === null) {
    own_ = create({ url: host.url(), window: global });
    fill(own_, undefined);
  }
  return own_;
}

/** Begins the document of this window, instead of the one that is there by itself. */
function begin(options) {
  own_ = create({ window: global, ready: "loading", ...options });
  return own_;
}

/** Makes a document of a response's, which Go has parsed. */
exports.wrap = (native) => {
  const { list, ...options } = host.document(native);
  const s = create(options);
  require("parser").fill(s, list);
  return objectOf(s);
};

exports.isDocument = (value) => tree.isNode(value) && stateOf(value).type === DOCUMENT;

require("body").register("Document", exports.isDocument, (object) => {
  const s = stateOf(object);
  return host.body(require("serializer").document(s), s.html);
});

Object.assign(exports, {
  Document, HTMLDocument, XMLDocument, DOMImplementation, create, copyTo, classOf, baseURL, resolve, current, begin, section, elementOf,
  fragmentOf: (s) => decodeURIComponent(/#(.+)/s.exec(s.url)?.[1] ?? ""),
});

Object.defineProperty(exports, "document", { get: () => objectOf(current()) });
