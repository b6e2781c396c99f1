// What can be the body of a request or a response.
//
// Standard: https://fetch.spec.whatwg.org/#bodyinit-unions
//
// A module whose objects can be bodies registers them:
//
//     require("body").register("Blob", isBlob, nativeOf)
//
// where nativeOf(object) is the handle of a Go value that is an xhr.Body.

const idl = require("webidl");

const kinds = [];

/** Makes objects of a kind acceptable as bodies. */
exports.register = (name, is, nativeOf) => { kinds.push({ name, is, nativeOf }); };

/** The kind of an object that is registered; undefined for others. */
function kindOf(body) {
  return idl.isObject(body) ? kinds.find(({ is }) => is(body)) : undefined;
}

/**
 * A body for XMLHttpRequest as what Go takes: "none", "text" with a string, "bytes"
 * with a buffer, "native" with a handle.
 */
exports.forXHR = (body, what) => {
  if (body === null || body === undefined) return ["none", null];
  const kind = kindOf(body);
  if (kind) return ["native", kind.nativeOf(body)];
  if (idl.isBufferSource(body)) return ["bytes", body];
  return ["text", idl.USVString(body, what)];
};
