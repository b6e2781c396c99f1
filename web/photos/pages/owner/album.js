// @ts-check
/** One album: its photos, and for its owner what can be done with it. */

import { find, h } from "../look/dom.js";
import { empty } from "../look/notice.js";
import { counted, day } from "../look/words.js";
import { addPhotos } from "./add-photos.js";
import { ask, page } from "./api.js";
import { field, question } from "./form.js";
import { moreButton } from "./more.js";
import { photoGrid } from "./photo-grid.js";
import { openViewer } from "./viewer.js";

/** @type {import("./main.js").View} */
export async function albumView(context, id) {
  const path = `/albums/${encodeURIComponent(id)}`;
  const [{ data: album }, photos] = await Promise.all([ask("GET", path), page(`${path}/photos`)]);
  const own = album.own && context.person !== null;

  const count = h("p", { class: "soft", data: { count: "" } });
  const tell = (/** @type {number} */ difference) => {
    album.photos += difference;
    count.textContent = `${counted(album.photos, "photo")}, begun on ${day(album.created)}`;
  };
  tell(0);
  const shown = photosPart(path, photos, own, tell);
  const element = h(
    "div",
    { class: "view", data: { view: "album", album: id } },
    h(
      "p",
      {},
      h("a", { href: "#/", class: "back", text: context.person ? "Your albums" : "The front page" }),
    ),
    heading(album, count, own && actions(context, path, album)),
    own && addPhotos(path, shown.add),
    shown.element,
  );
  return { title: album.name, element };
}

/** @param {import("./api.js").Album} album @param {HTMLElement} count @param {any} more */
function heading(album, count, more) {
  return h(
    "header",
    { class: "view-head" },
    h("div", {}, h("h1", { data: { albumTitle: "" }, text: album.name }), count),
    more,
  );
}

/**
 * @param {import("./main.js").Context} context
 * @param {string} path
 * @param {import("./api.js").Album} album
 */
function actions(context, path, album) {
  return h(
    "div",
    { class: "row" },
    h("a", {
      class: "button main",
      href: `#/albums/${album.id}/sharing`,
      data: { sharing: "" },
      text: "Sharing",
    }),
    h("button", {
      type: "button",
      data: { rename: "" },
      onclick: () => rename(context, path, album),
      text: "Rename",
    }),
    h("button", {
      type: "button",
      class: "danger",
      data: { delete: "" },
      onclick: () => remove(context, path, album),
      text: "Delete",
    }),
  );
}

/** @param {import("./main.js").Context} context @param {string} path @param {import("./api.js").Album} album */
function rename(context, path, album) {
  const name = field({
    label: "Name",
    name: "album-name",
    value: album.name,
    required: true,
    autocomplete: "off",
    data: { albumName: "" },
  });
  question({
    title: "Rename the album",
    content: [name.element],
    action: "Rename it",
    async act() {
      const { data } = await ask("PATCH", path, { json: { name: name.value() } });
      album.name = data.name;
      find("[data-album-title]").textContent = album.name; // the view stays: uploads may be under way
      context.entitle(album.name);
    },
  });
  name.input.select();
}

/** @param {import("./main.js").Context} context @param {string} path @param {import("./api.js").Album} album */
function remove(context, path, album) {
  const what =
    album.photos > 0
      ? `The album and its ${counted(album.photos, "photo")} will be gone for good, here and on every site that shows them.`
      : "The album is empty; it will be gone for good.";
  question({
    title: `Delete “${album.name}”?`,
    content: [h("p", { text: what })],
    action: "Delete it",
    danger: true,
    async act() {
      await ask("DELETE", path);
      context.go("/");
    },
  });
}

/**
 * The photos, and a way to add one that has just been stored.
 * @param {string} path
 * @param {{ photos: import("./api.js").Photo[], next: string | null }} first
 * @param {boolean} own
 * @param {(difference: number) => void} tell how many more photos there are now
 */
function photosPart(path, { photos, next }, own, tell) {
  const grid = photoGrid((photo) => openViewer(photos, photo, { onDelete: own ? forget : null }));
  const none = empty("No photo yet", own ? "Drop some above." : "Its owner has not put any in yet.");
  const more = moreButton(`${path}/photos`, next, (later) => {
    photos.push(...later.photos);
    show();
  });
  const element = h(
    "section",
    { class: "part photos-part", aria: { label: "Photos" } },
    grid.element,
    none,
    more,
  );
  show();

  function show() {
    grid.show(photos);
    none.hidden = photos.length > 0;
  }

  /** @param {import("./api.js").Photo} photo */
  function forget(photo) {
    photos.splice(photos.indexOf(photo), 1);
    tell(-1);
    show();
  }

  /** @param {import("./api.js").Photo} photo */
  function add(photo) {
    const old = photos.findIndex(({ name }) => name === photo.name);
    if (old >= 0) photos.splice(old, 1);
    else tell(1);
    photos.unshift(photo);
    show();
  }

  return { element, add };
}
