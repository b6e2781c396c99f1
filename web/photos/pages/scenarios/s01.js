// @ts-check
import { counted } from "../look/words.js";

export const title = "At home";
export const story =
  "The owner’s page and the albums share one origin, so a plain `XMLHttpRequest` lists them, as it did before CORS.";
export const action = "List the albums";

/** @param {import("../stage/env.js").Env} env */
export function run({ XMLHttpRequest, watch }) {
  const xhr = new XMLHttpRequest();
  const outcome = watch(xhr);
  xhr.open("GET", "/albums");
  xhr.send();
  return outcome;
}

/** @param {import("../stage/outcome.js").Outcome} outcome */
export function explain({ state, data }) {
  if (state !== "read") {
    return "This is no matter of origins: the request stayed at home. The service did not answer.";
  }
  return `The list has ${counted(data?.albums?.length ?? 0, "album")}. The request carried no \`Origin\`, and the answer needed no CORS field.`;
}
