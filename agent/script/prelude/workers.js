// Worker and SharedWorker, as the pages and workers see them that start them.
//
// Standard: https://html.spec.whatwg.org/#dedicated-workers-and-the-worker-interface
//
// A worker is a realm of its own on the same thread: nothing of it can be reached but
// by messages.

const idl = require("webidl");
const { EventTarget, ErrorEvent, dispatch, fire, handlers } = require("events");
const { transferOf, deliver } = require("messages");
const clone = require("clone");
const { raise } = require("exception");

const WorkerOptions = idl.dictionary("WorkerOptions", {
  credentials: [idl.enumeration("RequestCredentials", "omit", "same-origin", "include"), "same-origin"],
  name: [idl.DOMString, ""],
  type: [idl.enumeration("WorkerType", "classic", "module"), "classic"],
});

class Worker extends EventTarget {
  #port;
  #worker;

  constructor(scriptURL, options = undefined) {
    idl.required(arguments, 1, "Worker constructor");
    super();
    const url = host.parse(idl.USVString(scriptURL, "Worker constructor: url"));
    const init = WorkerOptions(options, "Worker constructor: options");
    if (url === null) raise("SyntaxError", `Worker: "${scriptURL}" cannot be read as a URL`);
    const [outside, inside] = host.channel();
    this.#port = outside;
    this.#worker = { closed: false, realm: null };
    host.listen(outside, (text, buffers, natives) => {
      if (!this.#worker.closed) deliver(this, { text, buffers, natives });
    });
    start(this, this.#worker, url, init, false, (theirs) => theirs("workerscope").serve(inside));
  }

  postMessage(message, options = undefined) {
    const port = this.#port;
    idl.required(arguments, 1, "Worker.postMessage");
    const { text, buffers, natives } = clone.serialize(message, transferOf(options, "Worker.postMessage: options"));
    host.post(port, text, buffers.length, ...buffers, ...natives);
  }

  terminate() {
    const worker = this.#worker;
    worker.closed = true;
    host.close(this.#port);
    if (worker.realm !== null) host.unload(worker.realm);
  }
}

idl.define(Worker);
handlers(Worker, "onerror", "onmessage", "onmessageerror");

/**
 * Gets the script of a worker, and runs it in a realm of its own.
 *
 * Standard: https://html.spec.whatwg.org/#run-a-worker
 */
function start(object, worker, url, init, shared, begin) {
  host.fetchWorker(url, init.type, init.type === "module" ? init.credentials : "same-origin", shared, (ok, text, finalURL) => {
    if (worker.closed) return;
    if (!ok) {
      worker.failed?.();
      fire(object, "error");
      return;
    }
    const { require: theirs, realm } = host.openRealm(finalURL, { worker: true, shared });
    worker.realm = realm;
    worker.theirs = theirs;
    const scope = theirs("workerscope");
    scope.become(init.name, (where) => escalate(object, where));
    begin(theirs);
    scope.run(text, finalURL, init.type, init.credentials);
  });
}

/**
 * An error that nobody in a worker has caught becomes one of whoever started it.
 *
 * Standard: https://html.spec.whatwg.org/#runtime-script-errors-2
 */
function escalate(object, { message, file, line, column }) {
  const event = new ErrorEvent("error", { cancelable: true, message, filename: file, lineno: line, colno: column, error: null });
  if (!dispatch(object, event)) return true;
  return !dispatch(global, new ErrorEvent("error", { cancelable: true, message, filename: file, lineno: line, colno: column, error: null }));
}

// --- Shared workers ------------------------------------------------------------------

class SharedWorker extends EventTarget {
  #port;

  constructor(scriptURL, options = undefined) {
    idl.required(arguments, 1, "SharedWorker constructor");
    super();
    const url = host.parse(idl.USVString(scriptURL, "SharedWorker constructor: url"));
    const init = WorkerOptions(idl.isObject(options) ? options : { name: options }, "SharedWorker constructor: options");
    if (url === null) raise("SyntaxError", `SharedWorker: "${scriptURL}" cannot be read as a URL`);
    const { MessageChannel } = require("messages");
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    connect(this, url, init, require("messages").nativeOf(port2));
  }

  get port() { return this.#port; }
}

idl.define(SharedWorker);
handlers(SharedWorker, "onerror");

/** Standard: https://html.spec.whatwg.org/#dom-sharedworker */
function connect(object, url, init, native) {
  const known = require("frames").self().shared;
  known.workers ??= new Map();
  const key = JSON.stringify([host.origin(), url, init.name]);
  let worker = known.workers.get(key);
  if (worker === undefined) {
    worker = { closed: false, realm: null, waiting: [], type: init.type, credentials: init.credentials };
    worker.failed = () => known.workers.delete(key);
    known.workers.set(key, worker);
    start(object, worker, url, init, true, (theirs) => {
      host.queue(() => {
        for (const w of worker.waiting) theirs("workerscope").connect(w);
        worker.waiting = null;
      });
    });
  } else if (worker.type !== init.type || worker.credentials !== init.credentials) {
    host.queue(() => fire(object, "error"));
    return;
  }
  if (worker.waiting !== null) worker.waiting.push(native);
  else host.queue(() => worker.theirs("workerscope").connect(native));
}

Object.assign(exports, { Worker, SharedWorker });
