// pipeTo() and pipeThrough().
//
// Standard: https://streams.spec.whatwg.org/#readable-stream-pipe-to

const idl = require("webidl");
const { resolve, upon, handled, deferred, ignore } = require("promises");
const streams = require("streams");
const writables = require("writables");
const aborts = require("abort");

const StreamPipeOptions = idl.dictionary("StreamPipeOptions", {
  preventAbort: [idl.boolean, false],
  preventCancel: [idl.boolean, false],
  preventClose: [idl.boolean, false],
  signal: aborts.signal,
});

const ReadableWritablePair = idl.dictionary("ReadableWritablePair", {
  readable: [(value, what) => streams.streamState(value, what), idl.mandatory],
  writable: [(value, what) => writables.stateOf(writables.toStream(value, what)), idl.mandatory],
});

exports.pipeTo = (source, destination, options) => {
  const target = writables.stateOf(writables.toStream(destination, "ReadableStream.pipeTo: destination"));
  options = StreamPipeOptions(options, "ReadableStream.pipeTo: options");
  if (streams.isLocked(source)) throw new TypeError("ReadableStream.pipeTo: the stream is locked to a reader");
  if (writables.isLocked(target)) throw new TypeError("ReadableStream.pipeTo: the destination is locked to a writer");
  return pipe(source, target, options);
};

exports.pipeThrough = (source, transform, options) => {
  const { readable, writable } = ReadableWritablePair(transform, "ReadableStream.pipeThrough: transform");
  options = StreamPipeOptions(options, "ReadableStream.pipeThrough: options");
  if (streams.isLocked(source)) throw new TypeError("ReadableStream.pipeThrough: the stream is locked to a reader");
  if (writables.isLocked(writable)) throw new TypeError("ReadableStream.pipeThrough: the destination is locked to a writer");
  handled(pipe(source, writable, options));
  return readable.object;
};

/** Reads one and writes the other until one of them ends. */
function pipe(source, target, { preventAbort, preventCancel, preventClose, signal }) {
  const p = {
    source, target, reader: streams.acquireReader(source), writer: writables.acquireWriter(target),
    ending: false, lastWrite: resolve(undefined), done: deferred(), unlisten: ignore,
  };
  source.disturbed = true;
  if (signal !== undefined) {
    const abort = () => {
      const reason = aborts.reason(signal);
      const actions = [];
      if (!preventAbort) actions.push(() => (target.status === "writable" ? writables.abort(target, reason) : resolve(undefined)));
      if (!preventCancel) actions.push(() => (source.status === "readable" ? streams.cancel(source, reason) : resolve(undefined)));
      end(p, () => all(actions.map((action) => action())), true, reason);
    };
    if (aborts.isAborted(signal)) {
      abort();
      return p.done.promise;
    }
    p.unlisten = aborts.onAbort(signal, abort);
  }
  watch(p, { preventAbort, preventCancel, preventClose });
  step(p);
  return p.done.promise;
}

function all(promises) {
  return promises.reduce((before, promise) => upon(before, () => promise), resolve(undefined));
}

/** The four ways in which a pipe ends by itself. */
function watch(p, { preventAbort, preventCancel, preventClose }) {
  const { source, target } = p;
  const sourceFailed = (error) => end(p, preventAbort ? undefined : () => writables.abort(target, error), true, error);
  const targetFailed = (error) => end(p, preventCancel ? undefined : () => streams.cancel(source, error), true, error);
  const sourceClosed = () => end(p, preventClose ? undefined : () => closeTarget(target), false);
  if (source.status === "errored") return sourceFailed(source.error);
  if (target.status === "errored" || target.status === "erroring") return targetFailed(target.error);
  if (source.status === "closed") return sourceClosed();
  if (writables.closeQueued(target) || target.status === "closed") {
    const error = new TypeError("the destination of the pipe is closed");
    return end(p, preventCancel ? undefined : () => streams.cancel(source, error), true, error);
  }
  upon(p.reader.closed.promise, sourceClosed, sourceFailed);
  upon(p.writer.closed.promise, undefined, targetFailed);
  return undefined;
}

function closeTarget(target) {
  if (writables.closeQueued(target) || target.status === "closed") return resolve(undefined);
  return target.status === "errored" ? Promise.reject(target.error) : writables.close(target);
}

/** Reads a chunk when there is room for it. */
function step(p) {
  if (p.ending) return;
  upon(p.writer.ready.promise, () => {
    if (p.ending) return;
    streams.read(p.reader, {
      chunk: (chunk) => {
        p.lastWrite = attemptWrite(p, chunk);
        handled(p.lastWrite);
        step(p);
      },
      close: ignore,
      error: ignore,
    });
  }, ignore);
}

function attemptWrite(p, chunk) {
  try {
    return writables.write(p.writer, chunk);
  } catch (error) {
    return Promise.reject(error);
  }
}

/**
 * Ends a pipe: what was read is written before.
 *
 * Standard: https://streams.spec.whatwg.org/#rs-pipeTo-shutdown-with-action
 */
function end(p, action, failed, error) {
  if (p.ending) return;
  p.ending = true;
  const finish = (withError, reason) => {
    writables.release(p.writer);
    streams.release(p.reader);
    p.unlisten();
    if (withError) p.done.reject(reason);
    else p.done.resolve(undefined);
  };
  const act = () => {
    if (action === undefined) {
      finish(failed, error);
      return;
    }
    upon(action(), () => finish(failed, error), (reason) => finish(true, reason));
  };
  if (p.target.status === "writable" && !writables.closeQueued(p.target)) upon(written(p), act, act);
  else act();
}

/** When the last chunk that was read is written. */
function written(p) {
  const { lastWrite } = p;
  return upon(lastWrite, () => (lastWrite === p.lastWrite ? undefined : written(p)), ignore);
}
