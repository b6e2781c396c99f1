// @ts-check
/** Asks the service what a given site could do under the rules as they stand in the editor. */

import { h, mark } from "../look/dom.js";
import { ask, Problem } from "./api.js";
import { field } from "./form.js";

const PATIENCE = 250; // milliseconds without typing
const INVITATION = "Type an origin to see what its pages may do, and with which answer.";

/**
 * @typedef {{
 *   allowed: boolean,
 *   credentials: boolean,
 *   needs?: "nobody" | "token" | "sign-in-or-token",
 *   reason: string,
 *   sentence: string,
 *   headers: string[],
 * }} Verdict
 */

/**
 * @param {string} path of the album
 * @param {() => import("./api.js").Sharing} sharing
 * @param {(problem: Problem | null) => void} point where the rules themselves are at fault
 */
export function tester(path, sharing, point) {
  const origin = field({
    label: "A site’s origin",
    name: "origin",
    class: "code",
    placeholder: "https://partner.example",
    inputmode: "url",
    spellcheck: "false",
    autocomplete: "off",
    data: { testOrigin: "" },
  });
  const results = h("div", { class: "verdicts", aria: { live: "polite" }, data: { verdicts: "" } });
  const element = h(
    "section",
    { class: "sheet tester", aria: { labelledby: "tester-title" } },
    h("h2", { id: "tester-title", text: "What could a given site do?" }),
    h("p", {
      class: "soft",
      text: "Answered by the service, for the rules as they stand here, saved or not.",
    }),
    origin.element,
    results,
  );
  let timer = 0;
  let asked = 0;
  const again = () => {
    clearTimeout(timer);
    timer = window.setTimeout(look, PATIENCE);
  };
  origin.input.addEventListener("input", again);
  say(INVITATION);

  /** @param {string} words in place of verdicts */
  function say(words) {
    results.replaceChildren(h("p", { class: "verdicts-none soft", text: words }));
  }

  async function look() {
    const mine = ++asked;
    origin.fault("");
    if (origin.value() === "") return say(INVITATION);
    try {
      const { data } = await ask("POST", `${path}/sharing/verdict`, {
        json: { sharing: sharing(), origin: origin.value() },
      });
      if (mine !== asked) return;
      point(null);
      results.replaceChildren(
        verdict("read", "Show the album", data.read, data.trusted),
        verdict("change", "Change the album", data.change, data.trusted),
      );
    } catch (error) {
      if (mine === asked) fail(/** @type {Problem} */ (error));
    }
  }

  /** @param {Problem} problem */
  function fail(problem) {
    if (problem.field === "origin") {
      say("There is no verdict on what is no origin.");
      origin.fault(problem.message);
    } else if (problem.field) {
      say("The rules cannot be kept as they stand: see what is marked there.");
      point(problem);
    } else {
      say(`This cannot be told now. ${problem.message}`);
    }
  }

  return { element, again };
}

/**
 * What a page needs besides the rule.
 *
 * @param {Verdict["needs"]} needs
 * @param {boolean} trusted
 */
function needed(needs, trusted) {
  switch (needs) {
    case "nobody":
      return "Its visitors need not say who they are.";
    case "token":
      return "The page must hold a token of yours that is bound to this origin.";
    case "sign-in-or-token":
      return trusted
        ? "You must have signed in there, or the page must hold a token of yours that is bound to this origin."
        : "The page must hold a token of yours that is bound to this origin. Nobody can sign in there: that takes a site that whoever runs this service trusts (--trusted-site).";
    default:
      return "";
  }
}

/**
 * @param {"read" | "change"} right
 * @param {string} title
 * @param {Verdict} verdict
 * @param {boolean} trusted
 */
function verdict(right, title, { allowed, credentials, needs, reason, sentence, headers }, trusted) {
  const answer = allowed ? (credentials ? "Yes, for you" : "Yes") : "No";
  const besides = needed(needs, trusted);
  return h(
    "article",
    { class: "verdict", data: { verdict: right, allowed: String(allowed), reason } },
    mark(allowed ? "open" : "closed"),
    h(
      "div",
      {},
      h("h3", {}, `${title}: `, h("span", { class: "verdict-answer", text: answer })),
      h("p", { text: sentence }),
      ...(besides ? [h("p", { text: besides, data: { needs: needs ?? "" } })] : []),
      headers.length > 0
        ? h("pre", { tabindex: "0", aria: { label: "Answer header fields" }, text: headers.join("\n") })
        : h("p", { class: "soft", text: "The answer has no CORS header fields." }),
    ),
  );
}
