// @ts-check
/** Photos in rows of equal height, each in its own proportion. */

import { h, mark } from "../look/dom.js";

/** @param {(photo: import("./api.js").Photo) => void} open */
export function photoGrid(open) {
  const element = h("ul", { class: "photos", data: { photos: "" } });
  /** @type {Map<string, HTMLElement>} */
  let shown = new Map();
  return {
    element,
    /** @param {import("./api.js").Photo[]} photos */
    show(photos) {
      const items = new Map(photos.map((photo) => [photo.id, shown.get(photo.id) ?? photoItem(photo, open)]));
      shown = items;
      element.replaceChildren(...items.values());
    },
  };
}

/** @param {import("./api.js").Photo} photo @param {(photo: import("./api.js").Photo) => void} open */
function photoItem(photo, open) {
  const ratio = photo.width / photo.height || 1;
  const small = Math.round(Math.min(320, 320 * ratio));
  const large = Math.round(Math.min(1280, 1280 * ratio));
  const image = h("img", {
    src: photo.thumbnails["320"],
    srcset: `${photo.thumbnails["320"]} ${small}w, ${photo.thumbnails["1280"]} ${large}w`,
    sizes: `${Math.round(220 * ratio)}px`,
    alt: photo.name,
    loading: "lazy",
  });
  const button = h(
    "button",
    { type: "button", class: "photo", data: { photo: photo.id }, onclick: () => open(photo) },
    image,
  );
  image.addEventListener(
    "error",
    () => button.replaceChildren(mark("broken"), h("span", { text: photo.name })),
    { once: true },
  );
  const item = h("li", {}, button);
  item.style.setProperty("--ratio", String(ratio)); // by script: the page's policy allows no style attributes
  return item;
}
