// @ts-check
/** The line that a blocked request leaves in Chromium's developer console. Needs no page. */

const BY_ATTRIBUTE =
  "The credentials mode of requests initiated by the XMLHttpRequest is controlled by the withCredentials attribute.";

/**
 * Why a request was blocked. `field` refusals are worded without the preflight's prefix.
 * @type {Record<string, (request: { method: string }) => string>}
 */
const AT_THE_CHECK = {
  "no-allow-origin": () => "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
  wildcard: () =>
    `The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'. ${BY_ATTRIBUTE}`,
  status: () => "It does not have HTTP ok status.",
  redirect: () => "Redirect is not allowed for a preflight request.",
};

/** @type {Record<string, (request: { method: string }) => string>} */
const AFTER_THE_CHECK = {
  method: ({ method }) =>
    `Method ${method} is not allowed by Access-Control-Allow-Methods in preflight response.`,
  header: () =>
    "Request header field authorization is not allowed by Access-Control-Allow-Headers in preflight response.",
};

/**
 * @param {object} blocked
 * @param {string} blocked.method
 * @param {string} blocked.url
 * @param {string} blocked.from the page's origin
 * @param {string} blocked.reason
 * @param {boolean} blocked.preflight the preflight was refused, not the answer to the request itself
 */
export function consoleLine({ method, url, from, reason, preflight }) {
  const why = AFTER_THE_CHECK[reason]?.({ method }) ?? atTheCheck(reason, preflight);
  return `Access to XMLHttpRequest at '${url}' from origin '${from}' has been blocked by CORS policy: ${why}`;
}

/** @param {string} reason @param {boolean} preflight */
function atTheCheck(reason, preflight) {
  const words = (AT_THE_CHECK[reason] ?? AT_THE_CHECK["no-allow-origin"])({ method: "" });
  return preflight ? `Response to preflight request doesn't pass access control check: ${words}` : words;
}

/**
 * The line for a page on https that asks plain http.
 * @param {{ page: string, url: string }} blocked
 */
export function mixedContentLine({ page, url }) {
  return `Mixed Content: The page at '${page}' was loaded over HTTPS, but requested an insecure XMLHttpRequest endpoint '${url}'. This request has been blocked; the content must be served over HTTPS.`;
}
