// @ts-check
/** Says which site this is, and leads to the others. */

import { h, mark } from "../look/dom.js";

/** @param {import("../stage/env.js").Config} config */
export function siteBanner({ self, other, data, named }) {
  const here = named ? "A site that rules name" : "A site no rule names";
  const there = named
    ? "The same pages, on a site no rule names"
    : "The same pages, on a site that rules name";
  return h(
    "ul",
    { class: "sites", data: { named: String(named) } },
    h(
      "li",
      { class: "here" },
      mark(named ? "open" : "closed"),
      h("p", { class: "label", text: "You are here" }),
      h("p", { class: "origin", text: self }),
      h("p", { class: "soft", text: `${here}.` }),
    ),
    h(
      "li",
      {},
      mark("flower"),
      h("p", { class: "label", text: "The albums" }),
      link(data, "data-link-owner"),
      h("p", { class: "soft", text: "The service, and its owner’s page." }),
    ),
    h(
      "li",
      {},
      mark(named ? "closed" : "open"),
      h("p", { class: "label", text: "The other guest" }),
      link(other, "data-link-other"),
      h("p", { class: "soft", text: `${there}.` }),
    ),
  );
}

/** @param {string} origin @param {string} hook */
function link(origin, hook) {
  return h("p", { class: "origin" }, h("a", { href: `${origin}/`, [hook]: true, text: origin }));
}
