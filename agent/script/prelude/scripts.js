// Script elements, and the end of a document's loading.
//
// Standard: https://html.spec.whatwg.org/#the-script-element
//
// An element's state has, as scripting: parser (the one that made it), started, and
// force (it is async although it does not say so).

const idl = require("webidl");
const tree = require("node");
const attributes = require("attributes");
const { HTMLElement, define, reflect, classFor } = require("html");
const { elementOf } = require("element");
const { fire } = require("events");
const { objectOf, hook } = tree;

const scripting = (s) => (s.scripting ??= { parser: null, started: false, force: true });

class HTMLScriptElement extends HTMLElement {
  constructor(token, s) { super(token, s); }

  get async() {
    const s = elementOf(this);
    return (scripting(s).force ?? false) || attributes.has(s, "async");
  }

  set async(value) {
    const s = elementOf(this);
    scripting(s).force = false;
    if (value) attributes.set(s, "async", "");
    else attributes.removeNamed(s, "async");
  }

  get text() { return tree.childText(elementOf(this)); }
  set text(value) { this.textContent = idl.DOMString(value, "text"); }

  static supports(type) {
    idl.required(arguments, 1, "HTMLScriptElement.supports");
    return ["classic", "module", "importmap"].includes(idl.DOMString(type, "supports: type"));
  }
}

reflect(HTMLScriptElement, {
  url: "src", flag: "noModule defer", text: "type charset event htmlFor=for integrity fetchPriority", cors: "crossOrigin",
  referrerPolicy: "referrerPolicy", tokens: "blocking",
});
define(HTMLScriptElement, "script");

hook("script", {
  inserted(s) { if (scripting(s).parser === null) prepare(s); },
  childrenChanged(s) { if (scripting(s).parser === null && tree.isConnected(s)) prepare(s); },
  attributeChanged(s, name, before) {
    if (name === "async") scripting(s).force = false;
    if (name === "src" && before === null && scripting(s).parser === null && tree.isConnected(s)) prepare(s);
  },
});

// Standard: https://mimesniff.spec.whatwg.org/#javascript-mime-type
const javascript = new RegExp(
  "^(?:application/(?:(?:x-)?(?:ecma|java)script)|text/(?:(?:x-)?(?:ecma|java)script|javascript1\\.[0-5]|jscript|livescript))$",
);

/** "classic", "module", "importmap", or null for what is no script. */
function typeOf(s) {
  const type = attributes.get(s, "type");
  const language = attributes.get(s, "language");
  if (type === "" || (type === null && !language)) return "classic";
  const text = (type ?? `text/${language}`).trim().toLowerCase();
  if (javascript.test(text)) return "classic";
  return text === "module" || text === "importmap" ? text : null;
}

/**
 * Runs an element's script, or gets it and runs it then. The result says whether
 * the parser has to wait.
 *
 * Standard: https://html.spec.whatwg.org/#prepare-the-script-element
 */
function prepare(s, { parser = null, line = 1 } = {}) {
  const state = scripting(s);
  if (state.started) return false;
  const { document } = s;
  state.parser = null;
  if (parser !== null && !attributes.has(s, "async")) state.force = true;
  const source = tree.childText(s);
  if (!attributes.has(s, "src") && source === "") return false;
  if (!tree.isConnected(s)) return false;
  const type = typeOf(s);
  if (type === null || document.window === null) return false;
  if (parser !== null) state.force = false;
  state.started = true;
  if (require("window").isScriptless()) return false;
  if (type === "classic" && attributes.has(s, "nomodule")) return false;
  const script = { s, document, type, parser, line, source, ready: false, result: null, external: false };
  if (attributes.has(s, "src")) return external(script);
  if (type === "importmap") return importMap(script);
  if (type === "module") return inlineModule(script);
  execute(script);
  return false;
}

/** Standard: https://html.spec.whatwg.org/#prepare-the-script-element, step 31 */
function external(script) {
  const { s, type, document } = script;
  const src = attributes.get(s, "src");
  const url = src === "" ? null : require("document").resolve(document, src);
  if (url === null || type === "importmap") {
    host.queue(() => fire(objectOf(s), "error"));
    return false;
  }
  script.external = true;
  script.url = url;
  const arrived = place(script);
  if (type === "module") {
    arrive(script, arrived, () => { script.result = { url }; });
    return false;
  }
  host.fetchScript(url, optionsOf(s, document), (ok, text, muted) => {
    arrive(script, arrived, () => { script.result = ok ? { text, muted } : null; });
  });
  return script.blocking;
}

function inlineModule(script) {
  const arrived = place(script);
  arrive(script, arrived, () => { script.result = { text: script.source }; });
  return false;
}

function importMap({ s, source, document }) {
  const message = host.importMap(source, require("document").baseURL(document));
  if (message !== null) {
    idl.report(new TypeError(message));
    host.queue(() => fire(objectOf(s), "error"));
  }
  return false;
}

function optionsOf(s, document) {
  const cors = attributes.get(s, "crossorigin");
  const value = attributes.get(s, "referrerpolicy")?.toLowerCase() ?? "";
  return {
    cors: cors !== null,
    credentials: cors === null || cors.toLowerCase() === "use-credentials" ? "include" : "same-origin",
    referrerPolicy: value,
    integrity: attributes.get(s, "integrity") ?? "",
    charset: attributes.get(s, "charset") ?? document.charset,
    delays: true,
  };
}

// The scripts of a document that run in an order: those that others added, and those
// that wait for the end of the parser.
const ordered = [];
const deferred = [];
let ending = null; // what goes on when the deferred ones have run

/** Says when a script runs: the function that is called when it is there. */
function place(script) {
  const { s, type, parser, document } = script;
  const async = attributes.has(s, "async") || scripting(s).force;
  script.release = delay(document);
  if (async) return (ready) => execute(ready);
  if (parser === null) {
    ordered.push(script);
    return () => inOrder(ordered);
  }
  if (type === "module" || attributes.has(s, "defer")) {
    deferred.push(script);
    return () => { if (ending !== null) inOrder(deferred, ending); };
  }
  script.blocking = true;
  return (ready) => parser.resume(() => execute(ready));
}

function arrive(script, arrived, settle) {
  const done = () => {
    settle();
    script.ready = true;
    arrived(script);
  };
  if (script.type === "module") host.queue(done);
  else done();
}

/** Runs those of a list that are there, up to the first that is not. */
function inOrder(list, then = undefined) {
  while (list.length > 0 && list[0].ready) execute(list.shift());
  if (list.length === 0) then?.();
}

/** Standard: https://html.spec.whatwg.org/#execute-the-script-element */
function execute(script) {
  const { s, document, type, external: isExternal, result, source, line } = script;
  const release = script.release ?? (() => {});
  if (s.document !== document) return release();
  if (isExternal && result === null) {
    fire(objectOf(s), "error");
    return release();
  }
  if (isExternal || type === "module") document.quiet++;
  if (type === "module") runModule(script, release);
  else runClassic(script, isExternal ? result.text : source, isExternal ? script.url : document.url, isExternal ? 1 : line, result?.muted ?? false);
  if (isExternal || type === "module") document.quiet--;
  if (type === "module") return undefined;
  if (isExternal) fire(objectOf(s), "load");
  return release();
}

function runClassic({ s, document }, source, file, line, muted) {
  const before = document.script;
  document.script = s;
  idl.invokeAndReport(() => host.evaluate(source, file, line, muted), undefined, []);
  document.script = before;
}

function runModule({ s, document, external: isExternal, result }, release) {
  const url = isExternal ? result.url : require("document").baseURL(document);
  const source = isExternal ? null : result.text;
  const cors = attributes.get(s, "crossorigin")?.toLowerCase() === "use-credentials";
  const loaded = host.runModule(source, url, cors, attributes.get(s, "integrity") ?? "");
  fire(objectOf(s), loaded ? "load" : "error");
  release();
}

// --- The end -----------------------------------------------------------------------

/** Keeps a document from being loaded until the function is called that this returns. */
function delay(document) {
  document.delays = (document.delays ?? 0) + 1;
  let over = false;
  return () => {
    if (over) return;
    over = true;
    document.delays--;
    host.queue(() => completeIf(document));
  };
}

/**
 * The parser has come to its end.
 *
 * Standard: https://html.spec.whatwg.org/#the-end
 */
function ended({ document }) {
  setReady(document, "interactive");
  ending = () => {
    ending = null;
    host.queue(() => {
      fire(objectOf(document), "DOMContentLoaded", { bubbles: true });
      document.parsed = true;
      completeIf(document);
    });
  };
  inOrder(deferred, ending);
}

function setReady(document, ready) {
  document.ready = ready;
  fire(objectOf(document), "readystatechange");
}

function completeIf(document) {
  if (!document.parsed || document.delays > 0 || document.ready !== "interactive") return;
  host.queue(() => {
    if (document.delays > 0 || document.ready !== "interactive") return;
    setReady(document, "complete");
    require("window").loaded(document);
  });
}

Object.assign(exports, { HTMLScriptElement, prepare, ended, delay, classFor });
