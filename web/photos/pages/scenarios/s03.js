// @ts-check
import { describe } from "../stage/outcome.js";
import { silent, byItsRules } from "./choices.js";

export const title = "A service that takes no part";
export const story =
  "A service that knows nothing of CORS answers as ever, and the browser keeps the answer from the script.";
export const action = "List the albums";
export const choices = [silent, byItsRules];

/** @param {import("../stage/env.js").Env} env */
export function run({ XMLHttpRequest, watch, url }) {
  const xhr = new XMLHttpRequest();
  const outcome = watch(xhr);
  xhr.onerror = () => console.log("all that is known:", xhr.status);
  xhr.open("GET", url("/albums"));
  xhr.send();
  return outcome;
}

/** @param {import("../stage/outcome.js").Outcome} outcome @param {import("../stage/env.js").Env} env */
export function explain(outcome, { self }) {
  if (outcome.state !== "blocked") return describe(outcome);
  return `The service did answer, with 200 and a list, and the browser’s network panel shows it. The answer lacks \`Access-Control-Allow-Origin: ${self}\`, so the script is told of an error and nothing else.`;
}
