// @ts-check
/** The request as a command or as code. */

import { h } from "../look/dom.js";
import { prose } from "../look/prose.js";
import { copyable, part } from "./parts.js";

/** What each is good for. */
/** @type {Record<string, string>} */
const USES = {
  curl: "The message as it went. `curl` obeys no CORS: it shows what the server answers, not what a page may read.",
  "corsage xhr": "The request as a page makes it: with its preflight, judged as a browser does.",
  fetch: "For a script of a page, or the console of a browser on that page.",
};

/** @param {import("./detail.js").Detail} detail */
export function copiesTab({ copies }) {
  return h(
    "div",
    {},
    copies.map(({ name, text, note }) =>
      part(
        `As ${name}`,
        h("p", { class: "soft" }, prose(USES[name] ?? "")),
        copyable(text, name),
        note ? h("p", { class: "soft" }, prose(note)) : null,
      ),
    ),
  );
}
