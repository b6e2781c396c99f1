// @ts-check
/** Plays one scenario to its end and says what came of it. Needs no page. */

import { describe, headline } from "./outcome.js";

/**
 * @typedef {object} Choice one way the service can be asked to behave
 * @property {string} demo value of the query parameter; "" for as its rules say
 * @property {string} label
 * @property {string} [reason] why the browser then blocks, as console-line.js knows it
 * @property {boolean} [preflight] the preflight is what fails; if absent, it is where the scenario has one
 */

/**
 * @typedef {object} Field something to fill in or choose before running
 * @property {string} name
 * @property {string} label
 * @property {"text" | "password" | "checkbox" | "select" | "number"} type
 * @property {any} [value]
 * @property {{ value: string, label: string }[]} [options]
 * @property {string} [autocomplete]
 * @property {string} [hint]
 */

/**
 * @typedef {object} Scenario a module in scenarios/
 * @property {string} title
 * @property {string} story one sentence
 * @property {(env: any) => any} run
 * @property {string} [action] what its button says
 * @property {Function[]} [code] what to show besides run
 * @property {Choice[]} [choices] the first is chosen at the start
 * @property {(config: import("./env.js").Config) => Field[]} [fields]
 * @property {(outcome: any, env: import("./env.js").Env) => string} [explain] what its outcome means
 * @property {(outcome: any) => string} [heading] in place of the usual headline
 * @property {(outcome: any, env: import("./env.js").Env) => { reason: string, preflight?: boolean } | null} [why]
 *   why the browser blocked a request, where that depends on more than the choice
 * @property {(outcome: any, env: import("./env.js").Env) => string | null} [consoleLine] for what is no XMLHttpRequest blocked by CORS
 * @property {string[]} [notes]
 * @property {boolean} [preflighted] its request is one that browsers ask about first
 * @property {boolean} [elsewhere] it asks others than the data origin, which says nothing of the service
 */

/**
 * @param {Scenario} scenario
 * @param {import("./env.js").Env} env
 * @returns {Promise<import("./outcome.js").Outcome & { headline: string, words: string }>}
 */
export async function play(scenario, env) {
  const outcome = await attempt(scenario, env);
  if (outcome.state === "blocked" && !scenario.elsewhere && !(await serviceAnswers(env))) {
    return {
      ...outcome,
      state: "error",
      headline: "The service does not answer",
      words: `Nothing at ${env.data || env.self} answers, so this is no matter of permission. Is \`corsage serve\` running?`,
    };
  }
  const words = outcome.words ?? scenario.explain?.(outcome, env) ?? describe(outcome);
  const { heading = headline } = scenario;
  return { headline: heading(outcome), ...outcome, words };
}

/** @param {Scenario} scenario @param {import("./env.js").Env} env */
async function attempt(scenario, env) {
  try {
    return await scenario.run(env);
  } catch (thrown) {
    const { name, message } = /** @type {Error} */ (thrown);
    return { state: "error", headline: "The script stopped", words: `${name}: ${message}` };
  }
}

/**
 * A script cannot tell a refusal from a service that is down; but what is open
 * to every origin can only fail for the second reason.
 * @param {Pick<import("./env.js").Env, "data" | "XMLHttpRequest">} env
 * @returns {Promise<boolean>}
 */
export function serviceAnswers({ data, XMLHttpRequest }) {
  return new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.addEventListener("loadend", () => resolve(xhr.status > 0));
    xhr.open("GET", `${data}/healthz`);
    xhr.timeout = 5000;
    xhr.send();
  });
}
