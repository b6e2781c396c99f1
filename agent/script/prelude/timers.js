// Timers and microtasks.
//
// Standard: https://html.spec.whatwg.org/#timers

const idl = require("webidl");

let last = 0; // the latest timer's number
let nesting = 0; // how many timers have led to the one that runs
const active = new Map(); // from numbers to what cancels them

function start(handler, timeout, args, repeat) {
  const code = typeof handler === "function" ? handler : idl.DOMString(handler, "setTimeout: handler");
  const id = ++last;
  schedule(id, { code, delay: Math.max(idl.long(timeout, "setTimeout: timeout"), 0), args, repeat, level: nesting });
  return id;
}

/** Standard: https://html.spec.whatwg.org/#timer-initialisation-steps */
function schedule(id, timer) {
  const delay = timer.level > 5 ? Math.max(timer.delay, 4) : timer.delay;
  active.set(id, host.after(delay, () => elapsed(id, timer)));
}

function elapsed(id, timer) {
  if (!active.has(id)) return;
  const before = nesting;
  nesting = ++timer.level;
  if (typeof timer.code === "function") {
    idl.invokeAndReport(timer.code, global, timer.args);
  } else {
    idl.invokeAndReport(() => (0, eval)(timer.code), global, []);
  }
  nesting = before;
  if (!active.has(id)) return;
  if (timer.repeat) schedule(id, timer);
  else active.delete(id);
}

function stop(id) {
  id = idl.long(id, "clearTimeout: id");
  const cancel = active.get(id);
  if (cancel === undefined) return;
  active.delete(id);
  host.cancel(cancel);
}

exports.setTimeout = function setTimeout(handler, timeout = 0, ...args) {
  idl.required(arguments, 1, "setTimeout");
  return start(handler, timeout, args, false);
};

exports.setInterval = function setInterval(handler, timeout = 0, ...args) {
  idl.required(arguments, 1, "setInterval");
  return start(handler, timeout, args, true);
};

exports.clearTimeout = function clearTimeout(id = 0) { stop(id); };
exports.clearInterval = function clearInterval(id = 0) { stop(id); };

const settled = Promise.resolve();
const { then } = Promise.prototype;

exports.queueMicrotask = function queueMicrotask(callback) {
  idl.required(arguments, 1, "queueMicrotask");
  idl.callback(callback, "queueMicrotask: callback");
  Reflect.apply(then, settled, [() => idl.invokeAndReport(callback, undefined, [])]);
};
