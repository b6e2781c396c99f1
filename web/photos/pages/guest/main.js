// @ts-check
/** The guest site's page: reads where it is, and puts up the scenarios. */

import { find, h } from "../look/dom.js";
import { loading, notice } from "../look/notice.js";
import { parts } from "../scenarios/all.js";
import { card } from "../stage/card.js";
import { serviceAnswers } from "../stage/play.js";
import { atHome } from "./home.js";
import { filePlace } from "./files.js";
import { framePlace, samplePlace } from "./places.js";
import { contents } from "./contents.js";
import { siteBanner } from "./site.js";

const scenarios = find("[data-scenarios]");
const site = find("[data-site]");

start();

async function start() {
  scenarios.replaceChildren(loading("Putting up the scenarios"));
  const config = await readConfig().catch(() => null);
  if (config) show(config);
  else fail();
}

/** @returns {Promise<import("../stage/env.js").Config | null>} */
async function readConfig() {
  const response = await fetch("/config.json");
  return response.ok ? response.json() : null;
}

function fail() {
  site.replaceChildren();
  const again = h("button", { type: "button", onclick: start, text: "Try again" });
  const words = "It cannot tell where the albums are. Is `corsage serve --demo` still running?";
  scenarios.replaceChildren(notice("This site does not answer", words, { actions: [again] }));
}

/** @param {import("../stage/env.js").Config} config */
function show(config) {
  site.replaceChildren(siteBanner(config));
  const host = { XMLHttpRequest, window, document, memory: {} };
  const cards = parts.flatMap(([, entries]) =>
    Object.entries(entries).map(([name, scenario]) => place(name, scenario, config, host)),
  );
  scenarios.replaceChildren(...cards);
  find("[data-index]").replaceChildren(contents(parts));
  warnIfDown(config);
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

/**
 * @param {string} name
 * @param {any} scenario
 * @param {import("../stage/env.js").Config} config
 * @param {{ XMLHttpRequest: typeof XMLHttpRequest, [more: string]: any }} host
 */
function place(name, scenario, config, host) {
  switch (name) {
    case "s1":
      return atHome(name, scenario, config);
    case "s11": {
      const { element, eachFile } = filePlace(name);
      return card(name, scenario, config, { ...host, eachFile }, element);
    }
    case "s14":
      return card(name, scenario, config, host, framePlace());
    case "s15":
      return card(name, scenario, config, host, samplePlace());
    default:
      return card(name, scenario, config, host);
  }
}

/** @param {import("../stage/env.js").Config} config */
async function warnIfDown({ data }) {
  if (await serviceAnswers({ data, XMLHttpRequest })) return;
  site.append(
    notice(
      "The albums’ service does not answer",
      `Nothing is to be had from ${data}, so the scripts below will find nobody. Is \`corsage serve\` running?`,
    ),
  );
}
