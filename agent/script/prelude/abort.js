// AbortController and AbortSignal.
//
// Standard: https://dom.spec.whatwg.org/#aborting-ongoing-activities
//
// For other modules:
//
//     signal(value, what)         the conversion
//     isAborted(signal), reason(signal)
//     onAbort(signal, algorithm)  returns what takes the algorithm away again
//     create()                    a signal of one's own, for signalAbort(signal, reason)
//     follow(signals)             a signal that is aborted with any of them

const idl = require("webidl");
const { EventTarget, fire, handlers } = require("events");
const { DOMException } = require("exception");

const milliseconds = idl.integer(64, false, { enforceRange: true });

class AbortSignal extends EventTarget {
  #reason; // undefined while it is not aborted
  #algorithms = new Set();
  #sources = new Set(); // of one that follows others
  #dependents = new Set();

  constructor(token = undefined) {
    idl.construct(token);
    super();
  }

  static abort(reason = undefined) {
    const signal = create();
    signal.#reason = reasonOf(reason);
    return signal;
  }

  static timeout(time) {
    idl.required(arguments, 1, "AbortSignal.timeout");
    time = milliseconds(time, "AbortSignal.timeout: milliseconds");
    const signal = create();
    host.afterQuietly(time, () => signalAbort(signal, new DOMException("signal timed out", "TimeoutError")));
    return signal;
  }

  static any(signals) {
    idl.required(arguments, 1, "AbortSignal.any");
    return follow(idl.sequence(toSignal)(signals, "AbortSignal.any: signals"));
  }

  get aborted() { return this.#reason !== undefined; }
  get reason() { return this.#reason; }
  throwIfAborted() { if (this.#reason !== undefined) throw this.#reason; }

  static {
    exports.isAbortSignal = (value) => idl.isObject(value) && #algorithms in value;
    exports.isAborted = (signal) => signal.#reason !== undefined;
    exports.reason = (signal) => signal.#reason;

    /** Standard: https://dom.spec.whatwg.org/#abortsignal-add */
    exports.onAbort = (signal, algorithm) => {
      if (signal.#reason !== undefined) return () => {};
      signal.#algorithms.add(algorithm);
      return () => { signal.#algorithms.delete(algorithm); };
    };

    /** Standard: https://dom.spec.whatwg.org/#abortsignal-signal-abort */
    exports.signalAbort = (signal, reason) => {
      if (signal.#reason !== undefined) return;
      signal.#reason = reasonOf(reason);
      const followers = [...signal.#dependents].filter((s) => s.#reason === undefined);
      for (const s of followers) s.#reason = signal.#reason;
      run(signal);
      for (const s of followers) run(s);
    };

    /** Standard: https://dom.spec.whatwg.org/#run-the-abort-steps */
    const run = (signal) => {
      for (const source of signal.#sources) source.#dependents.delete(signal);
      signal.#dependents.clear();
      const algorithms = [...signal.#algorithms];
      signal.#algorithms.clear();
      for (const algorithm of algorithms) algorithm();
      fire(signal, "abort");
    };

    /** Standard: https://dom.spec.whatwg.org/#create-a-dependent-abort-signal */
    exports.follow = (signals) => {
      const result = create();
      const aborted = signals.find((s) => s.#reason !== undefined);
      if (aborted !== undefined) {
        result.#reason = aborted.#reason;
        return result;
      }
      for (const signal of signals) {
        const sources = signal.#sources.size > 0 ? signal.#sources : [signal];
        for (const source of sources) {
          result.#sources.add(source);
          source.#dependents.add(result);
        }
      }
      return result;
    };
  }
}

idl.define(AbortSignal);
handlers(AbortSignal, "onabort");

const { follow, signalAbort } = exports;
const toSignal = idl.instance("AbortSignal", exports.isAbortSignal);

function create() { return new AbortSignal(idl.token); }

function reasonOf(reason) {
  return reason === undefined ? new DOMException("signal is aborted without reason", "AbortError") : reason;
}

class AbortController {
  #signal = create();

  get signal() { return this.#signal; }
  abort(reason = undefined) { signalAbort(this.#signal, reason); }
}

idl.define(AbortController);

Object.assign(exports, { AbortSignal, AbortController, create, signal: toSignal });
