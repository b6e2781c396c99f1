// FormData.
//
// Standard: https://xhr.spec.whatwg.org/#interface-formdata
//
// What the entries of a form are, the module that has HTMLFormElement knows. It
// exports formEntries(form, submitter), which gives pairs of a name and a text or a
// File, or null while a form's entries are being made already; and throws for what
// is no form, or no button of it.

const idl = require("webidl");
const { make } = require("exception");
const { createFile, isBlob, isFile, nativeOf, wrap } = require("blob");
const { parse, replace } = require("searchparams");

class FormData {
  #entries;

  constructor(form = undefined, submitter = null) {
    this.#entries = form === undefined ? [] : entriesOfForm(form, submitter ?? null);
  }

  append(name, value, filename = undefined) {
    const entries = this.#entries;
    idl.required(arguments, 2, "FormData.append");
    entries.push(entry(arguments, "FormData.append"));
  }

  delete(name) {
    this.#entries; // the brand
    idl.required(arguments, 1, "FormData.delete");
    name = idl.USVString(name, "FormData.delete: name");
    this.#entries = this.#entries.filter(([other]) => other !== name);
  }

  get(name) {
    const entries = this.#entries;
    idl.required(arguments, 1, "FormData.get");
    name = idl.USVString(name, "FormData.get: name");
    const found = entries.find(([other]) => other === name);
    return found === undefined ? null : found[1];
  }

  getAll(name) {
    const entries = this.#entries;
    idl.required(arguments, 1, "FormData.getAll");
    name = idl.USVString(name, "FormData.getAll: name");
    return entries.filter(([other]) => other === name).map(([, value]) => value);
  }

  has(name) {
    const entries = this.#entries;
    idl.required(arguments, 1, "FormData.has");
    name = idl.USVString(name, "FormData.has: name");
    return entries.some(([other]) => other === name);
  }

  set(name, value, filename = undefined) {
    this.#entries; // the brand
    idl.required(arguments, 2, "FormData.set");
    const added = entry(arguments, "FormData.set");
    this.#entries = replace(this.#entries, added[0], added);
  }

  static {
    exports.isFormData = (value) => idl.isObject(value) && #entries in value;
    exports.entriesOf = (data) => data.#entries;
  }
}

idl.define(FormData);
idl.iterable(FormData, exports.entriesOf);

/**
 * An entry of the arguments (name, value) or (name, blob, filename).
 *
 * Standard: https://xhr.spec.whatwg.org/#create-an-entry
 */
function entry(args, what) {
  const [, value, filename] = args;
  if (args.length > 2 && !isBlob(value)) idl.fail(`${what}: value`, "it is not of type Blob");
  const name = idl.USVString(args[0], `${what}: name`);
  if (!isBlob(value)) return [name, idl.USVString(value, `${what}: value`)];
  if (filename !== undefined) return [name, createFile(value, idl.USVString(filename, `${what}: filename`))];
  return [name, isFile(value) ? value : createFile(value, "blob")];
}

/** Standard: https://xhr.spec.whatwg.org/#dom-formdata */
function entriesOfForm(form, submitter) {
  const module = require.moduleOf("HTMLFormElement");
  if (module === undefined) idl.fail("FormData constructor: form", "it is not of type HTMLFormElement");
  const entries = require(module).formEntries(form, submitter);
  if (entries === null) throw make("InvalidStateError", "FormData constructor: the form's entries are being made");
  return entries.map(([name, value]) => [name, value]);
}

// --- As bodies -----------------------------------------------------------------------

/** A handle of the entries as Go sends them. */
function native(data) {
  const form = host.create();
  for (const [name, value] of exports.entriesOf(data)) {
    host.append(form, name, isBlob(value) ? nativeOf(value) : value);
  }
  return form;
}

require("body").register("FormData", exports.isFormData, native);

/**
 * The FormData that a body of a MIME type holds.
 *
 * Standard: https://fetch.spec.whatwg.org/#dom-body-formdata
 */
exports.parse = (bytes, type) => {
  const data = new FormData();
  const [kind, content] = host.parse(bytes, type);
  const entries = kind === "urlencoded" ? parse(content) : content.map(fromGo);
  for (const entry of entries) exports.entriesOf(data).push(entry);
  return data;
};

const fromGo = ([name, value]) => [name, typeof value === "string" ? value : wrap(value)];

exports.FormData = FormData;
