// TextEncoder and TextDecoder.
//
// Standard: https://encoding.spec.whatwg.org/#api

const idl = require("webidl");

// --- TextEncoder -------------------------------------------------------------------

class TextEncoder {
  #brand;

  get encoding() {
    this.#brand;
    return "utf-8";
  }

  encode(input = "") {
    this.#brand;
    return new Uint8Array(host.encode(idl.USVString(input, "TextEncoder.encode: input")));
  }

  encodeInto(source, destination) {
    this.#brand;
    idl.required(arguments, 2, "TextEncoder.encodeInto");
    source = idl.USVString(source, "TextEncoder.encodeInto: source");
    if (!isUint8Array(destination)) idl.fail("TextEncoder.encodeInto: destination", "it is not a Uint8Array");
    return encodeInto(source, destination);
  }
}

idl.define(TextEncoder);

const tagOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
const isUint8Array = (value) => Reflect.apply(tagOf, value, []) === "Uint8Array";

/**
 * Writes as many whole characters as there is room for.
 *
 * Standard: https://encoding.spec.whatwg.org/#dom-textencoder-encodeinto
 */
function encodeInto(source, destination) {
  const room = destination.length;
  let read = 0;
  let written = 0;
  while (read < source.length) {
    const point = source.codePointAt(read);
    const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (written + size > room) break;
    if (size === 1) {
      destination[written] = point;
    } else {
      destination[written] = firstMark[size] | (point >> (6 * (size - 1)));
      for (let i = 1; i < size; i++) destination[written + i] = 0x80 | ((point >> (6 * (size - 1 - i))) & 0x3f);
    }
    read += point > 0xffff ? 2 : 1;
    written += size;
  }
  return { read, written };
}

const firstMark = [0, 0, 0xc0, 0xe0, 0xf0];

// --- TextDecoder -------------------------------------------------------------------

const TextDecoderOptions = idl.dictionary("TextDecoderOptions", {
  fatal: [idl.boolean, false],
  ignoreBOM: [idl.boolean, false],
});

const TextDecodeOptions = idl.dictionary("TextDecodeOptions", { stream: [idl.boolean, false] });

/** What decodes: a handle, and what script sees of it. */
exports.decoder = (label, options, what) => {
  label = idl.DOMString(label, `${what}: label`);
  const { fatal, ignoreBOM } = TextDecoderOptions(options, `${what}: options`);
  const [native, encoding] = host.decoder(label, fatal, ignoreBOM);
  return { native, encoding, fatal, ignoreBOM };
};

exports.decode = (decoder, bytes, stream) => host.decode(decoder.native, idl.bytesOf(bytes), stream);
exports.encode = (text) => new Uint8Array(host.encode(text));

class TextDecoder {
  #decoder;

  constructor(label = "utf-8", options = undefined) {
    this.#decoder = exports.decoder(label, options, "TextDecoder constructor");
  }

  get encoding() { return this.#decoder.encoding; }
  get fatal() { return this.#decoder.fatal; }
  get ignoreBOM() { return this.#decoder.ignoreBOM; }

  decode(input = undefined, options = undefined) {
    const decoder = this.#decoder;
    if (input !== undefined && !idl.isBufferSource(input)) idl.fail("TextDecoder.decode: input", "it is no ArrayBuffer, and no view of one");
    const { stream } = TextDecodeOptions(options, "TextDecoder.decode: options");
    return exports.decode(decoder, input === undefined ? new Uint8Array() : input, stream);
  }
}

idl.define(TextDecoder);

Object.assign(exports, { TextEncoder, TextDecoder });
