// @ts-check
/** One photo at a time, over the page; arrow keys lead to its neighbours. */

import { h } from "../look/dom.js";
import { bytes } from "../look/words.js";
import { ask } from "./api.js";
import { question } from "./form.js";

/**
 * @param {import("./api.js").Photo[]} photos
 * @param {import("./api.js").Photo} first
 * @param {{ onDelete: ((photo: import("./api.js").Photo) => void) | null }} more
 */
export function openViewer(photos, first, { onDelete }) {
  let at = photos.indexOf(first);
  const image = h("img", { alt: "" });
  const caption = h("p", { class: "viewer-caption", aria: { live: "polite" } });
  const original = h("a", { target: "_blank", rel: "noopener", text: "Original" });
  const button = (
    /** @type {string} */ hook,
    /** @type {string} */ text,
    /** @type {() => void} */ act,
    label = text,
  ) => h("button", { type: "button", data: { [hook]: "" }, text, onclick: act, aria: { label } });
  const previous = button("previous", "←", () => step(-1), "The photo before");
  const next = button("next", "→", () => step(1), "The next photo");
  const remove = onDelete && button("deletePhoto", "Delete", () => confirmDelete(photos[at]));
  const dialog = h(
    "dialog",
    { class: "viewer", aria: { label: "Photo" }, data: { viewer: "" } },
    h("div", { class: "viewer-stage" }, image),
    h(
      "div",
      { class: "viewer-foot" },
      caption,
      h(
        "div",
        { class: "row" },
        previous,
        next,
        original,
        remove,
        button("close", "Close", () => dialog.close()),
      ),
    ),
  );

  dialog.addEventListener("keydown", ({ key }) => {
    if (key === "ArrowLeft") step(-1);
    if (key === "ArrowRight") step(1);
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  show();
  dialog.showModal();

  /** @param {number} by */
  function step(by) {
    if (photos[at + by]) {
      at += by;
      show();
    }
  }

  function show() {
    const { name, url, width, height, size, thumbnails } = photos[at];
    image.src = thumbnails["1280"];
    image.alt = name;
    image.width = width; // its proportion is known before it comes
    image.height = height;
    original.href = url;
    caption.textContent = `${name} · ${width} × ${height} · ${bytes(size)} · ${at + 1} of ${photos.length}`;
    // Not disabled: that would drop the focus out of the dialog.
    previous.setAttribute("aria-disabled", String(at === 0));
    next.setAttribute("aria-disabled", String(at === photos.length - 1));
  }

  /** @param {import("./api.js").Photo} photo */
  function confirmDelete(photo) {
    question({
      title: `Delete “${photo.name}”?`,
      content: [h("p", { text: "The photo will be gone for good." })],
      action: "Delete it",
      danger: true,
      async act() {
        await ask("DELETE", photo.url);
        onDelete?.(photo);
        if (photos.length === 0) return dialog.close();
        at = Math.min(at, photos.length - 1);
        show();
      },
    });
  }
}
