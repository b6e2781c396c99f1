// Event handlers of elements and windows: their names, and those that stand in
// attributes as text.
//
// Standard: https://html.spec.whatwg.org/#event-handlers-on-elements,-document-objects,-and-window-objects

const names = `abort auxclick beforeinput beforematch beforetoggle blur cancel canplay canplaythrough change click close
contextlost contextmenu contextrestored copy cuechange cut dblclick drag dragend dragenter dragleave dragover dragstart
drop durationchange emptied ended error focus formdata input invalid keydown keypress keyup load loadeddata
loadedmetadata loadstart mousedown mouseenter mouseleave mousemove mouseout mouseover mouseup paste pause play playing
progress ratechange reset resize scroll scrollend securitypolicyviolation seeked seeking select slotchange stalled
submit suspend timeupdate toggle volumechange waiting wheel`;

const windowNames = `afterprint beforeprint beforeunload hashchange languagechange message messageerror offline online
pagehide pageshow popstate rejectionhandled storage unhandledrejection unload`;

const list = (text) => text.split(/\s+/).map((name) => `on${name}`);

exports.global = list(names);
exports.window = list(windowNames);

const all = new Set([...exports.global, ...exports.window]);

// Handlers of these on body and frameset are the window's.
const ofWindow = new Set([...exports.window, "onblur", "onerror", "onfocus", "onload", "onresize", "onscroll"]);

/**
 * Sets the handler that an attribute holds as text.
 *
 * Standard: https://html.spec.whatwg.org/#event-handler-content-attributes
 */
exports.contentAttribute = (s, name, value) => {
  if (!all.has(name)) return;
  const { window } = s.document;
  if (!window || require("window").isScriptless()) return;
  const { objectOf } = require("node");
  const { setHandlerText } = require("events");
  const forWindow = (s.local === "body" || s.local === "frameset") && ofWindow.has(name);
  const compile = value === null ? null : () => compileHandler(name, value, s, forWindow);
  setHandlerText(forWindow ? window : objectOf(s), name.slice(2), compile);
};

/** Standard: https://html.spec.whatwg.org/#getting-the-current-value-of-the-event-handler */
function compileHandler(name, body, s, forWindow) {
  const { objectOf } = require("node");
  const parameters = name === "onerror" && forWindow ? "event, source, lineno, colno, error" : "event";
  const scopes = forWindow ? [] : [objectOf(s.document), objectOf(s.form ?? null), objectOf(s)].filter(Boolean);
  const open = scopes.map((_, i) => `with ($${i}) {`).join("");
  const source = `(function (${scopes.map((_, i) => `$${i}`).join(",")}) { ${open} return function ${name}(${parameters}) {\n${body}\n}; ${"}".repeat(scopes.length)} })`;
  return (0, eval)(source)(...scopes);
}

/** The handlers that attributes of elements made by a parser hold. */
exports.ofElement = (s) => {
  for (const a of s.attributes) if (a.namespace === null && a.local.startsWith("on")) exports.contentAttribute(s, a.local, a.value);
};
