// @ts-check
/** The console: a line for each request that was blocked, in a browser's words. */

import { h, mark } from "../look/dom.js";
import { clock } from "./format.js";
import { isBlocked } from "./rows.js";

/** @typedef {import("./stream.js").Row} Row */

const MOST = 200; // lines that are kept; all requests are in the list

/**
 * @param {HTMLElement} place
 * @param {ReturnType<typeof import("./rows.js").makeRows>} rows
 * @param {(place: number) => void} go
 */
export function makeConsole(place, rows, go) {
  const count = h("span", { class: "console-count", data: { lines: "" } });
  const title = h(
    "button",
    {
      type: "button",
      class: "console-title",
      id: "console-title",
      aria: { expanded: "true", controls: "console-lines" },
    },
    "Console",
    count,
  );
  const lines = h("ol", {
    class: "console-lines",
    id: "console-lines",
    tabindex: "0",
    aria: { label: "Blocked requests, as a browser’s console words them" },
  });
  const idle = h("p", { class: "console-idle", text: "No request was blocked." });
  place.append(title, idle, lines);
  title.addEventListener("click", () => show(title.getAttribute("aria-expanded") !== "true"));

  const show = (/** @type {boolean} */ open) => {
    title.setAttribute("aria-expanded", String(open));
    place.toggleAttribute("data-closed", !open);
  };

  /** @type {Set<number>} the places of the rows that have a line, or had one */
  const said = new Set();
  let saidInAll = 0;
  const add = (/** @type {HTMLElement} */ line) => {
    const atEnd = lines.scrollTop + lines.clientHeight >= lines.scrollHeight - 8;
    lines.append(line);
    while (lines.childElementCount > MOST) lines.firstElementChild?.remove();
    if (atEnd) lines.scrollTop = lines.scrollHeight;
  };

  return {
    /** @param {Row[]} news */
    take(news) {
      for (const row of news) {
        if (!isBlocked(row) || said.has(row.place)) continue;
        if (isBlocked(rows.named(row.preflightId) ?? row) && row.preflightId) continue; // its preflight has said it
        said.add(row.place);
        saidInAll++;
        add(lineOf(row, go));
      }
      for (const place of said) if (!rows.at(place)) said.delete(place); // it does not come back
    },
    /** @param {string} words that are not about one request */
    note(words) {
      add(h("li", { class: "note" }, h("span", { text: words })));
      show(true);
      this.update();
    },
    update() {
      idle.hidden = lines.childElementCount > 0;
      lines.hidden = !idle.hidden;
      count.textContent = saidInAll > 0 ? String(saidInAll) : "";
    },
    empty() {
      said.clear();
      saidInAll = 0;
      lines.replaceChildren();
      this.update();
    },
  };
}

/** @param {Row} row @param {(place: number) => void} go */
function lineOf(row, go) {
  return h(
    "li",
    { data: { line: String(row.place), network: String(row.verdict?.network ?? false) } },
    mark(row.verdict?.network ? "broken" : "closed"),
    h("span", { class: "console-text", text: row.console || `${row.method} ${row.url}: ${row.sentence}` }),
    h("button", {
      type: "button",
      class: "jump",
      onclick: () => go(row.place),
      text: clock(row.started) || "show",
    }),
  );
}
