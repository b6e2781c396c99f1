// @ts-check
import { describe } from "../stage/outcome.js";
import { badPreflights, byItsRules } from "./choices.js";

export const title = "When the question is answered badly";
export const story =
  "If the answer to the preflight lacks anything the request needs, the request itself never leaves the browser.";
export const action = "Try to create an album";
export const choices = [...badPreflights, byItsRules];
export const preflighted = true;

/** @param {import("../stage/env.js").Env} env */
export function run({ XMLHttpRequest, watch, url, token }) {
  const xhr = new XMLHttpRequest();
  const outcome = watch(xhr);
  xhr.open("PUT", url("/albums"));
  xhr.setRequestHeader("Content-Type", "application/json");
  xhr.setRequestHeader("Authorization", `Bearer ${token}`);
  xhr.send(JSON.stringify({ name: "Only if allowed" }));
  return outcome;
}

/** @type {Record<string, string>} */
const MEANINGS = {
  "no-methods":
    "`PUT` is none of the three methods that need no permission, and `Access-Control-Allow-Methods` does not name it.",
  "no-headers":
    "`Authorization` and a JSON `Content-Type` need permission each, and `Access-Control-Allow-Headers` names neither.",
  "preflight-401":
    "The preflight was told to sign in first. It never carries cookies or `Authorization`, so whoever guards a service must let `OPTIONS` pass.",
  "preflight-redirect":
    "The preflight was sent elsewhere, as by a rule for https or a trailing slash. Browsers do not follow: call the final address instead.",
  refuse:
    "The answer to the preflight names no origin at all, so nothing else in it counts.",
};

/** @param {import("../stage/outcome.js").Outcome} outcome @param {import("../stage/env.js").Env} env */
export function explain(outcome, { demo, named }) {
  if (outcome.state === "read") {
    return `This time the answer was complete, and the \`PUT\` went through. ${describe(outcome)}`;
  }
  if (outcome.state !== "blocked") return describe(outcome);
  const meaning =
    named || demo === "preflight-redirect"
      ? MEANINGS[demo]
      : "No rule lets this origin create albums, whatever else the answer says.";
  return `${meaning} The \`PUT\` was never sent.`;
}

/** @param {any} _ @param {import("../stage/env.js").Env} env */
export const why = (_, { demo }) =>
  demo === "preflight-redirect"
    ? { reason: "redirect", preflight: true }
    : null;
