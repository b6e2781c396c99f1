// @ts-check
/**
 * Finds the request that a link of another page means. Such a page knows what it
 * asked for and when; it cannot know more, least of all of a blocked request.
 */

/** @typedef {import("./stream.js").Row} Row */

const TOLERANCE = 150; // milliseconds by which two clocks of one machine may differ

/**
 * @param {string} hash "#find?method=PUT&url=...&origin=...&from=...&to=...", the times in milliseconds since 1970
 * @param {Row[]} rows
 * @returns {{ row?: Row, words?: string }}
 */
export function wantedRow(hash, rows) {
  if (!hash.startsWith("#find?")) return {};
  const asked = new URLSearchParams(hash.slice("#find?".length));
  const method = asked.get("method") ?? "";
  const url = asked.get("url") ?? "";
  const from = Number(asked.get("from")) - TOLERANCE;
  const to = Number(asked.get("to")) + TOLERANCE;
  const candidates = rows.filter(
    (row) =>
      (row.preflight ? row.askedMethod : row.method) === method &&
      sameAddress(row.url, url) &&
      (!row.origin || row.origin === asked.get("origin")) &&
      row.started >= from &&
      row.started <= to,
  );
  // The request itself, or what is there of it: a preflight that was answered badly.
  const [row] = candidates.sort(
    (a, b) => Number(a.preflight ?? false) - Number(b.preflight ?? false) || a.place - b.place,
  );
  if (row) return { row };
  return {
    words: `There is no ${method} ${url} of that time here: it never reached the service, or is no longer kept.`,
  };
}

/**
 * What is secret in an address is not recorded.
 * @param {string} recorded @param {string} asked
 */
function sameAddress(recorded, asked) {
  if (!recorded.includes("[redacted]") && !recorded.includes("%5Bredacted%5D")) return recorded === asked;
  return recorded.split("?")[0] === asked.split("?")[0];
}
