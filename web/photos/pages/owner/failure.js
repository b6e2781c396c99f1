// @ts-check
/** What stands in place of a view that cannot be made. */

import { h, mark } from "../look/dom.js";
import { Problem } from "./api.js";

/** @type {Record<number, { title: string, words?: string }>} */
const FAILURES = {
  0: {
    title: "The service does not answer",
    words: "It may have been stopped. Nothing is lost: try again when it runs.",
  },
  401: { title: "This is for people who are signed in" },
  403: { title: "This is not for you to see" },
  404: {
    title: "There is no such thing here",
    words: "It has been deleted, or it is somebody else’s and not open to everybody.",
  },
};

/**
 * @param {unknown} error
 * @param {() => void} again
 */
export function failureView(error, again) {
  const status = error instanceof Problem ? error.status : -1;
  const { title, words = /** @type {Error} */ (error).message } = FAILURES[status] ?? {
    title: "That did not work",
  };
  const element = h(
    "div",
    { class: "view failure", role: "alert", data: { view: "failure", status: String(status) } },
    mark("broken"),
    h("h1", { text: title }),
    h("p", { class: "lead", text: words }),
    h(
      "div",
      { class: "row" },
      h("button", { type: "button", class: "main", onclick: again, data: { again: "" }, text: "Try again" }),
      h("a", { class: "button", href: "#/", text: "To the front page" }),
    ),
  );
  return { title, element };
}
