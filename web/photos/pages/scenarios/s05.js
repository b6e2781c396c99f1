// @ts-check
import { describe, succeeded } from "../stage/outcome.js";
import { byItsRules, refuses } from "./choices.js";

export const title = "For chosen sites only";
export const story =
  "Another album names the sites that may read it; the service compares `Origin` with that list and answers with this one origin, or with none.";
export const action = "Fetch the chosen album";
export const choices = [byItsRules, refuses];

/** @param {import("../stage/env.js").Env} env */
export async function run(env) {
  const { XMLHttpRequest, watch, url, albums, show } = env;
  const get = (path, type) => {
    const xhr = new XMLHttpRequest();
    const outcome = watch(xhr);
    xhr.open("GET", url(path));
    xhr.responseType = type ?? "";
    xhr.send();
    return outcome;
  };

  const list = await get(`/albums/${albums.chosen}/photos`);
  for (const photo of list.data?.photos?.slice(0, 3) ?? []) {
    const thumbnail = await get(photo.thumbnails["320"], "blob");
    if (thumbnail.status === 200) show(thumbnail.body, photo.name);
  }
  return list;
}

/** @param {import("../stage/outcome.js").Outcome} outcome @param {import("../stage/env.js").Env} env */
export function explain(outcome, { self, other, named }) {
  if (succeeded(outcome)) {
    return `The answer named ${self} alone, with \`Vary: Origin\`, so that no cache hands it to anybody else. Now press the same button on ${other}.`;
  }
  if (outcome.state === "blocked" && !named) {
    return `No rule of this album names ${self}. On ${other} the same button reads it.`;
  }
  return describe(outcome);
}

export const notes = [
  "Nothing that only looks like a named origin passes. For a rule `http://localhost:8402`, these are all refused: `https://localhost:8402` (another scheme), `http://localhost:84020` (another port), `http://localhost.example.net:8402` (another host), and `null`.",
  "A rule `https://*.example.com` names any host below `example.com`, but not `example.com` itself, nor `badexample.com`, nor `example.com.evil.test`.",
];
