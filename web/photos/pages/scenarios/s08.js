// @ts-check
import { describe, succeeded } from "../stage/outcome.js";
import { byItsRules, mute, refuses } from "./choices.js";

export const title = "Done, but unheard";
export const story =
  "After the preflight the request runs; if its own answer lacks the permission, the album is stored and the script never learns of it.";
export const action = "Create an album, then look";
export const choices = [mute, byItsRules, refuses];
export const preflighted = true;

/** @param {import("../stage/env.js").Env} env */
export async function run(env) {
  const { XMLHttpRequest, watch, url, data, token } = env;
  const send = (method, address, body = null) => {
    const xhr = new XMLHttpRequest();
    const outcome = watch(xhr);
    xhr.open(method, address);
    if (token) xhr.setRequestHeader("Authorization", `Bearer ${token}`);
    if (body) xhr.setRequestHeader("Content-Type", "application/json");
    xhr.send(body && JSON.stringify(body));
    return outcome;
  };

  const name = `Unheard ${new Date().toISOString()}`;
  const put = await send("PUT", url("/albums"), { name });
  const list = await send("GET", `${data}/albums`); // is it there?
  const stored = (list.data?.albums ?? []).some(
    (album) => album.name === name,
  );
  return { ...put, name, stored };
}

/** @param {import("../stage/outcome.js").Outcome & { name?: string, stored?: boolean }} outcome @param {import("../stage/env.js").Env} env */
export function explain(outcome, { named }) {
  const { name, stored } = outcome;
  if (outcome.state === "blocked" && stored) {
    return `The script was told of an error, yet the second request finds “${name}”: the service had stored it. Blocking an answer undoes nothing.`;
  }
  if (outcome.state === "blocked" && !named) {
    return "No rule lets this origin create albums, so already the preflight was refused, and nothing was sent.";
  }
  if (outcome.state === "blocked") {
    return `The script was told of an error, and the second request finds no “${name}”: here the preflight itself was refused, so nothing was sent.`;
  }
  if (succeeded(outcome)) {
    return `With the permission on the answer as well, the script learns that “${name}” is stored.`;
  }
  return describe(outcome);
}

export const notes = [
  "This is why the permission belongs on every answer, errors included, and why a request that changes something should be safe to repeat: a script that heard nothing will try again.",
];
