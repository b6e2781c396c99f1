// @ts-check
/** Asks the album service, which is at home on this page's origin. */

import { sentence } from "../look/words.js";

/** @typedef {{ id: string, name: string, created: string, updated: string, photos: number, cover: string | null, own: boolean, sharing?: Sharing }} Album */
/** @typedef {{ id: string, album: string, name: string, type: string, size: number, width: number, height: number, url: string, thumbnails: { [edge: string]: string } }} Photo */
/** @typedef {{ sites: "nobody" | "chosen" | "any", origins?: string[], credentials?: boolean }} Rule */
/** @typedef {{ read: Rule, change: Rule }} Sharing */

/** A refusal, or no answer at all (status 0). */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {{ detail?: string, title?: string, field?: string }} document RFC 9457
   */
  constructor(status, { detail, title, field }) {
    super(
      sentence(
        detail ?? title ?? (status ? `the service answered ${status}` : "the service does not answer"),
      ),
    );
    this.status = status;
    this.field = field ?? "";
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {{ json?: any, match?: string | null }} [more] match: the version that an edit is meant for
 * @returns {Promise<{ status: number, data: any, etag: string | null }>}
 */
export function ask(method, path, { json, match } = {}) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.onload = () => {
      const data = parsed(xhr.responseText);
      if (xhr.status < 400) resolve({ status: xhr.status, data, etag: xhr.getResponseHeader("ETag") });
      else reject(new Problem(xhr.status, data ?? {}));
    };
    xhr.onerror = () => reject(new Problem(0, {}));
    xhr.open(method, path);
    if (json !== undefined) xhr.setRequestHeader("Content-Type", "application/json");
    if (match) xhr.setRequestHeader("If-Match", match);
    xhr.send(json === undefined ? null : JSON.stringify(json));
  });
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * A page of a list.
 * @param {string} path
 * @param {string | null} [cursor] of the page before
 */
export async function page(path, cursor = null) {
  const { data } = await ask("GET", cursor ? `${path}?cursor=${encodeURIComponent(cursor)}` : path);
  return data;
}
