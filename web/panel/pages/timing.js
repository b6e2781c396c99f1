// @ts-check
/** How long each part took, and the events that the script was given meanwhile. */

import { h } from "../look/dom.js";
import { bytes } from "../look/words.js";
import { clock, duration } from "./format.js";
import { none, part } from "./parts.js";

const PARTS = [
  ["blocked", "Waiting for a connection"],
  ["dns", "Looking up the name"],
  ["connect", "Connecting"],
  ["tls", "TLS"],
  ["send", "Sending"],
  ["wait", "Until the first byte"],
  ["receive", "Receiving"],
];
const NS = 1e6; // durations are recorded in nanoseconds

/** @param {import("./detail.js").Detail} detail */
export function timingTab({ row, exchange, events }) {
  const known = PARTS.filter(([name]) => exchange.timings[name] >= 0);
  const total = known.reduce((sum, [name]) => sum + exchange.timings[name] / NS, 0);
  let before = 0;
  const rows = known.map(([name, words]) => {
    const ms = exchange.timings[name] / NS;
    const view = timeView(words, name, ms, before, total);
    before += ms;
    return view;
  });
  return h(
    "div",
    {},
    part(
      `Began at ${clock(row.started) || "a time that is not recorded"}`,
      rows.length > 0
        ? h("dl", { class: "times" }, rows, timeView("Together", "total", total, 0, total))
        : none("It was not timed."),
      exchange.server ? none(`Connected to ${exchange.server}.`) : null,
    ),
    part("What the script was told", events.length > 0 ? eventList(events) : none("Not recorded here.")),
  );
}

/** @param {string} words @param {string} name @param {number} ms @param {number} before @param {number} total */
function timeView(words, name, ms, before, total) {
  const bar = h("span", { class: "time-bar", data: { part: name } });
  bar.style.setProperty("margin-left", `${total > 0 ? (before / total) * 100 : 0}%`);
  bar.style.setProperty("width", `${total > 0 ? (ms / total) * 100 : 0}%`);
  return [
    h("dt", { text: words }),
    h("dd", { class: "time-track" }, bar),
    h("dd", { class: "time-value", text: duration(ms) }),
  ];
}

/** @param {{ at?: string, on: string, type: string, readyState: number, status: number, loaded: number, total: number }[]} events */
function eventList(events) {
  const began = Date.parse(events[0].at ?? "");
  return h(
    "ol",
    { class: "events" },
    events.map(({ at, on, type, readyState, loaded, total }) =>
      h(
        "li",
        { data: { event: type } },
        h("span", { class: "event-time", text: duration(Date.parse(at ?? "") - began) }),
        h("b", { text: on === "upload" ? `upload ${type}` : type }),
        h("span", {
          class: "event-more",
          text: type === "readystatechange" ? String(readyState) : loaded ? sizes(loaded, total) : "",
        }),
      ),
    ),
  );
}

/** @param {number} loaded @param {number} total */
function sizes(loaded, total) {
  return total > 0 ? `${bytes(loaded)} of ${bytes(total)}` : bytes(loaded);
}
