// @ts-check
/** Albums as covers. */

import { h, mark } from "../look/dom.js";
import { counted } from "../look/words.js";

/** @param {import("./api.js").Album[]} albums */
export function albumGrid(albums) {
  return h("ul", { class: "albums", data: { albums: "" } }, albums.map(albumCard));
}

/** @param {import("./api.js").Album} album */
export function albumCard({ id, name, photos, cover, sharing }) {
  return h(
    "li",
    { data: { album: id } },
    h(
      "a",
      { class: "album", href: `#/albums/${id}` },
      h(
        "span",
        { class: "cover" },
        cover ? h("img", { src: cover, alt: "", loading: "lazy" }) : mark("flower"),
      ),
      h("span", { class: "album-name", text: name }),
      h("span", {
        class: "soft",
        text: [counted(photos, "photo"), sharing && shownBy(sharing.read)].filter(Boolean).join(", "),
      }),
    ),
  );
}

/**
 * In a few words, which other sites may show it.
 * @param {import("./api.js").Rule} rule
 */
function shownBy({ sites }) {
  if (sites === "any") return "shown by any site";
  if (sites === "chosen") return "shown by chosen sites";
  return "for these pages only";
}
