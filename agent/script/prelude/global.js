// The global object: a window or the scope of a worker.
//
// Standard: https://html.spec.whatwg.org/#the-window-object
// Standard: https://html.spec.whatwg.org/#the-workerglobalscope-common-interface

const { adopt, handlersOn, EventTarget } = require("events");

adopt(global);
Object.setPrototypeOf(global, EventTarget.prototype);
handlersOn(
  global,
  "onerror", "onlanguagechange", "onmessage", "onmessageerror", "onoffline", "ononline",
  "onrejectionhandled", "onunhandledrejection",
);
