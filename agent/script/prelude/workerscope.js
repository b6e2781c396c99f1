// The scope of a worker, besides what all global objects have.
//
// Standard: https://html.spec.whatwg.org/#the-workerglobalscope-common-interface

const idl = require("webidl");
const { dispatch } = require("events");
const { MessageEvent, MessagePort, transferOf, deliver } = require("messages");
const clone = require("clone");
const { raise } = require("exception");

let port = null; // to whoever started the worker
let kind = "classic";
let closing = false;

exports.name = "";

/** Gives the worker its name, and whom to tell of errors. */
exports.become = (name, escalate) => {
  exports.name = name;
  require("errors").escalate = escalate;
};

/** Gives a dedicated worker the port to whoever started it. It listens when its script has run. */
exports.serve = (native) => { port = native; };

const listen = () => {
  if (port !== null && !closing) host.listen(port, (text, buffers, natives) => { if (!closing) deliver(global, { text, buffers, natives }); });
};

/**
 * Tells a shared worker that somebody is there.
 *
 * Standard: https://html.spec.whatwg.org/#event-workerglobalscope-connect
 */
exports.connect = (native) => {
  const own = new MessagePort(idl.token, native);
  dispatch(global, new MessageEvent("connect", { data: "", ports: [own], source: own }));
};

/** Standard: https://html.spec.whatwg.org/#run-a-worker, its end */
exports.run = (text, url, type, credentials) => {
  kind = type;
  if (type === "module") host.runModule(null, url, credentials === "include", "");
  else idl.invokeAndReport(() => host.evaluate(text, url, 1, false), undefined, []);
  listen();
};

exports.postMessage = function postMessage(message, options = undefined) {
  idl.required(arguments, 1, "postMessage");
  const { text, buffers, natives } = clone.serialize(message, transferOf(options, "postMessage: options"));
  if (port !== null) host.post(port, text, buffers.length, ...buffers, ...natives);
};

exports.close = function close() {
  closing = true;
  host.closeSelf();
};

/** Standard: https://html.spec.whatwg.org/#import-scripts-into-worker-global-scope */
exports.importScripts = function importScripts(...urls) {
  if (kind === "module") throw new TypeError("importScripts: a module imports modules");
  const resolved = urls.map((given) => {
    const text = idl.USVString(given, "importScripts: url");
    const url = host.parse(text);
    if (url === null) raise("SyntaxError", `importScripts: "${text}" cannot be read as a URL`);
    return url;
  });
  for (const url of resolved) {
    const script = host.importScript(url);
    if (script === null) raise("NetworkError", `importScripts: the script at '${url}' cannot be loaded`);
    const [text, muted, place] = script;
    if (!muted) {
      host.evaluateHere(text, place);
      continue;
    }
    try {
      host.evaluateHere(text, place);
    } catch {
      raise("NetworkError", "importScripts: a script of another origin has failed");
    }
  }
};
