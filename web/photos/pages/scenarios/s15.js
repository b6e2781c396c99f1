// @ts-check
import { byItsRules, silent, refuses } from "./choices.js";

export const title = "A typeface from elsewhere";
export const story =
  "Web fonts are loaded like a script’s requests: without permission from the other origin the page keeps the typeface it has.";
export const action = "Load the font";
export const choices = [byItsRules, silent, refuses];

/** @param {import("../stage/env.js").Env} env */
export async function run({ document, url }) {
  const address = url("/fonts/go-smallcaps.ttf");
  const sample = document.getElementById("s15-sample");
  sample?.classList.remove("dressed");
  document.fonts.forEach(
    (face) =>
      face.family.includes("Go Smallcaps") && document.fonts.delete(face),
  );

  const face = new FontFace("Go Smallcaps", `url("${address}")`);
  try {
    await face.load();
  } catch {
    return { state: "blocked", method: "GET", url: address };
  }
  document.fonts.add(face);
  sample?.classList.add("dressed");
  return { state: "read", method: "GET", url: address };
}

/** @param {import("../stage/outcome.js").Outcome} outcome @param {import("../stage/env.js").Env} env */
export function explain({ state }, { self }) {
  if (state === "read") {
    return "The lines above are set in Go Smallcaps now, which came from the albums’ origin. Fonts go without credentials.";
  }
  return `\`load()\` was rejected, and the lines above stay as they were: the font’s answer does not name ${self}.`;
}

/** @param {import("../stage/outcome.js").Outcome} outcome */
export function heading({ state }) {
  return state === "read"
    ? "Loaded, and in use"
    : "Blocked: the typeface stays";
}

/** @param {import("../stage/outcome.js").Outcome} outcome @param {import("../stage/env.js").Env} env */
export function consoleLine({ state, url }, { self }) {
  if (state !== "blocked") return null;
  return `Access to font at '${url}' from origin '${self}' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.`;
}

export const notes = [
  "Go Smallcaps is by Bigelow & Holmes; its licence lies beside it, at `/fonts/LICENSE.txt` on the albums’ origin.",
];
