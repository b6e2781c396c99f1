// @ts-check
import { counted } from "../look/words.js";
import { succeeded, describe } from "../stage/outcome.js";
import { byItsRules, refuses, slow } from "./choices.js";

export const title = "Only the address changed";
export const story =
  "The same script on another site’s page: the browser adds `Origin` to the request, and hands the answer over because the service permits it.";
export const action = "List the albums";
export const choices = [byItsRules, refuses, slow];

/** @param {import("../stage/env.js").Env} env */
export function run({ XMLHttpRequest, watch, url }) {
  const xhr = new XMLHttpRequest();
  const outcome = watch(xhr);
  xhr.open("GET", url("/albums"));
  xhr.send();
  return outcome;
}

/** @param {import("../stage/outcome.js").Outcome} outcome @param {import("../stage/env.js").Env} env */
export function explain(outcome, { self }) {
  if (!succeeded(outcome)) return describe(outcome);
  const albums = outcome.data?.albums ?? [];
  return `${self} may see ${counted(albums.length, "album")}: those whose owner named it, or named everybody. The others are not in the list at all.`;
}

export const notes = [
  "Compare the code with S1: one line differs. Nothing in the script asks for permission; the browser does, and the service answers with `Access-Control-Allow-Origin`.",
  "While the answer drips, Stop calls `abort()`: look at the events that still come then.",
];
