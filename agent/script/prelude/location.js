// Location.
//
// Standard: https://html.spec.whatwg.org/#the-location-interface
//
// Its members stand on the object itself and cannot be changed. A worker's
// WorkerLocation is an ordinary interface.

const idl = require("webidl");

const parts = ["origin", "protocol", "host", "hostname", "port", "pathname", "search", "hash"];

/** A part of the URL, as a Location shows it. */
const part = (name) => host.urlPart(name);

/** Goes to a URL, which may be relative. */
function navigate(url, replace, reload = false) {
  require("window").navigateTo(idl.USVString(url, "location"), { replace, reload });
}

/** Goes to the URL with another part, which the URL interface sets. */
function change(name, value) {
  const url = new (require("url").URL)(part("href"));
  url[name] = value;
  navigate(url.href, false);
}

const own = {
  get href() { return part("href"); },
  set href(value) { navigate(value, false); },
  get ancestorOrigins() { return require("frames").ancestorOrigins(); },
  assign(url) {
    idl.required(arguments, 1, "Location.assign");
    navigate(url, false);
  },
  replace(url) {
    idl.required(arguments, 1, "Location.replace");
    navigate(url, true);
  },
  reload() { navigate(part("href"), true, true); },
  toString() { return part("href"); },
};

const brand = idl.slot();

/** Defines what checks that it is called on a Location. */
function defineOwn(object, name, { get, set, value }) {
  const check = (self) => { if (!brand.has(self)) throw new TypeError("it is not of type Location"); };
  const descriptor = value
    ? { value: { [name](...args) { check(this); return Reflect.apply(value, this, args); } }[name], writable: false }
    : Object.getOwnPropertyDescriptor({
      get [name]() { check(this); return Reflect.apply(get, this, []); },
      set [name](given) { check(this); Reflect.apply(set, this, [given]); },
    }, name);
  if (value) Object.defineProperty(descriptor.value, "length", { value: value.length });
  if (!value && !set) descriptor.set = undefined;
  Object.defineProperty(object, name, { ...descriptor, enumerable: true, configurable: false });
}

class Location {
  constructor(token = undefined) {
    idl.construct(token);
    new brand(this);
    for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(own))) defineOwn(this, name, member);
    for (const name of parts) {
      const set = name === "origin" ? undefined : (value) => change(name, idl.USVString(value, `location.${name}`));
      defineOwn(this, name, { get: () => part(name), set });
    }
    Object.defineProperty(this, "valueOf", { value: Object.prototype.valueOf });
    Object.defineProperty(this, Symbol.toPrimitive, { value: undefined });
  }
}

idl.define(Location);

/** Standard: https://html.spec.whatwg.org/#workerlocation */
class WorkerLocation {
  #self = true;

  constructor(token = undefined) { idl.construct(token); }

  get href() { this.#self; return part("href"); }
  toString() { this.#self; return part("href"); }

  static {
    for (const name of parts) {
      Object.defineProperty(this.prototype, name, {
        get: Object.getOwnPropertyDescriptor({ get [name]() { checkWorkerLocation(this); return part(name); } }, name).get,
        configurable: true,
      });
    }
    exports.isWorkerLocation = (value) => idl.isObject(value) && #self in value;
  }
}

function checkWorkerLocation(value) {
  if (!exports.isWorkerLocation(value)) throw new TypeError("it is not of type WorkerLocation");
}

idl.define(WorkerLocation);

exports.Location = Location;
exports.WorkerLocation = WorkerLocation;
exports.location = host.isWorker() ? new WorkerLocation(idl.token) : new Location(idl.token);
exports.navigate = navigate;
