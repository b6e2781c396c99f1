// @ts-check
/** The files of a queue on the page: a row with a progress bar for each. */

import { h } from "../look/dom.js";
import { announce } from "../look/notice.js";
import { bytes } from "../look/words.js";
import { refusal } from "../stage/outcome.js";

/**
 * @param {import("./queue.js").UploadQueue} queue
 * @param {object} [more]
 * @param {(item: import("./queue.js").Item) => void} [more.retry] in place of queue.retry
 * @param {(item: import("./queue.js").Item) => { label: string, act: () => void }[]} [more.cures] buttons for a file that failed
 */
export function uploadRows(queue, { retry = (item) => queue.retry(item), cures = () => [] } = {}) {
  const list = h("ul", {
    class: "uploads",
    data: { uploads: "" },
    aria: { label: "Files to send" },
    hidden: true,
  });
  const rows = new Map();
  queue.watch((item) => {
    let row = rows.get(item);
    if (!row) {
      row = rowFor(item, {
        cancel: () => queue.cancel(item),
        retry: () => retry(item),
        cures: () => cures(item),
        remove,
      });
      rows.set(item, row);
      list.append(row.element);
    }
    list.hidden = false;
    row.update();
  });

  /** @param {import("./queue.js").Item} item */
  function remove(item) {
    queue.remove(item);
    rows.get(item)?.element.remove();
    rows.delete(item);
    list.hidden = rows.size === 0;
  }

  return list;
}

/** @param {import("./queue.js").Item} item @param {{ cancel: () => void, retry: () => void, cures: () => { label: string, act: () => void }[], remove: (item: import("./queue.js").Item) => void }} acts */
function rowFor(item, { cancel, retry, cures, remove }) {
  const bar = h("progress", { max: "1", value: "0", data: { progress: "" }, aria: { label: item.name } });
  const said = h("p", { class: "upload-said", data: { said: "" } });
  const actions = h("div", { class: "upload-actions" });
  const name = h("p", { class: "upload-name", text: item.name });
  const element = h(
    "li",
    { class: "upload", data: { upload: "", state: "" } },
    h("div", { class: "upload-head" }, name, actions),
    bar,
    said,
  );
  let shown = "";

  return {
    element,
    update() {
      name.textContent = item.name;
      bar.value = item.state === "stored" ? 1 : item.total ? item.sent / item.total : 0;
      said.textContent = wordsFor(item);
      if (shown === item.state) return; // buttons stay as they are, and keep the focus
      shown = element.dataset.state = item.state;
      const had = actions.contains(document.activeElement);
      actions.replaceChildren(...buttonsFor(item, { cancel, retry, cures, remove }));
      if (had) /** @type {HTMLElement | null} */ (actions.firstElementChild)?.focus();
      if (item.state !== "sending" && item.state !== "waiting") announce(`${item.name}: ${wordsFor(item)}`);
    },
  };
}

/** @param {import("./queue.js").Item} item @param {Parameters<typeof rowFor>[1]} acts */
function buttonsFor(item, { cancel, retry, cures, remove }) {
  const button = (/** @type {string} */ label, /** @type {string} */ hook, /** @type {() => void} */ act) =>
    h("button", {
      type: "button",
      class: "quiet small",
      data: { [hook]: "" },
      onclick: act,
      aria: { label: `${label} ${item.name}` },
      text: label,
    });
  if (item.state === "waiting" || item.state === "sending") return [button("Cancel", "cancel", cancel)];
  const clear = button("Clear", "clear", () => remove(item));
  if (item.state === "stored") return [clear];
  return [
    ...(item.state === "failed" ? cures() : []).map(({ label, act }) => button(label, "cure", act)),
    button("Retry", "retry", retry),
    clear,
  ];
}

/** @param {import("./queue.js").Item} item */
function wordsFor({ state, file, sent, total, speed, outcome }) {
  switch (state) {
    case "waiting":
      return `${bytes(file.size)}, waits`;
    case "sending":
      if (total > 0 && sent >= total) return `${bytes(total)} sent, being stored`;
      return `${bytes(sent)} of ${bytes(total)}${speed > 0 ? `, ${bytes(speed)} a second` : ""}`;
    case "stored":
      return `${bytes(file.size)}, stored`;
    case "cancelled":
      return "cancelled, nothing is kept";
    default:
      if (outcome?.state === "read") return refusal(outcome);
      return outcome?.words ?? "the browser was given no answer";
  }
}
