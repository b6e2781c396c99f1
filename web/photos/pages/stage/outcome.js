// @ts-check
/** What came of a request, as far as the script that made it can tell. Needs no page. */

/**
 * @typedef {object} Outcome
 * @property {"idle" | "read" | "blocked" | "error"} state read: the script has the
 *   answer, whatever its status; blocked: it was told of an error and nothing
 *   else; error: neither, as after abort() or a timeout
 * @property {string} [ending] the event that ended it: load, error, abort or timeout
 * @property {string} [method]
 * @property {string} [url]
 * @property {boolean} [withCredentials]
 * @property {number} [status]
 * @property {string} [statusText]
 * @property {string} [headers] as getAllResponseHeaders() gives them
 * @property {any} [body] text, or what responseType asked for
 * @property {any} [data] the body as JSON says it, if it is JSON
 * @property {string} [words] what it means, if the scenario has said so already
 */

/** @type {Record<string, Outcome["state"]>} */
const STATES = { load: "read", error: "blocked" };

/**
 * @param {XMLHttpRequest} xhr that has ended
 * @param {string} ending
 * @param {{ method: string, url: string }} request
 * @returns {Outcome}
 */
export function outcomeOf(xhr, ending, { method, url }) {
  const headers = xhr.getAllResponseHeaders() ?? "";
  const text = xhr.responseType === "" || xhr.responseType === "text";
  const body = text ? xhr.responseText : xhr.response;
  return {
    state: STATES[ending] ?? "error",
    ending,
    method,
    url,
    withCredentials: xhr.withCredentials,
    status: xhr.status,
    statusText: xhr.statusText,
    headers,
    body,
    data: text ? parsed(body, headers) : null,
  };
}

/** @param {string} body @param {string} headers */
function parsed(body, headers) {
  if (!/^content-type:[^\r\n]*\bjson\b/im.test(headers)) return null;
  try {
    return JSON.parse(body);
  } catch {
    return null; // the script sees the broken text
  }
}

/**
 * Whether the script read an answer, and the answer was no refusal.
 * @param {Outcome} outcome
 */
export function succeeded({ state, status = 0 }) {
  return state === "read" && status >= 200 && status < 300;
}

/** @param {Outcome} outcome */
export function headline(outcome) {
  const { state, ending, status, statusText } = outcome;
  if (state === "idle") return "Nothing to do yet";
  if (state === "blocked") return "Blocked: the script gets nothing";
  if (state === "read" && !status) return "Read";
  if (state === "read") {
    return `${succeeded(outcome) ? "Read" : "Read, and the answer is no"}: ${`${status} ${statusText}`.trim()}`;
  }
  if (ending === "abort") return "Stopped by the script";
  if (ending === "timeout") return "The time ran out";
  return "It did not come to an answer";
}

/** @type {Record<number, string>} */
const REFUSALS = {
  401: "It wants to know first who is asking.",
  403: "It knows who is asking, and does not allow it.",
  404: "It shows no such thing to this page.",
  409: "A thing of that name is there already.",
  412: "What is there is not what the request was made for.",
  413: "It is larger than the service takes.",
  415: "It is not a kind of content the service takes.",
  429: "It was asked too often; later it will answer again.",
};

/**
 * What is to be said about any outcome.
 * @param {Outcome} outcome
 */
export function describe(outcome) {
  if (outcome.state === "blocked") {
    return "Status 0, no header fields, no body: the script cannot even tell this from a cut cable. Only the person at the browser's tools learns why.";
  }
  if (outcome.ending === "abort") {
    return "`abort()` was called: the events tell how far it had come, and the answer is gone.";
  }
  if (outcome.ending === "timeout") {
    return "The answer took longer than `xhr.timeout` allows, and the browser gave up on it.";
  }
  if (outcome.state !== "read") return "The script got neither an answer nor a refusal.";
  if (succeeded(outcome)) return "The answer permits this origin, so the script has it.";
  const general = REFUSALS[outcome.status ?? 0] ?? "The service refuses, and the script may read why.";
  return `${general} ${refusal(outcome)}`.trim();
}

/**
 * The words in which the service has refused.
 * @param {Outcome} outcome
 */
export function refusal({ status, data }) {
  return data?.detail ? `The service says: “${data.detail}”` : `The service says no more than ${status}.`;
}
