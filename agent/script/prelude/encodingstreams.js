// TextEncoderStream and TextDecoderStream.
//
// Standard: https://encoding.spec.whatwg.org/#interface-textencoderstream
// Standard: https://encoding.spec.whatwg.org/#interface-textdecoderstream

const idl = require("webidl");
const { decoder, decode, encode } = require("encoding");
const { create } = require("transforms");

class TextEncoderStream {
  #ends = encoding();

  get encoding() {
    this.#ends; // the brand
    return "utf-8";
  }

  get readable() { return this.#ends.readable.object; }
  get writable() { return this.#ends.writable.object; }
}

idl.define(TextEncoderStream);

/**
 * A transform of strings into bytes. A surrogate at the end of a chunk waits for
 * its other half.
 *
 * Standard: https://encoding.spec.whatwg.org/#encode-and-enqueue-a-chunk
 */
function encoding() {
  let half = "";
  return create({
    transform(chunk, enqueue) {
      let text = half + idl.DOMString(chunk, "TextEncoderStream: chunk");
      half = "";
      const last = text.charCodeAt(text.length - 1);
      if (last >= 0xd800 && last <= 0xdbff) {
        half = text.at(-1);
        text = text.slice(0, -1);
      }
      if (text !== "") enqueue(encode(text.toWellFormed()));
    },
    flush(enqueue) {
      if (half !== "") enqueue(encode("\ufffd"));
    },
  });
}

class TextDecoderStream {
  #decoder;
  #ends;

  constructor(label = "utf-8", options = undefined) {
    this.#decoder = decoder(label, options, "TextDecoderStream constructor");
    this.#ends = decoding(this.#decoder);
  }

  get encoding() { return this.#decoder.encoding; }
  get fatal() { return this.#decoder.fatal; }
  get ignoreBOM() { return this.#decoder.ignoreBOM; }
  get readable() { return this.#ends.readable.object; }
  get writable() { return this.#ends.writable.object; }
}

idl.define(TextDecoderStream);

/** Standard: https://encoding.spec.whatwg.org/#decode-and-enqueue-a-chunk */
function decoding(d) {
  const give = (text, enqueue) => { if (text !== "") enqueue(text); };
  return create({
    transform(chunk, enqueue) {
      if (!idl.isBufferSource(chunk)) idl.fail("TextDecoderStream: chunk", "it is no ArrayBuffer, and no view of one");
      give(decode(d, chunk, true), enqueue);
    },
    flush(enqueue) { give(decode(d, new Uint8Array(), false), enqueue); },
  });
}

Object.assign(exports, { TextEncoderStream, TextDecoderStream });
