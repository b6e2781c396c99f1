// Selectors: a parser that makes functions of them.
//
// Standard: https://drafts.csswg.org/selectors-4/
//
// A compound selector becomes a test(state, scope); a complex one tests the element
// and then, by its combinators, those around it.

const tree = require("node");
const attributes = require("attributes");
const { ELEMENT, HTML, raise } = tree;
const lower = (text) => require("element").lower(text);

// --- Parsing ---------------------------------------------------------------------

const name = String.raw`(?:[-_a-zA-Z0-9\u0080-\uffff]|\\[0-9a-fA-F]{1,6}[ \t\n]?|\\[^\n0-9a-fA-F])+`;
const patterns = {
  space: /[ \t\r\n\f]*/y,
  name: new RegExp(name, "y"),
  combinator: /[ \t\r\n\f]*([>+~])[ \t\r\n\f]*|[ \t\r\n\f]+(?![,)]|$)/y,
  string: /"((?:[^"\\\n]|\\[^])*)"|'((?:[^'\\\n]|\\[^])*)'/y,
  operator: /[~|^$*]?=/y,
  nth: /[ \t\r\n\f]*(?:(even|odd)|([+-]?[0-9]*)n(?:[ \t\r\n\f]*([+-])[ \t\r\n\f]*([0-9]+))?|([+-]?[0-9]+))[ \t\r\n\f]*/iy,
};

function unescape(text) {
  return text.replace(/\\(?:([0-9a-fA-F]{1,6})[ \t\n]?|(\n)|([^]))/g, (_, hex, newline, character) => {
    if (newline) return "";
    return hex ? String.fromCodePoint(Math.min(parseInt(hex, 16), 0x10ffff) || 0xfffd) : character;
  });
}

class Parser {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  fail() { raise("SyntaxError", `"${this.text}" is not a selector`); }

  take(pattern) {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match !== null) this.at += match[0].length;
    return match;
  }

  skip(character) {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  expect(character) { if (!this.skip(character)) this.fail(); }

  ident() {
    const match = this.take(patterns.name);
    if (match === null || /^(?:[0-9]|-[0-9]|-$)/.test(match[0])) this.fail();
    return unescape(match[0]);
  }

  /** A list up to the end, or to ")". */
  list(relative = false) {
    const tests = [];
    do {
      this.take(patterns.space);
      tests.push(this.complex(relative));
      this.take(patterns.space);
    } while (this.skip(","));
    return tests;
  }

  /** The compounds with the combinators between them. */
  complex(relative) {
    const steps = [];
    if (relative) {
      const lead = this.take(patterns.combinator);
      steps.push({ test: (s, scope) => s === scope, combinator: lead?.[1] ?? " " });
    }
    for (;;) {
      steps.push({ test: this.compound(), combinator: null });
      const match = this.take(patterns.combinator);
      if (match === null) break;
      steps.at(-1).combinator = match[1] ?? " ";
    }
    return (s, scope) => matchFrom(steps, steps.length - 1, s, scope);
  }

  compound() {
    const tests = [];
    const begin = this.at;
    this.type(tests);
    for (let simple = this.simple(); simple !== null; simple = this.simple()) tests.push(simple);
    if (this.at === begin) this.fail();
    return (s, scope) => tests.every((test) => test(s, scope));
  }

  type(tests) {
    if (this.text.startsWith("*|", this.at)) this.at += 2;
    if (this.skip("*")) return;
    if (!/[-_a-zA-Z\\\u0080-\uffff]/.test(this.text[this.at] ?? "")) return;
    const local = this.ident();
    const small = lower(local);
    tests.push((s) => s.local === (s.namespace === HTML && s.document.html ? small : local));
  }

  simple() {
    switch (this.text[this.at]) {
      case "#": {
        this.at++;
        const id = unescape((this.take(patterns.name) ?? this.fail())[0]);
        return (s) => attributes.get(s, "id") === id;
      }
      case ".": {
        this.at++;
        const word = this.ident();
        return (s) => hasWord(attributes.get(s, "class"), word);
      }
      case "[": return this.attribute();
      case ":": return this.pseudo();
      default: return null;
    }
  }

  attribute() {
    this.expect("[");
    this.take(patterns.space);
    if (this.text.startsWith("*|", this.at)) this.at += 2;
    const key = this.ident();
    this.take(patterns.space);
    const valueOf = (s) => {
      const wanted = s.namespace === HTML && s.document.html ? lower(key) : key;
      return s.attributes.find((a) => a.local === wanted)?.value;
    };
    if (this.skip("]")) return (s) => valueOf(s) !== undefined;
    const operator = (this.take(patterns.operator) ?? this.fail())[0];
    this.take(patterns.space);
    const string = this.take(patterns.string);
    let value = string ? unescape(string[1] ?? string[2]) : this.ident();
    this.take(patterns.space);
    const fold = /[iI]/.test(this.text[this.at] ?? "");
    if (fold || /[sS]/.test(this.text[this.at] ?? "")) this.at++;
    this.take(patterns.space);
    this.expect("]");
    const compare = comparisons[operator];
    if (fold) value = lower(value);
    return (s) => {
      const actual = valueOf(s);
      return actual !== undefined && compare(fold ? lower(actual) : actual, value);
    };
  }

  pseudo() {
    this.expect(":");
    const element = this.skip(":");
    const key = lower(this.ident());
    if (element) return () => false; // pseudo-elements are not in the tree
    if (!this.skip("(")) return Object.hasOwn(states, key) ? states[key] : this.fail();
    const make = Object.hasOwn(functions, key) ? functions[key] : this.fail();
    const test = make(this);
    this.take(patterns.space);
    this.expect(")");
    return test;
  }

  nth() {
    const match = this.take(patterns.nth);
    if (match === null) this.fail();
    const [, word, step, sign, offset, only] = match;
    if (word) return { a: 2, b: lower(word) === "odd" ? 1 : 0 };
    if (only) return { a: 0, b: Number(only) };
    const a = step === "" || step === "+" ? 1 : step === "-" ? -1 : Number(step);
    return { a, b: offset ? Number(sign + offset) : 0 };
  }
}

const comparisons = {
  "=": (actual, value) => actual === value,
  "~=": hasWord,
  "|=": (actual, value) => actual === value || actual.startsWith(`${value}-`),
  "^=": (actual, value) => value !== "" && actual.startsWith(value),
  "$=": (actual, value) => value !== "" && actual.endsWith(value),
  "*=": (actual, value) => value !== "" && actual.includes(value),
};

function hasWord(text, word) {
  return text !== null && /^[^\t\n\f\r ]+$/.test(word) && text.split(/[\t\n\f\r ]+/).includes(word);
}

// --- Matching --------------------------------------------------------------------

const parentElement = (s) => (s.parent !== null && s.parent.type === ELEMENT ? s.parent : null);

function sibling(s, step) {
  do s = s[step]; while (s !== null && s.type !== ELEMENT);
  return s;
}

/** Whether an element matches the steps up to the last. */
function matchFrom(steps, last, s, scope) {
  if (!steps[last].test(s, scope)) return false;
  if (last === 0) return true;
  switch (steps[last - 1].combinator) {
    case ">": {
      const parent = s.parent; // which :scope may say of a fragment or a document
      return parent !== null && matchFrom(steps, last - 1, parent, scope);
    }
    case "+": {
      const before = sibling(s, "previous");
      return before !== null && matchFrom(steps, last - 1, before, scope);
    }
    case "~":
      for (let c = sibling(s, "previous"); c !== null; c = sibling(c, "previous")) {
        if (matchFrom(steps, last - 1, c, scope)) return true;
      }
      return false;
    default:
      for (let { parent } = s; parent !== null; parent = parent.parent) {
        if (parent.type === ELEMENT || parent === scope) if (matchFrom(steps, last - 1, parent, scope)) return true;
      }
      return false;
  }
}

function index(s, step, sameType) {
  let i = 1;
  for (let c = sibling(s, step); c !== null; c = sibling(c, step)) {
    if (!sameType || (c.local === s.local && c.namespace === s.namespace)) i++;
  }
  return i;
}

const isNth = ({ a, b }, i) => (a === 0 ? i === b : (i - b) % a === 0 && (i - b) / a >= 0);

const nth = (step, sameType) => (parser) => {
  const formula = parser.nth();
  return (s) => isNth(formula, index(s, step, sameType));
};

const anyOf = (parser) => {
  const tests = parser.list();
  return (s, scope) => tests.some((test) => test(s, scope));
};

const functions = {
  is: anyOf,
  where: anyOf,
  matches: anyOf,
  not: (parser) => {
    const test = anyOf(parser);
    return (s, scope) => !test(s, scope);
  },
  has: (parser) => {
    const tests = parser.list(true);
    return (s) => {
      const root = s.parent ?? s;
      for (const d of tree.descendants(root)) if (d.type === ELEMENT && d !== s && tests.some((test) => test(d, s))) return true;
      return false;
    };
  },
  "nth-child": nth("previous", false),
  "nth-last-child": nth("next", false),
  "nth-of-type": nth("previous", true),
  "nth-last-of-type": nth("next", true),
  lang: (parser) => {
    const wanted = lower(parser.ident());
    return (s) => {
      for (let e = s; e !== null && e.type === ELEMENT; e = e.parent) {
        const language = attributes.get(e, "lang");
        if (language !== null) return comparisons["|="](lower(language), wanted);
      }
      return false;
    };
  },
};

const disableable = new Set(["button", "input", "select", "textarea", "optgroup", "option", "fieldset"]);
const isControl = (s) => s.namespace === HTML && disableable.has(s.local);
const isDisabled = (s) => isControl(s) && require("forms").isDisabled(s);
const isLink = (s) => s.namespace === HTML && (s.local === "a" || s.local === "area") && attributes.has(s, "href");

const states = {
  root: (s) => s.parent !== null && s.parent.type === tree.DOCUMENT,
  scope: (s, scope) => s === scope || (scope.type === tree.DOCUMENT && s.parent === scope),
  empty: (s) => tree.children(s).every((c) => c.type !== ELEMENT && !((c.type === tree.TEXT || c.type === tree.CDATA) && c.data !== "")),
  "first-child": (s) => sibling(s, "previous") === null,
  "last-child": (s) => sibling(s, "next") === null,
  "only-child": (s) => sibling(s, "previous") === null && sibling(s, "next") === null,
  "first-of-type": (s) => index(s, "previous", true) === 1,
  "last-of-type": (s) => index(s, "next", true) === 1,
  "only-of-type": (s) => index(s, "previous", true) === 1 && index(s, "next", true) === 1,
  checked: (s) => s.namespace === HTML && require("forms").isChecked(s),
  disabled: isDisabled,
  enabled: (s) => isControl(s) && !isDisabled(s),
  required: (s) => isControl(s) && attributes.has(s, "required"),
  optional: (s) => isControl(s) && !attributes.has(s, "required"),
  link: isLink,
  "any-link": isLink,
  visited: () => false,
  target: (s) => attributes.get(s, "id") === require("document").fragmentOf(s.document),
  defined: () => true,
  focus: (s) => s.document.focused === s,
  hover: () => false,
  active: () => false,
};

// --- For others ------------------------------------------------------------------

const cache = new Map();
const maxCached = 200;

/** The test of a selector list. */
function compile(text) {
  let test = cache.get(text);
  if (test !== undefined) return test;
  const parser = new Parser(text);
  const tests = parser.list();
  if (parser.at < text.length) parser.fail();
  test = tests.length === 1 ? tests[0] : (s, scope) => tests.some((t) => t(s, scope));
  if (cache.size >= maxCached) cache.clear();
  cache.set(text, test);
  return test;
}

exports.matches = (s, text) => compile(text)(s, s);

exports.first = (root, text) => {
  const test = compile(text);
  for (let s = root.first; s !== null; s = tree.following(s, root)) if (s.type === ELEMENT && test(s, root)) return s;
  return null;
};

exports.all = (root, text) => {
  const test = compile(text);
  const found = [];
  for (let s = root.first; s !== null; s = tree.following(s, root)) if (s.type === ELEMENT && test(s, root)) found.push(s);
  return found;
};

exports.closest = (s, text) => {
  const test = compile(text);
  for (let e = s; e !== null; e = parentElement(e)) if (test(e, s)) return e;
  return null;
};

exports.byId = (root, id) => {
  if (id === "") return null;
  for (let s = root.first; s !== null; s = tree.following(s, root)) if (s.type === ELEMENT && attributes.get(s, "id") === id) return s;
  return null;
};
