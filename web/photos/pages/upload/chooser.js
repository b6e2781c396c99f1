// @ts-check
/** A place to drop files on, with a file chooser in it. */

import { h, uniqueId } from "../look/dom.js";

/**
 * @param {(files: File[]) => void} take
 * @param {object} [words]
 * @param {string} [words.title]
 * @param {...any} more further ways to get files
 * @returns {HTMLElement}
 */
export function chooser(take, { title = "Drop pictures here" } = {}, ...more) {
  const id = uniqueId("files");
  const input = h("input", {
    type: "file",
    id,
    class: "unseen",
    multiple: true,
    accept: "image/jpeg,image/png,image/gif,image/webp",
    data: { files: "" },
  });
  input.addEventListener("change", () => {
    take([...(input.files ?? [])]);
    input.value = ""; // so that the same file can be chosen again
  });
  const place = h(
    "div",
    { class: "chooser", data: { drop: "" } },
    h("p", { class: "chooser-title", text: title }),
    h("div", { class: "row" }, input, h("label", { for: id, class: "button", text: "Choose files" }), more),
    h("p", { class: "hint soft", text: "JPEG, PNG, GIF or WebP" }),
  );
  acceptDrops(place, take);
  return place;
}

/** @param {HTMLElement} place @param {(files: File[]) => void} take */
function acceptDrops(place, take) {
  const over = (/** @type {DragEvent} */ event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // without this a browser opens the file
    place.dataset.over = "";
  };
  place.addEventListener("dragenter", over);
  place.addEventListener("dragover", over);
  place.addEventListener("dragleave", (event) => {
    if (!place.contains(/** @type {Node | null} */ (event.relatedTarget))) delete place.dataset.over;
  });
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    delete place.dataset.over;
    take([...(event.dataTransfer?.files ?? [])]);
  });
}
