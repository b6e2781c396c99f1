// @ts-check
/** What is known of the chosen request, in tabs. */

import { h, mark } from "../look/dom.js";
import { empty, notice } from "../look/notice.js";
import { bodyTab } from "./body.js";
import { cookiesTab } from "./cookies.js";
import { copiesTab } from "./copies.js";
import { standing } from "./format.js";
import { headersTab } from "./headers.js";
import { timingTab } from "./timing.js";
import { findingView, whyTab } from "./why.js";

/** @typedef {import("./stream.js").Row} Row */

/**
 * @typedef {object} Detail see detail.go
 * @property {Row} row
 * @property {any} exchange
 * @property {any} finding
 * @property {{ side: "request" | "response", index: number, name: string, kind: "asks" | "allows" | "refuses", note?: string }[]} marks
 * @property {{ name: string, text: string, note?: string }[]} copies
 * @property {any[]} events
 * @property {Row[]} around
 */

/** @type {[string, string, (detail: Detail) => HTMLElement][]} */
const TABS = [
  ["why", "Why", whyTab],
  ["headers", "Headers", headersTab],
  ["body", "Body", bodyTab],
  ["cookies", "Cookies", cookiesTab],
  ["timing", "Timing", timingTab],
  ["copy", "Copy", copiesTab],
];

/**
 * @param {HTMLElement} place
 * @param {{ leave: () => void, go: (place: number) => void }} on
 */
export function makeDetail(place, { leave, go }) {
  /** @type {number | null} */
  let current = null;
  /** @type {string | null} the tab that somebody has chosen */
  let preferred = null;
  /** @type {AbortController | null} */
  let fetching = null;

  const load = async (/** @type {number} */ wanted) => {
    fetching?.abort();
    fetching = new AbortController();
    try {
      const answer = await fetch(`exchanges/${wanted}`, { signal: fetching.signal });
      if (answer.ok) show(await answer.json());
      else fail(answer.status === 404 ? "This request is no longer kept." : await answer.text());
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "AbortError")
        fail("corsage does not answer. Is it still running?");
    }
  };

  const open = () => {
    place.hidden = false;
    place.parentElement?.setAttribute("data-open", "");
  };

  const fail = (/** @type {string} */ words) => {
    open();
    place.replaceChildren(closeButton(leave), notice("Nothing to show", words, { kind: "warns" }));
  };

  const show = (/** @type {Detail} */ detail) => {
    const focused = place.contains(document.activeElement) ? document.activeElement?.id : "";
    const scrolled = place.querySelector("[role=tabpanel]")?.scrollTop ?? 0;
    const same = place.dataset.place === String(detail.row.place);
    open();
    place.dataset.place = String(detail.row.place);
    const body = tabs(
      detail,
      preferred ?? (detail.finding ? "why" : "headers"),
      (name) => (preferred = name),
    );
    place.replaceChildren(headOf(detail, leave, go), ...body);
    if (focused) document.getElementById(focused)?.focus();
    const panel = place.querySelector("[role=tabpanel]");
    if (same && panel) panel.scrollTop = scrolled;
  };

  return {
    /** @param {Row} row */
    choose(row) {
      current = row.place;
      load(row.place);
    },
    /** @param {Row} row of which more is known now */
    changed(row) {
      if (row.place === current) load(row.place);
    },
    /** Shows what several requests show together. */
    async findings() {
      current = null;
      fetching?.abort();
      const answer = await fetch("findings").catch(() => null);
      if (!answer?.ok) return fail("corsage does not answer. Is it still running?");
      open();
      delete place.dataset.place;
      place.replaceChildren(...findingsView(await answer.json(), leave));
      /** @type {HTMLElement} */ (place.querySelector(".tabpanel")).focus();
    },
    focus() {
      /** @type {HTMLElement | null} */ (place.querySelector("[role=tab][aria-selected=true]"))?.focus();
    },
    close() {
      current = null;
      fetching?.abort();
      place.hidden = true;
      delete place.dataset.place;
      place.replaceChildren();
      place.parentElement?.removeAttribute("data-open");
    },
    get isOpen() {
      return !place.hidden;
    },
  };
}

/** @param {() => void} leave */
function closeButton(leave) {
  return h("button", {
    type: "button",
    class: "close",
    aria: { label: "Close, back to the list" },
    onclick: leave,
    text: "×",
  });
}

/** @param {any[]} findings @param {() => void} leave */
function findingsView(findings, leave) {
  const none = empty(
    "Nothing found",
    "Requests that are like each other were compared, and nothing is amiss.",
  );
  return [
    h(
      "header",
      { class: "detail-head" },
      h("h2", { class: "findings-title", text: "Across requests" }),
      h("p", { class: "soft", text: "What no request shows by itself, but several do together." }),
      closeButton(leave),
    ),
    h("div", { class: "tabs" }),
    h(
      "div",
      { class: "tabpanel findings", tabindex: "0", data: { findings: "" } },
      findings.length > 0 ? findings.map(findingView) : none,
    ),
  ];
}

/**
 * What the request is, how it ended, and what belongs to it.
 * @param {Detail} detail @param {() => void} leave @param {(place: number) => void} go
 */
function headOf({ row, around }, leave, go) {
  const { kind, mark: sign, words } = standing(row);
  return h(
    "header",
    { class: "detail-head", data: { cors: kind } },
    h("h2", { class: "address" }, h("b", { text: row.method }), " ", row.url),
    h(
      "p",
      { class: "facts" },
      h("span", {
        class: "fact",
        data: { bad: String(row.status >= 400) },
        text: row.status ? `${row.status} ${row.statusText ?? ""}`.trim() : "no answer",
      }),
      h("span", { class: "fact cors" }, mark(sign), `CORS: ${words}`),
      around.map((other) =>
        h("button", {
          type: "button",
          class: "jump",
          onclick: () => go(other.place),
          text: relation(row, other),
        }),
      ),
    ),
    closeButton(leave),
  );
}

/** @param {Row} row @param {Row} other */
function relation(row, other) {
  if (other.id === row.preflightId) return "its preflight";
  if (other.id === row.preflightFor) return `the ${other.method} it was for`;
  if (other.id === row.redirectedBy) return "redirected by";
  return other.preflight ? "a preflight before" : "a redirect before";
}

/**
 * @param {Detail} detail
 * @param {string} first the tab that is shown
 * @param {(name: string) => void} prefer
 */
function tabs(detail, first, prefer) {
  const panel = h("div", { class: "tabpanel", role: "tabpanel", id: "tabpanel", tabindex: "0" });
  const list = h("div", { class: "tabs", role: "tablist", aria: { label: "About the request" } });
  const select = (/** @type {string} */ name) => {
    const [, , make] = TABS.find(([each]) => each === name) ?? TABS[0];
    for (const tab of /** @type {HTMLCollectionOf<HTMLElement>} */ (list.children)) {
      const chosen = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    panel.dataset.tab = name;
    panel.setAttribute("aria-labelledby", `tab-${name}`);
    panel.replaceChildren(make(detail));
    panel.scrollTop = 0;
  };
  list.append(
    ...TABS.map(([name, title]) =>
      h("button", {
        type: "button",
        role: "tab",
        id: `tab-${name}`,
        data: { tab: name },
        aria: { controls: "tabpanel" },
        text: title,
        onclick: () => {
          prefer(name);
          select(name);
        },
      }),
    ),
  );
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [.../** @type {HTMLCollectionOf<HTMLElement>} */ (list.children)];
    const at = all.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const next = all[(at + step + all.length) % all.length];
    next.click();
    next.focus();
  });
  select(first);
  return [list, panel];
}
