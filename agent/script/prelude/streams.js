// ReadableStream, with its default reader and controller.
//
// Standard: https://streams.spec.whatwg.org/
//
// The standard's objects are the classes here, and their internal slots are plain
// objects, which the functions work on:
//
//     stream      { object, status, error, reader, controller, disturbed }
//     reader      { object, stream, closed (deferred), requests, byob }
//     controller  the same in streams.js and bytestreams.js for what is used below:
//                 { stream, pullSteps(request), cancelSteps(reason), releaseSteps() }
//
// A request, by which a reader waits for a chunk, is { chunk(value), close(value),
// error(reason) }.
//
// For other modules:
//
//     create({ start, pull, cancel, type }, highWaterMark)  a stream of one's own
//     stateOf(object), isReadableStream(value)
//     acquireReader(stream), read(reader, request), release(reader)
//     cancel(stream, reason), tee(stream), isLocked(stream), isDisturbed(stream)
//     enqueue(controller, chunk), close(controller), fail(controller, reason)

const idl = require("webidl");
const { resolve, reject, upon, handled, deferred, rejectAnew, attempt, ignore } = require("promises");
const { apply } = Reflect;

// --- Underlying sources and strategies ---------------------------------------------

const UnderlyingSource = idl.dictionary("UnderlyingSource", {
  autoAllocateChunkSize: idl.integer(64, false, { enforceRange: true }),
  cancel: idl.callback,
  pull: idl.callback,
  start: idl.callback,
  type: idl.enumeration("ReadableStreamType", "bytes"),
});

const QueuingStrategy = idl.dictionary("QueuingStrategy", {
  highWaterMark: idl.unrestrictedDouble,
  size: idl.callback,
});

/** Standard: https://streams.spec.whatwg.org/#validate-and-normalize-high-water-mark */
function highWaterMarkOf(strategy, fallback) {
  if (strategy.highWaterMark === undefined) return fallback;
  if (Number.isNaN(strategy.highWaterMark) || strategy.highWaterMark < 0) {
    throw new RangeError("highWaterMark: it is negative, or no number");
  }
  return strategy.highWaterMark;
}

/** Standard: https://streams.spec.whatwg.org/#make-size-algorithm-from-size-function */
function sizeOf({ size }) {
  return size === undefined ? () => 1 : (chunk) => idl.invoke(size, undefined, [chunk]);
}

/** The algorithms that the members of an underlying source stand for. */
function algorithms(source, { start, pull, cancel }) {
  const call = (f, ...args) => attempt(() => idl.invoke(f, source, args));
  return {
    start: start && ((controller) => idl.invoke(start, source, [controller])),
    pull: pull && ((controller) => call(pull, controller)),
    cancel: cancel && ((reason) => call(cancel, reason)),
  };
}

// --- ReadableStream ----------------------------------------------------------------

const ReadableStreamGetReaderOptions = idl.dictionary("ReadableStreamGetReaderOptions", {
  mode: idl.enumeration("ReadableStreamReaderMode", "byob"),
});

class ReadableStream {
  #s;

  constructor(underlyingSource = undefined, strategy = undefined) {
    const source = underlyingSource === undefined ? null : idl.object(underlyingSource, "ReadableStream constructor: source");
    strategy = QueuingStrategy(strategy, "ReadableStream constructor: strategy");
    const members = UnderlyingSource(source, "ReadableStream constructor: source");
    this.#s = newStream(this);
    if (source === token) return;
    if (members.type === "bytes") {
      if (strategy.size !== undefined) throw new RangeError("ReadableStream constructor: a byte stream's strategy has no size");
      require("bytestreams").setUp(
        this.#s, algorithms(source, members), highWaterMarkOf(strategy, 0), members.autoAllocateChunkSize);
      return;
    }
    const size = sizeOf(strategy);
    setUp(this.#s, algorithms(source, members), highWaterMarkOf(strategy, 1), size);
  }

  static from(asyncIterable) {
    idl.required(arguments, 1, "ReadableStream.from");
    return fromIterable(asyncIterable).object;
  }

  get locked() { return isLocked(this.#s); }

  cancel(reason = undefined) {
    return attempt(() => {
      if (isLocked(this.#s)) throw new TypeError("ReadableStream.cancel: the stream is locked to a reader");
      return cancel(this.#s, reason);
    });
  }

  getReader(options = undefined) {
    const s = this.#s;
    const { mode } = ReadableStreamGetReaderOptions(options, "ReadableStream.getReader: options");
    if (mode === undefined) return new ReadableStreamDefaultReader(this);
    return new (require("bytestreams").ReadableStreamBYOBReader)(s.object);
  }

  pipeThrough(transform, options = undefined) {
    const s = this.#s;
    idl.required(arguments, 1, "ReadableStream.pipeThrough");
    return require("pipes").pipeThrough(s, transform, options);
  }

  pipeTo(destination, options = undefined) {
    return attempt(() => {
      const s = this.#s;
      idl.required(arguments, 1, "ReadableStream.pipeTo");
      return require("pipes").pipeTo(s, destination, options);
    });
  }

  tee() { return tee(this.#s).map((branch) => branch.object); }

  values(options = undefined) {
    const s = this.#s;
    const { preventCancel } = ReadableStreamIteratorOptions(options, "ReadableStream.values: options");
    return iterate(s, preventCancel);
  }

  static {
    exports.isReadableStream = (value) => idl.isObject(value) && #s in value;
    exports.stateOf = (object) => object.#s;
  }
}

idl.define(ReadableStream);

const ReadableStreamIteratorOptions = idl.dictionary("ReadableStreamIteratorOptions", {
  preventCancel: [idl.boolean, false],
});

Object.defineProperty(ReadableStream.prototype, Symbol.asyncIterator, {
  value: ReadableStream.prototype.values, writable: true, configurable: true,
});

// Stands for an underlying source whose stream is set up by the prelude.
const token = Object.freeze(Object.create(null));

function newStream(object) {
  return {
    object, status: "readable", error: undefined, reader: undefined, controller: undefined, disturbed: false,
  };
}

/** A stream whose source is the prelude's own, an object without a prototype. */
function create(source, highWaterMark = source.type === "bytes" ? 0 : 1, size = () => 1) {
  const s = exports.stateOf(new ReadableStream(token));
  if (source.type === "bytes") require("bytestreams").setUp(s, source, highWaterMark, undefined);
  else setUp(s, source, highWaterMark, size);
  return s;
}

const isLocked = (s) => s.reader !== undefined;
const isDisturbed = (s) => s.disturbed;

/** Standard: https://streams.spec.whatwg.org/#readable-stream-cancel */
function cancel(s, reason) {
  s.disturbed = true;
  if (s.status === "closed") return resolve(undefined);
  if (s.status === "errored") return reject(s.error);
  closeStream(s);
  if (s.reader?.byob) {
    for (const request of s.reader.requests.splice(0)) request.close(undefined);
  }
  return upon(s.controller.cancelSteps(reason), ignore);
}

/** Standard: https://streams.spec.whatwg.org/#readable-stream-close */
function closeStream(s) {
  s.status = "closed";
  const { reader } = s;
  if (reader === undefined) return;
  reader.closed.resolve(undefined);
  if (reader.byob) return;
  for (const request of reader.requests.splice(0)) request.close();
}

/** Standard: https://streams.spec.whatwg.org/#readable-stream-error */
function errorStream(s, error) {
  s.status = "errored";
  s.error = error;
  const { reader } = s;
  if (reader === undefined) return;
  reader.closed.reject(error);
  handled(reader.closed.promise);
  failRequests(reader, error);
}

function failRequests(reader, error) {
  for (const request of reader.requests.splice(0)) request.error(error);
}

/** Standard: https://streams.spec.whatwg.org/#readable-stream-fulfill-read-request */
function fulfill(s, chunk, done) {
  const request = s.reader.requests.shift();
  if (done) request.close(chunk);
  else request.chunk(chunk);
}

const waiting = (s) => (s.reader === undefined ? 0 : s.reader.requests.length);
const hasDefaultReader = (s) => s.reader !== undefined && !s.reader.byob;

// --- ReadableStreamDefaultReader ---------------------------------------------------

class ReadableStreamDefaultReader {
  #r;

  constructor(stream) {
    idl.required(arguments, 1, "ReadableStreamDefaultReader constructor");
    this.#r = acquire(this, toStream(stream, "ReadableStreamDefaultReader constructor: stream"), false);
  }

  read() {
    return attempt(() => {
      const r = this.#r;
      if (r.stream === undefined) throw new TypeError("ReadableStreamDefaultReader.read: the reader was released");
      const d = deferred();
      read(r, {
        chunk: (value) => d.resolve({ value, done: false }),
        close: () => d.resolve({ value: undefined, done: true }),
        error: d.reject,
      });
      return d.promise;
    });
  }

  releaseLock() { release(this.#r); }

  get closed() { return attempt(() => this.#r.closed.promise); }

  cancel(reason = undefined) { return attempt(() => cancelReader(this.#r, reason)); }

  static {
    exports.readerOf = (object) => object.#r;
  }
}

idl.define(ReadableStreamDefaultReader);

const toStream = idl.instance("ReadableStream", exports.isReadableStream);
const streamState = (value, what) => exports.stateOf(toStream(value, what));

/** Standard: https://streams.spec.whatwg.org/#readable-stream-reader-generic-initialize */
function acquire(object, stream, byob) {
  const s = exports.stateOf(stream);
  if (isLocked(s)) throw new TypeError("the stream is locked to a reader");
  const r = { object, stream: s, closed: deferred(), requests: [], byob };
  s.reader = r;
  if (s.status === "closed") r.closed.resolve(undefined);
  if (s.status === "errored") {
    r.closed.reject(s.error);
    handled(r.closed.promise);
  }
  return r;
}

/** A reader for the prelude. */
function acquireReader(s) {
  return exports.readerOf(new ReadableStreamDefaultReader(s.object));
}

/** Standard: https://streams.spec.whatwg.org/#readable-stream-default-reader-read */
function read(r, request) {
  const s = r.stream;
  s.disturbed = true;
  if (s.status === "closed") request.close();
  else if (s.status === "errored") request.error(s.error);
  else s.controller.pullSteps(request);
}

/** Standard: https://streams.spec.whatwg.org/#readable-stream-reader-generic-cancel */
function cancelReader(r, reason) {
  if (r.stream === undefined) throw new TypeError("the reader was released");
  return cancel(r.stream, reason);
}

/** Standard: https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaultreaderrelease */
function release(r) {
  const s = r.stream;
  if (s === undefined) return;
  const error = new TypeError("the reader was released");
  r.closed = rejectAnew(r.closed, error);
  s.controller.releaseSteps();
  s.reader = undefined;
  r.stream = undefined;
  failRequests(r, error);
}

// --- ReadableStreamDefaultController -----------------------------------------------

class ReadableStreamDefaultController {
  #c;

  constructor(given = undefined, c = undefined) {
    idl.construct(given);
    this.#c = c;
    c.object = this;
  }

  get desiredSize() { return desiredSize(this.#c); }

  close() {
    if (!canEnqueue(this.#c)) throw new TypeError("ReadableStreamDefaultController.close: the stream is closed, closing or errored");
    close(this.#c);
  }

  enqueue(chunk = undefined) {
    if (!canEnqueue(this.#c)) throw new TypeError("ReadableStreamDefaultController.enqueue: the stream is closed, closing or errored");
    enqueue(this.#c, chunk);
  }

  error(e = undefined) { fail(this.#c, e); }
}

idl.define(ReadableStreamDefaultController);

/** Standard: https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller */
function setUp(stream, { start, pull, cancel: cancelAlgorithm }, highWaterMark, size) {
  const c = {
    object: undefined, stream, queue: [], queued: 0, started: false, closing: false, pulling: false, pullAgain: false,
    highWaterMark, size, pull, cancel: cancelAlgorithm,
    pullSteps: (request) => pullSteps(c, request),
    cancelSteps: (reason) => {
      c.queue = [];
      c.queued = 0;
      const run = c.cancel;
      clear(c);
      return run ? run(reason) : resolve(undefined);
    },
    releaseSteps: ignore,
  };
  new ReadableStreamDefaultController(idl.token, c);
  stream.controller = c;
  const started = start ? start(c.object) : undefined;
  upon(resolve(started), () => {
    c.started = true;
    pullIfNeeded(c);
  }, (error) => fail(c, error));
}

/** Standard: https://streams.spec.whatwg.org/#readable-stream-default-controller-clear-algorithms */
function clear(c) {
  c.pull = c.cancel = c.size = undefined;
}

function pullSteps(c, request) {
  if (c.queue.length === 0) {
    c.stream.reader.requests.push(request);
    pullIfNeeded(c);
    return;
  }
  const { value, size } = c.queue.shift();
  c.queued = Math.max(c.queued - size, 0);
  if (c.closing && c.queue.length === 0) {
    clear(c);
    closeStream(c.stream);
  } else {
    pullIfNeeded(c);
  }
  request.chunk(value);
}

/** Standard: https://streams.spec.whatwg.org/#readable-stream-default-controller-call-pull-if-needed */
function pullIfNeeded(c) {
  if (!shouldPull(c)) return;
  if (c.pulling) {
    c.pullAgain = true;
    return;
  }
  c.pulling = true;
  upon(c.pull ? c.pull(c.object) : resolve(undefined), () => {
    c.pulling = false;
    if (!c.pullAgain) return;
    c.pullAgain = false;
    pullIfNeeded(c);
  }, (error) => fail(c, error));
}

function shouldPull(c) {
  if (!canEnqueue(c) || !c.started) return false;
  return (isLocked(c.stream) && waiting(c.stream) > 0) || desiredSize(c) > 0;
}

const canEnqueue = (c) => !c.closing && c.stream.status === "readable";

/** Standard: https://streams.spec.whatwg.org/#readable-stream-default-controller-get-desired-size */
function desiredSize(c) {
  if (c.stream.status === "errored") return null;
  return c.stream.status === "closed" ? 0 : c.highWaterMark - c.queued;
}

/** Standard: https://streams.spec.whatwg.org/#readable-stream-default-controller-close */
function close(c) {
  if (c.enqueueBytes) return require("bytestreams").close(c);
  if (!canEnqueue(c)) return undefined;
  c.closing = true;
  if (c.queue.length > 0) return undefined;
  clear(c);
  closeStream(c.stream);
  return undefined;
}

/** Standard: https://streams.spec.whatwg.org/#readable-stream-default-controller-enqueue */
function enqueue(c, value) {
  if (c.enqueueBytes) return c.enqueueBytes(value);
  if (!canEnqueue(c)) return undefined;
  if (hasDefaultReader(c.stream) && waiting(c.stream) > 0) {
    fulfill(c.stream, value, false);
  } else {
    addToQueue(c, value);
  }
  pullIfNeeded(c);
  return undefined;
}

function addToQueue(c, value) {
  try {
    const size = c.size(value);
    enqueueWithSize(c, value, size);
  } catch (error) {
    fail(c, error);
    throw error;
  }
}

/** Standard: https://streams.spec.whatwg.org/#enqueue-value-with-size */
function enqueueWithSize(c, value, size) {
  size = Number(size);
  if (Number.isNaN(size) || size < 0 || size === Infinity) {
    throw new RangeError("the size of a chunk is negative, infinite or no number");
  }
  c.queue.push({ value, size });
  c.queued += size;
}

/** Standard: https://streams.spec.whatwg.org/#readable-stream-default-controller-error */
function fail(c, error) {
  if (c.enqueueBytes) return require("bytestreams").fail(c, error);
  if (c.stream.status !== "readable") return undefined;
  c.queue = [];
  c.queued = 0;
  clear(c);
  errorStream(c.stream, error);
  return undefined;
}

// --- Tee ---------------------------------------------------------------------------

/**
 * Two streams of what one gives. With clone, a function, the second has copies.
 *
 * NOTE: branches of byte streams are byte streams, but whoever brings a buffer to
 * one of them gets a copy.
 *
 * Standard: https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaulttee
 */
function tee(s, clone = undefined) {
  const bytes = Boolean(s.controller.enqueueBytes);
  const reader = acquireReader(s);
  const t = { reading: false, again: false, branches: [], canceled: [false, false], reasons: [undefined, undefined], done: deferred() };
  const copy = clone ?? (bytes ? (chunk) => chunk.slice() : (chunk) => chunk);

  const pull = () => {
    if (t.reading) {
      t.again = true;
      return resolve(undefined);
    }
    t.reading = true;
    read(reader, {
      chunk: (value) => queueMicrotaskFor(() => {
        t.again = false;
        giveBoth(value);
        t.reading = false;
        if (t.again) pull();
      }),
      close: () => {
        t.reading = false;
        t.branches.forEach((branch, i) => { if (!t.canceled[i]) close(branch.controller); });
        if (!t.canceled[0] || !t.canceled[1]) t.done.resolve(undefined);
      },
      error: () => { t.reading = false; },
    });
    return resolve(undefined);
  };

  const give = (i, value) => { if (!t.canceled[i]) enqueue(t.branches[i].controller, value); };

  const giveBoth = (value) => {
    let second = value;
    try {
      if (!t.canceled[0] && !t.canceled[1]) second = copy(value); // before the first takes the buffer away
    } catch (error) {
      for (const branch of t.branches) fail(branch.controller, error);
      t.done.resolve(cancel(s, error));
      return;
    }
    give(0, value);
    give(1, second);
  };

  const canceler = (i) => (reason) => {
    t.canceled[i] = true;
    t.reasons[i] = reason;
    if (t.canceled[1 - i]) t.done.resolve(cancel(s, [...t.reasons]));
    return t.done.promise;
  };

  t.branches = [0, 1].map((i) => create({ __proto__: null, type: bytes ? "bytes" : undefined, pull, cancel: canceler(i) }));
  upon(reader.closed.promise, undefined, (error) => {
    for (const branch of t.branches) fail(branch.controller, error);
    if (!t.canceled[0] || !t.canceled[1]) t.done.resolve(undefined);
  });
  return t.branches;
}

function queueMicrotaskFor(steps) {
  upon(resolve(undefined), steps);
}

// --- Iteration ---------------------------------------------------------------------

const AsyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype);
const iterators = idl.slot();

/** Standard: https://webidl.spec.whatwg.org/#js-asynchronous-iterable */
const iteratorPrototype = Object.create(AsyncIteratorPrototype);
const iteratorMembers = {
  next() { return chain(this, nextSteps); },
  return(value) { return chain(this, (it) => returnSteps(it, value)); },
};
for (const [name, value] of Object.entries(iteratorMembers)) {
  Object.defineProperty(iteratorPrototype, name, { value, writable: true, enumerable: true, configurable: true });
}

function iterate(s, preventCancel) {
  const iterator = Object.create(iteratorPrototype);
  new iterators(iterator, { reader: acquireReader(s), preventCancel, ongoing: undefined, finished: false });
  return iterator;
}

/** Runs steps after those that are under way. */
function chain(object, steps) {
  if (!iterators.has(object)) return reject(new TypeError("it is not of type ReadableStream AsyncIterator"));
  const it = iterators.of(object);
  const run = () => steps(it);
  it.ongoing = it.ongoing === undefined ? run() : upon(it.ongoing, run, run);
  return it.ongoing;
}

function nextSteps(it) {
  if (it.finished) return resolve({ value: undefined, done: true });
  const d = deferred();
  read(it.reader, {
    chunk: (value) => d.resolve({ value, done: false }),
    close: () => {
      it.finished = true;
      release(it.reader);
      d.resolve({ value: undefined, done: true });
    },
    error: (error) => {
      it.finished = true;
      release(it.reader);
      d.reject(error);
    },
  });
  return d.promise;
}

function returnSteps(it, value) {
  const result = { value, done: true };
  if (it.finished) return resolve(result);
  it.finished = true;
  const s = it.reader.stream;
  const ended = it.preventCancel ? resolve(undefined) : cancel(s, value);
  release(it.reader);
  return upon(ended, () => result);
}

/** Standard: https://streams.spec.whatwg.org/#readable-stream-from-iterable */
function fromIterable(iterable) {
  const method = iterable?.[Symbol.asyncIterator] ?? iterable?.[Symbol.iterator];
  if (typeof method !== "function") throw new TypeError("ReadableStream.from: it is not iterable");
  const iterator = apply(method, iterable, []);
  if (!idl.isObject(iterator)) throw new TypeError("ReadableStream.from: its iterator is not an object");
  const { next } = iterator;
  const s = create({
    __proto__: null,
    pull: () => upon(attempt(() => apply(next, iterator, [])), (result) => {
      if (!idl.isObject(result)) throw new TypeError("ReadableStream.from: its iterator gives something that is not an object");
      if (result.done) return close(s.controller);
      return upon(resolve(result.value), (value) => enqueue(s.controller, value));
    }),
    cancel: (reason) => attempt(() => {
      const end = iterator.return;
      if (end === undefined || end === null) return undefined;
      return upon(resolve(apply(end, iterator, [reason])), (result) => {
        if (!idl.isObject(result)) throw new TypeError("ReadableStream.from: its iterator's return gives something that is not an object");
      });
    }),
  }, 0);
  return s;
}

// --- Strategies --------------------------------------------------------------------

const QueuingStrategyInit = idl.dictionary("QueuingStrategyInit", {
  highWaterMark: [idl.unrestrictedDouble, idl.mandatory],
});

const byteLengthSize = { size(chunk) { return chunk.byteLength; } }.size;
const countSize = { size() { return 1; } }.size;

/** Standard: https://streams.spec.whatwg.org/#blqs-class */
class ByteLengthQueuingStrategy {
  #highWaterMark;

  constructor(init) {
    idl.required(arguments, 1, "ByteLengthQueuingStrategy constructor");
    this.#highWaterMark = QueuingStrategyInit(init, "ByteLengthQueuingStrategy constructor: options").highWaterMark;
  }

  get highWaterMark() { return this.#highWaterMark; }
  get size() { this.#highWaterMark; return byteLengthSize; }
}

/** Standard: https://streams.spec.whatwg.org/#cqs-class */
class CountQueuingStrategy {
  #highWaterMark;

  constructor(init) {
    idl.required(arguments, 1, "CountQueuingStrategy constructor");
    this.#highWaterMark = QueuingStrategyInit(init, "CountQueuingStrategy constructor: options").highWaterMark;
  }

  get highWaterMark() { return this.#highWaterMark; }
  get size() { this.#highWaterMark; return countSize; }
}

idl.define(ByteLengthQueuingStrategy);
idl.define(CountQueuingStrategy);

Object.assign(exports, {
  ReadableStream, ReadableStreamDefaultReader, ReadableStreamDefaultController,
  ByteLengthQueuingStrategy, CountQueuingStrategy,
  QueuingStrategy, highWaterMarkOf, sizeOf, streamState,
  create, cancel, closeStream, errorStream, isLocked, isDisturbed, waiting, hasDefaultReader, fulfill,
  acquire, acquireReader, read, release, cancelReader, enqueue, enqueueWithSize, close, fail, tee,
});
