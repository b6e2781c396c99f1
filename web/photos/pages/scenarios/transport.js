// @ts-check
/** Ways to ask another origin, oldest engines included. */

/**
 * Which way a script in this window has. XMLHttpRequest alone says nothing: the
 * ones before CORS have it too, but without this property.
 * @param {{ XMLHttpRequest?: any, XDomainRequest?: any }} window
 * @returns {"xhr" | "xdr" | "jsonp"}
 */
export function chooseTransport(window) {
  if (
    window.XMLHttpRequest &&
    "withCredentials" in new window.XMLHttpRequest()
  ) {
    return "xhr";
  }
  if (window.XDomainRequest) return "xdr";
  return "jsonp";
}

/**
 * Asks by XDomainRequest: GET or POST only, no header fields, no credentials,
 * text only, and the page's own scheme.
 * @param {any} XDomainRequest
 * @param {string} address
 * @returns {Promise<import("../stage/outcome.js").Outcome>}
 */
export function askByXdr(XDomainRequest, address) {
  return new Promise((resolve) => {
    const xdr = new XDomainRequest();
    xdr.onload = () =>
      resolve({
        state: "read",
        url: address,
        method: "GET",
        body: xdr.responseText,
      });
    xdr.onerror = () =>
      resolve({ state: "blocked", url: address, method: "GET" });
    xdr.open("GET", address);
    xdr.send();
  });
}

let calls = 0;

/**
 * Asks by JSONP: a script element, which needs no permission to load from
 * anywhere, calls a function of ours with the data. It runs as our own code, so
 * it is only for services that are trusted, and only for data open to anybody.
 * @param {Document} document
 * @param {any} window
 * @param {(callback: string) => string} addressFor
 * @returns {Promise<import("../stage/outcome.js").Outcome>}
 */
export function askByJsonp(document, window, addressFor) {
  const callback = `corsageAnswer${++calls}`;
  const script = document.createElement("script");
  script.src = addressFor(callback);
  return new Promise((resolve) => {
    window[callback] = (/** @type {any} */ data) =>
      resolve({ state: "read", method: "GET", url: script.src, data });
    script.onerror = () =>
      resolve({ state: "blocked", method: "GET", url: script.src });
    document.head.append(script);
  }).finally(() => {
    script.remove();
    delete window[callback];
  });
}
