// @ts-check
/**
 * What a scenario is given to work with, so that the same module runs on a page
 * and in a script engine without one.
 */

import { follow } from "./xhr.js";

/**
 * @typedef {object} Config the guest site's /config.json
 * @property {string} data origin of the album service; "" for this page's own
 * @property {string} self this page's origin
 * @property {string} other origin of the guest site of the other kind
 * @property {boolean} named some album's rules name this origin
 * @property {string} token bearer token bound to this origin; "" if there is none
 * @property {{ data: string | null, self: string | null, other: string | null }} https
 * @property {{ open: string, chosen: string, signedIn: string, private: string }} albums
 * @property {string} panel address of the network panel; "" if there is none
 * @property {string} demoUser
 */

/**
 * @typedef {object} Record where one request is written down
 * @property {(happening: import("./xhr.js").Happening) => void} event
 * @property {(outcome: import("./outcome.js").Outcome) => void} end
 */

/**
 * @typedef {Config & {
 *   demo: string,
 *   fields: { [name: string]: any },
 *   memory: { album?: { id: string, name: string } },
 *   XMLHttpRequest: typeof XMLHttpRequest,
 *   url: (path: string, parameters?: { [name: string]: string }) => string,
 *   watch: (xhr: XMLHttpRequest, options?: { upload?: boolean }) => Promise<import("./outcome.js").Outcome>,
 *   show: (picture: Blob, caption: string) => void,
 *   window?: any,
 *   document?: any,
 *   [more: string]: any,
 * }} Env
 */

/**
 * @param {Config} config
 * @param {object} run
 * @param {string} [run.demo] how the service is asked to behave; "" for as it should
 * @param {{ [name: string]: any }} [run.fields] what was filled in
 * @param {() => Record} run.record called for each request that is watched
 * @param {{ XMLHttpRequest: typeof XMLHttpRequest, [more: string]: any }} host what the place it runs in has: show, memory, document and so on
 * @returns {Env}
 */
export function makeEnv(config, { demo = "", fields = {}, record }, host) {
  return /** @type {Env} */ ({
    memory: {},
    show() {},
    ...config,
    ...host,
    demo,
    fields,
    url: (path, parameters = {}) => address(config.data, path, { ...parameters, ...(demo && { demo }) }),
    watch(xhr, options) {
      const { event, end } = record();
      const ended = follow(xhr, event, options);
      ended.then(end);
      return ended;
    },
  });
}

/** @param {string} origin @param {string} path @param {{ [name: string]: string }} parameters */
function address(origin, path, parameters) {
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return origin + path + (query.length > 0 ? `?${query.join("&")}` : "");
}
