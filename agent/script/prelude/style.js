// The style of an element, as far as scripts set and read it back: what an
// attribute says. Nothing is laid out.
//
// Standard: https://drafts.csswg.org/cssom/#the-cssstyledeclaration-interface

const idl = require("webidl");
const attributes = require("attributes");

const states = idl.slot();

/** The declarations of an attribute, by property. */
function parse(text) {
  const list = new Map();
  for (const part of (text ?? "").split(";")) {
    const colon = part.indexOf(":");
    if (colon > 0) list.set(part.slice(0, colon).trim().toLowerCase(), part.slice(colon + 1).trim());
  }
  return list;
}

const write = (list) => [...list].map(([name, value]) => `${name}: ${value};`).join(" ");
const hyphenated = (name) => (name === "cssFloat" ? "float" : name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`));

class CSSStyleDeclaration {
  constructor(token) { idl.construct(token); }
  get cssText() { return write(parse(attributes.get(states.of(this), "style"))); }
  set cssText(value) { attributes.set(states.of(this), "style", idl.DOMString(value, "cssText")); }
  get length() { return parse(attributes.get(states.of(this), "style")).size; }
  item(index) { return [...parse(attributes.get(states.of(this), "style")).keys()][index] ?? ""; }

  getPropertyValue(property) {
    const s = states.of(this);
    idl.required(arguments, 1, "CSSStyleDeclaration.getPropertyValue");
    const name = idl.DOMString(property, "getPropertyValue: property");
    return (parse(attributes.get(s, "style")).get(name.toLowerCase()) ?? "").replace(/\s*!important$/, "");
  }

  setProperty(property, value, priority = "") {
    const s = states.of(this);
    idl.required(arguments, 2, "CSSStyleDeclaration.setProperty");
    const name = idl.DOMString(property, "setProperty: property").toLowerCase();
    set(s, name, value === null ? "" : idl.DOMString(value, "setProperty: value"), priority);
  }

  removeProperty(property) {
    const before = this.getPropertyValue(property);
    set(states.of(this), idl.DOMString(property, "removeProperty: property").toLowerCase(), "");
    return before;
  }
}

idl.define(CSSStyleDeclaration);

function set(s, name, value, priority = "") {
  const list = parse(attributes.get(s, "style"));
  if (value === "") list.delete(name);
  else list.set(name, priority === "important" ? `${value} !important` : value);
  attributes.set(s, "style", write(list));
}

/** The declaration of an element: properties are read and written by their names. */
exports.ofElement = (s) => {
  const object = new Proxy(Object.create(CSSStyleDeclaration.prototype), {
    get(target, key, receiver) {
      if (typeof key === "symbol" || key in target) return Reflect.get(target, key, receiver);
      return receiver.getPropertyValue(hyphenated(key));
    },
    set(target, key, value, receiver) {
      if (typeof key === "symbol" || key in target) return Reflect.set(target, key, value, receiver);
      set(s, hyphenated(key), value === null ? "" : idl.DOMString(value, key));
      return true;
    },
  });
  new states(object, s);
  return object;
};

exports.CSSStyleDeclaration = CSSStyleDeclaration;
