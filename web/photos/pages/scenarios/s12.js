// @ts-check
import { describe } from "../stage/outcome.js";
import { byItsRules, silent } from "./choices.js";

export const title = "What the developer tools know";
export const story =
  "The script learns nothing of a blocked request; the person at the browser learns everything, in the network panel and the console.";
export const action = "Run it with the tools open";
export const choices = [silent, byItsRules];
export const preflighted = true;

/** @param {import("../stage/env.js").Env} env */
export function run({ XMLHttpRequest, watch, url, albums }) {
  const xhr = new XMLHttpRequest();
  const outcome = watch(xhr);
  xhr.open("GET", url(`/albums/${albums.open}`));
  xhr.setRequestHeader("If-None-Match", '"seen-before"'); // enough to be asked about first
  xhr.send();
  return outcome;
}

/** @param {import("../stage/outcome.js").Outcome} outcome */
export function explain(outcome) {
  if (outcome.state !== "blocked") {
    return `The panel shows two rows, the preflight and the request. ${describe(outcome)}`;
  }
  return "In the network panel, look for the row of type preflight, its status and its missing fields; the row of the request is marked as a CORS error. In the console, look for the line shown with the request.";
}

export const notes = [
  "Open the tools with F12, or Ctrl+Shift+I (Option+Command+I on a Mac), choose Network, and press the button again: panels show only what happens while they are open.",
  "Corsage has a panel of its own, which sees the service’s end: the link below each request leads to its row there, with the header lines that decided and what to send instead.",
  "Postman and curl show answers that a page may not read, because the rule is the browser’s, and protects the browser’s user.",
];
