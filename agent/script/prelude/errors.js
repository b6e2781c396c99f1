// What becomes of errors that nobody has caught.
//
// Standard: https://html.spec.whatwg.org/#runtime-script-errors

const idl = require("webidl");

// Set while an error is reported, because its listeners may throw as well.
let reporting = false;

/**
 * Tells the global object of an error, and the host unless a listener has taken
 * care of it.
 *
 * Standard: https://html.spec.whatwg.org/#report-an-exception
 */
exports.report = (error) => {
  const where = host.describe(error);
  let handled = false;
  if (!reporting) {
    reporting = true;
    try {
      const { ErrorEvent, dispatch } = require("events");
      handled = !dispatch(global, new ErrorEvent("error", {
        cancelable: true, error, message: `Uncaught ${where.message}`,
        filename: where.file, lineno: where.line, colno: where.column,
      }));
    } finally {
      reporting = false;
    }
  }
  if (!handled && exports.escalate !== null) {
    handled = exports.escalate({ ...where, message: `Uncaught ${where.message}` });
  }
  if (!handled) host.uncaught(error, "Uncaught ");
};

/** In a worker, tells whoever has started it of an error; true if they have taken care of it. */
exports.escalate = null;

/**
 * Tells the global object that there was an error in a script of another origin,
 * and nothing else about it.
 *
 * Standard: https://html.spec.whatwg.org/#concept-script-muted-errors
 */
exports.reportMuted = () => {
  const { ErrorEvent, dispatch } = require("events");
  const hidden = new Error("Script error.");
  hidden.name = "";
  hidden.stack = "";
  if (dispatch(global, new ErrorEvent("error", { cancelable: true, message: "Script error.", error: null }))) {
    host.uncaught(hidden, "");
  }
};

/** Reports what a promise is rejected with, as an error that nobody has caught. */
exports.watch = (promise) => {
  promise.then(undefined, (error) => {
    host.forget(error);
    exports.report(error);
  });
};

exports.reportError = function reportError(e) {
  idl.required(arguments, 1, "reportError");
  exports.report(e);
};

/**
 * A promise was rejected, and nobody handles it.
 *
 * Standard: https://html.spec.whatwg.org/#notify-about-rejected-promises
 */
exports.rejected = (promise, reason) => {
  const { PromiseRejectionEvent, dispatch } = require("events");
  const event = new PromiseRejectionEvent("unhandledrejection", { cancelable: true, promise, reason });
  if (dispatch(global, event)) host.uncaught(reason, "Uncaught (in promise) ");
};

/** It is handled after all. */
exports.handled = (promise, reason) => {
  const { PromiseRejectionEvent, dispatch } = require("events");
  dispatch(global, new PromiseRejectionEvent("rejectionhandled", { promise, reason }));
};

/** Calls done(json) or done(null, true, error) when a value is there. */
exports.settle = (value, done) => {
  const fulfilled = (result) => done(JSON.stringify(result) ?? null);
  const rejected = (error) => done(null, true, error);
  if (!(value instanceof Promise)) return fulfilled(value);
  return void value.then(fulfilled).catch(rejected);
};
