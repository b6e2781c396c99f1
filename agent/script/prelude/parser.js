// Making trees of markup. Go parses: here the nodes are made, one after the other,
// so that scripts run when the tree has come to them.
//
// Standard: https://html.spec.whatwg.org/#parsing
//
// The list that Go gives has the nodes in their order, each with a number that says
// what it is (see parser.go) and its properties; 0 ends an element.

const idl = require("webidl");
const tree = require("node");
const { createDoctype } = require("chardata");
const { objectOf, isHTML, HTML, TEXT, CDATA, COMMENT, INSTRUCTION, FRAGMENT, DOCUMENT, raise } = tree;

const namespaces = [HTML, "http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"];
const attributeNamespaces = { xlink: "http://www.w3.org/1999/xlink", xml: tree.XML, xmlns: tree.XMLNS };

const END = 0, HTML_ELEMENT = 1, XML_ELEMENT = 2;

/** Reads a list of nodes. */
class Reader {
  constructor(list, document) {
    this.list = list;
    this.at = 0;
    this.document = document;
  }

  get done() { return this.at >= this.list.length; }
  get next() { return this.list[this.at]; }

  /** Makes the next node; the place goes on to what follows its properties. */
  node() {
    const { list, document } = this;
    switch (list[this.at++]) {
      case HTML_ELEMENT: return this.htmlElement();
      case XML_ELEMENT: return this.xmlElement();
      case TEXT: return tree.createCharacterData(TEXT, document, list[this.at++]);
      case CDATA: return tree.createCharacterData(CDATA, document, list[this.at++]);
      case COMMENT: return tree.createCharacterData(COMMENT, document, list[this.at++]);
      case INSTRUCTION: {
        const s = tree.createCharacterData(INSTRUCTION, document, list[this.at + 1]);
        s.local = list[this.at];
        this.at += 2;
        return s;
      }
      default: {
        this.at += 3;
        return createDoctype(document, list[this.at - 3], list[this.at - 2], list[this.at - 1]);
      }
    }
  }

  htmlElement() {
    const { list, document } = this;
    const s = tree.createElement(document, list[this.at], namespaces[list[this.at + 1]]);
    const given = list[this.at + 2];
    this.at += 3;
    for (let i = 0; i < given.length; i += 2) {
      const name = given[i];
      const a = { namespace: null, prefix: null, local: name, value: given[i + 1], owner: s, object: null };
      if (s.namespace !== HTML) foreign(a);
      else if (name === "id" || name === "name") s.ids = true;
      else if (name.startsWith("on")) s.handled = true;
      s.attributes.push(a);
    }
    if (s.local === "template" && s.namespace === HTML) content(s);
    return s;
  }

  xmlElement() {
    const { list, document } = this;
    const [prefix, local] = split(list[this.at]);
    const s = tree.createElement(document, local, list[this.at + 1], prefix);
    const given = list[this.at + 2];
    this.at += 3;
    for (let i = 0; i < given.length; i += 3) {
      const [p, l] = split(given[i]);
      s.attributes.push({ namespace: given[i + 1], prefix: p, local: l, value: given[i + 2], owner: s, object: null });
      if (given[i] === "id") s.ids = true;
    }
    if (s.local === "template" && s.namespace === HTML) content(s);
    return s;
  }
}

function split(name) {
  const colon = name.indexOf(":");
  return colon < 0 ? [null, name] : [name.slice(0, colon), name.slice(colon + 1)];
}

function foreign(a) {
  const [prefix, local] = split(a.local);
  const namespace = attributeNamespaces[prefix ?? local];
  if (namespace !== undefined && (prefix !== null || local === "xmlns")) Object.assign(a, { prefix, local, namespace });
}

/** The fragment that holds what is in a template. */
function content(s) {
  s.content ??= tree.create(FRAGMENT, require("document").create({ html: s.document.html, url: s.document.url }));
  return s.content;
}

/** Makes all nodes of a list below a root that is nowhere seen yet. */
function fill(root, list) {
  const reader = new Reader(list, root.document);
  const stack = [root];
  while (!reader.done) {
    if (reader.next === END) {
      reader.at++;
      stack.pop();
      continue;
    }
    const opens = reader.next <= XML_ELEMENT;
    const s = reader.node();
    tree.link(stack.at(-1), s);
    if (s.handled) require("handlers").ofElement(s);
    if (opens) stack.push(s.content ?? s);
  }
}

/** Standard: https://html.spec.whatwg.org/#html-fragment-parsing-algorithm, and that of XML */
function fragment(context, text) {
  const { document } = context;
  const result = tree.create(FRAGMENT, document);
  if (document.html) {
    fill(result, JSON.parse(host.parseFragment(text, context.local, namespaces.indexOf(context.namespace))));
  } else {
    const open = `<x xmlns="${context.namespace ?? ""}">`;
    const parsed = parseXML(`${open}${text}</x>`, document, "SyntaxError");
    while (parsed.first.first !== null) tree.insert(result, parsed.first.first);
  }
  // Standard: https://html.spec.whatwg.org/#already-started: scripts of fragments never run.
  for (const s of tree.descendants(result)) if (isHTML(s, "script")) s.scripting = { started: true };
  return result;
}

function parseXML(text, document, failure) {
  const answer = host.parseXML(text);
  if (answer.error !== null) raise(failure, answer.error);
  const root = require("document").create({ html: false, url: document.url, contentType: document.contentType });
  fill(root, JSON.parse(answer.list));
  return root;
}

// --- Documents with scripts --------------------------------------------------------

// How much script may write into a document, and how often it is parsed again.
const maxWritten = 16 * 1024 * 1024;

/** Parses the document of a window, and runs its scripts. */
class Parser {
  constructor(document, text, whenDone) {
    this.document = document;
    this.text = text;
    this.whenDone = whenDone;
    this.made = []; // the states of the nodes, in their order
    this.scripts = 0; // how many have come to their end
    this.written = 0;
    this.point = null; // where writing goes: {before, after}; null for nowhere
    this.waiting = false;
    this.open = false; // more may come, from document.write() alone
    document.parser = this;
    this.parse(text);
  }

  parse(text) {
    const answer = this.document.html ? host.parse(text) : host.parseXML(text);
    if (answer.error) return this.broken(answer.error);
    this.lines = answer.lines;
    this.reader = new Reader(JSON.parse(answer.list), this.document);
    this.stack = [this.document];
    this.count = 0; // nodes met
    this.ended = 0; // scripts met
    if (answer.quirks) this.document.mode = "BackCompat";
  }

  /** An XML document that is not well-formed shows why. */
  broken(message) {
    this.lines = [];
    this.stack = [this.document];
    this.count = this.ended = 0;
    this.reader = new Reader([HTML_ELEMENT, "parsererror", 0, [], TEXT, message, END], this.document);
  }

  /** Makes nodes until a script has to be waited for, or to the end. */
  run() {
    while (!this.reader.done) {
      if (this.reader.next === END) {
        this.reader.at++;
        if (this.end(this.stack.pop())) return;
      } else {
        this.begin();
      }
      if (this.made.length > tree.most) return this.finish();
    }
    if (this.point === null && !this.open) this.finish();
  }

  begin() {
    const { reader } = this;
    const opens = reader.next <= XML_ELEMENT;
    const at = this.count++;
    if (at < this.made.length) { // made before something was written
      const s = reader.node();
      const known = this.made[at];
      if (s.type === TEXT && s.data !== known.data && s.data.startsWith(known.data)) tree.setData(known, s.data);
      if (opens) this.stack.push(known);
      return;
    }
    const s = reader.node();
    this.made.push(s);
    if (isHTML(s, "script")) s.scripting = { parser: this, started: false };
    const parent = this.stack.at(-1);
    tree.insert(parent.content ?? parent, s);
    if (s.handled) require("handlers").ofElement(s);
    if (opens) this.stack.push(s);
  }

  /** An element has come to its end; true to wait. */
  end(s) {
    if (s.namespace === HTML && s.local === "title") tree.changed(s);
    if (!isHTML(s, "script")) return false;
    const number = this.ended++;
    if (number < this.scripts) return false;
    if (this.lines && number >= this.lines.length) return false; // it has no end: it is cut off
    this.scripts++;
    return this.script(s, number);
  }

  script(s, number) {
    const outer = this.point;
    this.point = { number: this.scripts, added: "" };
    const wait = require("scripts").prepare(s, { parser: this, line: this.lines?.[number] ?? 1 });
    const { point } = this;
    this.point = outer;
    if (wait) {
      this.waiting = true;
      return true;
    }
    this.settle(point);
    return this.waiting;
  }

  /** Goes on after a script that was waited for, which run() runs. */
  resume(run) {
    this.waiting = false;
    const outer = this.point;
    this.point = { number: this.scripts, added: "" };
    run();
    const { point } = this;
    this.point = outer;
    this.settle(point);
    if (!this.waiting && this.document.parser === this) this.run();
  }

  /** What a script has written becomes a part of the text, after the script. */
  settle({ number, added }) {
    if (added === "") return;
    const [before, after] = host.splitAfterScript(this.text, number);
    this.text = before + added + after;
    this.again(this.text);
  }

  again(text) {
    this.parse(text);
  }

  /** Standard: https://html.spec.whatwg.org/#document-write-steps */
  write(text) {
    this.written += text.length;
    if (this.written > maxWritten) raise("QuotaExceededError", `a script has written more than ${maxWritten} characters into the document`);
    if (this.point === null) { // after document.open()
      this.text += text;
      this.again(this.text);
      if (!this.waiting) this.run();
      return;
    }
    this.point.added += text;
    const [before] = host.splitAfterScript(this.text, this.point.number);
    const whole = this.text;
    this.again(before + this.point.added);
    const { point } = this;
    const { added } = point;
    this.text = before + added;
    if (!this.waiting) this.run();
    // Scripts that were written may have written more, after themselves.
    point.added = this.text.slice(before.length);
    this.text = whole;
  }

  /** Standard: https://html.spec.whatwg.org/#the-end */
  finish() {
    if (this.document.parser !== this) return;
    this.document.parser = null;
    this.whenDone(this);
  }
}

function write(document, text) {
  if (!document.html) raise("InvalidStateError", "write: only HTML documents can be written into");
  const { parser } = document;
  if (parser === null || (parser.point === null && !parser.open)) {
    // A script that did not come with the text must not disturb it.
    if (document.quiet > 0 || parser !== null) return;
    open(document);
  }
  document.parser.write(text);
}

/** Standard: https://html.spec.whatwg.org/#document-open-steps */
function open(document) {
  if (!document.html) raise("InvalidStateError", "open: only HTML documents can be opened");
  if (document.parser !== null || document.window === null) return;
  tree.replaceAll(document, null);
  document.ready = "loading";
  const parser = new Parser(document, "", require("scripts").ended);
  parser.open = true;
}

function close(document) {
  if (!document.html) raise("InvalidStateError", "close: only HTML documents can be closed");
  const { parser } = document;
  if (parser === null || !parser.open) return;
  parser.open = false;
  if (!parser.waiting) parser.run();
}

// --- DOMParser -------------------------------------------------------------------

const SupportedType = idl.enumeration(
  "DOMParserSupportedType", "text/html", "text/xml", "application/xml", "application/xhtml+xml", "image/svg+xml",
);

/** Standard: https://html.spec.whatwg.org/#domparser */
class DOMParser {
  #brand = true;

  parseFromString(string, type) {
    void this.#brand;
    idl.required(arguments, 2, "DOMParser.parseFromString");
    string = idl.DOMString(string, "parseFromString: string");
    type = SupportedType(type, "parseFromString: type");
    const { create, current } = require("document");
    const root = create({ html: type === "text/html", contentType: type, url: current().url });
    if (root.html) {
      const answer = host.parse(string);
      if (answer.quirks) root.mode = "BackCompat";
      fill(root, JSON.parse(answer.list));
    } else {
      parseInto(root, string);
    }
    return objectOf(root);
  }
}

function parseInto(root, string) {
  const answer = host.parseXML(string);
  if (answer.error === null) return fill(root, JSON.parse(answer.list));
  const namespace = "http://www.mozilla.org/newlayout/xml/parsererror.xml";
  return fill(root, [XML_ELEMENT, "parsererror", namespace, [], TEXT, answer.error, END]);
}

idl.define(DOMParser);

Object.assign(exports, { DOMParser, Parser, fill: (root, list) => fill(root, JSON.parse(list)), fragment, content, write, open, close, DOCUMENT });
