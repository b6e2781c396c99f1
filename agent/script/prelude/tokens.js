// DOMTokenList: classes, and other attributes that are sets of words.
//
// Standard: https://dom.spec.whatwg.org/#interface-domtokenlist

const idl = require("webidl");
const attributes = require("attributes");
const { makeList, states, iterator } = require("collections");
const { raise } = require("node");

const words = (text) => [...new Set((text ?? "").split(/[\t\n\f\r ]+/).filter(Boolean))];

function token(value, what) {
  const text = idl.DOMString(value, what);
  if (text === "") raise("SyntaxError", `${what}: an empty string is no token`);
  if (/[\t\n\f\r ]/.test(text)) raise("InvalidCharacterError", `${what}: "${text}" has spaces in it`);
  return text;
}

class DOMTokenList {
  constructor(given) { idl.construct(given); }

  get length() { return states.of(this).now().length; }

  item(index) {
    const list = states.of(this);
    idl.required(arguments, 1, "DOMTokenList.item");
    return list.now()[idl.unsignedLong(index, "item: index")] ?? null;
  }

  contains(value) {
    const list = states.of(this);
    idl.required(arguments, 1, "DOMTokenList.contains");
    return list.now().includes(idl.DOMString(value, "contains: token"));
  }

  add(...tokens) {
    const list = states.of(this);
    const added = tokens.map((t) => token(t, "add: token"));
    list.update([...new Set([...list.now(), ...added])]);
  }

  remove(...tokens) {
    const list = states.of(this);
    const removed = tokens.map((t) => token(t, "remove: token"));
    list.update(list.now().filter((t) => !removed.includes(t)));
  }

  toggle(value, force = undefined) {
    const list = states.of(this);
    idl.required(arguments, 1, "DOMTokenList.toggle");
    const text = token(value, "toggle: token");
    if (list.now().includes(text)) {
      if (force !== undefined && force) return true;
      list.update(list.now().filter((t) => t !== text));
      return false;
    }
    if (force !== undefined && !force) return false;
    list.update([...list.now(), text]);
    return true;
  }

  replace(before, after) {
    const list = states.of(this);
    idl.required(arguments, 2, "DOMTokenList.replace");
    before = token(before, "replace: token");
    after = token(after, "replace: newToken");
    if (!list.now().includes(before)) return false;
    list.update([...new Set(list.now().map((t) => (t === before ? after : t)))]);
    return true;
  }

  supports(value) {
    const list = states.of(this);
    idl.required(arguments, 1, "DOMTokenList.supports");
    if (!list.supported) throw new TypeError("supports: there is no list of what this attribute supports");
    return list.supported.includes(idl.DOMString(value, "supports: token").toLowerCase());
  }

  get value() { return states.of(this).text(); }
  set value(value) { states.of(this).setText(idl.DOMString(value, "value")); }
  toString() { return states.of(this).text(); }
}

for (const name of ["entries", "forEach", "keys", "values"]) {
  Object.defineProperty(DOMTokenList.prototype, name, { value: Array.prototype[name], writable: true, enumerable: true, configurable: true });
}
idl.define(DOMTokenList);
iterator(DOMTokenList);

/** The list of an element's attribute. */
function tokensOf(s, name, supported = undefined) {
  s.tokens ??= new Map();
  if (!s.tokens.has(name)) s.tokens.set(name, makeTokens(s, name, supported));
  return s.tokens.get(name).list;
}

function makeTokens(s, name, supported) {
  let now = null;
  const state = {
    supported,
    now: () => (now ??= words(attributes.get(s, name))),
    text: () => attributes.get(s, name) ?? "",
    setText: (text) => attributes.set(s, name, text),
    update(list) {
      if (list.length > 0 || attributes.has(s, name)) attributes.set(s, name, list.join(" "));
    },
    item: (i) => state.now()[i],
    length: () => state.now().length,
  };
  return { list: makeList(DOMTokenList, state), reset: () => { now = null; } };
}

Object.assign(exports, { DOMTokenList, tokensOf, words });
