// @ts-check
/** S11's part of the page: choosing, dropping and making files, and a row for each. */

import { find, h } from "../look/dom.js";
import { chooser } from "../upload/chooser.js";
import { UploadQueue } from "../upload/queue.js";
import { uploadRows } from "../upload/rows.js";
import { testPicture } from "../upload/test-picture.js";

const MEGABYTE = 1e6;

/** @param {string} name the scenario's, whose form sends the files */
export function filePlace(name) {
  const queue = new UploadQueue();
  const rows = uploadRows(queue, { retry: (item) => retry(queue, item, name) });
  const sizes = h("select", { "aria-label": "Size of the test picture", data: { size: "" } }, [
    h("option", { value: "3", text: "3 MB" }),
    h("option", { value: "25", text: "25 MB", selected: true }),
    h("option", { value: "70", text: "70 MB, too large" }),
  ]);
  const make = h("button", { type: "button", data: { make: "" }, text: "Make a picture" });
  make.addEventListener("click", async () => {
    make.disabled = true;
    queue.add([await testPicture(Number(sizes.value) * MEGABYTE)]);
    make.disabled = false;
  });

  const choose = chooser((files) => queue.add(files), {}, h("span", { class: "joined" }, make, sizes));
  return { element: h("div", { class: "files" }, choose, rows), eachFile: sender(queue) };
}

/**
 * What S11 calls to send every file that waits; one is made if none does.
 * @param {UploadQueue} queue
 */
function sender(queue) {
  return async (/** @type {(file: File, progress: (sent: number, total: number) => void) => any} */ send) => {
    if (!queue.items.some((item) => item.state === "waiting")) queue.add([await testPicture(3 * MEGABYTE)]);
    const sent = await queue.run((item, progress) => send(item.file, progress));
    return sent.map((item) => item.outcome);
  };
}

/** @param {UploadQueue} queue @param {import("../upload/queue.js").Item} item @param {string} name */
function retry(queue, item, name) {
  queue.retry(item);
  const form = /** @type {HTMLFormElement} */ (find(`#${name} form.controls`));
  if (!queue.running) form.requestSubmit();
}
