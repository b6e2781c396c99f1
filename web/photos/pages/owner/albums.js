// @ts-check
/** All albums of the person who is signed in. */

import { h } from "../look/dom.js";
import { empty } from "../look/notice.js";
import { albumCard, albumGrid } from "./album-grid.js";
import { ask, page } from "./api.js";
import { field, question } from "./form.js";
import { moreButton } from "./more.js";

/** @type {import("./main.js").View} */
export async function albumsView(context) {
  const first = await page("/albums");
  const create = (/** @type {string} */ kind) =>
    h("button", {
      type: "button",
      class: kind,
      data: { create: "" },
      onclick: () => createAlbum(context),
      text: "New album",
    });
  const element = h(
    "div",
    { class: "view", data: { view: "albums" } },
    h(
      "header",
      { class: "view-head" },
      h("h1", { text: "Your albums" }),
      first.albums.length > 0 && create("main"),
    ),
    first.albums.length > 0
      ? listed(first)
      : empty("No album yet", "An album holds photos, and says which sites may show them.", create("main")),
  );
  return { title: "Albums", element };
}

/** @param {{ albums: import("./api.js").Album[], next: string | null }} first */
function listed({ albums, next }) {
  const grid = albumGrid(albums);
  const more = moreButton("/albums", next, (later) => grid.append(...later.albums.map(albumCard)));
  return h("div", { class: "listed" }, grid, more);
}

/** @param {import("./main.js").Context} context */
function createAlbum(context) {
  const name = field({
    label: "Name",
    name: "album-name",
    required: true,
    autocomplete: "off",
    data: { albumName: "" },
  });
  question({
    title: "A new album",
    content: [name.element],
    action: "Create it",
    async act() {
      const { data } = await ask("POST", "/albums", { json: { name: name.value() } });
      context.go(`/albums/${data.id}`);
    },
  });
}
