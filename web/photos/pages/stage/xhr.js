// @ts-check
/**
 * Follows one XMLHttpRequest from the outside: tells each event as it comes,
 * and at the end what the script may read. Needs no page.
 */

import { outcomeOf } from "./outcome.js";

const PROGRESS_EVENTS = ["loadstart", "progress", "load", "error", "abort", "timeout", "loadend"];

/**
 * @typedef {object} Happening one event
 * @property {"xhr" | "upload"} on
 * @property {string} type
 * @property {number} readyState
 * @property {number} status
 * @property {number} [loaded] bytes, on progress events
 * @property {number} [total] bytes, 0 when not known
 */

/**
 * @param {XMLHttpRequest} xhr not opened yet
 * @param {(happening: Happening) => void} tell
 * @param {{ upload?: boolean }} [options] upload: follow xhr.upload as well. Not
 *   the default, because a listener there makes a browser ask first (preflight).
 * @returns {Promise<import("./outcome.js").Outcome>} when the request has ended, whichever way
 */
export function follow(xhr, tell, { upload = false } = {}) {
  const request = noteRequest(xhr);
  return new Promise((resolve) => {
    let ending = "";
    const listen = (/** @type {XMLHttpRequestEventTarget} */ target, /** @type {"xhr" | "upload"} */ on) => {
      for (const type of PROGRESS_EVENTS) {
        target.addEventListener(type, (event) => {
          const { loaded, total } = /** @type {ProgressEvent} */ (event);
          tell({ on, type, readyState: xhr.readyState, status: xhr.status, loaded, total });
          if (on === "upload") return;
          if (type === "loadend") resolve(outcomeOf(xhr, ending, request));
          else ending = type;
        });
      }
    };
    xhr.addEventListener("readystatechange", () => {
      tell({ on: "xhr", type: "readystatechange", readyState: xhr.readyState, status: xhr.status });
    });
    listen(xhr, "xhr");
    if (upload) listen(xhr.upload, "upload");
  });
}

/**
 * An XMLHttpRequest does not tell its method and address, so they are noted as
 * open() is called.
 * @param {XMLHttpRequest} xhr
 */
function noteRequest(xhr) {
  const request = { method: "", url: "" };
  const open = xhr.open;
  xhr.open = (/** @type {any[]} */ ...args) => {
    request.method = String(args[0]);
    request.url = String(args[1]);
    open.apply(xhr, /** @type {any} */ (args));
  };
  return request;
}
