// @ts-check
/** Building elements, without markup in strings. */

/**
 * Makes an element. Properties: `class`, `text`; `data` and `aria` as objects;
 * `onclick` and the like as functions; everything else as an attribute, where
 * `true` is an empty one and `false`, `null` and `undefined` are left out.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [properties]
 * @param {...any} children nodes, texts, lists of them, or null
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(element, name, value);
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** @param {HTMLElement} element @param {string} name @param {any} value */
function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "text") element.textContent = value;
  else if (name === "data") Object.assign(element.dataset, value);
  else if (name === "aria") setAria(element, value);
  else if (typeof value === "function") element.addEventListener(name.slice(2), value);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** @param {HTMLElement} element @param {Record<string, any>} states */
function setAria(element, states) {
  for (const [name, value] of Object.entries(states)) element.setAttribute(`aria-${name}`, String(value));
}

/**
 * One of the drawn marks; decoration only.
 * @param {"flower" | "open" | "closed" | "broken" | "idle"} name
 */
export function mark(name) {
  return h("span", { class: `mark mark-${name}`, aria: { hidden: "true" } });
}

let made = 0;

/** An id that no other element has, to tie a label or a hint to its control. */
export function uniqueId(word = "id") {
  made += 1;
  return `${word}-${made}`;
}

/**
 * Finds an element that the page's own markup has.
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement}
 */
export function find(selector, root = document) {
  const element = root.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`the page has no ${selector}`);
  return element;
}
