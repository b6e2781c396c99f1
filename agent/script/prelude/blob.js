// Blob, File and FileList. The bytes are in Go, or on disk: an object here holds the
// handle of an xhr.Blob, or of an xhr.File.
//
// Standard: https://w3c.github.io/FileAPI/
//
// For other modules:
//
//     isBlob(value), isFile(value), nativeOf(blob)
//     create(bytes, type)          a Blob of an ArrayBuffer
//     createFile(blob, name)       a File with the bytes and the type of a Blob
//     wrap(handle)                 the Blob or File of something of Go's
//     createList(files)            a FileList of files, or of those that a function gives
//     readFailed(reason)           what reading ends with that does not succeed

const idl = require("webidl");
const { make } = require("exception");
const { attempt, deferred, resolve } = require("promises");

// --- Parts -----------------------------------------------------------------------

const BlobPropertyBag = idl.dictionary("BlobPropertyBag", {
  endings: [idl.enumeration("EndingType", "transparent", "native"), "transparent"],
  type: [idl.DOMString, ""],
});

const FilePropertyBag = idl.dictionary("FilePropertyBag", { lastModified: idl.longLong }, BlobPropertyBag);

function BlobPart(value, what) {
  return isBlob(value) || idl.isBufferSource(value) ? value : idl.USVString(value, what);
}

const BlobParts = idl.sequence(BlobPart);

/** Standard: https://w3c.github.io/FileAPI/#process-blob-parts */
function build(parts, { type, endings }) {
  const builder = host.builder();
  for (const part of parts) {
    if (typeof part === "string") host.add(builder, endings === "native" ? nativeEndings(part) : part);
    else host.add(builder, isBlob(part) ? nativeOf(part) : idl.bytesOf(part));
  }
  return host.finish(builder, type);
}

/** Standard: https://w3c.github.io/FileAPI/#convert-line-endings-to-native */
const nativeEndings = (text) => text.replace(/\r\n?/g, "\n");

// --- Blob ------------------------------------------------------------------------

const position = idl.integer(64, true, { clamp: true });

class Blob {
  #native;
  #size;

  constructor(blobParts = undefined, options = undefined) {
    if (blobParts === idl.token) {
      this.#native = options;
    } else {
      const parts = blobParts === undefined ? [] : BlobParts(blobParts, "Blob constructor: parts");
      this.#native = build(parts, BlobPropertyBag(options, "Blob constructor: options"));
    }
    this.#size = host.size(this.#native);
  }

  get size() { return this.#size; }
  get type() { return host.type(this.#native); }

  slice(start = undefined, end = undefined, contentType = undefined) {
    const native = this.#native;
    start = start === undefined ? 0 : position(start, "Blob.slice: start");
    end = end === undefined ? this.#size : position(end, "Blob.slice: end");
    contentType = contentType === undefined ? "" : idl.DOMString(contentType, "Blob.slice: type");
    return new Blob(idl.token, host.slice(native, start, end, contentType));
  }

  stream() { return stream(this.#native); }
  text() { return attempt(() => read(host.text, this.#native)); }
  arrayBuffer() { return attempt(() => read(host.bytes, this.#native)); }
  bytes() { return attempt(() => read(host.bytes, this.#native, (bytes) => new Uint8Array(bytes))); }

  static {
    exports.isBlob = (value) => idl.isObject(value) && #native in value;
    exports.nativeOf = (blob) => blob.#native;
  }
}

const { isBlob, nativeOf } = exports;

idl.define(Blob);

/** What is wrong with a Blob whose bytes cannot be had. */
const readFailed = (reason) => make("NotReadableError", reason);

/** Standard: https://w3c.github.io/FileAPI/#read-all-bytes */
function read(op, native, convert = (result) => result) {
  const d = deferred();
  op(native, (failure, result) => {
    if (failure === null) d.resolve(convert(result));
    else d.reject(readFailed(failure));
  });
  return d.promise;
}

/** Standard: https://w3c.github.io/FileAPI/#blob-get-stream */
function stream(native) {
  const reader = host.open(native);
  let ended = false;
  return require("streams").create({
    type: "bytes",
    pull(controller) {
      const d = deferred();
      host.read(reader, (failure, bytes) => {
        if (!ended) deliver(controller, failure, bytes);
        d.resolve(undefined);
      });
      return d.promise;
    },
    cancel() {
      ended = true;
      host.close(reader);
      return resolve(undefined);
    },
  }).object;
}

function deliver(controller, failure, bytes) {
  if (failure !== null) {
    controller.error(readFailed(failure));
  } else if (bytes !== null) {
    controller.enqueue(new Uint8Array(bytes));
  } else {
    controller.close();
    controller.byobRequest?.respond(0); // for readers that have brought a buffer
  }
}

// --- File ------------------------------------------------------------------------

class File extends Blob {
  #name;
  #lastModified;

  constructor(fileBits, fileName, options = undefined) {
    if (fileBits === idl.token) {
      super(idl.token, fileName);
    } else {
      idl.required(arguments, 2, "File constructor");
      const parts = BlobParts(fileBits, "File constructor: parts");
      fileName = idl.USVString(fileName, "File constructor: name");
      options = FilePropertyBag(options, "File constructor: options");
      super(idl.token, host.file(build(parts, options), fileName, options.lastModified ?? host.now()));
    }
    [this.#name, this.#lastModified] = host.describe(nativeOf(this));
  }

  get name() { return this.#name; }
  get lastModified() { return this.#lastModified; }
  get webkitRelativePath() {
    this.#name; // the brand
    return ""; // nobody has chosen a folder
  }

  static {
    exports.isFile = (value) => idl.isObject(value) && #name in value;
  }
}

idl.define(File);

// --- FileList ----------------------------------------------------------------------

const indexed = /^(?:0|[1-9][0-9]{0,9})$/;

class FileList {
  #files;

  constructor(token = undefined, files = undefined) {
    idl.construct(token);
    this.#files = files; // a function
    const list = new Proxy(this, listed);
    targets.set(list, this);
    return list;
  }

  item(index) {
    const files = filesOf(this);
    idl.required(arguments, 1, "FileList.item");
    return files[idl.unsignedLong(index, "FileList.item: index")] ?? null;
  }

  get length() { return filesOf(this).length; }

  static {
    exports.isFileList = (value) => targets.has(value);
    exports.listOf = (list) => list.#files();
  }
}

// What is behind the objects that script sees.
const targets = new WeakMap();

function filesOf(list) {
  const target = targets.get(list);
  if (target === undefined) throw new TypeError("it is not of type FileList");
  return exports.listOf(target);
}

/** Standard: https://webidl.spec.whatwg.org/#legacy-platform-object */
const listed = {
  getOwnPropertyDescriptor(target, key) {
    const file = fileAt(target, key);
    if (file === undefined) return Reflect.getOwnPropertyDescriptor(target, key);
    return { value: file, writable: false, enumerable: true, configurable: true };
  },
  has(target, key) { return fileAt(target, key) !== undefined || Reflect.has(target, key); },
  get(target, key, receiver) { return fileAt(target, key) ?? Reflect.get(target, key, receiver); },
  set(target, key, value, receiver) { return !isIndex(key) && Reflect.set(target, key, value, receiver); },
  defineProperty(target, key, property) { return !isIndex(key) && Reflect.defineProperty(target, key, property); },
  deleteProperty(target, key) { return fileAt(target, key) === undefined && Reflect.deleteProperty(target, key); },
  ownKeys(target) { return [...Object.keys(exports.listOf(target)), ...Reflect.ownKeys(target)]; },
  preventExtensions() { return false; },
};

const isIndex = (key) => typeof key === "string" && indexed.test(key);
const fileAt = (target, key) => (isIndex(key) ? exports.listOf(target)[key] : undefined);

idl.define(FileList);
Object.defineProperty(FileList.prototype, Symbol.iterator, {
  value: Array.prototype[Symbol.iterator], writable: true, configurable: true,
});

const createList = (files) => new FileList(idl.token, typeof files === "function" ? files : () => files);

// --- What other modules do with them -----------------------------------------------

/** The object for the handle of an xhr.Blob or an xhr.File. */
function wrap(native) {
  host.keep(native);
  const Class = host.isFile(native) ? File : Blob;
  return new Class(idl.token, native);
}

function create(bytes, type) {
  const builder = host.builder();
  host.add(builder, bytes);
  return new Blob(idl.token, host.finish(builder, type));
}

function createFile(blob, name) {
  const lastModified = exports.isFile(blob) ? host.describe(nativeOf(blob))[1] : host.now();
  return new File(idl.token, host.file(nativeOf(blob), name, lastModified));
}

const clone = require("clone");
clone.register("Blob", { is: (value) => isBlob(value) && !exports.isFile(value), write: nativeOf, read: wrap });
clone.register("File", { is: exports.isFile, write: nativeOf, read: wrap });
clone.register("FileList", {
  is: exports.isFileList,
  write: (list) => host.list(...filesOf(list).map(nativeOf)),
  read: (native) => createList(host.files(native).map(wrap)),
});

require("body").register("Blob", isBlob, nativeOf);

Object.assign(exports, { Blob, File, FileList, createList, wrap, create, createFile, readFailed });
