// @ts-check
/** Numbers and times as words. */

const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** @param {number} count a number of bytes */
export function bytes(count) {
  let unit = 0;
  for (; count >= 1000 && unit < UNITS.length - 1; unit++) count /= 1000;
  return `${count < 10 && unit > 0 ? count.toFixed(1) : Math.round(count)} ${UNITS[unit]}`;
}

/** @param {number} count @param {string} word @param {string} [several] */
export function counted(count, word, several = `${word}s`) {
  if (count === 0) return `no ${several}`;
  return `${count} ${count === 1 ? word : several}`;
}

/** @param {string} time RFC 3339 */
export function day(time) {
  return new Date(time).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
}

/**
 * The service's own words as a sentence: they begin in lower case and have no
 * full stop.
 * @param {string} words
 */
export function sentence(words) {
  return words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? "" : ".");
}
