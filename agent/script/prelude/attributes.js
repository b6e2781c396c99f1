// Attributes: the states of elements' attributes, Attr and NamedNodeMap.
//
// Standard: https://dom.spec.whatwg.org/#interface-attr
//
// An attribute is {namespace, prefix, local, value, owner, object}.

const idl = require("webidl");
const tree = require("node");
const { Node, stateOf, objectOf, raise, qualified, hooksOf, HTML, XML, XMLNS, ATTRIBUTE } = tree;
const nullableString = idl.nullable(idl.DOMString);

const find = (s, name) => s.attributes.find((a) => qualified(a) === name);
const findNS = (s, namespace, local) => s.attributes.find((a) => a.namespace === namespace && a.local === local);

/** The value of an attribute in no namespace; null without it. */
function get(s, name) {
  for (const a of s.attributes) if (a.local === name && a.namespace === null) return a.value;
  return null;
}

const has = (s, name) => get(s, name) !== null;

/** Tells of a change: ids are names of the window, and hooks of the element. */
function told(s, a, before, value) {
  s.document.version++;
  if (a.namespace !== null) return;
  const { local } = a;
  if (local === "id" || local === "name") {
    s.ids = true;
    if (value !== null && tree.isConnected(s)) require("window").nameElement(s);
  } else if (local.startsWith("on") && s.namespace === HTML) {
    require("handlers").contentAttribute(s, local, value);
  }
  s.tokens?.get(local)?.reset();
  hooksOf(s)?.attributeChanged?.(s, local, before, value);
}

function setValue(a, value) {
  const before = a.value;
  a.value = value;
  if (a.owner !== null) told(a.owner, a, before, value);
}

function add(s, namespace, prefix, local, value) {
  const a = { namespace, prefix, local, value, owner: s, object: null };
  s.attributes.push(a);
  told(s, a, null, value);
}

/** Sets an attribute in no namespace. */
function set(s, name, value) {
  const a = findNS(s, null, name);
  if (a === undefined) add(s, null, null, name, value);
  else setValue(a, value);
}

function remove(s, a) {
  s.attributes.splice(s.attributes.indexOf(a), 1);
  a.owner = null;
  told(s, a, a.value, null);
}

function removeNamed(s, name) {
  const a = findNS(s, null, name);
  if (a !== undefined) remove(s, a);
}

// Standard: https://dom.spec.whatwg.org/#valid-attribute-local-name
const badName = /[\t\n\f\r \0/>=]/;

function checkName(name) {
  if (name === "" || badName.test(name)) raise("InvalidCharacterError", `"${name}" is not a name`);
}

/** Standard: https://dom.spec.whatwg.org/#validate-and-extract */
function validate(namespace, name) {
  namespace = namespace || null;
  if (!/^[^\t\n\f\r \0/>\-.0-9:][^\t\n\f\r \0/>:]*(?::[^\t\n\f\r \0/>:]+)?$/.test(name) && !/^:[^\s]*$/.test(name)) {
    raise("InvalidCharacterError", `"${name}" is not a qualified name`);
  }
  const colon = name.indexOf(":");
  const prefix = colon > 0 ? name.slice(0, colon) : null;
  const local = name.slice(colon + 1);
  const xmlns = prefix === "xmlns" || name === "xmlns";
  if ((prefix !== null && namespace === null) || (prefix === "xml" && namespace !== XML) || xmlns !== (namespace === XMLNS)) {
    raise("NamespaceError", `"${name}" does not go with the namespace "${namespace}"`);
  }
  return { namespace, prefix, local };
}

// --- Attr ------------------------------------------------------------------------

/** Standard: https://dom.spec.whatwg.org/#interface-attr */
class Attr extends Node {
  get namespaceURI() { return attributeOf(this).namespace; }
  get prefix() { return attributeOf(this).prefix; }
  get localName() { return attributeOf(this).local; }
  get name() { return qualified(attributeOf(this)); }
  get value() { return attributeOf(this).value; }
  set value(value) { setValue(attributeOf(this), idl.DOMString(value, "value")); }
  get ownerElement() { return objectOf(attributeOf(this).owner); }
  get specified() { return Boolean(attributeOf(this)); }
}

idl.define(Attr);
tree.register(ATTRIBUTE, () => Attr);

function attributeOf(object) {
  const s = stateOf(object);
  if (s.type !== ATTRIBUTE) throw new TypeError("it is not of type Attr");
  return s.attribute;
}

/** The Attr of an attribute; null of undefined. */
function attr(a, document) {
  if (!a) return null;
  if (a.object === null) {
    const s = tree.create(ATTRIBUTE, document ?? a.owner.document);
    s.attribute = a;
    a.object = objectOf(s);
  }
  return a.object;
}

const isAttr = (value) => tree.isNode(value) && stateOf(value).type === ATTRIBUTE;
const toAttr = idl.instance("Attr", isAttr);

function createAttribute(document, namespace, prefix, local) {
  return attr({ namespace, prefix, local, value: "", owner: null, object: null }, document);
}

/** Standard: https://dom.spec.whatwg.org/#concept-element-attributes-set */
function attach(s, object) {
  const a = attributeOf(object);
  if (a.owner !== null && a.owner !== s) raise("InUseAttributeError", "the attribute is another element's");
  const old = findNS(s, a.namespace, a.local);
  if (old === a) return object;
  if (old === undefined) {
    s.attributes.push(a);
  } else {
    s.attributes[s.attributes.indexOf(old)] = a;
    attr(old, s.document);
    old.owner = null;
  }
  a.owner = s;
  told(s, a, old?.value ?? null, a.value);
  return old?.object ?? null;
}

function detach(s, a) {
  if (a === undefined || a.owner !== s) raise("NotFoundError", "the element has no such attribute");
  const object = attr(a, s.document);
  remove(s, a);
  return object;
}

// --- NamedNodeMap ----------------------------------------------------------------

const maps = idl.slot();

class NamedNodeMap {
  constructor(token) { idl.construct(token); }
  get length() { return maps.of(this).attributes.length; }

  item(index) {
    const s = maps.of(this);
    idl.required(arguments, 1, "NamedNodeMap.item");
    return attr(s.attributes[idl.unsignedLong(index, "item: index")]);
  }

  getNamedItem(name) {
    const s = maps.of(this);
    idl.required(arguments, 1, "NamedNodeMap.getNamedItem");
    return attr(find(s, idl.DOMString(name, "getNamedItem: name")));
  }

  getNamedItemNS(namespace, localName) {
    const s = maps.of(this);
    idl.required(arguments, 2, "NamedNodeMap.getNamedItemNS");
    namespace = nullableString(namespace, "getNamedItemNS: namespace") || null;
    return attr(findNS(s, namespace, idl.DOMString(localName, "getNamedItemNS: localName")));
  }

  setNamedItem(attribute) {
    const s = maps.of(this);
    idl.required(arguments, 1, "NamedNodeMap.setNamedItem");
    return attach(s, toAttr(attribute, "setNamedItem: attr"));
  }

  setNamedItemNS(attribute) {
    const s = maps.of(this);
    idl.required(arguments, 1, "NamedNodeMap.setNamedItemNS");
    return attach(s, toAttr(attribute, "setNamedItemNS: attr"));
  }

  removeNamedItem(name) {
    const s = maps.of(this);
    idl.required(arguments, 1, "NamedNodeMap.removeNamedItem");
    return detach(s, find(s, idl.DOMString(name, "removeNamedItem: name")));
  }

  removeNamedItemNS(namespace, localName) {
    const s = maps.of(this);
    idl.required(arguments, 2, "NamedNodeMap.removeNamedItemNS");
    namespace = nullableString(namespace, "removeNamedItemNS: namespace") || null;
    return detach(s, findNS(s, namespace, idl.DOMString(localName, "removeNamedItemNS: localName")));
  }
}

idl.define(NamedNodeMap);

const { Handler, iterator } = require("collections");

iterator(NamedNodeMap);

/** The map of an element's attributes. */
function mapOf(s) {
  s.map ??= makeMap(s);
  return s.map;
}

function makeMap(s) {
  const map = new Proxy(Object.create(NamedNodeMap.prototype), new Handler({
    item: (i) => attr(s.attributes[i]) ?? undefined,
    length: () => s.attributes.length,
    named: (name) => attr(find(s, name)) ?? undefined,
    names: () => s.attributes.map(qualified),
  }));
  new maps(map, s);
  return map;
}

Object.assign(exports, {
  Attr, NamedNodeMap, find, findNS, get, has, set, setValue, add, remove, removeNamed, checkName, validate,
  attr, toAttr, attributeOf, createAttribute, attach, detach, mapOf,
});
