// TransformStream.
//
// Standard: https://streams.spec.whatwg.org/#ts

const idl = require("webidl");
const { resolve, upon, deferred, attempt } = require("promises");
const streams = require("streams");
const writables = require("writables");
const { QueuingStrategy, highWaterMarkOf, sizeOf } = streams;

const Transformer = idl.dictionary("Transformer", {
  cancel: idl.callback, flush: idl.callback, readableType: idl.any, start: idl.callback, transform: idl.callback,
  writableType: idl.any,
});

class TransformStream {
  #t;

  constructor(transformer = undefined, writableStrategy = undefined, readableStrategy = undefined) {
    const source = transformer === undefined ? null : idl.object(transformer, "TransformStream constructor: transformer");
    writableStrategy = QueuingStrategy(writableStrategy, "TransformStream constructor: writableStrategy");
    readableStrategy = QueuingStrategy(readableStrategy, "TransformStream constructor: readableStrategy");
    const members = Transformer(source, "TransformStream constructor: transformer");
    if (members.readableType !== undefined) throw new RangeError("TransformStream constructor: there is no readableType");
    if (members.writableType !== undefined) throw new RangeError("TransformStream constructor: there is no writableType");
    const readable = { mark: highWaterMarkOf(readableStrategy, 0), size: sizeOf(readableStrategy) };
    const writable = { mark: highWaterMarkOf(writableStrategy, 1), size: sizeOf(writableStrategy) };
    this.#t = setUp(algorithms(source, members), writable, readable);
  }

  get readable() { return this.#t.readable.object; }
  get writable() { return this.#t.writable.object; }

  static {
    exports.stateOf = (object) => object.#t;
  }
}

idl.define(TransformStream);

class TransformStreamDefaultController {
  #t;

  constructor(given = undefined, t = undefined) {
    idl.construct(given);
    this.#t = t;
  }

  get desiredSize() { return this.#t.readable.controller.object.desiredSize; }
  enqueue(chunk = undefined) { enqueue(this.#t, chunk); }
  error(reason = undefined) { fail(this.#t, reason); }
  terminate() {
    const t = this.#t;
    if (t.readable.status === "readable") streams.close(t.readable.controller);
    failWritable(t, new TypeError("the transform stream was terminated"));
  }
}

idl.define(TransformStreamDefaultController);

function algorithms(transformer, { start, transform, flush, cancel }) {
  const call = (f, ...args) => attempt(() => idl.invoke(f, transformer, args));
  return {
    start: start && ((controller) => idl.invoke(start, transformer, [controller])),
    transform: transform && ((chunk, controller) => call(transform, chunk, controller)),
    flush: flush && ((controller) => call(flush, controller)),
    cancel: cancel && ((reason) => call(cancel, reason)),
  };
}

/**
 * Makes both ends.
 *
 * Standard: https://streams.spec.whatwg.org/#initialize-transform-stream
 */
function setUp({ start, transform, flush, cancel }, writable, readable) {
  const t = {
    readable: undefined, writable: undefined, controller: undefined,
    backpressure: undefined, changed: deferred(), finished: undefined, transform, flush, cancel,
  };
  const started = deferred();
  t.controller = new TransformStreamDefaultController(idl.token, t);
  t.writable = writables.create({
    __proto__: null,
    start: () => started.promise,
    write: (chunk) => write(t, chunk),
    close: () => closed(t),
    abort: (reason) => finish(t, reason, () => streams.fail(t.readable.controller, reason)),
  }, writable.mark, writable.size);
  t.readable = streams.create({
    __proto__: null,
    start: () => started.promise,
    pull: () => {
      setBackpressure(t, false);
      return t.changed.promise;
    },
    cancel: (reason) => finish(t, reason, () => failWritable(t, reason)),
  }, readable.mark, readable.size);
  setBackpressure(t, true);
  started.resolve(start ? start(t.controller) : undefined);
  return t;
}

function setBackpressure(t, backpressure) {
  if (t.backpressure === backpressure) return;
  t.changed.resolve(undefined);
  t.changed = deferred();
  t.backpressure = backpressure;
}

function clear(t) {
  t.transform = t.flush = t.cancel = undefined;
}

/** Standard: https://streams.spec.whatwg.org/#transform-stream-error */
function fail(t, error) {
  streams.fail(t.readable.controller, error);
  failWritable(t, error);
}

/** Standard: https://streams.spec.whatwg.org/#transform-stream-error-writable-and-unblock-write */
function failWritable(t, error) {
  clear(t);
  writables.failIfNeeded(t.writable.controller, error);
  if (t.backpressure) setBackpressure(t, false);
}

/** Standard: https://streams.spec.whatwg.org/#transform-stream-default-controller-enqueue */
function enqueue(t, chunk) {
  const c = t.readable.controller;
  if (c.closing || t.readable.status !== "readable") {
    throw new TypeError("TransformStreamDefaultController.enqueue: the readable side is closed or errored");
  }
  try {
    streams.enqueue(c, chunk);
  } catch (error) {
    failWritable(t, error);
    throw t.readable.error;
  }
  const waits = streams.waiting(t.readable) === 0 && c.object.desiredSize <= 0;
  if (waits !== t.backpressure && waits) setBackpressure(t, true);
}

/** Standard: https://streams.spec.whatwg.org/#transform-stream-default-sink-write-algorithm */
function write(t, chunk) {
  if (!t.backpressure) return perform(t, chunk);
  return upon(t.changed.promise, () => {
    if (t.writable.status === "erroring") throw t.writable.error;
    return perform(t, chunk);
  });
}

/** Standard: https://streams.spec.whatwg.org/#transform-stream-default-controller-perform-transform */
function perform(t, chunk) {
  const done = t.transform
    ? t.transform(chunk, t.controller)
    : attempt(() => enqueue(t, chunk));
  return upon(done, undefined, (error) => {
    fail(t, error);
    throw error;
  });
}

/** Standard: https://streams.spec.whatwg.org/#transform-stream-default-sink-close-algorithm */
function closed(t) {
  if (t.finished !== undefined) return t.finished.promise;
  t.finished = deferred();
  const { promise } = t.finished;
  const done = t.flush ? t.flush(t.controller) : resolve(undefined);
  clear(t);
  upon(done, () => {
    if (t.readable.status === "errored") {
      t.finished.reject(t.readable.error);
      return;
    }
    streams.close(t.readable.controller);
    t.finished.resolve(undefined);
  }, (error) => {
    streams.fail(t.readable.controller, error);
    t.finished.reject(error);
  });
  return promise;
}

/**
 * One side was given up: the transformer's cancel() runs, and then the other side
 * ends.
 *
 * Standard: https://streams.spec.whatwg.org/#transform-stream-default-sink-abort-algorithm
 */
function finish(t, reason, endOther) {
  if (t.finished !== undefined) return t.finished.promise;
  t.finished = deferred();
  const { promise } = t.finished;
  const done = t.cancel ? t.cancel(reason) : resolve(undefined);
  clear(t);
  upon(done, () => {
    const errored = [t.readable, t.writable].find((s) => s.status === "errored");
    if (errored !== undefined) {
      t.finished.reject(errored.error);
      return;
    }
    endOther();
    t.finished.resolve(undefined);
  }, (error) => {
    fail(t, error);
    t.finished.reject(error);
  });
  return promise;
}

/** A transform of the prelude's own: { transform(chunk, enqueue), flush(enqueue) }. */
exports.create = ({ transform, flush }) => {
  const give = (controller) => (chunk) => controller.enqueue(chunk);
  return setUp({
    transform: transform && ((chunk, controller) => attempt(() => transform(chunk, give(controller)))),
    flush: flush && ((controller) => attempt(() => flush(give(controller)))),
  }, { mark: 1, size: () => 1 }, { mark: 0, size: () => 1 });
};

Object.assign(exports, { TransformStream, TransformStreamDefaultController });
