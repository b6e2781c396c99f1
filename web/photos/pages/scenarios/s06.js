// @ts-check
import { describe, succeeded } from "../stage/outcome.js";
import { byItsRules, refuses } from "./choices.js";

export const title = "Asking first";
export const story =
  "A `PUT` with JSON and a token is nothing a plain page could ever send, so the browser asks first with `OPTIONS`, and only then creates the album.";
export const action = "Create the album";
export const choices = [byItsRules, refuses];
export const preflighted = true;

export const fields = () => [
  { name: "album", type: "text", label: "Name", value: "New Album" },
];

/** @param {import("../stage/env.js").Env} env */
export async function run(env) {
  const { XMLHttpRequest, watch, url, token, fields, memory } = env;
  const xhr = new XMLHttpRequest();
  const outcome = watch(xhr);
  xhr.open("PUT", url("/albums"));
  xhr.setRequestHeader("Content-Type", "application/json");
  xhr.setRequestHeader("Authorization", `Bearer ${token}`);
  xhr.send(JSON.stringify({ name: fields.album }));

  const created = await outcome;
  if (created.data?.id) memory.album = created.data; // S11 fills it
  return created;
}

/** @param {import("../stage/outcome.js").Outcome} outcome */
export function explain(outcome) {
  if (outcome.status === 201) {
    return `“${outcome.data.name}” is made, and shared with this site alone. Its address came in \`Location\`, which the service exposes.`;
  }
  if (succeeded(outcome)) {
    return `“${outcome.data.name}” was there already. \`PUT\` is safe to repeat: it gives the one that exists.`;
  }
  if (outcome.state === "blocked") {
    return "The question was answered with no, so the `PUT` was never sent. The network panel shows the `OPTIONS` request only.";
  }
  return describe(outcome);
}

export const notes = [
  "The question names what the request will be: `Access-Control-Request-Method: PUT`, and `Access-Control-Request-Headers: authorization,content-type`. The answer lists what is allowed in `Access-Control-Allow-Methods` and `-Headers`, and how long that holds in `Access-Control-Max-Age`.",
];
