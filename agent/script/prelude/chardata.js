// Text, comments and the like, fragments and doctypes, and what several kinds of
// nodes have in common.
//
// Standard: https://dom.spec.whatwg.org/#interface-characterdata

const idl = require("webidl");
const tree = require("node");
const { Node, stateOf, objectOf, raise, TEXT, CDATA, COMMENT, INSTRUCTION, DOCTYPE, FRAGMENT, ELEMENT } = tree;

/** Adds the members of a mixin to a class. */
function include(Class, ...mixins) {
  for (const mixin of mixins) Object.defineProperties(Class.prototype, Object.getOwnPropertyDescriptors(mixin));
}

// --- Mixins ----------------------------------------------------------------------

const unscopable = (Class, ...names) => {
  const list = Object.create(null);
  for (const name of names) list[name] = true;
  Object.defineProperty(Class.prototype, Symbol.unscopables, { value: list, configurable: true });
};

const elementsOf = (s) => tree.children(s).filter((c) => c.type === ELEMENT);

/** Standard: https://dom.spec.whatwg.org/#interface-parentnode */
const ParentNode = {
  get children() {
    const s = stateOf(this);
    s.elements ??= require("collections").htmlCollection(s, () => elementsOf(s));
    return s.elements;
  },
  get firstElementChild() {
    for (let c = stateOf(this).first; c !== null; c = c.next) if (c.type === ELEMENT) return objectOf(c);
    return null;
  },
  get lastElementChild() {
    for (let c = stateOf(this).last; c !== null; c = c.previous) if (c.type === ELEMENT) return objectOf(c);
    return null;
  },
  get childElementCount() { return elementsOf(stateOf(this)).length; },
  prepend(...nodes) {
    const s = stateOf(this);
    const added = tree.nodeOfArguments(s.document, nodes, "prepend: node");
    tree.checkInsertion(s, added, null);
    const before = s.first === added ? added.next : s.first;
    tree.insert(s, added, before);
  },
  append(...nodes) {
    const s = stateOf(this);
    tree.append(s, tree.nodeOfArguments(s.document, nodes, "append: node"));
  },
  replaceChildren(...nodes) {
    const s = stateOf(this);
    const added = tree.nodeOfArguments(s.document, nodes, "replaceChildren: node");
    tree.checkInsertion(s, added, null);
    tree.replaceAll(s, added);
  },
  querySelector(selectors) {
    const s = stateOf(this);
    idl.required(arguments, 1, "querySelector");
    return objectOf(require("selectors").first(s, idl.DOMString(selectors, "querySelector: selectors")));
  },
  querySelectorAll(selectors) {
    const s = stateOf(this);
    idl.required(arguments, 1, "querySelectorAll");
    const found = require("selectors").all(s, idl.DOMString(selectors, "querySelectorAll: selectors"));
    return require("collections").nodeList(found);
  },
};

/** The next sibling that is not among the arguments of before() and the like. */
function viable(s, nodes, step) {
  const given = new Set(nodes.filter(tree.isNode).map(stateOf));
  while (s !== null && given.has(s)) s = s[step];
  return s;
}

/** Standard: https://dom.spec.whatwg.org/#interface-childnode */
const ChildNode = {
  before(...nodes) {
    const s = stateOf(this);
    const { parent } = s;
    if (parent === null) return;
    const previous = viable(s.previous, nodes, "previous");
    const added = tree.nodeOfArguments(s.document, nodes, "before: node");
    const before = previous === null ? parent.first : previous.next;
    tree.checkInsertion(parent, added, before);
    tree.insert(parent, added, before === added ? added.next : before);
  },
  after(...nodes) {
    const s = stateOf(this);
    const { parent } = s;
    if (parent === null) return;
    const next = viable(s.next, nodes, "next");
    const added = tree.nodeOfArguments(s.document, nodes, "after: node");
    tree.checkInsertion(parent, added, next);
    tree.insert(parent, added, next);
  },
  replaceWith(...nodes) {
    const s = stateOf(this);
    const { parent } = s;
    if (parent === null) return;
    const next = viable(s.next, nodes, "next");
    const added = tree.nodeOfArguments(s.document, nodes, "replaceWith: node");
    if (s.parent === parent) {
      tree.replace(parent, added, s);
    } else {
      tree.checkInsertion(parent, added, next);
      tree.insert(parent, added, next);
    }
  },
  remove() {
    const s = stateOf(this);
    if (s.parent !== null) tree.remove(s);
  },
};

/** Standard: https://dom.spec.whatwg.org/#interface-nondocumenttypechildnode */
const NonDocumentTypeChildNode = {
  get previousElementSibling() {
    for (let c = stateOf(this).previous; c !== null; c = c.previous) if (c.type === ELEMENT) return objectOf(c);
    return null;
  },
  get nextElementSibling() {
    for (let c = stateOf(this).next; c !== null; c = c.next) if (c.type === ELEMENT) return objectOf(c);
    return null;
  },
};

// --- Character data --------------------------------------------------------------

/** The state of character data; nothing else will do. */
function textOf(object) {
  const s = stateOf(object);
  if (!tree.isCharacterData(s)) throw new TypeError("it is not of type CharacterData");
  return s;
}

/** Standard: https://dom.spec.whatwg.org/#concept-cd-replace */
function replaceData(s, offset, count, data) {
  if (offset > s.data.length) raise("IndexSizeError", `offset ${offset} is beyond the end`);
  tree.setData(s, s.data.slice(0, offset) + data + s.data.slice(offset + count));
}

class CharacterData extends Node {
  get data() { return textOf(this).data; }

  set data(value) {
    const s = textOf(this);
    tree.setData(s, value === null ? "" : idl.DOMString(value, "data"));
  }

  get length() { return textOf(this).data.length; }

  substringData(offset, count) {
    const s = textOf(this);
    idl.required(arguments, 2, "CharacterData.substringData");
    offset = idl.unsignedLong(offset, "substringData: offset");
    count = idl.unsignedLong(count, "substringData: count");
    if (offset > s.data.length) raise("IndexSizeError", `offset ${offset} is beyond the end`);
    return s.data.slice(offset, offset + count);
  }

  appendData(data) {
    const s = textOf(this);
    idl.required(arguments, 1, "CharacterData.appendData");
    tree.setData(s, s.data + idl.DOMString(data, "appendData: data"));
  }

  insertData(offset, data) {
    const s = textOf(this);
    idl.required(arguments, 2, "CharacterData.insertData");
    replaceData(s, idl.unsignedLong(offset, "insertData: offset"), 0, idl.DOMString(data, "insertData: data"));
  }

  deleteData(offset, count) {
    const s = textOf(this);
    idl.required(arguments, 2, "CharacterData.deleteData");
    replaceData(s, idl.unsignedLong(offset, "deleteData: offset"), idl.unsignedLong(count, "deleteData: count"), "");
  }

  replaceData(offset, count, data) {
    const s = textOf(this);
    idl.required(arguments, 3, "CharacterData.replaceData");
    offset = idl.unsignedLong(offset, "replaceData: offset");
    count = idl.unsignedLong(count, "replaceData: count");
    replaceData(s, offset, count, idl.DOMString(data, "replaceData: data"));
  }
}

include(CharacterData, ChildNode, NonDocumentTypeChildNode);
idl.define(CharacterData);
unscopable(CharacterData, "after", "before", "remove", "replaceWith");

/** What a constructor makes that scripts may call: (text) or, inside, (token, state). */
function made(type, args) {
  if (args[0] === idl.token) return args[1];
  const data = args[0] === undefined ? "" : idl.DOMString(args[0], "data");
  return tree.createCharacterData(type, require("document").current(), data);
}

/** Standard: https://dom.spec.whatwg.org/#interface-text */
class Text extends CharacterData {
  constructor(data = undefined, s = undefined) {
    super(idl.token, made(TEXT, [data, s]));
  }

  splitText(offset) {
    const s = textOf(this);
    idl.required(arguments, 1, "Text.splitText");
    offset = idl.unsignedLong(offset, "splitText: offset");
    if (offset > s.data.length) raise("IndexSizeError", `offset ${offset} is beyond the end`);
    const rest = tree.createCharacterData(s.type, s.document, s.data.slice(offset));
    if (s.parent !== null) tree.insert(s.parent, rest, s.next);
    tree.setData(s, s.data.slice(0, offset));
    return objectOf(rest);
  }

  get wholeText() {
    let s = textOf(this);
    while (s.previous?.type === TEXT) s = s.previous;
    let text = "";
    for (; s !== null && (s.type === TEXT || s.type === CDATA); s = s.next) text += s.data;
    return text;
  }
}

idl.define(Text);

class CDATASection extends Text {
  constructor(token, s) {
    idl.construct(token);
    super(token, s);
  }
}

idl.define(CDATASection);

class Comment extends CharacterData {
  constructor(data = undefined, s = undefined) {
    super(idl.token, made(COMMENT, [data, s]));
  }
}

idl.define(Comment);

class ProcessingInstruction extends CharacterData {
  get target() { return textOf(this).local; }
}

idl.define(ProcessingInstruction);

// --- Others ----------------------------------------------------------------------

class DocumentFragment extends Node {
  constructor(token = undefined, s = undefined) {
    super(idl.token, token === idl.token ? s : tree.create(FRAGMENT, require("document").current()));
  }

  getElementById(elementId) {
    const s = stateOf(this);
    idl.required(arguments, 1, "DocumentFragment.getElementById");
    return objectOf(require("selectors").byId(s, idl.DOMString(elementId, "getElementById: elementId")));
  }
}

include(DocumentFragment, ParentNode);
idl.define(DocumentFragment);
unscopable(DocumentFragment, "append", "prepend", "replaceChildren");

class DocumentType extends Node {
  get name() { return stateOf(this).local; }
  get publicId() { return stateOf(this).publicId; }
  get systemId() { return stateOf(this).systemId; }
}

include(DocumentType, ChildNode);
idl.define(DocumentType);
unscopable(DocumentType, "after", "before", "remove", "replaceWith");

function createDoctype(document, name, publicId, systemId) {
  const s = tree.create(DOCTYPE, document);
  s.local = name;
  s.publicId = publicId;
  s.systemId = systemId;
  return s;
}

for (const [type, Class] of [
  [TEXT, Text], [CDATA, CDATASection], [COMMENT, Comment], [INSTRUCTION, ProcessingInstruction],
  [FRAGMENT, DocumentFragment], [DOCTYPE, DocumentType],
]) tree.register(type, () => Class);

Object.assign(exports, {
  CharacterData, Text, CDATASection, Comment, ProcessingInstruction, DocumentFragment, DocumentType,
  include, unscopable, elementsOf, createDoctype, ParentNode, ChildNode, NonDocumentTypeChildNode,
});
