// @ts-check
/** Adding photos to an album: a place to drop them, and a row with a progress bar for each. */

import { outcomeOf } from "../stage/outcome.js";
import { h } from "../look/dom.js";
import { chooser } from "../upload/chooser.js";
import { UploadQueue } from "../upload/queue.js";
import { uploadRows } from "../upload/rows.js";

/**
 * @param {string} path of the album
 * @param {(photo: import("./api.js").Photo) => void} added
 */
export function addPhotos(path, added) {
  const queue = new UploadQueue();
  const send = () => queue.running || queue.run((item, progress) => upload(path, item, progress));
  const again = (/** @type {import("../upload/queue.js").Item} */ item, changes = {}) => {
    queue.retry(item, changes);
    send();
  };
  queue.watch(({ state, outcome }) => {
    if (state === "stored" && outcome?.data?.id) added(outcome.data);
  });
  const rows = uploadRows(queue, {
    retry: again,
    cures: (item) =>
      nameIsTaken(item)
        ? [
            { label: "Replace", act: () => again(item, { replace: true }) },
            { label: "Keep both", act: () => again(item, { name: otherName(item.name) }) },
          ]
        : [],
  });
  const place = chooser(
    (files) => {
      queue.add(files);
      send();
    },
    { title: "Drop photos here to add them" },
  );
  return h("div", { class: "adding" }, place, rows);
}

/**
 * @param {string} path
 * @param {import("../upload/queue.js").Item} item
 * @param {(sent: number, total: number) => void} progress
 */
function upload(path, { file, name, replace }, progress) {
  const xhr = new XMLHttpRequest();
  const request = { method: "PUT", url: `${path}/photos/${encodeURIComponent(name)}` };
  /** @type {Promise<import("../stage/outcome.js").Outcome>} */
  const outcome = new Promise((resolve) => {
    for (const ending of ["load", "error", "abort"]) {
      xhr.addEventListener(ending, () => resolve(outcomeOf(xhr, ending, request)));
    }
  });
  xhr.upload.addEventListener("progress", ({ loaded, total }) => progress(loaded, total));
  xhr.open(request.method, request.url);
  if (!replace) xhr.setRequestHeader("If-None-Match", "*");
  xhr.send(file);
  return { outcome, cancel: () => xhr.abort() };
}

/** @param {import("../upload/queue.js").Item} item */
function nameIsTaken({ outcome }) {
  return outcome?.status === 409 || outcome?.status === 412;
}

/**
 * "rose.jpg" becomes "rose 2.jpg", and that "rose 3.jpg".
 * @param {string} name
 */
function otherName(name) {
  const [, stem, number, ending] = /^(.*?)(?: (\d+))?(\.[^.]*)?$/.exec(name) ?? ["", name];
  return `${stem} ${Number(number ?? 1) + 1}${ending ?? ""}`;
}
