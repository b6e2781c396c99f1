// @ts-check
/** What S14 and S15 need on the page. */

import { h } from "../look/dom.js";

/** S14: where the form's answer goes, and where the picture is shown. */
export function framePlace() {
  return h(
    "div",
    { class: "evidence" },
    h(
      "figure",
      {},
      h("iframe", { name: "s14-frame", title: "What the form got for an answer", data: { frame: "" } }),
      h("figcaption", { text: "the form’s answer, for eyes only" }),
    ),
    h(
      "figure",
      {},
      h("div", { id: "s14-image", class: "evidence-image" }),
      h("figcaption", { text: "an image of the other origin" }),
    ),
  );
}

/** S15: lines to be dressed in the font. */
export function samplePlace() {
  return h(
    "p",
    { class: "sample", id: "s15-sample", data: { sample: "" } },
    "A corsage is worn where it may be seen. ",
    "Sphinx of black quartz, judge my vow.",
  );
}
