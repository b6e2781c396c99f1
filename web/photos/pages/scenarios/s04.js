// @ts-check
import { describe, succeeded } from "../stage/outcome.js";
import { byItsRules, silent, slow } from "./choices.js";

export const title = "Open to any site";
export const story =
  "One album is shared with everybody: its answers say `Access-Control-Allow-Origin: *`, which counts only for requests without credentials.";
export const action = "Fetch the open album";
export const choices = [byItsRules, silent, slow];

export const fields = () => [
  {
    name: "withCredentials",
    type: "checkbox",
    label: "xhr.withCredentials = true",
    value: false,
  },
  {
    name: "timeout",
    type: "checkbox",
    label: "xhr.timeout = 1000",
    value: false,
  },
];

/** @param {import("../stage/env.js").Env} env */
export async function run(env) {
  const { XMLHttpRequest, watch, url, albums, fields, show } = env;
  const get = (path, type) => {
    const xhr = new XMLHttpRequest();
    const outcome = watch(xhr);
    xhr.open("GET", url(path));
    xhr.withCredentials = fields.withCredentials;
    xhr.timeout = fields.timeout ? 1000 : 0;
    xhr.responseType = type ?? "";
    xhr.send();
    return outcome;
  };

  const list = await get(`/albums/${albums.open}/photos`);
  for (const photo of list.data?.photos?.slice(0, 3) ?? []) {
    const thumbnail = await get(photo.thumbnails["320"], "blob");
    if (thumbnail.status === 200) show(thumbnail.body, photo.name);
  }
  return list;
}

/** @param {import("../stage/outcome.js").Outcome} outcome @param {import("../stage/env.js").Env} env */
export function explain(outcome, { demo }) {
  if (succeeded(outcome)) {
    return "Any page anywhere may read this, and needs no cookie for it: the service never learns who is looking.";
  }
  if (
    outcome.state === "blocked" &&
    outcome.withCredentials &&
    demo !== "silent"
  ) {
    return "The answer says `*`, and the request was made with credentials. The browser refuses that pair, so that data open to everybody is never mixed up with what one person may see.";
  }
  return describe(outcome);
}

/** @param {import("../stage/outcome.js").Outcome} outcome @param {import("../stage/env.js").Env} env */
export const why = ({ withCredentials }, { demo }) =>
  withCredentials && demo !== "silent" ? { reason: "wildcard" } : null;
