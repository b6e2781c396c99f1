// @ts-check
/** S1: the script that lists albums, at home on their own origin. */

import { h } from "../look/dom.js";
import * as s01 from "../scenarios/s01.js";
import { card } from "../stage/card.js";

/** @type {import("./main.js").View} */
export async function homeScriptView() {
  const nowhere = { data: null, self: null, other: null };
  const config = {
    data: "",
    self: location.origin,
    other: "",
    named: true,
    token: "",
    https: nowhere,
    albums: { open: "", chosen: "", signedIn: "", private: "" },
    demoUser: "",
  };
  const element = h(
    "div",
    { class: "view", data: { view: "script" } },
    h("header", { class: "view-head" }, h("h1", { text: "The script at home" })),
    h("p", {
      class: "lead",
      text: "The guest sites run this script too, with only the address changed. Here nobody asks where it comes from.",
    }),
    card("s1", s01, config, { XMLHttpRequest }),
  );
  return { title: "The script at home", element };
}
