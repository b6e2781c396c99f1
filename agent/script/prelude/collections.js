// Lists of nodes that scripts index as if they were arrays.
//
// Standard: https://dom.spec.whatwg.org/#old-style-collections

const idl = require("webidl");
const { objectOf, stateOf, isHTML, children } = require("node");
const { DOMString } = idl;

// What is behind a list: {nodes()} or {nodes(), names()}.
const states = idl.slot();

// The properties of arrays that are named by a number.
const isIndex = (key) => typeof key === "string" && /^(?:0|[1-9][0-9]{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1;

/**
 * The handler of the proxy that is a list.
 *
 * Standard: https://webidl.spec.whatwg.org/#es-legacy-platform-objects
 */
class Handler {
  constructor(state) { this.state = state; }

  find(target, key) {
    const { state } = this;
    if (isIndex(key)) return state.item(Number(key));
    if (state.named === undefined || typeof key !== "string" || key in target) return undefined;
    return state.named(key);
  }

  get(target, key, receiver) {
    const found = this.find(target, key);
    return found ?? (isIndex(key) ? undefined : Reflect.get(target, key, receiver));
  }

  has(target, key) { return this.find(target, key) != null || (!isIndex(key) && Reflect.has(target, key)); }

  set(target, key, value, receiver) {
    if (isIndex(key)) return this.state.set?.(Number(key), value) ?? false;
    return Reflect.set(target, key, value, receiver);
  }

  deleteProperty(target, key) { return this.find(target, key) == null && Reflect.deleteProperty(target, key); }

  defineProperty(target, key, descriptor) { return !isIndex(key) && Reflect.defineProperty(target, key, descriptor); }

  ownKeys(target) {
    const { state } = this;
    const indices = Array.from({ length: state.length() }, (_, i) => String(i));
    return [...new Set([...indices, ...(state.names?.() ?? []), ...Reflect.ownKeys(target)])];
  }

  getOwnPropertyDescriptor(target, key) {
    const value = this.find(target, key);
    if (value == null) return isIndex(key) ? undefined : Reflect.getOwnPropertyDescriptor(target, key);
    return { value, writable: this.state.set !== undefined, enumerable: isIndex(key) || Boolean(this.state.enumerable), configurable: true };
  }
}

/** Makes a list of an interface; state has item(i), length(), and perhaps named(name) and names(). */
function makeList(Class, state) {
  const list = new Proxy(Object.create(Class.prototype), new Handler(state));
  new states(list, state);
  return list;
}

/** The state of a list whose nodes a function finds, once for each version of the document. */
function live(root, find) {
  let version = -1, document = null, nodes = [];
  const now = () => {
    if (version !== root.document.version || document !== root.document) {
      nodes = find();
      ({ document } = root);
      ({ version } = document);
    }
    return nodes;
  };
  return { item: (i) => objectOf(now()[i] ?? null), length: () => now().length, nodes: now };
}

const arrayMembers = (Class) => {
  const names = ["entries", "forEach", "keys", "values"];
  for (const name of names) {
    Object.defineProperty(Class.prototype, name, { value: Array.prototype[name], writable: true, enumerable: true, configurable: true });
  }
};

const iterator = (Class) => {
  Object.defineProperty(Class.prototype, Symbol.iterator, { value: Array.prototype[Symbol.iterator], writable: true, configurable: true });
};

/** Standard: https://dom.spec.whatwg.org/#interface-nodelist */
class NodeList {
  constructor(token) { idl.construct(token); }

  item(index) {
    const list = states.of(this);
    idl.required(arguments, 1, "NodeList.item");
    return list.item(idl.unsignedLong(index, "item: index")) ?? null;
  }

  get length() { return states.of(this).length(); }
}

arrayMembers(NodeList);
idl.define(NodeList);
iterator(NodeList);

class RadioNodeList extends NodeList {
  constructor(token) { super(token); }

  get value() {
    return states.of(this).nodes().find((s) => s.control?.checked)?.object?.value ?? "";
  }
}

idl.define(RadioNodeList);

/** Standard: https://dom.spec.whatwg.org/#interface-htmlcollection */
class HTMLCollection {
  constructor(token) { idl.construct(token); }

  get length() { return states.of(this).length(); }

  item(index) {
    const list = states.of(this);
    idl.required(arguments, 1, "HTMLCollection.item");
    return list.item(idl.unsignedLong(index, "item: index")) ?? null;
  }

  namedItem(name) {
    const list = states.of(this);
    idl.required(arguments, 1, "HTMLCollection.namedItem");
    return list.named(DOMString(name, "namedItem: name")) ?? null;
  }
}

idl.define(HTMLCollection);
iterator(HTMLCollection);

/** Standard: https://html.spec.whatwg.org/#the-htmlallcollection-interface */
class HTMLAllCollection {
  constructor(token) { idl.construct(token); }
  get length() { return states.of(this).length(); }
  namedItem(name) { return states.of(this).named(DOMString(name, "namedItem: name")) ?? null; }
  item(name = undefined) {
    const list = states.of(this);
    if (name === undefined) return null;
    return (isIndex(String(name)) ? list.item(Number(name)) : list.named(DOMString(name, "item: name"))) ?? null;
  }
}

idl.define(HTMLAllCollection);
iterator(HTMLAllCollection);

class HTMLOptionsCollection extends HTMLCollection {
  constructor(token) { super(token); }
  get selectedIndex() { return states.of(this).nodes().findIndex((s) => s.control?.selected); }
}

idl.define(HTMLOptionsCollection);

class HTMLFormControlsCollection extends HTMLCollection {
  constructor(token) { super(token); }
}

idl.define(HTMLFormControlsCollection);

const attribute = (s, name) => s.attributes.find((a) => a.namespace === null && a.local === name)?.value;
const hasName = (s, name) => name !== "" && (attribute(s, "id") === name || (isHTML(s) && attribute(s, "name") === name));

function htmlCollection(root, find, Class = HTMLCollection) {
  const state = live(root, find);
  state.named = (name) => objectOf(state.nodes().find((s) => hasName(s, name)) ?? null);
  state.names = () => state.nodes().flatMap((s) => [attribute(s, "id"), isHTML(s) ? attribute(s, "name") : ""]).filter(Boolean);
  return makeList(Class, state);
}

/** The elements of a form, where several of a name are a list of their own. */
function controls(root, find) {
  const state = live(root, find);
  state.named = (name) => {
    const found = state.nodes().filter((s) => hasName(s, name));
    return found.length > 1 ? nodeList(found, RadioNodeList) : objectOf(found[0] ?? null);
  };
  state.names = () => state.nodes().flatMap((s) => [attribute(s, "id"), attribute(s, "name")]).filter(Boolean);
  return makeList(HTMLFormControlsCollection, state);
}

/** A list of nodes as they are now. */
function nodeList(nodes, Class = NodeList) {
  return makeList(Class, { item: (i) => objectOf(nodes[i] ?? null), length: () => nodes.length, nodes: () => nodes });
}

function liveNodeList(root, find) { return makeList(NodeList, live(root, find)); }

/** The list of a node's children: {object, nodes}, where nodes is null when they have changed. */
function childNodes(s) {
  const list = { nodes: null, object: null };
  const now = () => {
    list.nodes ??= children(s);
    return list.nodes;
  };
  list.object = makeList(NodeList, { item: (i) => objectOf(now()[i] ?? null), length: () => now().length, nodes: now });
  return list;
}

Object.assign(exports, {
  NodeList, RadioNodeList, HTMLCollection, HTMLAllCollection, HTMLOptionsCollection, HTMLFormControlsCollection,
  Handler, states, makeList, iterator, isIndex, htmlCollection, controls, nodeList, liveNodeList, childNodes,
  nodesOf: (list) => states.of(list).nodes(), stateOf,
});
