// @ts-check
/** S1 on this site: it plays on the owner's page, where the albums are at home. */

import { h } from "../look/dom.js";
import { headOf } from "../stage/card.js";
import { codeView } from "../stage/code.js";

/** @param {string} name @param {import("../stage/play.js").Scenario} scenario @param {import("../stage/env.js").Config} config */
export function atHome(name, scenario, config) {
  const there = `${config.data}/#/script`;
  return h(
    "section",
    { class: "scenario", id: name, aria: { labelledby: `${name}-title` } },
    headOf(name, scenario),
    h("div", { class: "told" }, codeView(scenario, { data: config.data, self: config.data })),
    h(
      "div",
      { class: "played" },
      h("p", {
        text: "This one cannot run here: on this page, “/albums” would be this site’s own, and it has none. On the owner’s page the very same code lists them.",
      }),
      h(
        "p",
        {},
        h("a", {
          class: "button main",
          href: there,
          data: { linkOwner: "" },
          text: "Run it on the owner’s page",
        }),
      ),
    ),
  );
}
