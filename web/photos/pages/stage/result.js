// @ts-check
/** What happened: the outcome in words, pictures, and each request with its events. */

import { h, mark } from "../look/dom.js";
import { prose } from "../look/prose.js";
import { consoleHint, exchangeView } from "./exchange.js";

/** @type {Record<string, "open" | "closed" | "broken" | "idle">} */
const MARKS = { read: "open", running: "open", blocked: "closed", error: "broken", idle: "idle" };

/** @param {Parameters<typeof exchangeView>[0]["panelLink"]} panelLink */
export function resultView(panelLink) {
  const outcome = h("div", { class: "outcome", role: "status", data: { outcome: "", state: "idle" } });
  const pictures = h("ul", { class: "shown", data: { shown: "" }, hidden: true });
  const exchanges = h("div", { class: "exchanges" });
  const element = h("div", { class: "result" }, outcome, pictures, exchanges);
  /** @type {{ element: HTMLDetailsElement, came: import("./outcome.js").Outcome }[]} */
  let ended = [];

  const say = (/** @type {string} */ state, /** @type {string} */ headline, /** @type {string} */ words) => {
    outcome.dataset.state = state;
    outcome.replaceChildren(
      mark(MARKS[state]),
      h(
        "div",
        {},
        h("strong", { data: { headline: "" }, text: headline }),
        h("p", { data: { words: "" } }, prose(words)),
      ),
    );
  };
  say("idle", "Not run yet", "What happens will be told here, event by event.");

  return {
    element,
    begin() {
      exchanges.replaceChildren();
      ended = [];
      pictures.replaceChildren();
      pictures.hidden = true;
      delete outcome.dataset.status;
      delete outcome.dataset.refused;
      say("running", "Running", "The request is on its way.");
    },
    /** @param {(outcome: import("./outcome.js").Outcome) => string | null} line */
    exchange(line) {
      const view = exchangeView({ open: exchanges.childElementCount === 0, consoleLine: line, panelLink });
      exchanges.append(view.element);
      const end = (/** @type {import("./outcome.js").Outcome} */ came) => {
        ended.push({ element: view.element, came });
        view.end(came);
      };
      return { ...view, end };
    },
    /** @param {Blob} picture @param {string} caption */
    show(picture, caption) {
      pictures.hidden = false;
      const image = h("img", { src: URL.createObjectURL(picture), alt: caption, width: 160, height: 120 });
      image.addEventListener("load", () => URL.revokeObjectURL(image.src));
      pictures.append(h("li", {}, image));
    },
    /** @param {import("./outcome.js").Outcome & { headline: string, words: string }} end @param {string | null} [line] */
    finish(end, line) {
      const { state, status, headline, words } = end;
      const about = ended.findLast(({ came }) => isSame(came, end));
      if (about) for (const { element } of ended) element.open = element === about.element;
      if (status) outcome.dataset.status = String(status);
      if (status && status >= 400) outcome.dataset.refused = "";
      say(state, headline, words);
      if (line) exchanges.append(consoleHint(line));
    },
  };
}

/**
 * Whether two outcomes tell of the same request; a scenario may have added to one.
 * @param {import("./outcome.js").Outcome} a
 * @param {import("./outcome.js").Outcome} b
 */
function isSame(a, b) {
  return a.method === b.method && a.url === b.url && a.ending === b.ending && a.status === b.status;
}
