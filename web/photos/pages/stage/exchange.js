// @ts-check
/** One request on the page: its events as they come, and what the script may read of the answer. */

import { h, mark } from "../look/dom.js";
import { bytes } from "../look/words.js";

const READY_STATES = ["UNSENT", "OPENED", "HEADERS_RECEIVED", "LOADING", "DONE"];
const EXCERPT = 1200; // characters of a body

/** @type {Record<string, "open" | "closed" | "broken">} */
const MARKS = { read: "open", blocked: "closed", error: "broken" };

/**
 * @param {object} about
 * @param {boolean} about.open shown at once, not only its heading
 * @param {(outcome: import("./outcome.js").Outcome) => string | null} about.consoleLine
 * @param {(outcome: import("./outcome.js").Outcome, from: number, to: number) => string} about.panelLink
 * @returns {import("./env.js").Record & { element: HTMLDetailsElement }}
 */
export function exchangeView({ open, consoleLine, panelLink }) {
  const began = performance.now();
  const from = Date.now(); // by the clock that the panel has too
  const heading = h("summary", {}, h("span", { class: "exchange-name", text: "A request" }));
  const events = h("ol", { class: "events", data: { events: "" } });
  const body = h(
    "div",
    { class: "exchange-body" },
    h("h4", { class: "label", text: "Events, as they came" }),
    events,
  );
  const element = h(
    "details",
    { class: "exchange", open, data: { exchange: "", state: "running" } },
    heading,
    body,
  );

  return {
    element,
    event: (happening) => addEvent(events, happening, performance.now() - began),
    end(outcome) {
      element.dataset.state = outcome.state;
      if (outcome.status && outcome.status >= 400) element.dataset.refused = "";
      heading.replaceChildren(mark(MARKS[outcome.state] ?? "broken"), ...nameOf(outcome));
      body.prepend(h("h4", { class: "label", text: "What the script may read" }), readable(outcome));
      const line = outcome.state === "blocked" && consoleLine(outcome);
      if (line) body.append(consoleHint(line));
      const address = panelLink(outcome, from, Date.now());
      if (address) body.append(toPanel(address));
    },
  };
}

/** @param {import("./outcome.js").Outcome} outcome */
function nameOf({ method, url, status }) {
  return [
    h("span", { class: "exchange-name" }, h("b", { text: method }), ` ${url}`),
    h("span", { class: "exchange-status", text: status ? String(status) : "no status" }),
  ];
}

/**
 * Adds a line to the list; one that only repeats one of the last two, as
 * progress does, is counted there.
 * @param {HTMLElement} list
 * @param {import("./xhr.js").Happening} happening
 * @param {number} after milliseconds
 */
function addEvent(list, happening, after) {
  const key = `${happening.on} ${happening.type} ${happening.readyState}`;
  const last = /** @type {HTMLElement[]} */ ([...list.children].slice(-2));
  const same = last.find((item) => item.dataset.key === key);
  const item = same ?? h("li", { data: { key, event: happening.type, on: happening.on, times: "0" } });
  const times = Number(item.dataset.times) + 1;
  item.dataset.times = String(times);
  item.replaceChildren(
    h("span", { class: "event-time", text: `${Math.round(after)} ms` }),
    h("b", { text: happening.on === "upload" ? `upload ${happening.type}` : happening.type }),
    h("span", { class: "event-more", text: detail(happening) + (times > 1 ? ` · ${times} times` : "") }),
  );
  if (!same) list.append(item);
}

/** @param {import("./xhr.js").Happening} happening */
function detail({ type, readyState, status, loaded, total }) {
  if (type === "readystatechange") {
    return `${readyState} ${READY_STATES[readyState]}${readyState > 1 ? `, ${status}` : ""}`;
  }
  if (loaded === undefined || type === "error") return "";
  return total ? `${bytes(loaded)} of ${bytes(total)}` : bytes(loaded);
}

/** @param {import("./outcome.js").Outcome} outcome */
function readable({ state, status = 0, statusText = "", headers = "", body }) {
  const nothing = state !== "read";
  return h(
    "dl",
    { class: "readable", data: { readable: nothing ? "nothing" : "answer" } },
    h("dt", { text: "status" }),
    h("dd", {
      data: { status: String(status) },
      text: nothing ? `${status}, which says nothing` : `${status} ${statusText}`.trim(),
    }),
    h("dt", { text: "header fields" }),
    h(
      "dd",
      {},
      headers
        ? h("pre", {
            data: { headers: "" },
            tabindex: "0",
            aria: { label: "Header fields" },
            text: headers.trim(),
          })
        : "none",
    ),
    h("dt", { text: "body" }),
    h("dd", {}, bodyView(body)),
  );
}

/** @param {any} body */
function bodyView(body) {
  if (!body) return "none";
  if (typeof body !== "string") {
    return `${body.type || "binary"}, ${bytes(body.size ?? body.byteLength ?? 0)}`;
  }
  const text = pretty(body);
  const cut =
    text.length > EXCERPT
      ? `${text.slice(0, EXCERPT)}\n… and ${text.length - EXCERPT} characters more`
      : text;
  return h("pre", { data: { body: "" }, tabindex: "0", aria: { label: "Body" }, text: cut });
}

/** @param {string} body */
function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** @param {string} address of the request's row in the network panel */
function toPanel(address) {
  return h(
    "p",
    { class: "to-panel" },
    h("a", {
      href: address,
      target: "_blank",
      rel: "noopener noreferrer",
      data: { panel: "" },
      text: "See both ends in the network panel",
    }),
  );
}

/** @param {string} line */
export function consoleHint(line) {
  return h(
    "div",
    { class: "console", data: { console: "" } },
    h("h4", { class: "label", text: "In the console, Chromium says much like" }),
    h("p", {}, h("code", { text: line })),
  );
}
