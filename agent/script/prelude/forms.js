// Forms and their controls.
//
// Standard: https://html.spec.whatwg.org/#forms
//
// What a control holds besides its attributes is in control(state): value and dirty,
// checked and touched, selected, files.

const idl = require("webidl");
const tree = require("node");
const attributes = require("attributes");
const { HTMLElement, define, reflect, classFor } = require("html");
const { elementOf } = require("element");
const { fire } = require("events");
const { objectOf, stateOf, hook, isHTML, raise } = tree;

const listed = new Set(["button", "fieldset", "input", "object", "output", "select", "textarea"]);

function control(s) {
  s.control ??= { value: null, checked: null, selected: null, files: null };
  return s.control;
}

/** Standard: https://html.spec.whatwg.org/#concept-fe-disabled */
function isDisabled(s) {
  if (attributes.has(s, "disabled")) return true;
  if (s.local === "option" && isHTML(s.parent ?? s, "optgroup")) return attributes.has(s.parent, "disabled");
  for (let e = s.parent, before = s; e !== null; before = e, e = e.parent) {
    if (!isHTML(e, "fieldset") || !attributes.has(e, "disabled")) continue;
    const legend = tree.children(e).find((c) => isHTML(c, "legend"));
    if (legend !== before) return true;
  }
  return false;
}

/** Standard: https://html.spec.whatwg.org/#reset-the-form-owner */
function ownerOf(s) {
  const id = attributes.get(s, "form");
  if (id !== null && tree.isConnected(s)) {
    const owner = require("selectors").byId(tree.rootOf(s), id);
    return owner !== null && isHTML(owner, "form") ? owner : null;
  }
  for (let e = s.parent; e !== null; e = e.parent) if (isHTML(e, "form")) return e;
  return null;
}

/** The controls of a form, in the order of the tree. */
function controlsOf(form) {
  const root = tree.rootOf(form);
  return [...tree.descendants(root)].filter((d) => isHTML(d) && listed.has(d.local) && ownerOf(d) === form);
}

const typeOf = (s) => {
  const type = (attributes.get(s, "type") ?? "").toLowerCase();
  if (s.local === "button") return type === "reset" || type === "button" ? type : "submit";
  return inputTypes.has(type) ? type : "text";
};

const inputTypes = new Set(`hidden text search tel url email password date month week time datetime-local number range color
checkbox radio file submit image reset button`.split(/\s+/));

const isChecked = (s) => {
  if (isHTML(s, "option")) return isSelected(s);
  if (!isHTML(s, "input") || !["checkbox", "radio"].includes(typeOf(s))) return false;
  return control(s).checked ?? attributes.has(s, "checked");
};

function setChecked(s, value) {
  control(s).checked = value;
  if (!value || typeOf(s) !== "radio") return;
  for (const other of groupOf(s)) if (other !== s) control(other).checked = false;
}

/** Standard: https://html.spec.whatwg.org/#radio-button-group */
function groupOf(s) {
  const name = attributes.get(s, "name");
  if (!name) return [s];
  const owner = ownerOf(s);
  return [...tree.descendants(tree.rootOf(s))].filter((d) => (
    isHTML(d, "input") && typeOf(d) === "radio" && attributes.get(d, "name") === name && ownerOf(d) === owner));
}

const lines = (text) => text.replace(/[\r\n]/g, "");

/** Standard: https://html.spec.whatwg.org/#value-sanitization-algorithm, of texts */
function sanitize(s, value) {
  switch (typeOf(s)) {
    case "text": case "search": case "tel": case "password": return lines(value);
    case "url": case "email": return lines(value).trim();
    case "number": return /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(value) ? value : "";
    case "color": return /^#[0-9a-f]{6}$/i.test(value) ? value.toLowerCase() : "#000000";
    case "range": return value === "" ? "50" : value;
    default: return value;
  }
}

// --- Controls ------------------------------------------------------------------------

const formOf = (object) => objectOf(ownerOf(elementOf(object)));

/** The members that controls have in common. */
const common = {
  get form() { return formOf(this); },
  get labels() { return labelsOf(elementOf(this)); },
  get willValidate() { return !isDisabled(elementOf(this)); },
  get validity() { return validityOf(elementOf(this)); },
  get validationMessage() { return control(elementOf(this)).message ?? ""; },
  checkValidity() { return check(elementOf(this)); },
  reportValidity() { return check(elementOf(this)); },
  setCustomValidity(error) { control(elementOf(this)).message = idl.DOMString(error, "setCustomValidity: error"); },
};

const share = (Class, ...names) => {
  const descriptors = Object.getOwnPropertyDescriptors(common);
  for (const name of names.length > 0 ? names : Object.keys(descriptors)) Object.defineProperty(Class.prototype, name, descriptors[name]);
};

function labelsOf(s) {
  const id = attributes.get(s, "id");
  return require("collections").nodeList([...tree.descendants(tree.rootOf(s))].filter((d) => (
    isHTML(d, "label") && (attributes.get(d, "for") === null ? tree.contains(d, s) : id !== null && attributes.get(d, "for") === id))));
}

/** Standard: https://html.spec.whatwg.org/#validitystate, as far as it is checked here */
function validityOf(s) {
  const value = ["input", "textarea", "select"].includes(s.local) ? objectOf(s).value : "";
  const required = attributes.has(s, "required");
  const box = isHTML(s, "input") && ["checkbox", "radio"].includes(typeOf(s));
  const pattern = isHTML(s, "input") ? attributes.get(s, "pattern") : null;
  const found = {
    valueMissing: required && (box ? !groupOf(s).some(isChecked) && !isChecked(s) : value === ""),
    typeMismatch: value !== "" && isHTML(s, "input") && ((typeOf(s) === "email" && !/^[^@\s]+@[^@\s]+$/.test(value))
      || (typeOf(s) === "url" && host.resolve(value, "about:blank") === null)),
    patternMismatch: value !== "" && pattern !== null && !new RegExp(`^(?:${pattern})$`, "v").test(value),
    customError: Boolean(control(s).message),
  };
  return { ...found, valid: !Object.values(found).includes(true) };
}

function check(s) {
  if (isDisabled(s) || validityOf(s).valid) return true;
  fire(objectOf(s), "invalid", { cancelable: true });
  return false;
}

class HTMLInputElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get type() { return typeOf(elementOf(this)); }
  set type(value) { attributes.set(elementOf(this), "type", idl.DOMString(value, "type")); }

  get value() {
    const s = elementOf(this);
    switch (typeOf(s)) {
      case "checkbox": case "radio": return attributes.get(s, "value") ?? "on";
      case "file": return control(s).files?.length > 0 ? `C:\\fakepath\\${filesOf(s)[0].name}` : "";
      default: return control(s).value ?? sanitize(s, attributes.get(s, "value") ?? "");
    }
  }

  set value(value) {
    const s = elementOf(this);
    value = value === null ? "" : idl.DOMString(value, "value");
    switch (typeOf(s)) {
      case "hidden": case "submit": case "image": case "reset": case "button": case "checkbox": case "radio":
        attributes.set(s, "value", value);
        break;
      case "file":
        if (value !== "") raise("InvalidStateError", "value: only the user chooses files");
        control(s).files = null;
        break;
      default: control(s).value = sanitize(s, value);
    }
  }

  get checked() { return isChecked(elementOf(this)); }
  set checked(value) { setChecked(elementOf(this), Boolean(value)); }

  get files() {
    const s = elementOf(this);
    if (typeOf(s) !== "file") return null;
    control(s).list ??= require("files").fileList(() => filesOf(s));
    return control(s).list;
  }

  set files(value) {
    const s = elementOf(this);
    if (typeOf(s) === "file" && value !== null && value !== undefined) control(s).files = [...value];
  }

  get valueAsNumber() { return this.value === "" ? NaN : Number(this.value); }
  set valueAsNumber(value) { this.value = String(idl.unrestrictedDouble(value, "valueAsNumber")); }
  get indeterminate() { return control(elementOf(this)).indeterminate ?? false; }
  set indeterminate(value) { control(elementOf(this)).indeterminate = Boolean(value); }
  get selectionStart() { return elementOf(this) && this.value.length; }
  set selectionStart(value) { void value; }
  get selectionEnd() { return elementOf(this) && this.value.length; }
  set selectionEnd(value) { void value; }
  select() { fire(this, "select", { bubbles: true }); }
  setSelectionRange() { elementOf(this); }
  stepUp(n = 1) { this.valueAsNumber += Number(n); }
  stepDown(n = 1) { this.valueAsNumber -= Number(n); }

  showPicker() {
    if (typeOf(elementOf(this)) === "file") require("files").ask(elementOf(this));
  }
}

share(HTMLInputElement);
reflect(HTMLInputElement, {
  text: "accept alt autocomplete dirName formTarget max min name pattern placeholder size step defaultValue=value",
  flag: "defaultChecked=checked disabled formNoValidate multiple readOnly required", url: "src formAction",
  whole: "maxLength minLength", count: "width height", formMethod: "formMethod", formEnctype: "formEnctype",
});
define(HTMLInputElement, "input");

const filesOf = (s) => control(s).files ?? [];

class HTMLButtonElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get type() { return typeOf(elementOf(this)); }
  set type(value) { attributes.set(elementOf(this), "type", idl.DOMString(value, "type")); }
}

share(HTMLButtonElement);
reflect(HTMLButtonElement, {
  text: "name value formTarget", flag: "disabled formNoValidate", url: "formAction", formMethod: "formMethod", formEnctype: "formEnctype",
});
define(HTMLButtonElement, "button");

class HTMLTextAreaElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get type() { return elementOf(this) && "textarea"; }
  get value() { return (control(elementOf(this)).value ?? tree.childText(elementOf(this))).replace(/\r\n?/g, "\n"); }
  set value(value) { control(elementOf(this)).value = value === null ? "" : idl.DOMString(value, "value"); }
  get defaultValue() { return tree.childText(elementOf(this)); }
  set defaultValue(value) { this.textContent = idl.DOMString(value, "defaultValue"); }
  get textLength() { return this.value.length; }
  select() { fire(this, "select", { bubbles: true }); }
  setSelectionRange() { elementOf(this); }
}

share(HTMLTextAreaElement);
reflect(HTMLTextAreaElement, {
  text: "autocomplete dirName name placeholder wrap", flag: "disabled readOnly required", count: "cols rows", whole: "maxLength minLength",
});
define(HTMLTextAreaElement, "textarea");

// --- Lists to choose from --------------------------------------------------------------

const optionsOf = (s) => tree.children(s).flatMap((c) => (isHTML(c, "option") ? [c] : isHTML(c, "optgroup") ? tree.children(c).filter((o) => isHTML(o, "option")) : []));
const isSelected = (s) => {
  const select = selectOf(s);
  if (select === null || attributes.has(select, "multiple")) return control(s).selected ?? attributes.has(s, "selected");
  return chosen(select).includes(s);
};

function selectOf(s) {
  const { parent } = s;
  if (parent === null) return null;
  if (isHTML(parent, "select")) return parent;
  return isHTML(parent, "optgroup") && isHTML(parent.parent ?? parent, "select") ? parent.parent : null;
}

const optionValue = (s) => attributes.get(s, "value") ?? optionText(s);
const optionText = (s) => tree.descendantText(s).replace(/[\t\n\f\r ]+/g, " ").trim();

/** The options that are chosen. */
function chosen(select) {
  const options = optionsOf(select);
  const marked = options.filter((o) => control(o).selected ?? attributes.has(o, "selected"));
  if (attributes.has(select, "multiple")) return marked;
  if (marked.length > 0) return [marked.at(-1)];
  if (select.nothing || Number(attributes.get(select, "size") ?? 1) > 1) return [];
  return options.filter((o) => !isDisabled(o)).slice(0, 1);
}

function choose(select, wanted) {
  for (const o of optionsOf(select)) control(o).selected = o === wanted;
  select.nothing = wanted === null || wanted === undefined;
}

class HTMLSelectElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get type() { return attributes.has(elementOf(this), "multiple") ? "select-multiple" : "select-one"; }

  get options() {
    const s = elementOf(this);
    const { htmlCollection, HTMLOptionsCollection } = require("collections");
    s.options ??= htmlCollection(s, () => optionsOf(s), HTMLOptionsCollection);
    return s.options;
  }

  get length() { return optionsOf(elementOf(this)).length; }
  get selectedOptions() { return require("collections").htmlCollection(elementOf(this), () => chosen(elementOf(this))); }
  item(index) { return objectOf(optionsOf(elementOf(this))[index] ?? null); }
  namedItem(name) { return this.options.namedItem(name); }

  add(element, before = null) {
    const s = elementOf(this);
    const place = typeof before === "number" ? optionsOf(s)[before] ?? null : before === null ? null : stateOf(before);
    tree.insert(place?.parent ?? s, stateOf(element), place);
  }

  remove(index = undefined) {
    const s = elementOf(this);
    const gone = arguments.length === 0 ? s : optionsOf(s)[idl.long(index, "remove: index")];
    if (gone && gone.parent !== null) tree.remove(gone);
  }

  get selectedIndex() { return optionsOf(elementOf(this)).indexOf(chosen(elementOf(this))[0]); }
  set selectedIndex(value) { choose(elementOf(this), optionsOf(elementOf(this))[value]); }

  get value() {
    const [first] = chosen(elementOf(this));
    return first === undefined ? "" : optionValue(first);
  }

  set value(value) {
    const s = elementOf(this);
    value = idl.DOMString(value, "value");
    choose(s, optionsOf(s).find((o) => optionValue(o) === value));
  }
}

share(HTMLSelectElement);
reflect(HTMLSelectElement, { text: "name autocomplete", flag: "disabled multiple required", count: "size" });
Object.defineProperty(HTMLSelectElement.prototype, Symbol.iterator, { value: Array.prototype[Symbol.iterator], writable: true, configurable: true });
define(HTMLSelectElement, "select");

class HTMLOptionElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get form() { return objectOf(selectOf(elementOf(this)) && ownerOf(selectOf(elementOf(this)))); }
  get value() { return optionValue(elementOf(this)); }
  set value(value) { attributes.set(elementOf(this), "value", idl.DOMString(value, "value")); }
  get text() { return optionText(elementOf(this)); }
  set text(value) { this.textContent = idl.DOMString(value, "text"); }
  get selected() { return isSelected(elementOf(this)); }

  set selected(value) {
    const s = elementOf(this);
    const select = selectOf(s);
    if (value && select !== null && !attributes.has(select, "multiple")) choose(select, s);
    else control(s).selected = Boolean(value);
  }

  get index() { return selectOf(elementOf(this)) ? optionsOf(selectOf(elementOf(this))).indexOf(elementOf(this)) : 0; }
}

reflect(HTMLOptionElement, { flag: "disabled defaultSelected=selected", text: "label" });
define(HTMLOptionElement, "option");

exports.Option = Object.defineProperties(function Option(text = "", value = undefined, defaultSelected = false, selected = false) {
  if (new.target === undefined) throw new TypeError("Option: a constructor needs new");
  const s = tree.createElement(require("document").current(), "option", tree.HTML);
  const option = objectOf(s);
  if (text !== "") option.text = text;
  if (value !== undefined) option.value = value;
  if (defaultSelected) attributes.set(s, "selected", "");
  control(s).selected = Boolean(selected);
  return option;
}, { prototype: { value: HTMLOptionElement.prototype, writable: false }, length: { value: 0, configurable: true } });

class HTMLOptGroupElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
}

reflect(HTMLOptGroupElement, { flag: "disabled", text: "label" });
define(HTMLOptGroupElement, "optgroup");

// --- Around controls -------------------------------------------------------------------

class HTMLLabelElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get form() { return this.control?.form ?? null; }
  get control() { return objectOf(labelled(elementOf(this))); }
}

reflect(HTMLLabelElement, { text: "htmlFor=for" });
define(HTMLLabelElement, "label");

const labelable = (s) => isHTML(s) && ["button", "input", "meter", "output", "progress", "select", "textarea"].includes(s.local);

function labelled(s) {
  const id = attributes.get(s, "for");
  if (id === null) return [...tree.descendants(s)].find(labelable) ?? null;
  const found = require("selectors").byId(tree.rootOf(s), id);
  return found !== null && labelable(found) ? found : null;
}

class HTMLFieldSetElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get type() { return elementOf(this) && "fieldset"; }
  get elements() {
    const s = elementOf(this);
    return require("collections").htmlCollection(s, () => [...tree.descendants(s)].filter((d) => isHTML(d) && listed.has(d.local)));
  }
}

share(HTMLFieldSetElement, "form", "checkValidity", "reportValidity", "validity", "setCustomValidity", "willValidate", "validationMessage");
reflect(HTMLFieldSetElement, { flag: "disabled", text: "name" });
define(HTMLFieldSetElement, "fieldset");

class HTMLLegendElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get form() { return formOf(this); }
}

define(HTMLLegendElement, "legend");

class HTMLOutputElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get type() { return elementOf(this) && "output"; }
  get value() { return tree.descendantText(elementOf(this)); }
  set value(value) { this.textContent = idl.DOMString(value, "value"); }
}

share(HTMLOutputElement);
reflect(HTMLOutputElement, { text: "name", tokens: "htmlFor=for" });
define(HTMLOutputElement, "output");

class HTMLDataListElement extends HTMLElement {
  constructor(token, s) { super(token, s); }
  get options() {
    const s = elementOf(this);
    return require("collections").htmlCollection(s, () => [...tree.descendants(s)].filter((d) => isHTML(d, "option")));
  }
}

define(HTMLDataListElement, "datalist");

// --- What a click does -------------------------------------------------------------------

/** Standard: https://html.spec.whatwg.org/#input-activation-behavior, and that of buttons */
function activation(s) {
  if (isDisabled(s)) return undefined;
  switch (typeOf(s)) {
    case "submit": case "image": return { run: () => { if (ownerOf(s) !== null) requestSubmit(ownerOf(s), s); } };
    case "reset": return { run: () => { if (ownerOf(s) !== null) reset(ownerOf(s)); } };
    case "file": return { run: () => require("files").ask(s) };
    case "checkbox": case "radio": return toggling(s);
    default: return undefined;
  }
}

function toggling(s) {
  let before;
  return {
    before() {
      before = (typeOf(s) === "radio" ? groupOf(s) : [s]).map((c) => [c, isChecked(c)]);
      setChecked(s, typeOf(s) === "radio" || !isChecked(s));
    },
    canceled() { for (const [c, checked] of before) control(c).checked = checked; },
    run() {
      if (!tree.isConnected(s)) return;
      fire(objectOf(s), "input", { bubbles: true, composed: true });
      fire(objectOf(s), "change", { bubbles: true });
    },
  };
}

hook("input", {
  activation,
  attributeChanged(s, name, before, value) { if (name === "checked" && value !== null && control(s).checked === null) setChecked(s, true); },
});
hook("button", { activation });
hook("label", {
  activation: (s) => {
    const target = labelled(s);
    return target === null ? undefined : { run: () => objectOf(target).click() };
  },
});

/** Copies what a clone keeps. */
function copyTo(copy, s) {
  copy.control = { ...s.control, list: undefined };
}

// --- Forms -------------------------------------------------------------------------------

class HTMLFormElement extends HTMLElement {
  constructor(token, s) { super(token, s); }

  get action() {
    const s = elementOf(this);
    const value = attributes.get(s, "action");
    return value ? require("document").resolve(s.document, value) ?? value : s.document.url;
  }

  set action(value) { attributes.set(elementOf(this), "action", idl.USVString(value, "action")); }

  get elements() {
    const s = elementOf(this);
    s.elements_ ??= require("collections").controls(s, () => controlsOf(s).filter((c) => !(isHTML(c, "input") && typeOf(c) === "image")));
    return s.elements_;
  }

  get length() { return this.elements.length; }
  submit() { submit(elementOf(this), null); }

  requestSubmit(submitter = null) {
    const s = elementOf(this);
    const by = submitter === null ? null : elementOf(submitter);
    if (by !== null && !["submit", "image"].includes(typeOf(by))) throw new TypeError("requestSubmit: it is no button that submits");
    if (by !== null && ownerOf(by) !== s) raise("NotFoundError", "requestSubmit: the button is not the form's");
    requestSubmit(s, by);
  }

  reset() { reset(elementOf(this)); }
  checkValidity() { return controlsOf(elementOf(this)).every(check); }
  reportValidity() { return controlsOf(elementOf(this)).every(check); }
}

Object.defineProperty(HTMLFormElement.prototype, Symbol.iterator, { value: Array.prototype[Symbol.iterator], writable: true, configurable: true });
reflect(HTMLFormElement, {
  text: "acceptCharset=accept-charset autocomplete name rel target", flag: "noValidate", method: "method", enctype: "enctype encoding=enctype",
  tokens: "relList=rel",
});
define(HTMLFormElement, "form");

/** Standard: https://html.spec.whatwg.org/#concept-form-reset */
function reset(form) {
  if (!fire(objectOf(form), "reset", { bubbles: true, cancelable: true })) return;
  for (const c of controlsOf(form)) {
    if (isHTML(c, "select")) for (const o of optionsOf(c)) control(o).selected = null;
    c.control = undefined;
  }
}

/** Standard: https://html.spec.whatwg.org/#form-submission-algorithm, what goes before */
function requestSubmit(form, submitter) {
  if (form.firing || !tree.isConnected(form)) return;
  form.firing = true;
  try {
    const checked = !attributes.has(form, "novalidate") && !(submitter !== null && attributes.has(submitter, "formnovalidate"));
    if (checked && !controlsOf(form).map(check).every(Boolean)) return;
    const { SubmitEvent } = require("uievents");
    if (!fire(objectOf(form), "submit", { bubbles: true, cancelable: true, submitter: objectOf(submitter) }, SubmitEvent)) return;
  } finally {
    form.firing = false;
  }
  submit(form, submitter);
}

/**
 * The entries of a form: pairs of a name and a text or a File. Null while it is
 * being made already.
 *
 * Standard: https://html.spec.whatwg.org/#constructing-the-form-data-set
 */
function entries(form, submitter = null) {
  if (form.constructing) return null;
  form.constructing = true;
  try {
    const list = [];
    for (const c of controlsOf(form)) addEntries(list, c, submitter);
    return dispatchFormData(form, list);
  } finally {
    form.constructing = false;
  }
}

/**
 * The entries of a form for FormData; see formdata.js.
 *
 * Standard: https://xhr.spec.whatwg.org/#dom-formdata
 */
function formEntries(object, button) {
  const form = elementOf(object);
  if (!isHTML(form, "form")) idl.fail("FormData constructor: form", "it is not of type HTMLFormElement");
  const submitter = button === null ? null : elementOf(button);
  if (submitter !== null && (!isHTML(submitter) || !["submit", "image"].includes(submitter.local === "button" || submitter.local === "input" ? typeOf(submitter) : ""))) {
    idl.fail("FormData constructor: submitter", "it is no button that submits");
  }
  if (submitter !== null && ownerOf(submitter) !== form) raise("NotFoundError", "FormData constructor: the button is not the form's");
  return entries(form, submitter);
}

function addEntries(list, c, submitter) {
  if (isDisabled(c) || c.local === "output" || c.local === "object" || c.local === "fieldset") return;
  for (let e = c.parent; e !== null; e = e.parent) if (isHTML(e, "datalist")) return;
  const name = attributes.get(c, "name") ?? "";
  const type = c.local === "input" || c.local === "button" ? typeOf(c) : c.local;
  if (["submit", "image", "reset", "button"].includes(type) && c !== submitter) return;
  if (type === "image") {
    const prefix = name === "" ? "" : `${name}.`;
    list.push([`${prefix}x`, "0"], [`${prefix}y`, "0"]);
    return;
  }
  if (name === "" || ((type === "checkbox" || type === "radio") && !isChecked(c))) return;
  switch (type) {
    case "select":
      for (const o of chosen(c)) if (!isDisabled(o)) list.push([name, optionValue(o)]);
      break;
    case "file": {
      const files = filesOf(c);
      if (files.length === 0) list.push([name, require("files").emptyFile()]);
      for (const file of files) list.push([name, file]);
      break;
    }
    case "hidden":
      list.push([name, name === "_charset_" ? "UTF-8" : objectOf(c).value]);
      break;
    default: list.push([name, objectOf(c).value]);
  }
  const direction = attributes.get(c, "dirname");
  if (direction && (type === "textarea" || ["hidden", "text", "search", "tel", "url", "email"].includes(type))) list.push([direction, directionOf(c)]);
}

/** Standard: https://html.spec.whatwg.org/#the-directionality, as attributes say it */
function directionOf(c) {
  for (let e = c; e !== null; e = e.parent) {
    const value = e.attributes === null ? null : attributes.get(e, "dir")?.toLowerCase();
    if (value === "rtl" || value === "ltr") return value;
  }
  return "ltr";
}

const crlf = (text) => text.replace(/\r\n|\r|\n/g, "\r\n");

/** Standard: https://html.spec.whatwg.org/#form-submission-algorithm */
function submit(form, submitter) {
  const { document } = form;
  if (!tree.isConnected(form) || document.window === null) return;
  const { sandbox } = require("frames").self();
  if (sandbox !== undefined && !sandbox.has("allow-forms")) return;
  const list = entries(form, submitter);
  if (list === null) return;
  const own = (name, fallback) => (submitter !== null && attributes.get(submitter, `form${name}`)) || attributes.get(form, name) || fallback;
  const method = own("method", "get").toLowerCase();
  if (method === "dialog") return;
  const action = require("document").resolve(document, own("action", document.url));
  if (action === null) return;
  const target = own("target", "");
  const referrerPolicy = /\bnoreferrer\b/i.test(attributes.get(form, "rel") ?? "") ? "no-referrer" : "";
  if (method !== "post") {
    const query = urlencoded(list);
    go(target, /^(?:javascript|data|mailto):/.test(action) ? action : `${action.replace(/[?#].*$/s, "")}?${query}`, { referrerPolicy });
    return;
  }
  go(target, action, { method: "POST", referrerPolicy, ...bodyOf(list, own("enctype", "").toLowerCase()) });
}

const go = (target, url, options) => require("frames").follow(url, target, options);

/** Standard: https://html.spec.whatwg.org/#dom-formdataevent */
function dispatchFormData(form, list) {
  const data = require("files").formData(list);
  const { FormDataEvent } = require("uievents");
  fire(objectOf(form), "formdata", { bubbles: true, formData: data }, FormDataEvent);
  return [...data];
}

function bodyOf(list, enctype) {
  switch (enctype) {
    case "multipart/form-data": return { body: require("files").formData(list) };
    case "text/plain":
      return { body: list.map(([n, v]) => `${crlf(n)}=${crlf(textOf(v))}\r\n`).join(""), contentType: "text/plain" };
    default: return { body: urlencoded(list), contentType: "application/x-www-form-urlencoded" };
  }
}

const textOf = (value) => (typeof value === "string" ? value : value.name);

/** Standard: https://url.spec.whatwg.org/#concept-urlencoded-serializer */
function urlencoded(list) {
  return list.map(([name, value]) => `${encode(name)}=${encode(textOf(value))}`).join("&");
}

const encode = (text) => encodeURIComponent(crlf(text).toWellFormed())
  .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`).replace(/%20/g, "+");

Object.assign(exports, {
  HTMLFormElement, HTMLInputElement, HTMLButtonElement, HTMLTextAreaElement, HTMLSelectElement, HTMLOptionElement, HTMLOptGroupElement,
  HTMLLabelElement, HTMLFieldSetElement, HTMLLegendElement, HTMLOutputElement, HTMLDataListElement,
  isDisabled, isChecked, copyTo, entries, formEntries, control, classFor,
});
