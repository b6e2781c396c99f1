// The loader. It is given the global object and three operations, and returns
// require(). Everything else is a module: a file of this folder, run when it is
// first needed, as the body of
//
//     function (require, exports, host, global)
//
// host has the operations of the module's own row in ../modules.go.

const modules = new Map();

/** The exports of a module, which is run if it has not been. */
function require(name) {
  let exports = modules.get(name);
  if (exports === undefined) {
    exports = Object.create(null);
    modules.set(name, exports);
    host.load(name)(require, exports, host.operations(name), global);
  }
  return exports;
}

const { defineProperty, getOwnPropertyDescriptor, getOwnPropertyDescriptors } = Object;

// Names on the global object whose module has not run yet.
const lazy = new Map();

/**
 * Defines a name on the global object whose value is made when it is first read.
 * Until then it is an accessor, which the functions below hide.
 */
function defineLazily(name, enumerable, make) {
  lazy.set(name, () => settle(name, enumerable, make()));
  defineProperty(global, name, {
    get() { return lazy.get(name)(); },
    set(value) { settle(name, enumerable, value); },
    enumerable,
    configurable: true,
  });
}

function settle(name, enumerable, value) {
  lazy.delete(name);
  defineProperty(global, name, { value, enumerable, writable: true, configurable: true });
  return value;
}

/** Makes a name what it seems to be, because somebody looks closely. */
function reveal(object, name) {
  if (object !== global || lazy.size === 0) return;
  const make = lazy.get(name);
  const now = make && getOwnPropertyDescriptor(global, name);
  if (now && now.get) make();
}

const watched = {
  Object: {
    getOwnPropertyDescriptor(object, name) {
      reveal(object, name);
      return getOwnPropertyDescriptor(object, name);
    },
    getOwnPropertyDescriptors(object) {
      if (object === global) for (const name of [...lazy.keys()]) reveal(global, name);
      return getOwnPropertyDescriptors(object);
    },
  },
  Reflect: {
    getOwnPropertyDescriptor(object, name) {
      if (Object(object) !== object) throw new TypeError("not an object");
      reveal(object, name);
      return getOwnPropertyDescriptor(object, name);
    },
  },
};

for (const [holder, functions] of Object.entries(watched)) {
  for (const [name, value] of Object.entries(functions)) {
    defineProperty(global[holder], name, { value, writable: true, configurable: true, enumerable: false });
  }
}

/** Defines an attribute of the global object. */
function defineAttribute(name, get, replaceable) {
  const { get: getter, set: setter } = getOwnPropertyDescriptor({
    get [name]() {
      check(this);
      return get();
    },
    set [name](value) {
      check(this);
      defineProperty(global, name, { value, writable: true, enumerable: true, configurable: true });
    },
  }, name);
  defineProperty(global, name, {
    get: getter, set: replaceable ? setter : undefined, enumerable: true, configurable: true,
  });
}

function check(object) {
  if (object !== undefined && object !== null && object !== global) throw new TypeError("Illegal invocation");
}

const owners = new Map(); // from interfaces to their modules

/** The name of the module that has an interface. */
require.moduleOf = (name) => owners.get(name);

for (const { module, interfaces, functions, attributes, replaceable } of host.modules()) {
  for (const name of interfaces) owners.set(name, module);
  for (const name of interfaces) defineLazily(name, false, () => require(module)[name]);
  for (const name of functions) defineLazily(name, true, () => require(module)[name]);
  for (const name of attributes) defineAttribute(name, () => require(module)[name], false);
  for (const name of replaceable) defineAttribute(name, () => require(module)[name], true);
}

return require;
