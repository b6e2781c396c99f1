// Messages between windows.
//
// Standard: https://html.spec.whatwg.org/#window-post-message-steps

const idl = require("webidl");
const clone = require("clone");
const { raise } = require("exception");

require("messages").isWindow = (value) => require("frames").self().shared.windows.has(value);

const WindowPostMessageOptions = idl.dictionary("WindowPostMessageOptions", {
  targetOrigin: [idl.USVString, "/"],
}, clone.StructuredSerializeOptions);

/** Sends a message from the window of a navigable to that of another. */
exports.toWindow = (source, target, message, options, transfer) => {
  const given = idl.isObject(options) || options === undefined
    ? WindowPostMessageOptions(options, "postMessage: options")
    : { targetOrigin: idl.USVString(options, "postMessage: targetOrigin"), transfer: transfer === undefined ? [] : idl.sequence(idl.object)(transfer, "postMessage: transfer") };
  const { origin } = source.window;
  const wanted = wantedOrigin(given.targetOrigin, origin);
  const { text, buffers, natives } = clone.serialize(message, given.transfer);
  const { windowOf, isSame } = require("frames");
  const window = windowOf(target);
  const hear = window.require("post").receiver(source, origin.text, () => (
    wanted === "*" || (wanted === "/" ? isSame({ ...origin, domain: null }, { ...target.window.origin, domain: null }) || origin === target.window.origin : wanted === target.window.origin.text)));
  host.deliver(window.realm, hear, text, buffers.length, ...buffers, ...natives);
};

function wantedOrigin(text, own) {
  if (text === "*") return "*";
  if (text === "/") return "/";
  const url = host.parse(text);
  if (url === null) raise("SyntaxError", `postMessage: "${text}" cannot be read as an origin`);
  void own;
  return host.parts(url).origin;
}

/** What takes a message for this window, if it is for its origin. */
exports.receiver = (source, origin, isWanted) => (text, buffers, natives) => {
  if (!isWanted()) return;
  const { proxyFor } = require("frames");
  require("messages").deliver(global, { text, buffers, natives }, { origin, source: proxyFor(source) });
};
