// fetch().
//
// Standard: https://fetch.spec.whatwg.org/#fetch-method

const idl = require("webidl");
const aborts = require("abort");
const bodies = require("body");
const headers = require("headers");
const { Request, stateOf } = require("request");
const { create } = require("response");
const { attempt, deferred, upon, resolve, handled } = require("promises");

exports.fetch = function fetch(input, init = undefined) {
  return attempt(() => {
    idl.required(arguments, 1, "fetch");
    const request = new Request(input, init);
    return start(stateOf(request), request.signal);
  });
};

function start(r, signal) {
  const f = { result: deferred(), native: undefined, response: null, aborted: false };
  if (aborts.isAborted(signal)) {
    abort(f, r, aborts.reason(signal));
    return f.result.promise;
  }
  aborts.onAbort(signal, () => abort(f, r, aborts.reason(signal)));
  upon(sendable(r.body), (body) => send(f, r, body), (reason) => {
    f.result.reject(reason instanceof TypeError ? reason : new TypeError("Failed to fetch"));
  });
  return f.result.promise;
}

/**
 * A body as Go takes it. A stream is read to its end before anything is sent.
 */
function sendable(body) {
  if (body === null) return resolve(["none", null]);
  if (body.stream === null) {
    body.used = true;
    return resolve([body.kind, body.source]);
  }
  const d = deferred();
  bodies.readAll(body, (bytes) => d.resolve(["bytes", bytes]), d.reject);
  return d.promise;
}

/** Fields of one name as one field, which is how browsers send them. */
function combine(list) {
  const combined = [];
  for (const [name] of list) {
    if (!headers.has(combined, name)) combined.push([name, headers.get(list, name)]);
  }
  return combined;
}

function send(f, r, [kind, content]) {
  if (f.aborted) return;
  const list = combine(r.headers).map(([name, value]) => `${name}:${value}`).join("\n");
  const settings = [r.mode, r.credentials, r.cache, r.redirect, r.referrer, r.referrerPolicy, r.integrity, r.keepalive, r.entry];
  f.native = host.fetch(r.method, r.url, list, kind, content, ...settings, (failed, head, native) => {
    if (f.aborted) return;
    if (failed) {
      f.result.reject(new TypeError("Failed to fetch"));
      return;
    }
    const body = native === null ? null : bodies.fromNative(native);
    f.response = { ...head, headers: head.headers.map(({ name, value }) => [name, value]), body };
    f.result.resolve(create(f.response, "immutable"));
  });
}

/** Standard: https://fetch.spec.whatwg.org/#abort-fetch */
function abort(f, r, reason) {
  f.aborted = true;
  f.result.reject(reason);
  if (r.body?.stream && r.body.stream.status === "readable") {
    handled(require("streams").cancel(r.body.stream, reason));
  }
  if (f.native !== undefined) host.abort(f.native);
  if (f.response !== null) bodies.fail(f.response.body, reason);
}
