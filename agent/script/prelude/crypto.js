// Crypto: randomness, and digests in secure contexts.
//
// Standard: https://w3c.github.io/webcrypto/
//
// NOTE: of SubtleCrypto there is digest(): no keys are kept here.

const idl = require("webidl");
const { make } = require("exception");
const { attempt, deferred } = require("promises");

// --- SubtleCrypto ------------------------------------------------------------------

class SubtleCrypto {
  #brand;

  constructor(token = undefined) { idl.construct(token); }

  digest(algorithm, data) {
    return attempt(() => {
      this.#brand;
      idl.required(arguments, 2, "SubtleCrypto.digest");
      const name = nameOf(algorithm, "SubtleCrypto.digest: algorithm");
      if (!idl.isBufferSource(data)) idl.fail("SubtleCrypto.digest: data", "it is no ArrayBuffer, and no view of one");
      return digest(name, idl.bytesOf(data));
    });
  }
}

idl.define(SubtleCrypto);

const Algorithm = idl.dictionary("Algorithm", { name: [idl.DOMString, idl.mandatory] });

/** Standard: https://w3c.github.io/webcrypto/#algorithm-normalization-normalize-an-algorithm */
function nameOf(algorithm, what) {
  return idl.isObject(algorithm) ? Algorithm(algorithm, what).name : idl.DOMString(algorithm, what);
}

function digest(name, bytes) {
  const d = deferred();
  const known = host.digest(name, bytes, d.resolve);
  if (!known) throw make("NotSupportedError", `SubtleCrypto.digest: there is no algorithm ${name}`);
  return d.promise;
}

// --- Crypto ------------------------------------------------------------------------

const quota = 65536; // bytes at a time

const integers = [
  "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
  "BigInt64Array", "BigUint64Array",
];

const tagOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;

class Crypto {
  #brand;

  constructor(token = undefined) { idl.construct(token); }

  getRandomValues(array) {
    this.#brand;
    idl.required(arguments, 1, "Crypto.getRandomValues");
    if (!ArrayBuffer.isView(array)) idl.fail("Crypto.getRandomValues: array", "it is no view of an ArrayBuffer");
    if (!integers.includes(Reflect.apply(tagOf, array, []))) {
      throw make("TypeMismatchError", "Crypto.getRandomValues: the array is not of integers");
    }
    const bytes = idl.bytesOf(array);
    if (bytes.byteLength > quota) {
      throw make("QuotaExceededError", `Crypto.getRandomValues: ${bytes.byteLength} bytes are more than ${quota}`);
    }
    bytes.set(new Uint8Array(host.random(bytes.byteLength)));
    return array;
  }
}

if (host.isSecure()) Object.defineProperties(Crypto.prototype, Object.getOwnPropertyDescriptors({
  randomUUID() {
    brand(this);
    return host.uuid();
  },
  get subtle() {
    brand(this);
    return subtle;
  },
}));

idl.define(Crypto);

const crypto = new Crypto(idl.token);
const subtle = new SubtleCrypto(idl.token);

function brand(object) {
  if (object !== crypto) throw new TypeError("it is not of type Crypto");
}

Object.assign(exports, { Crypto, SubtleCrypto, crypto });
