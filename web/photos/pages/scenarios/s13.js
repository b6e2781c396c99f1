// @ts-check
import { describe } from "../stage/outcome.js";
import {
  consoleLine as corsLine,
  mixedContentLine,
} from "../stage/console-line.js";
import { byItsRules, silent } from "./choices.js";

export const title = "Schemes and ports";
export const story =
  "An origin is scheme, host and port; where one differs, it is another origin, and plain http is out of reach from a page on https.";
export const action = "Ask there";
export const choices = [byItsRules, silent];
export const elsewhere = true;

export const fields = () => [
  {
    name: "where",
    type: "select",
    label: "Ask",
    value: "port",
    options: [
      { value: "port", label: "the same host on another port" },
      { value: "https", label: "the albums over https" },
      { value: "http", label: "plain http, at photos.example" },
    ],
  },
];

/** @param {import("../stage/env.js").Env} env */
export async function run(env) {
  const { XMLHttpRequest, watch, self, other, https } = env;
  const { albums, demo, fields } = env;
  const refusing = demo ? `?demo=${demo}` : "";
  const addresses = {
    port: `${other}/config.json`,
    https: `${https.data}/albums/${albums.open}${refusing}`,
    http: "http://photos.example/albums",
  };
  const secure = self.startsWith("https:");
  if (fields.where === "https" && !https.data) return { state: "idle" };
  if (fields.where === "http" && !secure) return { state: "idle" };

  const xhr = new XMLHttpRequest();
  const outcome = watch(xhr);
  xhr.open("GET", addresses[fields.where]);
  xhr.send();
  return outcome;
}

/** @param {import("../stage/outcome.js").Outcome} outcome @param {import("../stage/env.js").Env} env */
export function explain(outcome, env) {
  switch (env.fields.where) {
    case "port":
      return aboutPort(outcome, env);
    case "https":
      return aboutHttps(outcome, env);
    default:
      return aboutHttp(outcome, env);
  }
}

/** @param {import("../stage/outcome.js").Outcome} outcome @param {import("../stage/env.js").Env} env */
function aboutPort(outcome, { self, other }) {
  if (outcome.state !== "blocked") return describe(outcome);
  const sameScheme = self.split(":")[0] === other.split(":")[0];
  return `${other} differs from ${self} in ${sameScheme ? "its port alone" : "scheme and port"}, and that is enough. It runs these same pages, which take no part in CORS.`;
}

/** @param {import("../stage/outcome.js").Outcome} outcome @param {import("../stage/env.js").Env} env */
function aboutHttps({ state }, { demo, self, https }) {
  if (state === "idle") {
    return "The albums are not served over https here. Start the service with `corsage serve --demo --tls`.";
  }
  if (state === "read") {
    return self.startsWith("https:")
      ? "Both are on https here, so only host and port differ. The same is allowed from a page on http."
      : "From http to https is allowed when the service says so. `XDomainRequest`, years ago, demanded equal schemes.";
  }
  if (demo) {
    return "The service took no part, so the better scheme is of no help.";
  }
  return `The browser does not trust the certificate of ${https.data}, or the service there does not answer. Open ${https.data} once to see which.`;
}

/** @param {import("../stage/outcome.js").Outcome} outcome @param {import("../stage/env.js").Env} env */
function aboutHttp({ state }, { https }) {
  if (state === "idle") {
    const cure = https.self
      ? `Open ${https.self} and press the button there.`
      : "Start the service with `corsage serve --demo --tls`, and open the page over https.";
    return `This page came over http, from which plain http is no downgrade. ${cure}`;
  }
  return "Mixed content: the request never left the browser, and no permission could change that. Loopback addresses such as `127.0.0.1` are exempt, because nobody on the way can listen.";
}

/** @param {import("../stage/outcome.js").Outcome} outcome @param {import("../stage/env.js").Env} env */
export function consoleLine({ state, url = "" }, { demo, fields, self }) {
  if (state !== "blocked") return null;
  const page = `${self}/`;
  if (fields.where === "http") return mixedContentLine({ page, url });
  if (fields.where === "https" && !demo) return null; // no answer is no matter of CORS
  const reason = "no-allow-origin";
  return corsLine({
    method: "GET",
    url,
    from: self,
    reason,
    preflight: false,
  });
}
