// Element.
//
// Standard: https://dom.spec.whatwg.org/#interface-element

const idl = require("webidl");
const tree = require("node");
const attributes = require("attributes");
const { include, unscopable, ParentNode, ChildNode, NonDocumentTypeChildNode } = require("chardata");
const { Node, stateOf, objectOf, qualified, raise, ELEMENT, FRAGMENT, HTML, TEXT } = tree;
const nullableString = idl.nullable(idl.DOMString);

/** The state of an element; nothing else will do. */
function elementOf(object) {
  const s = stateOf(object);
  if (s.type !== ELEMENT) throw new TypeError("it is not of type Element");
  return s;
}

/** Whether names are not sensitive to case: HTML elements of HTML documents. */
const folds = (s) => s.namespace === HTML && s.document.html;
const lower = (text) => text.replace(/[A-Z]+/g, (part) => part.toLowerCase());
const upper = (text) => text.replace(/[a-z]+/g, (part) => part.toUpperCase());
const nameFor = (s, name) => (folds(s) ? lower(name) : name);

/** Standard: https://dom.spec.whatwg.org/#element-html-uppercased-qualified-name */
const tagName = (s) => (folds(s) ? upper(qualified(s)) : qualified(s));

class Element extends Node {
  get namespaceURI() { return elementOf(this).namespace; }
  get prefix() { return elementOf(this).prefix; }
  get localName() { return elementOf(this).local; }
  get tagName() { return tagName(elementOf(this)); }

  get id() { return attributes.get(elementOf(this), "id") ?? ""; }
  set id(value) { attributes.set(elementOf(this), "id", idl.DOMString(value, "id")); }
  get className() { return attributes.get(elementOf(this), "class") ?? ""; }
  set className(value) { attributes.set(elementOf(this), "class", idl.DOMString(value, "className")); }
  get classList() { return require("tokens").tokensOf(elementOf(this), "class"); }
  set classList(value) { require("tokens").tokensOf(elementOf(this), "class").value = value; }
  get slot() { return attributes.get(elementOf(this), "slot") ?? ""; }
  set slot(value) { attributes.set(elementOf(this), "slot", idl.DOMString(value, "slot")); }

  hasAttributes() { return elementOf(this).attributes.length > 0; }
  get attributes() { return attributes.mapOf(elementOf(this)); }
  getAttributeNames() { return elementOf(this).attributes.map(qualified); }

  getAttribute(qualifiedName) {
    const s = elementOf(this);
    idl.required(arguments, 1, "Element.getAttribute");
    return attributes.find(s, nameFor(s, idl.DOMString(qualifiedName, "getAttribute: name")))?.value ?? null;
  }

  getAttributeNS(namespace, localName) {
    const s = elementOf(this);
    idl.required(arguments, 2, "Element.getAttributeNS");
    namespace = nullableString(namespace, "getAttributeNS: namespace") || null;
    return attributes.findNS(s, namespace, idl.DOMString(localName, "getAttributeNS: localName"))?.value ?? null;
  }

  setAttribute(qualifiedName, value) {
    const s = elementOf(this);
    idl.required(arguments, 2, "Element.setAttribute");
    const name = nameFor(s, idl.DOMString(qualifiedName, "setAttribute: name"));
    value = idl.DOMString(value, "setAttribute: value");
    attributes.checkName(name);
    const a = attributes.find(s, name);
    if (a === undefined) attributes.add(s, null, null, name, value);
    else attributes.setValue(a, value);
  }

  setAttributeNS(namespace, qualifiedName, value) {
    const s = elementOf(this);
    idl.required(arguments, 3, "Element.setAttributeNS");
    namespace = nullableString(namespace, "setAttributeNS: namespace");
    const name = attributes.validate(namespace, idl.DOMString(qualifiedName, "setAttributeNS: name"));
    value = idl.DOMString(value, "setAttributeNS: value");
    const a = attributes.findNS(s, name.namespace, name.local);
    if (a === undefined) attributes.add(s, name.namespace, name.prefix, name.local, value);
    else attributes.setValue(a, value);
  }

  removeAttribute(qualifiedName) {
    const s = elementOf(this);
    idl.required(arguments, 1, "Element.removeAttribute");
    const a = attributes.find(s, nameFor(s, idl.DOMString(qualifiedName, "removeAttribute: name")));
    if (a !== undefined) attributes.remove(s, a);
  }

  removeAttributeNS(namespace, localName) {
    const s = elementOf(this);
    idl.required(arguments, 2, "Element.removeAttributeNS");
    namespace = nullableString(namespace, "removeAttributeNS: namespace") || null;
    const a = attributes.findNS(s, namespace, idl.DOMString(localName, "removeAttributeNS: localName"));
    if (a !== undefined) attributes.remove(s, a);
  }

  toggleAttribute(qualifiedName, force = undefined) {
    const s = elementOf(this);
    idl.required(arguments, 1, "Element.toggleAttribute");
    const name = nameFor(s, idl.DOMString(qualifiedName, "toggleAttribute: name"));
    attributes.checkName(name);
    const a = attributes.find(s, name);
    if (a === undefined) {
      if (force !== undefined && !force) return false;
      attributes.add(s, null, null, name, "");
      return true;
    }
    if (force !== undefined && force) return true;
    attributes.remove(s, a);
    return false;
  }

  hasAttribute(qualifiedName) {
    const s = elementOf(this);
    idl.required(arguments, 1, "Element.hasAttribute");
    return attributes.find(s, nameFor(s, idl.DOMString(qualifiedName, "hasAttribute: name"))) !== undefined;
  }

  hasAttributeNS(namespace, localName) {
    const s = elementOf(this);
    idl.required(arguments, 2, "Element.hasAttributeNS");
    namespace = nullableString(namespace, "hasAttributeNS: namespace") || null;
    return attributes.findNS(s, namespace, idl.DOMString(localName, "hasAttributeNS: localName")) !== undefined;
  }

  getAttributeNode(qualifiedName) {
    const s = elementOf(this);
    idl.required(arguments, 1, "Element.getAttributeNode");
    return attributes.attr(attributes.find(s, nameFor(s, idl.DOMString(qualifiedName, "getAttributeNode: name"))));
  }

  getAttributeNodeNS(namespace, localName) {
    const s = elementOf(this);
    idl.required(arguments, 2, "Element.getAttributeNodeNS");
    namespace = nullableString(namespace, "getAttributeNodeNS: namespace") || null;
    return attributes.attr(attributes.findNS(s, namespace, idl.DOMString(localName, "getAttributeNodeNS: localName")));
  }

  setAttributeNode(attr) {
    const s = elementOf(this);
    idl.required(arguments, 1, "Element.setAttributeNode");
    return attributes.attach(s, attributes.toAttr(attr, "setAttributeNode: attr"));
  }

  setAttributeNodeNS(attr) {
    const s = elementOf(this);
    idl.required(arguments, 1, "Element.setAttributeNodeNS");
    return attributes.attach(s, attributes.toAttr(attr, "setAttributeNodeNS: attr"));
  }

  removeAttributeNode(attr) {
    const s = elementOf(this);
    idl.required(arguments, 1, "Element.removeAttributeNode");
    return attributes.detach(s, attributes.attributeOf(attributes.toAttr(attr, "removeAttributeNode: attr")));
  }

  closest(selectors) {
    const s = elementOf(this);
    idl.required(arguments, 1, "Element.closest");
    return objectOf(require("selectors").closest(s, idl.DOMString(selectors, "closest: selectors")));
  }

  matches(selectors) {
    const s = elementOf(this);
    idl.required(arguments, 1, "Element.matches");
    return require("selectors").matches(s, idl.DOMString(selectors, "matches: selectors"));
  }

  webkitMatchesSelector(selectors) {
    const s = elementOf(this);
    idl.required(arguments, 1, "Element.webkitMatchesSelector");
    return require("selectors").matches(s, idl.DOMString(selectors, "matches: selectors"));
  }

  getElementsByTagName(qualifiedName) {
    const s = elementOf(this);
    idl.required(arguments, 1, "Element.getElementsByTagName");
    return byTagName(s, idl.DOMString(qualifiedName, "getElementsByTagName: name"));
  }

  getElementsByTagNameNS(namespace, localName) {
    const s = elementOf(this);
    idl.required(arguments, 2, "Element.getElementsByTagNameNS");
    namespace = nullableString(namespace, "getElementsByTagNameNS: namespace");
    return byTagNameNS(s, namespace, idl.DOMString(localName, "getElementsByTagNameNS: localName"));
  }

  getElementsByClassName(classNames) {
    const s = elementOf(this);
    idl.required(arguments, 1, "Element.getElementsByClassName");
    return byClassName(s, idl.DOMString(classNames, "getElementsByClassName: names"));
  }

  insertAdjacentElement(where, element) {
    const s = elementOf(this);
    idl.required(arguments, 2, "Element.insertAdjacentElement");
    where = idl.DOMString(where, "insertAdjacentElement: where");
    if (!isElement(element)) idl.fail("insertAdjacentElement: element", "it is not of type Element");
    return insertAdjacent(s, where, stateOf(element)) ? element : null;
  }

  insertAdjacentText(where, data) {
    const s = elementOf(this);
    idl.required(arguments, 2, "Element.insertAdjacentText");
    where = idl.DOMString(where, "insertAdjacentText: where");
    insertAdjacent(s, where, tree.createCharacterData(TEXT, s.document, idl.DOMString(data, "insertAdjacentText: data")));
  }

  insertAdjacentHTML(position, text) {
    const s = elementOf(this);
    idl.required(arguments, 2, "Element.insertAdjacentHTML");
    position = idl.DOMString(position, "insertAdjacentHTML: position");
    text = idl.DOMString(text, "insertAdjacentHTML: text");
    const context = /^(?:beforebegin|afterend)$/i.test(position) ? s.parent : s;
    if (context === null || context.type !== ELEMENT) raise("NoModificationAllowedError", "insertAdjacentHTML: there is no parent element");
    insertAdjacent(s, position, require("parser").fragment(context, text));
  }

  get innerHTML() {
    const s = elementOf(this);
    return require("serializer").fragment(contentOf(s));
  }

  set innerHTML(value) {
    const s = elementOf(this);
    const fragment = require("parser").fragment(s, value === null ? "" : idl.DOMString(value, "innerHTML"));
    tree.replaceAll(contentOf(s), fragment);
  }

  get outerHTML() { return require("serializer").outer(elementOf(this)); }

  set outerHTML(value) {
    const s = elementOf(this);
    if (s.parent === null) return;
    if (s.parent.type === tree.DOCUMENT) raise("NoModificationAllowedError", "outerHTML: the parent is the document");
    const context = s.parent.type === FRAGMENT ? tree.createElement(s.document, "body", HTML) : s.parent;
    tree.replace(s.parent, require("parser").fragment(context, value === null ? "" : idl.DOMString(value, "outerHTML")), s);
  }

  // There is no layout: all boxes are empty.
  //
  // Standard: https://drafts.csswg.org/cssom-view/#extension-to-the-element-interface
  getBoundingClientRect() {
    elementOf(this);
    return { x: 0, y: 0, width: 0, height: 0, top: 0, right: 0, bottom: 0, left: 0, toJSON() { return { ...this }; } };
  }

  getClientRects() {
    elementOf(this);
    return [];
  }

  scrollIntoView() { elementOf(this); }
  get scrollTop() { return elementOf(this) && 0; }
  set scrollTop(value) { void idl.unrestrictedDouble(value, "scrollTop"); }
  get scrollLeft() { return elementOf(this) && 0; }
  set scrollLeft(value) { void idl.unrestrictedDouble(value, "scrollLeft"); }
  get scrollWidth() { return elementOf(this) && 0; }
  get scrollHeight() { return elementOf(this) && 0; }
  get clientTop() { return elementOf(this) && 0; }
  get clientLeft() { return elementOf(this) && 0; }
  get clientWidth() { return elementOf(this) && 0; }
  get clientHeight() { return elementOf(this) && 0; }
}

include(Element, ParentNode, ChildNode, NonDocumentTypeChildNode);
idl.define(Element);
unscopable(Element, "after", "append", "before", "prepend", "remove", "replaceChildren", "replaceWith", "slot");

/** What holds the children of an element: for a template, its content. */
const contentOf = (s) => (tree.isHTML(s, "template") ? require("parser").content(s) : s);

const isElement = (value) => tree.isNode(value) && stateOf(value).type === ELEMENT;

/** Standard: https://dom.spec.whatwg.org/#insert-adjacent */
function insertAdjacent(s, where, added) {
  const before = { beforebegin: s, afterbegin: s.first, beforeend: null, afterend: s.next };
  where = where.toLowerCase();
  if (!Object.hasOwn(before, where)) raise("SyntaxError", `"${where}" is no place beside an element`);
  const parent = where === "beforebegin" || where === "afterend" ? s.parent : s;
  if (parent === null) return false;
  tree.checkInsertion(parent, added, before[where]);
  tree.insert(parent, added, before[where]);
  return true;
}

const collect = (root, test) => require("collections").htmlCollection(root, () => {
  const found = [];
  for (let s = root.first; s !== null; s = tree.following(s, root)) if (s.type === ELEMENT && test(s)) found.push(s);
  return found;
});

/** Standard: https://dom.spec.whatwg.org/#concept-getelementsbytagname */
function byTagName(root, name) {
  if (name === "*") return collect(root, () => true);
  const small = lower(name);
  return collect(root, (s) => qualified(s) === (folds(s) ? small : name));
}

/** Standard: https://dom.spec.whatwg.org/#concept-getelementsbytagnamens */
function byTagNameNS(root, namespace, local) {
  const wanted = namespace === "" ? null : namespace;
  return collect(root, (s) => (wanted === "*" || s.namespace === wanted) && (local === "*" || s.local === local));
}

/** Standard: https://dom.spec.whatwg.org/#concept-getelementsbyclassname */
function byClassName(root, names) {
  const { words } = require("tokens");
  const wanted = words(names);
  return collect(root, (s) => {
    if (wanted.length === 0) return false;
    const has = words(attributes.get(s, "class"));
    return wanted.every((w) => has.includes(w));
  });
}

Object.assign(exports, { Element, elementOf, isElement, tagName, lower, folds, byTagName, byTagNameNS, byClassName, setExisting: attributes.setValue });
