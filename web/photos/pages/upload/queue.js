// @ts-check
/** A queue of files that are sent a few at a time. Needs no page. */

import { succeeded } from "../stage/outcome.js";

/**
 * @typedef {"waiting" | "sending" | "stored" | "failed" | "cancelled"} ItemState
 */

/**
 * @typedef {object} Item one file on its way
 * @property {File} file
 * @property {string} name what it is to be called
 * @property {boolean} [replace] in place of a photo of that name
 * @property {ItemState} state
 * @property {number} sent bytes
 * @property {number} total bytes, known as soon as sending begins
 * @property {number} speed bytes a second, 0 while not known
 * @property {import("../stage/outcome.js").Outcome} [outcome] of the last try
 * @property {() => void} [cancel] while it is being sent
 */

/**
 * @callback Send begins to send one item
 * @param {Item} item
 * @param {(sent: number, total: number) => void} progress
 * @returns {{ outcome: Promise<import("../stage/outcome.js").Outcome>, cancel: () => void }}
 */

export class UploadQueue {
  /** @type {Item[]} */
  items = [];
  /** @type {((item: Item) => void)[]} */
  #watchers = [];
  /** @type {Send | null} */
  #send = null;
  /** @type {(() => void) | null} */
  #idle = null;
  /** @type {Set<Item>} since run() was called */
  #begun = new Set();
  #atOnce;
  #now;

  /** @param {{ atOnce?: number, now?: () => number }} [options] now: milliseconds */
  constructor({ atOnce = 2, now = () => Date.now() } = {}) {
    this.#atOnce = atOnce;
    this.#now = now;
  }

  /** @param {(item: Item) => void} watcher called when anything about an item has changed */
  watch(watcher) {
    this.#watchers.push(watcher);
  }

  /** @param {Iterable<File>} files */
  add(files) {
    for (const file of files) {
      /** @type {Item} */
      const item = { file, name: file.name, state: "waiting", sent: 0, total: file.size, speed: 0 };
      this.items.push(item);
      this.#changed(item);
    }
    this.#pump();
  }

  /**
   * Sends what waits, and what is added or tried again meanwhile.
   * @param {Send} send
   * @returns {Promise<Item[]>} when nothing waits any more, what was sent
   */
  async run(send) {
    this.#send = send;
    this.#begun.clear();
    await new Promise((resolve) => {
      this.#idle = () => resolve(null);
      this.#pump();
    });
    this.#send = this.#idle = null;
    return [...this.#begun];
  }

  get running() {
    return this.#send !== null;
  }

  /** @param {Item} item */
  cancel(item) {
    if (item.state === "sending") item.cancel?.();
    else if (item.state === "waiting") this.#set(item, "cancelled");
  }

  /** @param {Item} item @param {{ name?: string, replace?: boolean }} [changes] */
  retry(item, changes = {}) {
    Object.assign(item, changes, { sent: 0, speed: 0, outcome: undefined });
    this.#set(item, "waiting");
    this.#pump();
  }

  /** @param {Item} item that is not being sent */
  remove(item) {
    this.items = this.items.filter((each) => each !== item);
  }

  #pump() {
    if (!this.#send) return;
    const sending = this.items.filter((item) => item.state === "sending").length;
    const waiting = this.items.filter((item) => item.state === "waiting");
    for (const item of waiting.slice(0, this.#atOnce - sending)) this.#begin(item, this.#send);
    if (sending === 0 && waiting.length === 0) this.#idle?.();
  }

  /** @param {Item} item @param {Send} send */
  async #begin(item, send) {
    if (item.state !== "waiting") return; // begun while an earlier one failed at once
    this.#begun.add(item);
    const started = this.#now();
    const progress = (/** @type {number} */ sent, /** @type {number} */ total) => {
      const seconds = (this.#now() - started) / 1000;
      Object.assign(item, { sent, total, speed: seconds > 0 ? sent / seconds : 0 });
      this.#changed(item);
    };
    try {
      const { outcome, cancel } = send(item, progress);
      item.cancel = cancel;
      this.#set(item, "sending");
      item.outcome = await outcome;
    } catch (thrown) {
      item.outcome = { state: "error", words: String(thrown) };
    }
    item.cancel = undefined;
    this.#set(item, stateAfter(item.outcome));
    this.#pump();
  }

  /** @param {Item} item @param {ItemState} state */
  #set(item, state) {
    item.state = state;
    this.#changed(item);
  }

  /** @param {Item} item */
  #changed(item) {
    for (const watcher of this.#watchers) watcher(item);
  }
}

/** @param {import("../stage/outcome.js").Outcome} outcome @returns {ItemState} */
function stateAfter(outcome) {
  if (succeeded(outcome)) return "stored";
  return outcome.ending === "abort" ? "cancelled" : "failed";
}
