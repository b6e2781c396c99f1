// Readable byte streams: their controller, and the reader that brings buffers.
//
// Standard: https://streams.spec.whatwg.org/#rbs-controller-class
//
// A descriptor is a buffer that waits to be filled:
//
//     { buffer, offset, length, filled, least, elementSize, View, type }
//
// type is "byob" for one that a reader has brought, "default" for one that was made
// for a reader without one, "none" when its reader was released.

const idl = require("webidl");
const { resolve, upon, deferred, attempt } = require("promises");
const streams = require("streams");
const { closeStream, errorStream, hasDefaultReader, waiting, fulfill } = streams;

const enforced = idl.integer(64, false, { enforceRange: true });

// --- ReadableByteStreamController --------------------------------------------------

class ReadableByteStreamController {
  #c;

  constructor(given = undefined, c = undefined) {
    idl.construct(given);
    this.#c = c;
    c.object = this;
  }

  get byobRequest() { return byobRequest(this.#c); }
  get desiredSize() { return desiredSize(this.#c); }

  close() {
    const c = this.#c;
    if (c.closing) throw new TypeError("ReadableByteStreamController.close: the stream is closing");
    if (c.stream.status !== "readable") throw new TypeError("ReadableByteStreamController.close: the stream is not readable");
    close(c);
  }

  enqueue(chunk) {
    const c = this.#c;
    idl.required(arguments, 1, "ReadableByteStreamController.enqueue");
    toView(chunk, "ReadableByteStreamController.enqueue: chunk");
    if (chunk.byteLength === 0 || chunk.buffer.byteLength === 0) {
      throw new TypeError("ReadableByteStreamController.enqueue: the chunk is empty");
    }
    if (c.closing || c.stream.status !== "readable") {
      throw new TypeError("ReadableByteStreamController.enqueue: the stream is closed, closing or errored");
    }
    enqueueBytes(c, chunk);
  }

  error(e = undefined) { fail(this.#c, e); }
}

idl.define(ReadableByteStreamController);

function toView(value, what) {
  if (!ArrayBuffer.isView(value)) idl.fail(what, "it is not a view of a buffer");
  return value;
}

/** Standard: https://streams.spec.whatwg.org/#set-up-readable-byte-stream-controller */
function setUp(stream, { start, pull, cancel }, highWaterMark, autoAllocate) {
  if (autoAllocate === 0) throw new TypeError("autoAllocateChunkSize: it is 0");
  const c = {
    object: undefined, stream, queue: [], queued: 0, started: false, closing: false, pulling: false, pullAgain: false,
    highWaterMark, autoAllocate, pull, cancel, pending: [], request: null,
    enqueueBytes: (chunk) => enqueueBytes(c, chunk),
    pullSteps: (request) => pullSteps(c, request),
    cancelSteps: (reason) => cancelSteps(c, reason),
    releaseSteps: () => {
      if (c.pending.length === 0) return;
      c.pending[0].type = "none";
      c.pending.length = 1;
    },
  };
  new ReadableByteStreamController(idl.token, c);
  stream.controller = c;
  const started = start ? start(c.object) : undefined;
  upon(resolve(started), () => {
    c.started = true;
    pullIfNeeded(c);
  }, (error) => fail(c, error));
}

function pullSteps(c, request) {
  if (c.queued > 0) {
    readFromQueue(c, request);
    return;
  }
  if (c.autoAllocate !== undefined) {
    let buffer;
    try {
      buffer = new ArrayBuffer(c.autoAllocate);
    } catch (error) {
      request.error(error);
      return;
    }
    c.pending.push({
      buffer, offset: 0, length: c.autoAllocate, filled: 0, least: 1, elementSize: 1, View: Uint8Array, type: "default",
    });
  }
  c.stream.reader.requests.push(request);
  pullIfNeeded(c);
}

function readFromQueue(c, request) {
  const { buffer, offset, length } = c.queue.shift();
  c.queued -= length;
  drained(c);
  request.chunk(new Uint8Array(buffer, offset, length));
}

/** Standard: https://streams.spec.whatwg.org/#readable-byte-stream-controller-handle-queue-drain */
function drained(c) {
  if (c.queued === 0 && c.closing) {
    clear(c);
    closeStream(c.stream);
  } else {
    pullIfNeeded(c);
  }
}

function cancelSteps(c, reason) {
  dropPending(c);
  c.queue = [];
  c.queued = 0;
  const run = c.cancel;
  clear(c);
  return run ? run(reason) : resolve(undefined);
}

function clear(c) {
  c.pull = c.cancel = undefined;
}

/** Standard: https://streams.spec.whatwg.org/#readable-byte-stream-controller-clear-pending-pull-intos */
function dropPending(c) {
  invalidate(c);
  c.pending = [];
}

/** Standard: https://streams.spec.whatwg.org/#readable-byte-stream-controller-call-pull-if-needed */
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
  if (c.stream.status !== "readable" || c.closing || !c.started) return false;
  return (c.stream.reader !== undefined && waiting(c.stream) > 0) || desiredSize(c) > 0;
}

function desiredSize(c) {
  if (c.stream.status === "errored") return null;
  return c.stream.status === "closed" ? 0 : c.highWaterMark - c.queued;
}

/** Standard: https://streams.spec.whatwg.org/#readable-byte-stream-controller-close */
function close(c) {
  if (c.closing || c.stream.status !== "readable") return;
  if (c.queued > 0) {
    c.closing = true;
    return;
  }
  const first = c.pending[0];
  if (first !== undefined && first.filled % first.elementSize !== 0) {
    const error = new TypeError("the stream is closed in the middle of an element");
    fail(c, error);
    throw error;
  }
  clear(c);
  closeStream(c.stream);
}

/** Standard: https://streams.spec.whatwg.org/#readable-byte-stream-controller-error */
function fail(c, error) {
  if (c.stream.status !== "readable") return;
  dropPending(c);
  c.queue = [];
  c.queued = 0;
  clear(c);
  errorStream(c.stream, error);
}

/** Standard: https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue */
function enqueueBytes(c, chunk) {
  if (c.closing || c.stream.status !== "readable") return;
  const { byteOffset: offset, byteLength: length } = chunk;
  if (chunk.buffer.detached) throw new TypeError("the chunk's buffer is detached");
  const buffer = chunk.buffer.transfer();
  const first = c.pending[0];
  if (first !== undefined) {
    if (first.buffer.detached) throw new TypeError("the buffer of the request is detached");
    invalidate(c);
    first.buffer = first.buffer.transfer();
    if (first.type === "none") giveBackReleased(c, first);
  }
  if (hasDefaultReader(c.stream)) {
    while (c.stream.reader.requests.length > 0 && c.queued > 0) readFromQueue(c, c.stream.reader.requests.shift());
    if (waiting(c.stream) === 0) {
      addToQueue(c, buffer, offset, length);
    } else {
      if (c.pending.length > 0) c.pending.shift();
      fulfill(c.stream, new Uint8Array(buffer, offset, length), false);
    }
  } else {
    addToQueue(c, buffer, offset, length);
    if (c.stream.reader?.byob) processPending(c);
  }
  pullIfNeeded(c);
}

function addToQueue(c, buffer, offset, length) {
  c.queue.push({ buffer, offset, length });
  c.queued += length;
}

/** Keeps what a released reader's buffer has got. */
function giveBackReleased(c, descriptor) {
  if (descriptor.filled > 0) {
    const end = descriptor.offset + descriptor.filled;
    addToQueue(c, descriptor.buffer.slice(descriptor.offset, end), 0, descriptor.filled);
  }
  c.pending.shift();
}

// --- Filling buffers ---------------------------------------------------------------

/** Standard: https://streams.spec.whatwg.org/#readable-byte-stream-controller-fill-pull-into-descriptor-from-queue */
function fillFromQueue(c, d) {
  const most = Math.min(c.queued, d.length - d.filled);
  const total = d.filled + most;
  const ready = total - (total % d.elementSize) >= d.least;
  let left = ready ? total - (total % d.elementSize) - d.filled : most;
  while (left > 0) {
    const head = c.queue[0];
    const n = Math.min(left, head.length);
    new Uint8Array(d.buffer, d.offset + d.filled, n).set(new Uint8Array(head.buffer, head.offset, n));
    head.offset += n;
    head.length -= n;
    if (head.length === 0) c.queue.shift();
    c.queued -= n;
    d.filled += n;
    left -= n;
  }
  return ready;
}

/** Standard: https://streams.spec.whatwg.org/#readable-byte-stream-controller-process-pull-into-descriptors-using-queue */
function processPending(c) {
  while (c.pending.length > 0 && c.queued > 0) {
    if (!fillFromQueue(c, c.pending[0])) return;
    commit(c.stream, c.pending.shift());
  }
}

/** Standard: https://streams.spec.whatwg.org/#readable-byte-stream-controller-commit-pull-into-descriptor */
function commit(stream, d) {
  const done = stream.status === "closed";
  fulfill(stream, viewOf(d), done);
}

function viewOf(d) {
  return new d.View(d.buffer.transfer(), d.offset, d.filled / d.elementSize);
}

/** Standard: https://streams.spec.whatwg.org/#readable-byte-stream-controller-pull-into */
function pullInto(c, view, min, request) {
  const View = view instanceof DataView ? DataView : typedArrayOf(view);
  const elementSize = View === DataView ? 1 : View.BYTES_PER_ELEMENT;
  const { byteOffset: offset, byteLength: length } = view;
  let buffer;
  try {
    buffer = view.buffer.transfer();
  } catch (error) {
    request.error(error);
    return;
  }
  const d = { buffer, offset, length, filled: 0, least: min * elementSize, elementSize, View, type: "byob" };
  const { stream } = c;
  if (c.pending.length > 0) {
    c.pending.push(d);
    stream.reader.requests.push(request);
    return;
  }
  if (stream.status === "closed") {
    request.close(new View(buffer, offset, 0));
    return;
  }
  if (c.queued > 0) {
    if (fillFromQueue(c, d)) {
      const filled = viewOf(d);
      drained(c);
      request.chunk(filled);
      return;
    }
    if (c.closing) {
      const error = new TypeError("the stream is closed in the middle of an element");
      fail(c, error);
      request.error(error);
      return;
    }
  }
  c.pending.push(d);
  stream.reader.requests.push(request);
  pullIfNeeded(c);
}

const TypedArray = Object.getPrototypeOf(Uint8Array);
const tagOf = Object.getOwnPropertyDescriptor(TypedArray.prototype, Symbol.toStringTag).get;

function typedArrayOf(view) {
  return global[Reflect.apply(tagOf, view, [])];
}

// --- ReadableStreamBYOBRequest -----------------------------------------------------

class ReadableStreamBYOBRequest {
  #q;

  constructor(given = undefined, q = undefined) {
    idl.construct(given);
    this.#q = q;
    q.object = this;
  }

  get view() { return this.#q.view; }

  respond(bytesWritten) {
    const q = this.#q;
    idl.required(arguments, 1, "ReadableStreamBYOBRequest.respond");
    const n = enforced(bytesWritten, "ReadableStreamBYOBRequest.respond: bytesWritten");
    if (q.controller === undefined) throw new TypeError("ReadableStreamBYOBRequest.respond: the request is over");
    if (q.view.buffer.detached) throw new TypeError("ReadableStreamBYOBRequest.respond: the buffer is detached");
    respond(q.controller, n);
  }

  respondWithNewView(view) {
    const q = this.#q;
    idl.required(arguments, 1, "ReadableStreamBYOBRequest.respondWithNewView");
    toView(view, "ReadableStreamBYOBRequest.respondWithNewView: view");
    if (q.controller === undefined) throw new TypeError("ReadableStreamBYOBRequest.respondWithNewView: the request is over");
    if (view.buffer.detached) throw new TypeError("ReadableStreamBYOBRequest.respondWithNewView: the buffer is detached");
    respondWithNewView(q.controller, view);
  }
}

idl.define(ReadableStreamBYOBRequest);

/** Standard: https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollergetbyobrequest */
function byobRequest(c) {
  if (c.request === null && c.pending.length > 0) {
    const d = c.pending[0];
    const q = { controller: c, view: new Uint8Array(d.buffer, d.offset + d.filled, d.length - d.filled) };
    new ReadableStreamBYOBRequest(idl.token, q);
    c.request = q;
  }
  return c.request === null ? null : c.request.object;
}

/** Standard: https://streams.spec.whatwg.org/#readable-byte-stream-controller-invalidate-byob-request */
function invalidate(c) {
  if (c.request === null) return;
  c.request.controller = undefined;
  c.request.view = null;
  c.request = null;
}

/** Standard: https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond */
function respond(c, n) {
  const d = c.pending[0];
  if (c.stream.status === "closed") {
    if (n !== 0) throw new TypeError("the stream is closed, so nothing can have been written");
  } else {
    if (n === 0) throw new TypeError("nothing has been written");
    if (d.filled + n > d.length) throw new RangeError("more has been written than there is room for");
  }
  d.buffer = d.buffer.transfer();
  respondInternally(c, n);
}

/** Standard: https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-with-new-view */
function respondWithNewView(c, view) {
  const d = c.pending[0];
  const n = view.byteLength;
  if (c.stream.status === "closed") {
    if (n !== 0) throw new TypeError("the stream is closed, so the view has to be empty");
  } else if (n === 0) {
    throw new TypeError("the view is empty");
  }
  if (d.offset + d.filled !== view.byteOffset) throw new RangeError("the view begins elsewhere than the request's");
  if (view.buffer.byteLength !== d.buffer.byteLength && !d.buffer.detached) throw new RangeError("the view's buffer has another size");
  if (d.filled + n > d.length) throw new RangeError("the view is larger than there is room for");
  d.buffer = view.buffer.transfer();
  respondInternally(c, n);
}

/** Standard: https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-internal */
function respondInternally(c, n) {
  const d = c.pending[0];
  invalidate(c);
  if (c.stream.status === "closed") respondClosed(c, d);
  else respondReadable(c, d, n);
  pullIfNeeded(c);
}

function respondClosed(c, d) {
  if (d.type === "none") c.pending.shift();
  if (!c.stream.reader?.byob) return;
  while (waiting(c.stream) > 0) commit(c.stream, c.pending.shift());
}

function respondReadable(c, d, n) {
  d.filled += n;
  if (d.type === "none") {
    giveBackReleased(c, d);
    processPending(c);
    return;
  }
  if (d.filled < d.least) return;
  c.pending.shift();
  const rest = d.filled % d.elementSize;
  if (rest > 0) {
    const end = d.offset + d.filled;
    addToQueue(c, d.buffer.slice(end - rest, end), 0, rest);
  }
  d.filled -= rest;
  commit(c.stream, d);
  processPending(c);
}

// --- ReadableStreamBYOBReader ------------------------------------------------------

const ReadableStreamBYOBReaderReadOptions = idl.dictionary("ReadableStreamBYOBReaderReadOptions", { min: [enforced, 1] });

class ReadableStreamBYOBReader {
  #r;

  constructor(stream) {
    idl.required(arguments, 1, "ReadableStreamBYOBReader constructor");
    const s = streams.streamState(stream, "ReadableStreamBYOBReader constructor: stream");
    if (streams.isLocked(s)) throw new TypeError("the stream is locked to a reader");
    if (!s.controller.enqueueBytes) throw new TypeError("ReadableStreamBYOBReader constructor: it is not a stream of bytes");
    this.#r = streams.acquire(this, stream, true);
  }

  read(view, options = undefined) {
    return attempt(() => {
      const r = this.#r;
      idl.required(arguments, 1, "ReadableStreamBYOBReader.read");
      toView(view, "ReadableStreamBYOBReader.read: view");
      const { min } = ReadableStreamBYOBReaderReadOptions(options, "ReadableStreamBYOBReader.read: options");
      checkView(view, min);
      if (r.stream === undefined) throw new TypeError("ReadableStreamBYOBReader.read: the reader was released");
      const d = deferred();
      readInto(r, view, min, {
        chunk: (value) => d.resolve({ value, done: false }),
        close: (value) => d.resolve({ value, done: true }),
        error: d.reject,
      });
      return d.promise;
    });
  }

  releaseLock() { streams.release(this.#r); }
  get closed() { return attempt(() => this.#r.closed.promise); }
  cancel(reason = undefined) { return attempt(() => streams.cancelReader(this.#r, reason)); }
}

idl.define(ReadableStreamBYOBReader);

function checkView(view, min) {
  if (view.byteLength === 0) throw new TypeError("ReadableStreamBYOBReader.read: the view is empty");
  if (view.buffer.byteLength === 0) throw new TypeError("ReadableStreamBYOBReader.read: the view's buffer is empty");
  if (view.buffer.detached) throw new TypeError("ReadableStreamBYOBReader.read: the view's buffer is detached");
  if (min === 0) throw new TypeError("ReadableStreamBYOBReader.read: min is 0");
  const room = view instanceof DataView ? view.byteLength : view.length;
  if (min > room) throw new RangeError("ReadableStreamBYOBReader.read: min is more than the view has room for");
}

/** Standard: https://streams.spec.whatwg.org/#readable-stream-byob-reader-read */
function readInto(r, view, min, request) {
  const s = r.stream;
  s.disturbed = true;
  if (s.status === "errored") request.error(s.error);
  else pullInto(s.controller, view, min, request);
}

Object.assign(exports, {
  ReadableByteStreamController, ReadableStreamBYOBRequest, ReadableStreamBYOBReader,
  setUp, close, fail,
});
