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

// The modules of the names on the global object that have been put there, and those
// of the names whose value has been made.
const owners = new Map();
const settled = new Set();

// One descriptor for all names, since there are many of them on every page.
const lazily = { get: undefined, set: undefined, enumerable: false, configurable: true };

/**
 * Defines a name on the global object whose value is made when it is first read.
 * Until then it is an accessor, which the functions below hide.
 */
function defineLazily(name, enumerable, module) {
  owners.set(name, module);
  lazily.get = () => settle(name, enumerable, require(module)[name]);
  lazily.set = (value) => { settle(name, enumerable, value); };
  lazily.enumerable = enumerable;
  defineProperty(global, name, lazily);
}

function settle(name, enumerable, value) {
  settled.add(name);
  defineProperty(global, name, { value, enumerable, writable: true, configurable: true });
  return value;
}

/** Makes a name what it seems to be, because somebody looks closely. */
function reveal(object, name) {
  if (object !== global || !owners.has(name) || settled.has(name)) return;
  const now = getOwnPropertyDescriptor(global, name);
  if (now && now.get) Reflect.apply(now.get, global, []);
}

const watched = {
  Object: {
    getOwnPropertyDescriptor(object, name) {
      reveal(object, name);
      return getOwnPropertyDescriptor(object, name);
    },
    getOwnPropertyDescriptors(object) {
      if (object === global) for (const name of owners.keys()) reveal(global, name);
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

/** The name of the module that has an interface. */
require.moduleOf = (name) => owners.get(name);

// A line for each module: its name, its interfaces, functions, attributes and
// replaceable attributes, the names in a group separated by spaces.
for (const line of host.modules().split("\n")) {
  const [module, interfaces, functions, attributes, replaceable] = line.split("|");
  if (interfaces) for (const name of interfaces.split(" ")) defineLazily(name, false, module);
  if (functions) for (const name of functions.split(" ")) defineLazily(name, true, module);
  if (attributes) for (const name of attributes.split(" ")) defineAttribute(name, () => require(module)[name], false);
  if (replaceable) for (const name of replaceable.split(" ")) defineAttribute(name, () => require(module)[name], true);
}

return require;
