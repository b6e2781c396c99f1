// WritableStream, with its writer and controller.
//
// Standard: https://streams.spec.whatwg.org/#ws
//
// As in streams.js, the internal slots are plain objects:
//
//     stream      { object, status, error, writer, controller, backpressure,
//                   closeRequest, writing, closing, aborting, requests }
//     writer      { object, stream, ready (deferred), closed (deferred) }
//     controller  { object, stream, queue, queued, started, highWaterMark, size,
//                   write, close, abort, aborter }
//
// status is "writable", "closed", "erroring" or "errored". closeRequest, writing,
// closing and the members of requests are deferred promises.

const idl = require("webidl");
const { resolve, reject, upon, handled, deferred, rejectAnew, attempt } = require("promises");
const { QueuingStrategy, highWaterMarkOf, sizeOf, enqueueWithSize } = require("streams");
const aborts = require("abort");

const UnderlyingSink = idl.dictionary("UnderlyingSink", {
  abort: idl.callback, close: idl.callback, start: idl.callback, type: idl.any, write: idl.callback,
});

class WritableStream {
  #s;

  constructor(underlyingSink = undefined, strategy = undefined) {
    const sink = underlyingSink === undefined ? null : idl.object(underlyingSink, "WritableStream constructor: sink");
    strategy = QueuingStrategy(strategy, "WritableStream constructor: strategy");
    this.#s = newStream(this);
    if (sink === token) return;
    const members = UnderlyingSink(sink, "WritableStream constructor: sink");
    if (members.type !== undefined) throw new RangeError("WritableStream constructor: a sink has no type");
    const size = sizeOf(strategy);
    setUp(this.#s, algorithms(sink, members), highWaterMarkOf(strategy, 1), size);
  }

  get locked() { return isLocked(this.#s); }

  abort(reason = undefined) {
    return attempt(() => {
      if (isLocked(this.#s)) throw new TypeError("WritableStream.abort: the stream is locked to a writer");
      return abort(this.#s, reason);
    });
  }

  close() {
    return attempt(() => {
      if (isLocked(this.#s)) throw new TypeError("WritableStream.close: the stream is locked to a writer");
      if (closeQueued(this.#s)) throw new TypeError("WritableStream.close: the stream is closing");
      return close(this.#s);
    });
  }

  getWriter() {
    this.#s; // the brand
    return new WritableStreamDefaultWriter(this);
  }

  static {
    exports.isWritableStream = (value) => idl.isObject(value) && #s in value;
    exports.stateOf = (object) => object.#s;
  }
}

idl.define(WritableStream);

const { stateOf } = exports;
const token = Object.freeze(Object.create(null));

function algorithms(sink, { start, write, close, abort }) {
  const call = (f, ...args) => attempt(() => idl.invoke(f, sink, args));
  return {
    start: start && ((controller) => idl.invoke(start, sink, [controller])),
    write: write && ((chunk, controller) => call(write, chunk, controller)),
    close: close && (() => call(close)),
    abort: abort && ((reason) => call(abort, reason)),
  };
}

function newStream(object) {
  return {
    object, status: "writable", error: undefined, writer: undefined, controller: undefined, backpressure: false,
    closeRequest: undefined, writing: undefined, closing: undefined, aborting: undefined, requests: [],
  };
}

/** A stream whose sink is the prelude's own. */
function create(sink, highWaterMark = 1, size = () => 1) {
  const s = stateOf(new WritableStream(token));
  setUp(s, sink, highWaterMark, size);
  return s;
}

const isLocked = (s) => s.writer !== undefined;
const closeQueued = (s) => s.closeRequest !== undefined || s.closing !== undefined;

/** Standard: https://streams.spec.whatwg.org/#writable-stream-abort */
function abort(s, reason) {
  if (s.status === "closed" || s.status === "errored") return resolve(undefined);
  aborts.signalAbort(s.controller.aborter, reason);
  if (s.status === "closed" || s.status === "errored") return resolve(undefined);
  if (s.aborting !== undefined) return s.aborting.done.promise;
  const wasErroring = s.status === "erroring";
  s.aborting = { done: deferred(), reason: wasErroring ? undefined : reason, wasErroring };
  const { promise } = s.aborting.done;
  if (!wasErroring) startErroring(s, reason);
  return promise;
}

/** Standard: https://streams.spec.whatwg.org/#writable-stream-close */
function close(s) {
  if (s.status === "closed" || s.status === "errored") {
    return reject(new TypeError("the stream is closed or errored"));
  }
  s.closeRequest = deferred();
  const { promise } = s.closeRequest;
  if (s.writer !== undefined && s.backpressure && s.status === "writable") s.writer.ready.resolve(undefined);
  s.controller.queue.push({ value: closeMarker, size: 0 });
  advance(s.controller);
  return promise;
}

const closeMarker = Symbol("close");

/** Standard: https://streams.spec.whatwg.org/#writable-stream-start-erroring */
function startErroring(s, reason) {
  s.status = "erroring";
  s.error = reason;
  if (s.writer !== undefined) s.writer.ready = rejectAnew(s.writer.ready, reason);
  if (s.writing === undefined && s.closing === undefined && s.controller.started) finishErroring(s);
}

/** Standard: https://streams.spec.whatwg.org/#writable-stream-finish-erroring */
function finishErroring(s) {
  s.status = "errored";
  const c = s.controller;
  c.queue = [];
  c.queued = 0;
  for (const request of s.requests.splice(0)) request.reject(s.error);
  const { aborting } = s;
  if (aborting === undefined) {
    rejectCloseIfNeeded(s);
    return;
  }
  s.aborting = undefined;
  if (aborting.wasErroring) {
    aborting.done.reject(s.error);
    rejectCloseIfNeeded(s);
    return;
  }
  const run = c.abort;
  clear(c);
  upon(run ? run(aborting.reason) : resolve(undefined), () => {
    aborting.done.resolve(undefined);
    rejectCloseIfNeeded(s);
  }, (error) => {
    aborting.done.reject(error);
    rejectCloseIfNeeded(s);
  });
}

/** Standard: https://streams.spec.whatwg.org/#writable-stream-reject-close-and-closed-promise-if-needed */
function rejectCloseIfNeeded(s) {
  if (s.closeRequest !== undefined) {
    s.closeRequest.reject(s.error);
    s.closeRequest = undefined;
  }
  if (s.writer !== undefined) {
    s.writer.closed.reject(s.error);
    handled(s.writer.closed.promise);
  }
}

/** Standard: https://streams.spec.whatwg.org/#writable-stream-deal-with-rejection */
function dealWithRejection(s, error) {
  if (s.status === "writable") startErroring(s, error);
  else finishErroring(s);
}

/** Standard: https://streams.spec.whatwg.org/#writable-stream-update-backpressure */
function updateBackpressure(s, backpressure) {
  if (s.writer !== undefined && backpressure !== s.backpressure) {
    if (backpressure) s.writer.ready = deferred();
    else s.writer.ready.resolve(undefined);
  }
  s.backpressure = backpressure;
}

// --- WritableStreamDefaultWriter ---------------------------------------------------

class WritableStreamDefaultWriter {
  #w;

  constructor(stream) {
    idl.required(arguments, 1, "WritableStreamDefaultWriter constructor");
    const s = stateOf(toStream(stream, "WritableStreamDefaultWriter constructor: stream"));
    if (isLocked(s)) throw new TypeError("the stream is locked to a writer");
    this.#w = { object: this, stream: s, ready: deferred(), closed: deferred() };
    s.writer = this.#w;
    begin(this.#w, s);
  }

  get closed() { return attempt(() => this.#w.closed.promise); }

  get desiredSize() {
    if (this.#w.stream === undefined) throw new TypeError("WritableStreamDefaultWriter.desiredSize: the writer was released");
    return desiredSize(this.#w.stream);
  }

  get ready() { return attempt(() => this.#w.ready.promise); }

  abort(reason = undefined) {
    return attempt(() => abort(streamOf(this.#w, "abort"), reason));
  }

  close() {
    return attempt(() => {
      const s = streamOf(this.#w, "close");
      if (closeQueued(s)) throw new TypeError("WritableStreamDefaultWriter.close: the stream is closing");
      return close(s);
    });
  }

  releaseLock() { if (this.#w.stream !== undefined) release(this.#w); }

  write(chunk = undefined) {
    return attempt(() => {
      streamOf(this.#w, "write");
      return write(this.#w, chunk);
    });
  }

  static {
    exports.writerOf = (object) => object.#w;
  }
}

idl.define(WritableStreamDefaultWriter);

const toStream = idl.instance("WritableStream", exports.isWritableStream);

function streamOf(w, what) {
  if (w.stream === undefined) throw new TypeError(`WritableStreamDefaultWriter.${what}: the writer was released`);
  return w.stream;
}

/** A writer for the prelude. */
function acquireWriter(s) {
  return exports.writerOf(new WritableStreamDefaultWriter(s.object));
}

/** Standard: https://streams.spec.whatwg.org/#set-up-writable-stream-default-writer */
function begin(w, s) {
  switch (s.status) {
    case "writable":
      if (closeQueued(s) || !s.backpressure) w.ready.resolve(undefined);
      break;
    case "erroring":
      w.ready.reject(s.error);
      handled(w.ready.promise);
      break;
    case "closed":
      w.ready.resolve(undefined);
      w.closed.resolve(undefined);
      break;
    default:
      for (const d of [w.ready, w.closed]) {
        d.reject(s.error);
        handled(d.promise);
      }
  }
}

/** Standard: https://streams.spec.whatwg.org/#writable-stream-default-writer-release */
function release(w) {
  const s = w.stream;
  const error = new TypeError("the writer was released");
  w.ready = rejectAnew(w.ready, error);
  w.closed = rejectAnew(w.closed, error);
  s.writer = undefined;
  w.stream = undefined;
}

function desiredSize(s) {
  if (s.status === "errored" || s.status === "erroring") return null;
  return s.status === "closed" ? 0 : room(s.controller);
}

const room = (c) => c.highWaterMark - c.queued;

/** Standard: https://streams.spec.whatwg.org/#writable-stream-default-writer-write */
function write(w, chunk) {
  const s = w.stream;
  const c = s.controller;
  const size = chunkSize(c, chunk);
  if (s !== w.stream) throw new TypeError("the writer was released");
  if (s.status === "errored") throw s.error;
  if (closeQueued(s) || s.status === "closed") throw new TypeError("the stream is closing or closed");
  if (s.status === "erroring") throw s.error;
  const request = deferred();
  s.requests.push(request);
  try {
    enqueueWithSize(c, chunk, size);
  } catch (error) {
    failIfNeeded(c, error);
    return request.promise;
  }
  if (!closeQueued(s) && s.status === "writable") updateBackpressure(s, room(c) <= 0);
  advance(c);
  return request.promise;
}

function chunkSize(c, chunk) {
  if (c.size === undefined) return 1;
  try {
    return c.size(chunk);
  } catch (error) {
    failIfNeeded(c, error);
    return 1;
  }
}

// --- WritableStreamDefaultController -----------------------------------------------

class WritableStreamDefaultController {
  #c;

  constructor(given = undefined, c = undefined) {
    idl.construct(given);
    this.#c = c;
    c.object = this;
  }

  get signal() { return this.#c.aborter; }
  error(e = undefined) { if (this.#c.stream.status === "writable") fail(this.#c, e); }
}

idl.define(WritableStreamDefaultController);

/** Standard: https://streams.spec.whatwg.org/#set-up-writable-stream-default-controller */
function setUp(stream, { start, write: writeAlgorithm, close: closeAlgorithm, abort: abortAlgorithm }, highWaterMark, size) {
  const c = {
    object: undefined, stream, queue: [], queued: 0, started: false, highWaterMark, size,
    write: writeAlgorithm, close: closeAlgorithm, abort: abortAlgorithm, aborter: aborts.create(),
  };
  new WritableStreamDefaultController(idl.token, c);
  stream.controller = c;
  updateBackpressure(stream, room(c) <= 0);
  const started = start ? start(c.object) : undefined;
  upon(resolve(started), () => {
    c.started = true;
    advance(c);
  }, (error) => {
    c.started = true;
    dealWithRejection(stream, error);
  });
}

function clear(c) {
  c.write = c.close = c.abort = c.size = undefined;
}

/** Standard: https://streams.spec.whatwg.org/#writable-stream-default-controller-error */
function fail(c, error) {
  clear(c);
  startErroring(c.stream, error);
}

function failIfNeeded(c, error) {
  if (c.stream.status === "writable") fail(c, error);
}

/** Standard: https://streams.spec.whatwg.org/#writable-stream-default-controller-advance-queue-if-needed */
function advance(c) {
  const s = c.stream;
  if (!c.started || s.writing !== undefined) return;
  if (s.status === "erroring") {
    finishErroring(s);
    return;
  }
  if (c.queue.length === 0) return;
  if (c.queue[0].value === closeMarker) processClose(c);
  else processWrite(c, c.queue[0].value);
}

/** Standard: https://streams.spec.whatwg.org/#writable-stream-default-controller-process-close */
function processClose(c) {
  const s = c.stream;
  s.closing = s.closeRequest;
  s.closeRequest = undefined;
  c.queue.shift();
  const done = c.close ? c.close() : resolve(undefined);
  clear(c);
  upon(done, () => {
    s.closing.resolve(undefined);
    s.closing = undefined;
    if (s.status === "erroring") {
      s.error = undefined;
      s.aborting?.done.resolve(undefined);
      s.aborting = undefined;
    }
    s.status = "closed";
    s.writer?.closed.resolve(undefined);
  }, (error) => {
    s.closing.reject(error);
    s.closing = undefined;
    s.aborting?.done.reject(error);
    s.aborting = undefined;
    dealWithRejection(s, error);
  });
}

/** Standard: https://streams.spec.whatwg.org/#writable-stream-default-controller-process-write */
function processWrite(c, chunk) {
  const s = c.stream;
  s.writing = s.requests.shift();
  upon(c.write ? c.write(chunk, c.object) : resolve(undefined), () => {
    s.writing.resolve(undefined);
    s.writing = undefined;
    c.queued = Math.max(c.queued - (c.queue.shift()?.size ?? 0), 0);
    if (!closeQueued(s) && s.status === "writable") updateBackpressure(s, room(c) <= 0);
    advance(c);
  }, (error) => {
    if (s.status === "writable") clear(c);
    s.writing.reject(error);
    s.writing = undefined;
    dealWithRejection(s, error);
  });
}

Object.assign(exports, {
  WritableStream, WritableStreamDefaultWriter, WritableStreamDefaultController,
  toStream, create, isLocked, closeQueued, abort, close, acquireWriter, write, release, desiredSize, failIfNeeded,
  startErroring,
});
