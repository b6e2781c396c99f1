// @ts-check
/** The list of scenarios beside, or on a phone above, the scenarios. */

import { h } from "../look/dom.js";

/** @param {typeof import("../scenarios/all.js").parts} parts */
export function contents(parts) {
  const entries = parts.map(([part, scenarios]) =>
    h(
      "li",
      {},
      h("p", { class: "label", text: part }),
      h(
        "ol",
        {},
        Object.entries(scenarios).map(([name, { title }]) => h("li", {}, link(name, title))),
      ),
    ),
  );
  const list = h("ul", {}, entries);
  markCurrent(list);
  return list;
}

/** @param {string} name @param {string} title */
function link(name, title) {
  return h(
    "a",
    { href: `#${name}`, title },
    h("span", { class: "index-number", text: name.toUpperCase() }),
    h("span", { class: "index-title", text: title }),
  );
}

/**
 * Marks the scenario that is being read.
 * @param {HTMLElement} list
 */
function markCurrent(list) {
  if (!("IntersectionObserver" in window)) return; // nothing is laid out there
  const observer = new IntersectionObserver(
    (entries) => {
      const current = entries.find((entry) => entry.isIntersecting);
      if (!current) return;
      for (const anchor of list.querySelectorAll("a")) {
        if (anchor.hash !== `#${current.target.id}`) anchor.removeAttribute("aria-current");
        else anchor.setAttribute("aria-current", "true");
      }
    },
    { rootMargin: "-20% 0px -70% 0px" },
  );
  for (const section of document.querySelectorAll("section.scenario")) observer.observe(section);
}
