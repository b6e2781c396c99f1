// Events of the user interface, as far as scripts make them themselves, and those
// of windows and forms.
//
// Standard: https://w3c.github.io/uievents/

const idl = require("webidl");
const events = require("events");
const { Event, initDictionary, initialize } = events;

const { raise } = require("node");

const nullable = (value) => value ?? null;

// The conversions of the dictionaries, by class.
const dictionaries = new Map();

/**
 * Makes a class of events: members are [conversion, default] by name, as in a
 * dictionary, and become read-only attributes. init() may add to the class.
 */
function define(name, Parent, members, init = undefined) {
  const convert = initDictionary(`${name}Init`, members, dictionaries.get(Parent));
  const states = idl.slot();
  const Class = {
    [name]: class extends Parent {
      constructor(type, eventInitDict = undefined) {
        idl.required(arguments, 1, `${name} constructor`);
        super(type, eventInitDict);
        new states(this, convert(eventInitDict, `${name} constructor: options`));
      }
    },
  }[name];
  for (const key of Object.keys(members)) {
    const { get } = Object.getOwnPropertyDescriptor({ get [key]() { return states.of(this)[key]; } }, key);
    Object.defineProperty(Class.prototype, key, { get, set: undefined, enumerable: true, configurable: true });
  }
  init?.(Class, states);
  idl.define(Class);
  dictionaries.set(Class, convert);
  exports[name] = Class;
  return Class;
}

const flag = [idl.boolean, false];
const whole = [idl.long, 0];
const real = [idl.double, 0];
const text = [idl.DOMString, ""];
const object = [(v) => nullable(v), null];

const UIEvent = define("UIEvent", Event, { view: object, detail: whole }, (Class, states) => {
  const { initUIEvent } = {
    initUIEvent(type, bubbles = false, cancelable = false, view = null, detail = 0) {
      idl.required(arguments, 1, "UIEvent.initUIEvent");
      initialize(this, idl.DOMString(type, "initUIEvent: type"), idl.boolean(bubbles), idl.boolean(cancelable));
      Object.assign(states.of(this), { view, detail: idl.long(detail, "initUIEvent: detail") });
    },
  };
  Object.defineProperty(Class.prototype, "initUIEvent", { value: initUIEvent, writable: true, configurable: true });
});

const modifiers = { ctrlKey: flag, shiftKey: flag, altKey: flag, metaKey: flag };

const mouse = {
  ...modifiers, screenX: real, screenY: real, clientX: real, clientY: real, button: [idl.short, 0],
  buttons: [idl.unsignedShort, 0], relatedTarget: object,
};

const withModifierState = (Class) => {
  const { getModifierState } = {
    getModifierState(key) { return Boolean(this[`${String(key).toLowerCase()}Key`]); },
  };
  Object.defineProperty(Class.prototype, "getModifierState", { value: getModifierState, writable: true, configurable: true });
};

const MouseEvent = define("MouseEvent", UIEvent, mouse, withModifierState);
define("KeyboardEvent", UIEvent, {
  ...modifiers, key: text, code: text, location: [idl.unsignedLong, 0], repeat: flag, isComposing: flag,
}, withModifierState);
define("FocusEvent", UIEvent, { relatedTarget: object });
define("InputEvent", UIEvent, { data: object, isComposing: flag, inputType: text, dataTransfer: object });
define("DragEvent", MouseEvent, { dataTransfer: object });
define("PageTransitionEvent", Event, { persisted: flag });
define("HashChangeEvent", Event, { oldURL: [idl.USVString, ""], newURL: [idl.USVString, ""] });
define("PopStateEvent", Event, { state: object });
define("BeforeUnloadEvent", Event, {});
define("SubmitEvent", Event, { submitter: object });
define("FormDataEvent", Event, { formData: object });
define("StorageEvent", Event, { key: object, oldValue: object, newValue: object, url: [idl.USVString, ""], storageArea: object });

// Standard: https://dom.spec.whatwg.org/#dom-document-createevent, the table
const legacy = {
  beforeunloadevent: "BeforeUnloadEvent", compositionevent: "UIEvent", customevent: "CustomEvent", devicemotionevent: "Event",
  deviceorientationevent: "Event", dragevent: "DragEvent", event: "Event", events: "Event", focusevent: "FocusEvent",
  hashchangeevent: "HashChangeEvent", htmlevents: "Event", keyboardevent: "KeyboardEvent", messageevent: "MessageEvent",
  mouseevent: "MouseEvent", mouseevents: "MouseEvent", storageevent: "StorageEvent", svgevents: "Event", textevent: "UIEvent",
  uievent: "UIEvent", uievents: "UIEvent",
};

exports.createEvent = (name) => {
  const found = Object.hasOwn(legacy, name.toLowerCase()) ? legacy[name.toLowerCase()] : undefined;
  if (found === undefined) raise("NotSupportedError", `createEvent: there is no "${name}"`);
  const Class = exports[found] ?? events[found] ?? global[found];
  const event = new Class("");
  events.uninitialize(event);
  return event;
};
