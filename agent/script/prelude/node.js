// The tree of nodes, and the interfaces of all nodes but elements and documents.
//
// Standard: https://dom.spec.whatwg.org/#nodes
//
// A node is a plain object here, its state: what a parser makes many of must be
// cheap. The object that scripts see is made when one first asks for it, by
// objectOf(state), and stateOf(object) leads back.
//
//     type, document, parent, first, last, previous, next     of every node
//     data                                                     of character data
//     namespace, prefix, local, attributes                     of elements
//
// Other modules hear of what happens in the tree by hooks on the local names of
// HTML elements: inserted(state), removed(state), childrenChanged(state) and
// attributeChanged(state, name, before, value), given to hook(local, hooks).

const idl = require("webidl");
const { EventTarget, attach } = require("events");

const ELEMENT = 1, ATTRIBUTE = 2, TEXT = 3, CDATA = 4, INSTRUCTION = 7, COMMENT = 8, DOCUMENT = 9, DOCTYPE = 10, FRAGMENT = 11;

const HTML = "http://www.w3.org/1999/xhtml";
const XML = "http://www.w3.org/XML/1998/namespace";
const XMLNS = "http://www.w3.org/2000/xmlns/";

const raise = (name, message) => { throw require("exception").make(name, message); };

// --- States ----------------------------------------------------------------------

/** A node that is nowhere yet. */
function create(type, document) {
  return {
    type, document, parent: null, first: null, last: null, previous: null, next: null, object: null,
    data: "", namespace: null, prefix: null, local: "", attributes: null, list: null,
  };
}

function createCharacterData(type, document, data) {
  const s = create(type, document);
  s.data = data;
  return s;
}

function createElement(document, local, namespace, prefix = null) {
  const s = create(ELEMENT, document);
  s.local = local;
  s.namespace = namespace;
  s.prefix = prefix;
  s.attributes = [];
  return s;
}

const isHTML = (s, local) => s.type === ELEMENT && s.namespace === HTML && (local === undefined || s.local === local);
const qualified = (s) => (s.prefix === null ? s.local : `${s.prefix}:${s.local}`);

/** The object that scripts see. */
function objectOf(s) {
  if (s === null) return null;
  return s.object ?? new (classOf(s))(idl.token, s);
}

// Interfaces by the type of their nodes; modules add theirs.
const classes = new Map();
const register = (type, classFor) => { classes.set(type, classFor); };

function classOf(s) {
  if (s.type === ELEMENT) return require("html").classOf(s);
  if (s.type === DOCUMENT) return require("document").classOf(s);
  return classes.get(s.type)(s);
}

// --- Walking ---------------------------------------------------------------------

function rootOf(s) {
  while (s.parent !== null) s = s.parent;
  return s;
}

const isConnected = (s) => rootOf(s).type === DOCUMENT;

function contains(s, other) {
  for (; other !== null; other = other.parent) if (other === s) return true;
  return false;
}

/** The node after s in the order of the tree below root; null at the end. */
function following(s, root) {
  if (s.first !== null) return s.first;
  return followingSkippingChildren(s, root);
}

function followingSkippingChildren(s, root) {
  for (; s !== null && s !== root; s = s.parent) if (s.next !== null) return s.next;
  return null;
}

function* descendants(root) {
  for (let s = root.first; s !== null; s = following(s, root)) yield s;
}

function children(s) {
  const list = [];
  for (let c = s.first; c !== null; c = c.next) list.push(c);
  return list;
}

function indexOf(s) {
  let i = 0;
  for (let c = s.previous; c !== null; c = c.previous) i++;
  return i;
}

/** The text of the children that are text. */
function childText(s) {
  let text = "";
  for (let c = s.first; c !== null; c = c.next) if (c.type === TEXT || c.type === CDATA) text += c.data;
  return text;
}

/** Standard: https://dom.spec.whatwg.org/#concept-descendant-text-content */
function descendantText(root) {
  let text = "";
  for (const s of descendants(root)) if (s.type === TEXT || s.type === CDATA) text += s.data;
  return text;
}

// --- Changing --------------------------------------------------------------------

const hooks = new Map(); // by local name of HTML elements
const hook = (local, functions) => { hooks.set(local, { ...hooks.get(local), ...functions }); };
// The modules of elements that do something, which are run for the first of them.
const workers = new Map(Object.entries({
  a: "links", area: "links", audio: "links", base: "html", button: "forms", iframe: "frames", img: "links", input: "forms",
  label: "forms", link: "links", script: "scripts", video: "links",
}));

function hooksOf(s) {
  if (s.namespace !== HTML || s.type !== ELEMENT) return undefined;
  const { local } = s;
  if (workers.has(local)) {
    const module = workers.get(local);
    for (const [name, other] of workers) if (other === module) workers.delete(name);
    require(module);
  }
  return hooks.get(local);
}

// How many nodes a document may have that is parsed or built.
const most = 1_000_000;

/** Makes a node the child before another, or the last one; it has no parent. */
function link(parent, s, before = null) {
  const previous = before === null ? parent.last : before.previous;
  s.parent = parent;
  s.previous = previous;
  s.next = before;
  if (previous === null) parent.first = s;
  else previous.next = s;
  if (before === null) parent.last = s;
  else before.previous = s;
  changed(parent);
}

function unlink(s) {
  const { parent, previous, next } = s;
  if (previous === null) parent.first = next;
  else previous.next = next;
  if (next === null) parent.last = previous;
  else next.previous = previous;
  s.parent = s.previous = s.next = null;
  changed(parent);
}

/** Notes that lists of nodes have to look again. */
function changed(s) {
  s.document.version++;
  if (s.list !== null) s.list.nodes = null;
}

/** Standard: https://dom.spec.whatwg.org/#concept-node-insert */
function insert(parent, s, before = null) {
  const nodes = s.type === FRAGMENT ? children(s) : [s];
  for (const node of nodes) if (node.parent !== null) remove(node);
  for (const node of nodes) {
    adopt(node, parent.document);
    link(parent, node, before);
  }
  if (nodes.length > 0) tellInserted(parent, nodes);
}

function tellInserted(parent, nodes) {
  const connected = isConnected(parent);
  const told = [];
  for (const node of nodes) {
    if (!connected || node.type !== ELEMENT) continue;
    if (hooksOf(node)?.inserted || node.ids) told.push(node);
    for (const s of descendants(node)) if (hooksOf(s)?.inserted || s.ids) told.push(s);
  }
  hooksOf(parent)?.childrenChanged?.(parent);
  for (const s of told) {
    if (s.ids) require("window").nameElement(s);
    hooksOf(s)?.inserted?.(s);
  }
}

/** Standard: https://dom.spec.whatwg.org/#concept-node-remove */
function remove(s) {
  const { parent } = s;
  const connected = isConnected(parent);
  unlink(s);
  hooksOf(parent)?.childrenChanged?.(parent);
  if (!connected || s.type !== ELEMENT) return;
  const told = hooksOf(s)?.removed ? [s] : [];
  for (const d of descendants(s)) if (hooksOf(d)?.removed) told.push(d);
  for (const d of told) hooksOf(d).removed(d);
}

/** Standard: https://dom.spec.whatwg.org/#concept-node-adopt */
function adopt(s, document) {
  if (s.document === document) return;
  s.document = document;
  for (const d of descendants(s)) d.document = document;
}

/** Standard: https://dom.spec.whatwg.org/#concept-node-replace-all */
function replaceAll(parent, s) {
  while (parent.first !== null) remove(parent.first);
  if (s !== null) insert(parent, s);
}

/** Standard: https://dom.spec.whatwg.org/#concept-node-ensure-pre-insertion-validity */
function checkInsertion(parent, s, before, replaced = null) {
  if (parent.type !== DOCUMENT && parent.type !== FRAGMENT && parent.type !== ELEMENT) {
    raise("HierarchyRequestError", "a node of this type has no children");
  }
  if (contains(s, parent)) raise("HierarchyRequestError", "the new child contains the parent");
  const where = before ?? replaced;
  if (where !== null && where.parent !== parent) raise("NotFoundError", "the node before which to insert is not a child of this node");
  const { type } = s;
  if (type === DOCUMENT || type === ATTRIBUTE) raise("HierarchyRequestError", "a node of this type cannot be a child");
  if ((type === TEXT && parent.type === DOCUMENT) || (type === DOCTYPE && parent.type !== DOCUMENT)) {
    raise("HierarchyRequestError", "a node of this type cannot be a child of this node");
  }
  if (parent.type === DOCUMENT) checkDocument(parent, s, replaced);
}

/** A document has one element, and one doctype, which comes before it. */
function checkDocument(parent, s, replaced) {
  const given = s.type === FRAGMENT ? children(s) : [s];
  const has = (type) => children(parent).some((c) => c.type === type && c !== replaced);
  const elements = given.filter((c) => c.type === ELEMENT).length;
  if (elements > 1 || (elements === 1 && has(ELEMENT)) || given.some((c) => c.type === TEXT)
    || (s.type === DOCTYPE && has(DOCTYPE))) {
    raise("HierarchyRequestError", "a document has one element and one doctype, and no text");
  }
}

function append(parent, s) {
  checkInsertion(parent, s, null);
  insert(parent, s);
}

/** Standard: https://dom.spec.whatwg.org/#concept-node-replace */
function replace(parent, s, child) {
  checkInsertion(parent, s, null, child);
  let before = child.next;
  if (before === s) before = s.next;
  if (child.parent === parent) remove(child);
  insert(parent, s, before);
}

/** Standard: https://dom.spec.whatwg.org/#concept-node-clone */
function clone(s, document = s.document, deep = false) {
  const copy = create(s.type, document);
  copy.data = s.data;
  copy.namespace = s.namespace;
  copy.prefix = s.prefix;
  copy.local = s.local;
  if (s.type === DOCUMENT) {
    require("document").copyTo(copy, s);
    document = copy;
  }
  if (s.type === DOCTYPE) [copy.publicId, copy.systemId] = [s.publicId, s.systemId];
  if (s.attributes !== null) {
    copy.attributes = s.attributes.map(({ namespace, prefix, local, value }) => ({ namespace, prefix, local, value, owner: copy, object: null }));
    if (s.ids) copy.ids = true;
  }
  if (isHTML(s)) require("html").copyTo(copy, s);
  if (deep) for (let c = s.first; c !== null; c = c.next) link(copy, clone(c, document, true));
  return copy;
}

/** A node for each argument of append() and the like, in one. */
function nodeOfArguments(document, list, what) {
  const nodes = list.map((x) => (isNode(x) ? stateOf(x) : createCharacterData(TEXT, document, idl.DOMString(x, what))));
  if (nodes.length === 1) return nodes[0];
  const fragment = create(FRAGMENT, document);
  for (const s of nodes) append(fragment, s);
  return fragment;
}

// --- Node ------------------------------------------------------------------------

class Node extends EventTarget {
  #state;

  constructor(token, s) {
    idl.construct(token);
    super();
    this.#state = s;
    s.object = this;
    attach(this, targetHooks);
  }

  get nodeType() { return this.#state.type; }
  get nodeName() { return nodeName(this.#state); }
  get baseURI() { return require("document").baseURL(this.#state.document); }
  get isConnected() { return isConnected(this.#state); }
  get ownerDocument() { return this.#state.type === DOCUMENT ? null : objectOf(this.#state.document); }

  getRootNode(options = undefined) {
    void options; // there are no shadow trees
    return objectOf(rootOf(this.#state));
  }

  get parentNode() { return objectOf(this.#state.parent); }
  get parentElement() { return this.#state.parent?.type === ELEMENT ? objectOf(this.#state.parent) : null; }
  hasChildNodes() { return this.#state.first !== null; }

  get childNodes() {
    const s = this.#state;
    s.list ??= require("collections").childNodes(s);
    return s.list.object;
  }

  get firstChild() { return objectOf(this.#state.first); }
  get lastChild() { return objectOf(this.#state.last); }
  get previousSibling() { return objectOf(this.#state.previous); }
  get nextSibling() { return objectOf(this.#state.next); }

  get nodeValue() {
    const s = this.#state;
    if (s.type === ATTRIBUTE) return s.attribute.value;
    return isCharacterData(s) ? s.data : null;
  }

  set nodeValue(value) {
    value = value === null ? "" : idl.DOMString(value, "nodeValue");
    setValue(this.#state, value);
  }

  get textContent() {
    const s = this.#state;
    if (s.type === ELEMENT || s.type === FRAGMENT) return descendantText(s);
    return this.nodeValue;
  }

  set textContent(value) {
    const s = this.#state;
    value = value === null || value === undefined ? "" : idl.DOMString(value, "textContent");
    if (s.type === ELEMENT || s.type === FRAGMENT) replaceAll(s, value === "" ? null : createCharacterData(TEXT, s.document, value));
    else setValue(s, value);
  }

  normalize() {
    for (let s = this.#state.first; s !== null;) {
      const next = following(s, this.#state);
      if (s.type === TEXT) {
        if (s.data === "") remove(s);
        else if (s.previous?.type === TEXT) {
          setData(s.previous, s.previous.data + s.data);
          remove(s);
        }
      }
      s = next;
    }
  }

  cloneNode(deep = false) { return objectOf(clone(this.#state, undefined, idl.boolean(deep))); }

  isEqualNode(otherNode) {
    const other = nullableNode(otherNode, "isEqualNode: otherNode");
    return other !== null && isEqual(this.#state, stateOf(other));
  }

  isSameNode(otherNode) { return nullableNode(otherNode, "isSameNode: otherNode") === this; }

  compareDocumentPosition(other) {
    idl.required(arguments, 1, "Node.compareDocumentPosition");
    return position(this.#state, stateOf(node(other, "compareDocumentPosition: other")));
  }

  contains(other) {
    idl.required(arguments, 1, "Node.contains");
    other = nullableNode(other, "contains: other");
    return other !== null && contains(this.#state, stateOf(other));
  }

  lookupPrefix(namespace) {
    idl.required(arguments, 1, "Node.lookupPrefix");
    namespace = idl.nullable(idl.DOMString)(namespace, "lookupPrefix: namespace") || null;
    const s = elementFor(this.#state);
    return namespace === null || s === null ? null : prefixOf(s, namespace);
  }

  lookupNamespaceURI(prefix) {
    idl.required(arguments, 1, "Node.lookupNamespaceURI");
    prefix = idl.nullable(idl.DOMString)(prefix, "lookupNamespaceURI: prefix") || null;
    const s = elementFor(this.#state);
    return s === null ? null : namespaceOf(s, prefix);
  }

  isDefaultNamespace(namespace) {
    idl.required(arguments, 1, "Node.isDefaultNamespace");
    namespace = idl.nullable(idl.DOMString)(namespace, "isDefaultNamespace: namespace") || null;
    const s = elementFor(this.#state);
    return (s === null ? null : namespaceOf(s, null)) === namespace;
  }

  insertBefore(node_, child) {
    const s = this.#state;
    idl.required(arguments, 2, "Node.insertBefore");
    const added = stateOf(node(node_, "insertBefore: node"));
    let before = nullableNode(child, "insertBefore: child");
    before = before === null ? null : stateOf(before);
    checkInsertion(s, added, before);
    insert(s, added, before === added ? added.next : before);
    return node_;
  }

  appendChild(node_) {
    const s = this.#state;
    idl.required(arguments, 1, "Node.appendChild");
    append(s, stateOf(node(node_, "appendChild: node")));
    return node_;
  }

  replaceChild(node_, child) {
    const s = this.#state;
    idl.required(arguments, 2, "Node.replaceChild");
    replace(s, stateOf(node(node_, "replaceChild: node")), stateOf(node(child, "replaceChild: child")));
    return child;
  }

  removeChild(child) {
    const s = this.#state;
    idl.required(arguments, 1, "Node.removeChild");
    const removed = stateOf(node(child, "removeChild: child"));
    if (removed.parent !== s) raise("NotFoundError", "removeChild: it is not a child of this node");
    remove(removed);
    return child;
  }

  static {
    exports.isNode = (value) => idl.isObject(value) && (#state in value || foreign(value) !== null);
    exports.isOwnNode = (value) => #state in value;
    exports.ownState = (object) => object.#state;
    exports.stateOf = (object) => (#state in object ? object.#state : stateOfForeign(object));
  }
}

const { isNode, stateOf } = exports;

// The require() functions of all windows that this one can meet the nodes of; set by
// frames.js when there are others.
exports.windows = [];

/** The window whose node an object is; null for what is no node. */
function foreign(object) {
  for (const theirs of exports.windows) if (theirs !== require && theirs("node").isOwnNode(object)) return theirs;
  return null;
}

function stateOfForeign(object) {
  const theirs = foreign(object);
  if (theirs === null) throw new TypeError("it is not of type Node");
  return theirs("node").ownState(object);
}

const node = idl.instance("Node", isNode);
const nullableNode = idl.nullable(node);

idl.define(Node, {
  constants: {
    ELEMENT_NODE: 1, ATTRIBUTE_NODE: 2, TEXT_NODE: 3, CDATA_SECTION_NODE: 4, ENTITY_REFERENCE_NODE: 5, ENTITY_NODE: 6,
    PROCESSING_INSTRUCTION_NODE: 7, COMMENT_NODE: 8, DOCUMENT_NODE: 9, DOCUMENT_TYPE_NODE: 10, DOCUMENT_FRAGMENT_NODE: 11,
    NOTATION_NODE: 12, DOCUMENT_POSITION_DISCONNECTED: 1, DOCUMENT_POSITION_PRECEDING: 2, DOCUMENT_POSITION_FOLLOWING: 4,
    DOCUMENT_POSITION_CONTAINS: 8, DOCUMENT_POSITION_CONTAINED_BY: 16, DOCUMENT_POSITION_IMPLEMENTATION_SPECIFIC: 32,
  },
});

// An event goes on to the parent, and from the document to the window.
//
// Standard: https://dom.spec.whatwg.org/#get-the-parent
const targetHooks = {
  parent(event) {
    const s = stateOf(this.object);
    if (s.parent !== null) return objectOf(s.parent);
    return s.type === DOCUMENT && s.window && event.type !== "load" ? s.window : null;
  },
  get activation() {
    const s = stateOf(this.object);
    return hooksOf(s)?.activation?.(s);
  },
};

const names = { [TEXT]: "#text", [CDATA]: "#cdata-section", [COMMENT]: "#comment", [DOCUMENT]: "#document", [FRAGMENT]: "#document-fragment" };

function nodeName(s) {
  switch (s.type) {
    case ELEMENT: return require("element").tagName(s);
    case ATTRIBUTE: return qualified(s.attribute);
    case INSTRUCTION: case DOCTYPE: return s.local;
    default: return names[s.type];
  }
}

const isCharacterData = (s) => s.type === TEXT || s.type === CDATA || s.type === COMMENT || s.type === INSTRUCTION;

function setData(s, data) {
  s.data = data;
  if (s.parent !== null) hooksOf(s.parent)?.childrenChanged?.(s.parent);
}

function setValue(s, value) {
  if (s.type === ATTRIBUTE) require("element").setExisting(s.attribute, value);
  else if (isCharacterData(s)) setData(s, value);
}

/** Standard: https://dom.spec.whatwg.org/#concept-node-equals */
function isEqual(a, b) {
  if (a.type !== b.type || a.local !== b.local || a.namespace !== b.namespace || a.prefix !== b.prefix || a.data !== b.data
    || a.publicId !== b.publicId || a.systemId !== b.systemId) return false;
  if (a.attributes !== null) {
    if (a.attributes.length !== b.attributes.length) return false;
    const has = (x) => b.attributes.some((y) => x.namespace === y.namespace && x.local === y.local && x.value === y.value);
    if (!a.attributes.every(has)) return false;
  }
  let c = a.first, d = b.first;
  for (; c !== null && d !== null; c = c.next, d = d.next) if (!isEqual(c, d)) return false;
  return c === d;
}

/** Standard: https://dom.spec.whatwg.org/#dom-node-comparedocumentposition */
function position(s, other) {
  if (s === other) return 0;
  const path = (x) => {
    const list = [];
    for (; x !== null; x = x.parent) list.unshift(x);
    return list;
  };
  const a = path(s), b = path(other);
  if (a[0] !== b[0]) return Node.DOCUMENT_POSITION_DISCONNECTED | Node.DOCUMENT_POSITION_IMPLEMENTATION_SPECIFIC | Node.DOCUMENT_POSITION_PRECEDING;
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  if (i === a.length) return Node.DOCUMENT_POSITION_CONTAINED_BY | Node.DOCUMENT_POSITION_FOLLOWING;
  if (i === b.length) return Node.DOCUMENT_POSITION_CONTAINS | Node.DOCUMENT_POSITION_PRECEDING;
  return indexOf(b[i]) < indexOf(a[i]) ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
}

// --- Namespaces ------------------------------------------------------------------

/** The element whose prefixes hold for a node. */
function elementFor(s) {
  if (s.type === ELEMENT) return s;
  if (s.type === DOCUMENT) return children(s).find((c) => c.type === ELEMENT) ?? null;
  if (s.type === ATTRIBUTE) return s.attribute.owner;
  return s.parent?.type === ELEMENT ? s.parent : null;
}

/** Standard: https://dom.spec.whatwg.org/#locate-a-namespace */
function namespaceOf(s, prefix) {
  if (prefix === "xml") return XML;
  if (prefix === "xmlns") return XMLNS;
  for (; s !== null && s.type === ELEMENT; s = s.parent) {
    if (s.namespace !== null && s.prefix === prefix) return s.namespace;
    for (const a of s.attributes) {
      if (a.namespace !== XMLNS) continue;
      if (prefix === null ? a.prefix === null && a.local === "xmlns" : a.prefix === "xmlns" && a.local === prefix) return a.value || null;
    }
  }
  return null;
}

/** Standard: https://dom.spec.whatwg.org/#locate-a-namespace-prefix */
function prefixOf(s, namespace) {
  for (; s !== null && s.type === ELEMENT; s = s.parent) {
    if (s.namespace === namespace && s.prefix !== null) return s.prefix;
    for (const a of s.attributes) if (a.prefix === "xmlns" && a.value === namespace) return a.local;
  }
  return null;
}

Object.assign(exports, {
  Node, ELEMENT, ATTRIBUTE, TEXT, CDATA, INSTRUCTION, COMMENT, DOCUMENT, DOCTYPE, FRAGMENT, HTML, XML, XMLNS, most,
  create, createCharacterData, createElement, isHTML, qualified, objectOf, register, raise, node, nullableNode,
  rootOf, isConnected, contains, following, followingSkippingChildren, descendants, children, indexOf, childText, descendantText,
  hook, hooksOf, link, changed, insert, tellInserted, remove, adopt, replaceAll, append, replace, checkInsertion, clone, nodeOfArguments,
  isCharacterData, setData, namespaceOf, prefixOf,
});
