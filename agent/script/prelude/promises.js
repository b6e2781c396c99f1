// Promises as the standards use them: what scripts do to Promise.prototype does not
// matter here.
//
// Standard: https://webidl.spec.whatwg.org/#idl-promise

const { apply } = Reflect;
const { then } = Promise.prototype;

const resolve = Promise.resolve.bind(Promise);
const reject = Promise.reject.bind(Promise);

const ignore = () => {};

/** Standard: https://webidl.spec.whatwg.org/#dfn-perform-steps-once-promise-is-settled */
function upon(promise, fulfilled, rejected) {
  return apply(then, promise, [fulfilled, rejected]);
}

/** Marks a promise as handled: its rejection is nobody's business. */
function handled(promise) {
  apply(then, promise, [undefined, ignore]);
  return promise;
}

/** A promise with what settles it, and whether it is pending. */
function deferred() {
  const d = { pending: true };
  d.promise = new Promise((fulfill, fail) => {
    d.resolve = (value) => {
      d.pending = false;
      fulfill(value);
    };
    d.reject = (reason) => {
      d.pending = false;
      fail(reason);
    };
  });
  return d;
}

/** Rejects a deferred promise, or makes one that is rejected in its place. */
function rejectAnew(d, reason) {
  const result = d.pending ? d : deferred();
  result.reject(reason);
  handled(result.promise);
  return result;
}

/**
 * A promise of what a function returns or throws. Operations that return promises
 * never throw: their steps are run by this.
 *
 * Standard: https://webidl.spec.whatwg.org/#dfn-create-operation-function
 */
function attempt(run) {
  try {
    return resolve(run());
  } catch (error) {
    return reject(error);
  }
}

Object.assign(exports, { resolve, reject, upon, handled, deferred, rejectAnew, attempt, ignore });
