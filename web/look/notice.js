// @ts-check
/** What pages say instead of their content: loading, empty, failed. */

import { h, mark } from "./dom.js";
import { prose } from "./prose.js";

/** @param {string} words */
export function loading(words) {
  return h(
    "div",
    { class: "loading", role: "status", data: { loading: "" } },
    mark("open"),
    h("p", { text: words }),
  );
}

/** @param {string} title @param {string} words @param {...any} actions */
export function empty(title, words, ...actions) {
  return h(
    "div",
    { class: "empty", data: { empty: "" } },
    mark("flower"),
    h("h2", { text: title }),
    h("p", { class: "soft", text: words }),
    ...actions,
  );
}

/**
 * @param {string} title
 * @param {string} words
 * @param {{ kind?: "fails" | "warns", actions?: any[] }} [more]
 */
export function notice(title, words, { kind = "fails", actions = [] } = {}) {
  return h(
    "div",
    { class: `notice ${kind}`, role: kind === "fails" ? "alert" : "status", data: { notice: kind } },
    mark("broken"),
    h("div", {}, h("strong", { text: title }), h("p", {}, prose(words)), ...actions),
  );
}

/**
 * Says something to screen readers without moving anything.
 * @param {string} words
 */
export function announce(words) {
  const place = document.querySelector("[data-announce]");
  if (place) place.textContent = words;
}
