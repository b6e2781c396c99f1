// @ts-check
/** A scenario's place on the page: its story, its code, its controls and what happened. */

import { h } from "../look/dom.js";
import { prose } from "../look/prose.js";
import { codeView } from "./code.js";
import { consoleLine } from "./console-line.js";
import { controls, filledIn } from "./controls.js";
import { makeEnv } from "./env.js";
import { panelLink } from "./panel-link.js";
import { play } from "./play.js";
import { resultView } from "./result.js";

/**
 * @param {string} name such as "s2"
 * @param {import("./play.js").Scenario} scenario
 * @param {import("./env.js").Config} config
 * @param {Parameters<typeof makeEnv>[2]} host what the page adds to the scenario's env
 * @param {HTMLElement | null} [extra] a part of its own, between controls and result
 * @returns {HTMLElement}
 */
export function card(name, scenario, config, host, extra = null) {
  const { form, run, stop } = controls(name, scenario, config);
  const result = resultView((outcome, from, to) => panelLink(config, outcome, from, to));
  const stage = stageOf(scenario, config, host, result);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (run.getAttribute("aria-disabled") === "true") return;
    run.setAttribute("aria-disabled", "true");
    stop.disabled = false;
    await stage.perform(filledIn(form));
    stop.disabled = true;
    run.removeAttribute("aria-disabled");
  });
  stop.addEventListener("click", () => stage.stop());

  return h(
    "section",
    { class: "scenario", id: name, aria: { labelledby: `${name}-title` } },
    headOf(name, scenario),
    h("div", { class: "told" }, codeView(scenario, config), notesView(scenario.notes)),
    h("div", { class: "played" }, form, extra, result.element),
  );
}

/**
 * A scenario's number, title and story.
 * @param {string} name
 * @param {import("./play.js").Scenario} scenario
 */
export function headOf(name, { title, story }) {
  return h(
    "header",
    {},
    h("p", { class: "number", text: name.toUpperCase() }),
    h("h2", { id: `${name}-title`, text: title }),
    h("p", { class: "lead" }, prose(story)),
  );
}

/**
 * Where a scenario is performed, again and again.
 * @param {import("./play.js").Scenario} scenario
 * @param {import("./env.js").Config} config
 * @param {Parameters<typeof makeEnv>[2]} host
 * @param {ReturnType<typeof resultView>} result
 */
function stageOf(scenario, config, host, result) {
  /** @type {Set<XMLHttpRequest>} */
  const underWay = new Set();
  return {
    stop: () => underWay.forEach((xhr) => xhr.abort()),
    /** @param {ReturnType<typeof filledIn>} chosen */
    async perform({ demo, fields }) {
      result.begin();
      const choice = scenario.choices?.find((each) => each.demo === demo);
      const record = () => result.exchange((outcome) => lineFor(outcome, scenario, choice, env));
      const env = makeEnv(config, { demo, fields, record }, { ...host, show: result.show });
      const { watch } = env;
      env.watch = (xhr, options) => {
        underWay.add(xhr);
        return watch(xhr, options).finally(() => underWay.delete(xhr));
      };
      const end = await play(scenario, env);
      result.finish(end, scenario.consoleLine?.(end, env));
    },
  };
}

/**
 * The console line that a blocked request leaves.
 * @param {import("./outcome.js").Outcome} outcome
 * @param {import("./play.js").Scenario} scenario
 * @param {import("./play.js").Choice | undefined} choice
 * @param {import("./env.js").Env} env
 */
function lineFor(outcome, scenario, choice, env) {
  if (scenario.elsewhere) return null;
  const { method = "", url = "" } = outcome;
  // An origin that no rule names is turned away before any other reason counts.
  const known = scenario.why?.(outcome, env) ?? (env.named ? choice : undefined);
  const { reason = "no-allow-origin", preflight = scenario.preflighted ?? false } = known ?? {};
  return consoleLine({ method, url, from: env.self, reason, preflight });
}

/** @param {string[] | undefined} notes */
function notesView(notes) {
  return (
    notes &&
    h(
      "details",
      { class: "notes" },
      h("summary", { text: "More about this" }),
      notes.map((text) => h("p", {}, prose(text))),
    )
  );
}
