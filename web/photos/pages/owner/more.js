// @ts-check
/** The button under a list that has further pages. */

import { h } from "../look/dom.js";
import { page } from "./api.js";

/**
 * @param {string} path of the list
 * @param {string | null} next cursor of the page to come
 * @param {(page: any) => void} take
 */
export function moreButton(path, next, take) {
  const button = h("button", { type: "button", hidden: !next, data: { more: "" }, text: "Show more" });
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const later = await page(path, next);
      take(later);
      next = later.next;
      button.hidden = !next;
      button.textContent = "Show more";
    } catch (error) {
      button.textContent = `${/** @type {Error} */ (error).message} Try again`;
    }
    button.disabled = false;
  });
  return button;
}
