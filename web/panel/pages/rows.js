// @ts-check
/** All rows, and those of them that the filters let through. */

import { nameOf } from "./format.js";

/** @typedef {import("./stream.js").Row} Row */

/**
 * @typedef {object} Filter
 * @property {string} words
 * @property {boolean} blocked blocked ones only
 * @property {boolean} hidePreflights
 */

export function makeRows() {
  /** @type {Map<number, Row>} */
  const byPlace = new Map();
  /** @type {Map<string, Row>} */
  const byId = new Map();
  /** @type {Map<Row, string>} */
  const texts = new Map();
  /** @type {Filter} */
  let filter = { words: "", blocked: false, hidePreflights: false };
  /** @type {Set<string>} */
  const hosts = new Set();
  let first = 0;
  let dropped = 0;

  const forget = (/** @type {Row} */ row) => {
    texts.delete(row);
    byPlace.delete(row.place);
    if (byId.get(row.id) === row) byId.delete(row.id);
  };

  return {
    /** @type {Row[]} the ones that the filters let through, by place */
    shown: [],

    /** @param {{ rows: Row[], first: number, dropped: number }} batch */
    take(batch) {
      for (const row of batch.rows) {
        const before = byPlace.get(row.place);
        if (before) texts.delete(before);
        byPlace.set(row.place, row);
        byId.set(row.id, row);
        if (hosts.size < 2) hosts.add(nameOf(row.url).host);
      }
      if (batch.first > first) {
        first = batch.first;
        for (const row of [...byPlace.values()]) if (row.place < first) forget(row);
      }
      dropped = batch.dropped;
    },

    empty() {
      byPlace.clear();
      byId.clear();
      texts.clear();
      hosts.clear();
      first = 0;
    },

    /** @param {Partial<Filter>} change */
    filter(change) {
      filter = { ...filter, ...change };
    },

    get filtered() {
      return filter.words !== "" || filter.blocked || filter.hidePreflights;
    },

    /** Works out which rows are shown. */
    sift() {
      const words = filter.words.toLowerCase().split(/\s+/).filter(Boolean);
      const all = [...byPlace.values()].sort((a, b) => a.place - b.place);
      this.shown = all.filter((row) => {
        if (filter.blocked && !isBlocked(row)) return false;
        if (filter.hidePreflights && row.preflight) return false;
        if (words.length === 0) return true;
        const text = texts.get(row) ?? textOf(row);
        texts.set(row, text);
        return words.every((word) => text.includes(word));
      });
    },

    /** @param {number} place */
    at: (place) => byPlace.get(place),
    /** @param {string | undefined} id */
    named: (id) => (id ? byId.get(id) : undefined),
    all: () => [...byPlace.values()],

    /** Whether there are requests to several hosts. */
    get manyHosts() {
      return hosts.size > 1;
    },

    get counts() {
      let blocked = 0;
      for (const row of byPlace.values()) if (isBlocked(row)) blocked++;
      return { all: byPlace.size, blocked, dropped };
    },
  };
}

/** @param {Row} row a rule kept the page from what it asked for, or the network did */
export function isBlocked(row) {
  return row.verdict?.refused ?? false;
}

/** @param {Row} row what the words of a filter are looked for in */
function textOf({ method, askedMethod, url, origin, type, status, verdict, initiator }) {
  return [method, askedMethod, url, origin, type, status || "", verdict?.reason, initiator]
    .join(" ")
    .toLowerCase();
}
