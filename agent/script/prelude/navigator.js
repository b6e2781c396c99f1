// Navigator, and WorkerNavigator.
//
// Standard: https://html.spec.whatwg.org/#the-navigator-object

const idl = require("webidl");

const { userAgent, languages } = host.browser();

const members = {
  get userAgent() { return userAgent; },
  get appCodeName() { return "Mozilla"; },
  get appName() { return "Netscape"; },
  get appVersion() { return userAgent.replace(/^Mozilla\//, ""); },
  get platform() { return "Linux x86_64"; },
  get product() { return "Gecko"; },
  get language() { return languages[0] ?? "en-US"; },
  get languages() { return frozenLanguages; },
  get onLine() { return true; },
  get hardwareConcurrency() { return 1; },
};

const inWindows = {
  get productSub() { return "20030107"; },
  get vendor() { return ""; },
  get vendorSub() { return ""; },
  get cookieEnabled() { return host.cookieEnabled(); },
  get webdriver() { return true; },
  javaEnabled() { return false; },

  /** Standard: https://w3c.github.io/beacon/#sendbeacon-method */
  sendBeacon(url, data = null) {
    idl.required(arguments, 1, "Navigator.sendBeacon");
    url = idl.USVString(url, "Navigator.sendBeacon: url");
    const body = idl.nullable(require("body").BodyInit)(data, "Navigator.sendBeacon: data");
    return sendBeacon(url, body);
  },
};

const frozenLanguages = Object.freeze(languages.length > 0 ? languages : ["en-US"]);

function sendBeacon(url, body) {
  const { Request } = require("request");
  const request = new Request(url, { method: "POST", body, credentials: "include", keepalive: true });
  if (!/^https?:/.test(request.url)) throw new TypeError("Navigator.sendBeacon: only http and https can be sent to");
  const size = require("request").stateOf(request).body?.length ?? 0;
  if (size > 65536) return false;
  const { handled } = require("promises");
  handled(require("fetch").fetch(request));
  return true;
}

const brand = idl.slot();

/** Makes the interface, and its only object. */
function make(Class, ...groups) {
  for (const group of groups) {
    for (const [name, { get, value }] of Object.entries(Object.getOwnPropertyDescriptors(group))) {
      defineMember(Class, name, get, value);
    }
  }
  idl.define(Class);
  const object = new Class(idl.token);
  new brand(object);
  return object;
}

function defineMember(Class, name, get, value) {
  const check = (self) => { if (!brand.has(self)) throw new TypeError(`${name}: it is not of type ${Class.name}`); };
  if (value) {
    const f = { [name](...args) { check(this); return Reflect.apply(value, this, args); } }[name];
    Object.defineProperty(f, "length", { value: value.length });
    Object.defineProperty(Class.prototype, name, { value: f, writable: true, configurable: true });
    return;
  }
  const checked = Object.getOwnPropertyDescriptor({ get [name]() { check(this); return Reflect.apply(get, this, []); } }, name).get;
  Object.defineProperty(Class.prototype, name, { get: checked, configurable: true });
}

class Navigator { constructor(token = undefined) { idl.construct(token); } }
class WorkerNavigator { constructor(token = undefined) { idl.construct(token); } }

exports.Navigator = Navigator;
exports.WorkerNavigator = WorkerNavigator;
exports.navigator = host.isWorker() ? make(WorkerNavigator, members) : make(Navigator, members, inWindows);
