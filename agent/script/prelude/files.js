// Files that the user gives to a page: chosen in an input, or dropped.
//
// Standard: https://html.spec.whatwg.org/#file-upload-state-(type=file)
// Standard: https://html.spec.whatwg.org/#dnd

const idl = require("webidl");
const tree = require("node");
const attributes = require("attributes");
const { fire } = require("events");
const { objectOf, stateOf, isHTML } = tree;

const wrap = (native) => require("blob").wrap(native);

/** A FileList of the files that a function gives. */
const fileList = (files) => require("blob").createList(files);

// --- DataTransfer ----------------------------------------------------------------------

/** Standard: https://html.spec.whatwg.org/#the-datatransfer-interface */
class DataTransfer {
  #data = new Map();
  #files = [];
  #list;
  #items;

  constructor() {
    this.dropEffect = "none";
    this.effectAllowed = "uninitialized";
  }

  get files() {
    this.#list ??= fileList(() => this.#files);
    return this.#list;
  }

  get items() {
    this.#items ??= new DataTransferItemList(idl.token, {
      now: () => [...this.#files.map((file) => ({ kind: "file", type: file.type, file })), ...[...this.#data].map(([type, text]) => ({ kind: "string", type, text }))],
      add: (data, type) => { if (type === undefined) this.#files.push(data); else this.#data.set(type, data); },
      clear: () => {
        this.#files = [];
        this.#data.clear();
      },
    });
    return this.#items;
  }

  get types() { return Object.freeze([...this.#data.keys(), ...(this.#files.length > 0 ? ["Files"] : [])]); }
  setDragImage() { void this.#data; }

  getData(format) {
    idl.required(arguments, 1, "DataTransfer.getData");
    return this.#data.get(formatOf(format)) ?? "";
  }

  setData(format, data) {
    idl.required(arguments, 2, "DataTransfer.setData");
    this.#data.set(formatOf(format), idl.DOMString(data, "setData: data"));
  }

  clearData(format = undefined) {
    if (format === undefined) this.#data.clear();
    else this.#data.delete(formatOf(format));
  }
}

idl.define(DataTransfer);

function formatOf(format) {
  const name = idl.DOMString(format, "format").toLowerCase();
  return { text: "text/plain", url: "text/uri-list" }[name] ?? name;
}

/** Standard: https://html.spec.whatwg.org/#the-datatransferitemlist-interface */
class DataTransferItemList {
  #store;

  constructor(token, store) {
    idl.construct(token);
    this.#store = store;
    return new Proxy(this, {
      get: (target, key) => {
        if (typeof key === "string" && /^\d+$/.test(key)) return itemOf(store.now()[key]);
        const value = Reflect.get(target, key, target);
        return typeof value === "function" && key !== "constructor" ? value.bind(target) : value;
      },
    });
  }

  get length() { return this.#store.now().length; }

  add(data, type = undefined) {
    idl.required(arguments, 1, "DataTransferItemList.add");
    this.#store.add(data, type === undefined ? undefined : formatOf(type));
    return itemOf(this.#store.now().at(type === undefined ? this.#store.now().filter((i) => i.kind === "file").length - 1 : -1));
  }

  clear() { this.#store.clear(); }

  [Symbol.iterator]() { return this.#store.now().map(itemOf)[Symbol.iterator](); }
}

idl.define(DataTransferItemList);

class DataTransferItem {
  #item;

  constructor(token, item) {
    idl.construct(token);
    this.#item = item;
  }

  get kind() { return this.#item.kind; }
  get type() { return this.#item.type; }
  getAsFile() { return this.#item.file ?? null; }

  getAsString(callback) {
    const { text } = this.#item;
    if (typeof callback === "function" && text !== undefined) host.queue(() => idl.invokeAndReport(callback, undefined, [text]));
  }
}

idl.define(DataTransferItem);

const itemOf = (item) => (item === undefined ? undefined : new DataTransferItem(idl.token, item));

// --- For forms ---------------------------------------------------------------------------

const emptyFile = () => new (require("blob").File)([], "", { type: "application/octet-stream" });

/** A FormData of pairs. */
function formData(list) {
  const data = new (require("formdata").FormData)();
  for (const [name, value] of list) data.append(name, value);
  return data;
}

// --- For tests -----------------------------------------------------------------------------

/**
 * Gives files to an input, as a user does who chooses them.
 *
 * Standard: https://html.spec.whatwg.org/#file-upload-state-(type=file)
 */
function choose(s, natives) {
  const { control } = require("forms");
  const files = natives.map(wrap);
  control(s).files = attributes.has(s, "multiple") ? files : files.slice(0, 1);
  fire(objectOf(s), "input", { bubbles: true, composed: true });
  fire(objectOf(s), "change", { bubbles: true });
}

/** An input has been clicked: the user's files are asked for. */
function ask(s) {
  const name = attributes.get(s, "name") || attributes.get(s, "id") || "";
  const natives = host.chooser(attributes.has(s, "multiple"), attributes.get(s, "accept") ?? "", name);
  if (natives === null) host.queue(() => fire(objectOf(s), "cancel", { bubbles: true }));
  else host.queue(() => choose(s, natives));
}

/** Finds what a selector names, for Go: its state. */
function find(selector) {
  const { current } = require("document");
  const found = require("selectors").first(current(), selector);
  if (found === null) throw new TypeError(`nothing in the page is a ${selector}`);
  return found;
}

exports.give = (selector, natives) => {
  const s = find(selector);
  if (!isHTML(s, "input") || objectOf(s).type !== "file") throw new TypeError(`${selector} is no input that takes files`);
  choose(s, natives);
};

/**
 * Drops files on an element.
 *
 * Standard: https://html.spec.whatwg.org/#drag-and-drop-processing-model
 */
exports.drop = (selector, natives) => {
  const target = objectOf(find(selector));
  const dataTransfer = new DataTransfer();
  for (const native of natives) dataTransfer.items.add(wrap(native));
  const { DragEvent } = require("uievents");
  const tell = (type) => fire(target, type, { bubbles: true, cancelable: true, composed: true, dataTransfer }, DragEvent);
  tell("dragenter");
  const refused = tell("dragover"); // the page takes them if it cancels this
  if (refused) tell("dragleave");
  else tell("drop");
  return !refused;
};

exports.click = (selector) => { objectOf(find(selector)).click(); };

Object.assign(exports, { DataTransfer, DataTransferItemList, DataTransferItem, fileList, emptyFile, formData, ask, stateOf });
