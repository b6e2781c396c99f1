// @ts-check
/** One row of the list. */

import { h, mark } from "../look/dom.js";
import { duration, nameOf, shortInitiator, size, standing } from "./format.js";

/** @typedef {import("./stream.js").Row} Row */

/** The columns: a name for CSS, and what stands above. */
export const COLUMNS = [
  ["name", "Name"],
  ["method", "Method"],
  ["status", "Status"],
  ["cors", "CORS"],
  ["type", "Type"],
  ["initiator", "Initiator"],
  ["size", "Size"],
  ["time", "Time"],
  ["waterfall", "Waterfall"],
];

/** @param {number} place */
export const rowId = (place) => `row-${place}`;

/**
 * Fills a row's element with cells.
 * @param {HTMLElement} element
 * @param {Row} row
 * @param {(id: string | undefined) => Row | undefined} named finds other rows
 */
export function fillRow(element, row, named) {
  const { kind, mark: sign, words } = standing(row);
  const { path, host } = nameOf(row.url);
  const bad = row.status >= 400 || row.state === "failed";
  element.dataset.cors = kind;
  element.dataset.state = row.state;
  element.toggleAttribute("data-preflight", row.preflight ?? false);
  element.replaceChildren(
    cell(
      "name",
      { title: row.url },
      mark(sign),
      h("span", { class: "path", text: path }),
      h("span", { class: "host", text: host }),
    ),
    cell("method", {}, methodOf(row, named)),
    cell("status", { data: { bad: String(bad) }, title: row.statusText || null }, statusOf(row)),
    cell("cors", { title: row.verdict?.sentence ?? null }, words),
    cell("type", {}, row.type ?? ""),
    cell("initiator", { title: row.initiator ?? null }, shortInitiator(row.initiator ?? "")),
    cell("size", {}, row.cache === "hit" ? "cache" : size(row.size)),
    cell("time", {}, row.state === "pending" ? "pending" : duration(row.duration)),
    cell(
      "waterfall",
      { aria: { hidden: "true" } },
      h("span", { class: "bar" }, h("span", { class: "waited" })),
    ),
  );
}

/** @param {string} name @param {Record<string, any>} properties @param {...any} children */
function cell(name, properties, ...children) {
  return h("div", { class: `cell ${name}`, role: "gridcell", ...properties }, ...children);
}

/** @param {Row} row */
function statusOf({ status, state }) {
  if (status) return String(status);
  return state === "pending" ? "…" : "none";
}

/**
 * The method with the way to the other half: from a request to its preflight, and back.
 * @param {Row} row
 * @param {(id: string | undefined) => Row | undefined} named
 */
function methodOf(row, named) {
  if (row.preflight) {
    const request = named(row.preflightFor);
    const words = `for ${row.askedMethod || "a request"}`;
    return [row.method, " ", request ? jump(request, words) : h("span", { class: "soft", text: words })];
  }
  const preflight = named(row.preflightId);
  if (preflight) return [row.method, " + ", jump(preflight, "preflight")];
  return row.approved
    ? [
        row.method,
        h("span", { class: "soft", title: "An earlier preflight had approved it.", text: " approved" }),
      ]
    : row.method;
}

/** @param {Row} to @param {string} words */
function jump(to, words) {
  return h("button", {
    type: "button",
    class: "jump",
    tabindex: "-1",
    data: { jump: String(to.place) },
    text: words,
  });
}

/**
 * Draws a row's bar on a scale.
 * @param {HTMLElement} element
 * @param {Row} row
 * @param {{ from: number, span: number }} scale
 */
export function drawBar(element, row, { from, span }) {
  const bar = /** @type {HTMLElement} */ (element.querySelector(".bar"));
  const took = Math.max(row.duration, 0);
  const left = span > 0 && row.started ? ((row.started - from) / span) * 100 : 0;
  bar.style.setProperty("left", `${Math.min(left, 99)}%`);
  bar.style.setProperty("width", `${span > 0 ? Math.min((took / span) * 100, 100 - left) : 0}%`);
  const waited = /** @type {HTMLElement} */ (bar.firstElementChild);
  waited.style.setProperty(
    "width",
    `${took > 0 && row.wait > 0 ? Math.min((row.wait / took) * 100, 100) : 0}%`,
  );
  bar.hidden = !row.started;
}

/**
 * The scale on which rows are drawn: from the first one's beginning to the last one's end.
 * @param {Row[]} rows
 */
export function scaleOf(rows) {
  const timed = rows.filter(({ started }) => started > 0);
  if (timed.length === 0) return { from: 0, span: 0 };
  const from = Math.min(...timed.map(({ started }) => started));
  const to = Math.max(...timed.map(({ started, duration: took }) => started + Math.max(took, 0)));
  return { from, span: Math.max(to - from, 0.001) };
}
