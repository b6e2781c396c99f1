// What can be the body of a request or a response, and what is done with it.
//
// Standard: https://fetch.spec.whatwg.org/#bodyinit-unions
//
// A module whose objects can be bodies registers them:
//
//     require("body").register("Blob", isBlob, nativeOf)
//
// where nativeOf(object) is the handle of a Go value that is an xhr.Body.
//
// A body here is { kind, source, length, type, stream, used }: kind is "text" with
// a string as source, "bytes" with an ArrayBuffer, "native" with the handle of
// something that Go reads, or "stream". The stream (as in streams.js) of the others
// is made when it is asked for.

const idl = require("webidl");
const { attempt, resolve, deferred } = require("promises");

// --- Kinds -------------------------------------------------------------------------

const kinds = [];

/** Makes objects of a kind acceptable as bodies. */
exports.register = (name, is, nativeOf) => { kinds.push({ name, is, nativeOf }); };

// The modules that register something. They are looked for when there is an object
// to be recognised, which cannot be before they have run.
const kindOf = (body) => (idl.isObject(body) ? kinds.find(({ is }) => is(body)) : undefined);

/**
 * A body for XMLHttpRequest as what Go takes: "none", "text" with a string, "bytes"
 * with a buffer, "native" with a handle.
 */
exports.forXHR = (body, what) => {
  if (body === null || body === undefined) return ["none", null];
  const kind = kindOf(body);
  if (kind) return ["native", kind.nativeOf(body)];
  if (idl.isBufferSource(body)) return ["bytes", idl.bytesOf(body)];
  return ["text", idl.USVString(body, what)];
};

/** The conversion to BodyInit: objects that are bodies stay what they are. */
exports.BodyInit = (value, what) => {
  if (idl.isObject(value) && (require("streams").isReadableStream(value) || kindOf(value) || idl.isBufferSource(value))) {
    return value;
  }
  return idl.USVString(value, what);
};

/**
 * Makes a body of a BodyInit.
 *
 * Standard: https://fetch.spec.whatwg.org/#concept-bodyinit-extract
 */
exports.extract = (object, keepalive = false) => {
  if (typeof object === "string") return make("text", object, null, "text/plain;charset=UTF-8", null);
  const kind = kindOf(object);
  if (kind) {
    const [source, length, type] = host.extract(kind.nativeOf(object));
    return make("native", source, length, type === "" ? null : type, null);
  }
  if (idl.isBufferSource(object)) {
    const bytes = idl.bytesOf(object).slice().buffer;
    return make("bytes", bytes, bytes.byteLength, null, null);
  }
  const stream = require("streams").stateOf(object);
  if (keepalive) throw new TypeError("a request that is to be kept alive cannot have a stream as its body");
  if (stream.disturbed || stream.reader !== undefined) throw new TypeError("the stream is locked, or was read from");
  return make("stream", null, null, null, stream);
};

function make(kind, source, length, type, stream) {
  return { kind, source, length, type, stream, used: false };
}

exports.fromNative = (native) => make("native", native, null, null, null);
exports.fromStream = (stream) => make("stream", null, null, null, stream);

// --- Reading -----------------------------------------------------------------------

/** Whether somebody has read from it, or has a reader. */
exports.isUnusable = (body) => body !== null && (body.used || (body.stream !== null && (body.stream.disturbed || body.stream.reader !== undefined)));
exports.isDisturbed = (body) => body !== null && (body.used || Boolean(body.stream?.disturbed));

/**
 * Calls done(bytes) with an ArrayBuffer of all that there is, or failed(error).
 *
 * Standard: https://fetch.spec.whatwg.org/#body-fully-read
 */
exports.readAll = (body, done, failed) => {
  if (body.stream !== null) {
    readStream(body.stream, done, failed);
    return;
  }
  body.used = true;
  switch (body.kind) {
    case "text": return void done(host.encode(body.source));
    case "bytes": return void done(body.source.slice());
    default: readNative(body, done, failed);
  }
};

function readNative(body, done, failed) {
  let over = false;
  const once = (steps) => (value) => {
    if (!over) steps(value);
    over = true;
  };
  body.fail = once(failed);
  const finish = once(done);
  host.readAll(body.source, (error, bytes) => {
    if (error) body.fail(new TypeError("network error"));
    else finish(bytes);
  });
}

function readStream(stream, done, failed) {
  const streams = require("streams");
  const reader = streams.acquireReader(stream);
  const chunks = [];
  const next = () => streams.read(reader, {
    chunk: (chunk) => {
      if (!isUint8Array(chunk)) {
        failed(new TypeError("a chunk of the body is not a Uint8Array"));
        return;
      }
      chunks.push(chunk.slice());
      next();
    },
    close: () => done(concatenate(chunks)),
    error: failed,
  });
  next();
}

const tagOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
const isUint8Array = (value) => Reflect.apply(tagOf, value, []) === "Uint8Array";

function concatenate(chunks) {
  const result = new Uint8Array(chunks.reduce((n, chunk) => n + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    result.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return result.buffer;
}

/** The stream of a body, which is made if there is none. */
exports.streamOf = (body) => {
  if (body.stream === null) body.stream = makeStream(body);
  return body.stream;
};

function makeStream(body) {
  const streams = require("streams");
  if (body.used) return usedStream();
  if (body.kind === "native") return nativeStream(body);
  return streams.create({
    __proto__: null,
    type: "bytes",
    pull(controller) {
      const bytes = new Uint8Array(body.kind === "text" ? host.encode(body.source) : body.source.slice());
      if (bytes.byteLength > 0) controller.enqueue(bytes);
      closeBytes(controller);
      return resolve(undefined);
    },
  });
}

/** The stream of a body that was read to its end: whoever did has a reader. */
function usedStream() {
  const streams = require("streams");
  const stream = streams.create({ __proto__: null, type: "bytes" });
  streams.close(stream.controller);
  stream.disturbed = true;
  streams.acquireReader(stream);
  return stream;
}

/** Closes a byte stream also for readers that have brought a buffer. */
function closeBytes(controller) {
  controller.close();
  controller.byobRequest?.respond(0);
}

function nativeStream(body) {
  const streams = require("streams");
  const reader = host.open(body.source);
  const stream = streams.create({
    __proto__: null,
    type: "bytes",
    pull() {
      const d = deferred();
      host.read(reader, (failed, bytes) => {
        if (stream.status !== "readable") d.resolve();
        else if (failed) streams.fail(controller, new TypeError("network error"));
        else if (bytes === null) end();
        else streams.enqueue(controller, new Uint8Array(bytes));
        d.resolve();
      });
      return d.promise;
    },
    cancel() {
      host.close(reader);
      return resolve(undefined);
    },
  });
  const { controller } = stream;
  const end = () => { if (!controller.closing) closeBytes(controller.object); };
  // The end and failures are told when they come, not when somebody reads on.
  host.watch(reader, (failed) => {
    if (stream.status !== "readable") return;
    if (failed) streams.fail(controller, new TypeError("network error"));
    else end();
  });
  return stream;
}

/** Ends the reading of a body with an error, because its fetch was aborted. */
exports.fail = (body, reason) => {
  if (body === null) return;
  body.aborted = { reason };
  if (body.stream !== null) {
    if (body.stream.status === "readable") require("streams").fail(body.stream.controller, reason);
    return;
  }
  if (body.fail) body.fail(reason);
  else if (!body.used) require("streams").fail(exports.streamOf(body).controller, reason);
};

/** Standard: https://fetch.spec.whatwg.org/#concept-body-clone */
exports.clone = (body) => {
  if (body === null) return null;
  if (body.stream === null && body.kind !== "native") return make(body.kind, body.source, body.length, body.type, null);
  const [one, two] = require("streams").tee(exports.streamOf(body), cloneChunk);
  body.stream = one;
  return { ...body, stream: two };
};

/** A copy of a chunk, which the branches of a body do not share. */
function cloneChunk(chunk) {
  const clone = require("clone");
  return clone.deserialize(clone.serialize(chunk)).value;
}

/**
 * A body for another owner. The old one is used up.
 *
 * Standard: https://fetch.spec.whatwg.org/#readablestream-create-a-proxy
 */
exports.move = (body) => {
  const { kind, source, length, type } = body;
  if (body.stream === null) {
    body.used = true;
    return make(kind, source, length, type, null);
  }
  const proxy = require("transforms").create({});
  require("pipes").pipeTo(body.stream, proxy.writable.object, {});
  return make(kind, source, length, type, proxy.readable);
};

// --- The Body mixin ----------------------------------------------------------------

/**
 * Adds the members of Body to an interface. part(object) checks the brand and gives
 * { body, headers }.
 *
 * Standard: https://fetch.spec.whatwg.org/#body-mixin
 */
exports.mixin = (Class, part) => {
  const consume = (object, what, convert) => attempt(() => {
    const { body, headers } = part(object);
    if (body?.aborted) throw body.aborted.reason; // also the second time, as in Chromium
    if (exports.isUnusable(body)) throw new TypeError(`${Class.name}.${what}: the body was read from, or is locked`);
    const d = deferred();
    const done = (bytes) => d.resolve(attempt(() => convert(bytes, headers)));
    if (body === null) done(new ArrayBuffer(0));
    else exports.readAll(body, done, d.reject);
    return d.promise;
  });
  const members = {
    get body() {
      const { body } = part(this);
      return body === null ? null : exports.streamOf(body).object;
    },
    get bodyUsed() { return exports.isDisturbed(part(this).body); },
    arrayBuffer() { return consume(this, "arrayBuffer", (bytes) => bytes); },
    blob() { return consume(this, "blob", (bytes, headers) => require("blob").create(bytes, typeOf(headers))); },
    bytes() { return consume(this, "bytes", (bytes) => new Uint8Array(bytes)); },
    formData() { return consume(this, "formData", (bytes, headers) => require("formdata").parse(bytes, typeOf(headers))); },
    json() { return consume(this, "json", (bytes) => JSON.parse(host.decode(bytes))); },
    text() { return consume(this, "text", (bytes) => host.decode(bytes)); },
  };
  for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(members))) {
    Object.defineProperty(Class.prototype, name, { ...member, enumerable: true });
  }
};

/** The MIME type that a header list says, serialized; "" for none. */
const typeOf = (headers) => host.typeOf(require("headers").get(headers, "content-type") ?? "");
