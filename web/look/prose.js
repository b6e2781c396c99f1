// @ts-check
/** Sentences in which `code` stands between backticks. */

import { h } from "./dom.js";

/**
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
export function prose(text) {
  return text.split("`").map((part, i) => (i % 2 === 1 ? h("code", { text: part }) : part));
}
