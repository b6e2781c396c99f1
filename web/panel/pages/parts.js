// @ts-check
/** Small parts that several tabs have. */

import { h } from "../look/dom.js";
import { announce } from "../look/notice.js";

/**
 * A part of a tab with its title.
 * @param {string} title @param {...any} children
 */
export function part(title, ...children) {
  return h("section", { class: "part" }, h("h3", { class: "label", text: title }), ...children);
}

/** @param {string} words what is said where there is nothing */
export function none(words) {
  return h("p", { class: "soft", text: words });
}

/**
 * A text to be taken along, with a button that does it.
 * @param {string} text @param {string} label what it is, for somebody who does not see it
 */
export function copyable(text, label) {
  const button = h("button", {
    type: "button",
    class: "small copy",
    aria: { label: `Copy ${label}` },
    text: "Copy",
  });
  const code = h(
    "pre",
    { class: "code", tabindex: "0", aria: { label }, role: "group" },
    h("code", { text }),
  );
  button.addEventListener("click", async () => {
    const done = await take(text, code);
    button.textContent = done ? "Copied" : "Press Ctrl+C";
    announce(done ? `Copied ${label}` : "It is selected: press Ctrl+C to copy it");
    setTimeout(() => (button.textContent = "Copy"), 1600);
  });
  return h("div", { class: "copyable" }, code, button);
}

/**
 * @param {string} text
 * @param {HTMLElement} code where it stands, to be selected if the clipboard is not to be had
 */
async function take(text, code) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(code);
    return false;
  }
}
