// @ts-check
/** Addresses, times and sizes, as short as a cell is. */

import { bytes } from "../look/words.js";

/** @param {number} ms -1 if it is not known */
export function duration(ms) {
  if (ms < 0) return "";
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  return `${(ms / 60_000).toFixed(1)} min`;
}

/** @param {number} size -1 if it is not known */
export function size(size) {
  return size < 0 ? "" : bytes(size).replace(" bytes", " B");
}

/**
 * An address as the list shows it: what is asked for, and of whom.
 * @param {string} url
 */
export function nameOf(url) {
  const [, host = "", rest = url] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/i.exec(url) ?? [];
  return { path: rest || "/", host };
}

/** @param {string} address an address, maybe with a line after it */
export function shortInitiator(address) {
  const { path, host } = nameOf(address);
  if (!host) return address;
  return path === "/" ? host : (path.split("/").pop()?.split("?")[0] ?? "") || host;
}

/** @param {number} started in milliseconds since 1970 */
export function clock(started) {
  if (!started) return "";
  return new Date(started).toISOString().slice(11, 23);
}

/**
 * How an exchange stands with CORS, for a mark and a word.
 * @param {import("./stream.js").Row} row
 * @returns {{ kind: "allowed" | "blocked" | "failed" | "none" | "pending", mark: "open" | "closed" | "broken" | "idle", words: string }}
 */
export function standing({ verdict, state }) {
  if (verdict?.network) return { kind: "failed", mark: "broken", words: verdict.reason };
  if (verdict?.refused) return { kind: "blocked", mark: "closed", words: verdict.reason };
  if (verdict?.reason === "allowed") return { kind: "allowed", mark: "open", words: "allowed" };
  if (state === "pending") return { kind: "pending", mark: "idle", words: "…" };
  if (state === "failed") return { kind: "failed", mark: "broken", words: "no answer" };
  return { kind: "none", mark: "idle", words: verdict?.reason === "not-cors" ? "not CORS" : "–" };
}
