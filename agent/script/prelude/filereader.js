// FileReader.
//
// Standard: https://w3c.github.io/FileAPI/#APIASynch

const idl = require("webidl");
const { EventTarget, ProgressEvent, fire, handlers } = require("events");
const { make } = require("exception");
const { isBlob, nativeOf, readFailed } = require("blob");

const EMPTY = 0, LOADING = 1, DONE = 2;

/** The argument of the methods that read. */
exports.toBlob = idl.instance("Blob", isBlob);

/** The encoding of readAsText(): a label, or null. */
exports.toLabel = (value, what) => (value === undefined ? null : idl.DOMString(value, what));

class FileReader extends EventTarget {
  #s = { state: EMPTY, result: null, error: null, reading: null };

  constructor() { super(); }

  readAsArrayBuffer(blob) {
    const s = this.#s;
    idl.required(arguments, 1, "FileReader.readAsArrayBuffer");
    read(this, s, exports.toBlob(blob, "readAsArrayBuffer: blob"), "buffer");
  }

  readAsBinaryString(blob) {
    const s = this.#s;
    idl.required(arguments, 1, "FileReader.readAsBinaryString");
    read(this, s, exports.toBlob(blob, "readAsBinaryString: blob"), "binary");
  }

  readAsText(blob, encoding = undefined) {
    const s = this.#s;
    idl.required(arguments, 1, "FileReader.readAsText");
    blob = exports.toBlob(blob, "readAsText: blob");
    read(this, s, blob, "text", exports.toLabel(encoding, "readAsText: encoding"));
  }

  readAsDataURL(blob) {
    const s = this.#s;
    idl.required(arguments, 1, "FileReader.readAsDataURL");
    read(this, s, exports.toBlob(blob, "readAsDataURL: blob"), "url");
  }

  /** Standard: https://w3c.github.io/FileAPI/#dfn-abort */
  abort() {
    const s = this.#s;
    s.result = null;
    if (s.state !== LOADING) return;
    s.state = DONE;
    stop(s);
    fire(this, "abort", {}, ProgressEvent);
    if (s.state !== LOADING) fire(this, "loadend", {}, ProgressEvent);
  }

  get readyState() { return this.#s.state; }
  get result() { return this.#s.result; }
  get error() { return this.#s.error; }
}

idl.define(FileReader, { constants: { EMPTY, LOADING, DONE } });
handlers(FileReader, "onloadstart", "onprogress", "onload", "onabort", "onerror", "onloadend");

/**
 * Reads a Blob. What has been read stays in Go until it is made a result.
 *
 * Standard: https://w3c.github.io/FileAPI/#readOperation
 */
function read(reader, s, blob, kind, label = null) {
  if (s.state === LOADING) throw make("InvalidStateError", "the FileReader is reading already");
  Object.assign(s, { state: LOADING, result: null, error: null });
  const reading = s.reading = host.start(nativeOf(blob), kind, label);
  const next = () => host.next(reading, (step, loaded, result) => {
    if (s.reading !== reading) return;
    advance(reader, s, { step, loaded, total: blob.size, result });
    if (s.reading === reading) next();
  });
  next();
}

/** Takes one step of a reading: what is left is read while listeners run. */
function advance(reader, s, { step, loaded, total, result }) {
  const init = { lengthComputable: true, loaded, total };
  if (step === "loadstart" || step === "progress") {
    fire(reader, step, init, ProgressEvent);
    return;
  }
  Object.assign(s, { state: DONE, reading: null });
  if (step === "load") s.result = result;
  else s.error = readFailed(result);
  fire(reader, step, init, ProgressEvent);
  if (s.state !== LOADING) fire(reader, "loadend", init, ProgressEvent);
}

function stop(s) {
  host.stop(s.reading);
  s.reading = null;
}

exports.FileReader = FileReader;
