// @ts-check
/** The ways in which the service can be asked, request by request, to behave. */

/** @typedef {import("../stage/play.js").Choice} Choice */

/** @type {Choice} */
export const byItsRules = { demo: "", label: "keeps to its rules" };

/** @type {Choice} */
export const silent = { demo: "silent", label: "takes no part in CORS" };

/** @type {Choice} */
export const refuses = { demo: "refuse", label: "refuses this origin" };

/** @type {Choice} */
export const slow = { demo: "slow", label: "drips its answer" };

/** @type {Choice} */
export const mute = {
  demo: "mute",
  label: "carries it out, and forgets the permission",
  preflight: false,
};

/** @type {Choice} */
export const wildcard = {
  demo: "wildcard",
  label: "answers * with credentials",
  reason: "wildcard",
};

/** @type {Choice[]} */
export const badPreflights = [
  { demo: "no-methods", label: "names no method", reason: "method" },
  { demo: "no-headers", label: "names no header", reason: "header" },
  {
    demo: "preflight-401",
    label: "asks the preflight to sign in",
    reason: "status",
  },
  {
    demo: "preflight-redirect",
    label: "redirects the preflight",
    reason: "redirect",
  },
  refuses,
];
