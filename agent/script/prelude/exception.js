// DOMException.
//
// Standard: https://webidl.spec.whatwg.org/#idl-DOMException

const idl = require("webidl");

// The codes that names have had, in order from 1; "" for those that are gone.
const names = [
  "IndexSizeError", "", "HierarchyRequestError", "WrongDocumentError", "InvalidCharacterError", "",
  "NoModificationAllowedError", "NotFoundError", "NotSupportedError", "InUseAttributeError", "InvalidStateError",
  "SyntaxError", "InvalidModificationError", "NamespaceError", "InvalidAccessError", "", "TypeMismatchError",
  "SecurityError", "NetworkError", "AbortError", "URLMismatchError", "QuotaExceededError", "TimeoutError",
  "InvalidNodeTypeError", "DataCloneError",
];

const constants = {
  INDEX_SIZE_ERR: 1, DOMSTRING_SIZE_ERR: 2, HIERARCHY_REQUEST_ERR: 3, WRONG_DOCUMENT_ERR: 4,
  INVALID_CHARACTER_ERR: 5, NO_DATA_ALLOWED_ERR: 6, NO_MODIFICATION_ALLOWED_ERR: 7, NOT_FOUND_ERR: 8,
  NOT_SUPPORTED_ERR: 9, INUSE_ATTRIBUTE_ERR: 10, INVALID_STATE_ERR: 11, SYNTAX_ERR: 12,
  INVALID_MODIFICATION_ERR: 13, NAMESPACE_ERR: 14, INVALID_ACCESS_ERR: 15, VALIDATION_ERR: 16,
  TYPE_MISMATCH_ERR: 17, SECURITY_ERR: 18, NETWORK_ERR: 19, ABORT_ERR: 20, URL_MISMATCH_ERR: 21,
  QUOTA_EXCEEDED_ERR: 22, TIMEOUT_ERR: 23, INVALID_NODE_TYPE_ERR: 24, DATA_CLONE_ERR: 25,
};

class DOMException {
  #name;
  #message;

  constructor(message = "", name = "Error") {
    this.#message = idl.DOMString(message, "DOMException constructor: message");
    this.#name = idl.DOMString(name, "DOMException constructor: name");
    // The stack, as errors of the language have it.
    Object.defineProperty(this, "stack", {
      value: new Error().stack, writable: true, configurable: true,
    });
  }

  get name() { return this.#name; }
  get message() { return this.#message; }
  get code() { return names.indexOf(this.#name || "none") + 1; }

  static {
    exports.isDOMException = (value) => idl.isObject(value) && #name in value;
  }
}

idl.define(DOMException, { constants });
Object.setPrototypeOf(DOMException.prototype, Error.prototype);

const errors = { TypeError, RangeError, SyntaxError: undefined };

/** The exception of a name: an error of the language where it has that name. */
exports.make = (name, message) => (
  errors[name] ? new errors[name](message) : new DOMException(message, name));

/** Throws the exception of a name. */
exports.raise = (name, message) => { throw exports.make(name, message); };

exports.DOMException = DOMException;
