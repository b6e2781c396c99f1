// @ts-check
/**
 * The way to a request's row in the network panel. The page cannot know what the
 * panel calls it, least of all when it was blocked, so the link says what was asked
 * and when; it is the panel that looks. Needs no page.
 */

/**
 * @param {import("./env.js").Config} config
 * @param {import("./outcome.js").Outcome} outcome
 * @param {number} from when it was begun, in milliseconds since 1970
 * @param {number} to when it had ended
 * @returns {string} "" if there is no panel, or none that sees such a request
 */
export function panelLink({ panel, data, self, https }, { method = "", url = "" }, from, to) {
  const seen = [data, https?.data].some((origin) => origin && url.startsWith(`${origin}/`));
  if (!panel || !seen) return "";
  const asked = { method, url: url.split("#")[0], origin: self, from: String(from), to: String(to) };
  const words = Object.entries(asked).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${panel}#find?${words.join("&")}`;
}
