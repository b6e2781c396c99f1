// @ts-check
import { counted } from "../look/words.js";
import { byItsRules, silent } from "./choices.js";
import { askByJsonp, askByXdr, chooseTransport } from "./transport.js";

export const title = "Older engines, other ways";
export const story =
  "Whether an engine can do all this is asked of the engine, not of its name: one property decides among `XMLHttpRequest`, `XDomainRequest` and JSONP.";
export const action = "Detect, then ask";
export const choices = [byItsRules, silent];
export const code = [chooseTransport, askByXdr, askByJsonp];

export const fields = () => [
  {
    name: "engine",
    type: "select",
    label: "Pretend to be",
    value: "this",
    options: [
      { value: "this", label: "this browser, as it is" },
      { value: "xdr", label: "like Internet Explorer 9: XDomainRequest" },
      { value: "none", label: "older still: neither" },
    ],
  },
  {
    name: "album",
    type: "select",
    label: "Ask for",
    value: "open",
    options: [
      { value: "open", label: "the open album" },
      { value: "chosen", label: "the chosen sites’ album" },
    ],
  },
];

/** @param {import("../stage/env.js").Env} env */
export async function run(env) {
  const { window, document, XMLHttpRequest, watch } = env;
  const { url, albums, fields } = env;
  class OldXMLHttpRequest {} // has no withCredentials
  const XDomainRequest = window.XDomainRequest ?? "none here";
  const engines = {
    this: window,
    xdr: { XMLHttpRequest: OldXMLHttpRequest, XDomainRequest },
    none: { XMLHttpRequest: OldXMLHttpRequest },
  };
  const engine = engines[fields.engine];
  const transport = chooseTransport(engine);
  const path = `/albums/${albums[fields.album]}/photos`;

  if (transport === "jsonp") {
    const address = (callback) => url(path, { callback });
    return {
      ...(await askByJsonp(document, window, address)),
      transport,
    };
  }
  if (transport === "xdr") {
    if (XDomainRequest === "none here") {
      return { state: "error", transport, absent: true };
    }
    return {
      ...(await askByXdr(XDomainRequest, url(path))),
      transport,
    };
  }
  const xhr = new XMLHttpRequest();
  const outcome = watch(xhr);
  xhr.open("GET", url(path));
  xhr.send();
  return { ...(await outcome), transport };
}

/** @type {Record<string, string>} */
const WAYS = {
  xhr: "XMLHttpRequest with CORS",
  xdr: "XDomainRequest",
  jsonp: "JSONP",
};

/** @param {import("../stage/outcome.js").Outcome & { transport: string, absent?: boolean }} outcome @param {import("../stage/env.js").Env} env */
export function explain({ state, transport, absent, data }, { demo }) {
  const way = `Detected: ${WAYS[transport]}.`;
  if (absent) {
    return `${way} The branch was taken, and ends here: this browser has no XDomainRequest to run it with. It was in Internet Explorer 8 and 9 only.`;
  }
  if (transport === "jsonp" && state === "read") {
    const regardless =
      demo === "silent"
        ? " That the service took no part in CORS made no difference to it."
        : "";
    return `${way} A script from the service called our function with ${counted(data?.photos?.length ?? 0, "photo")}.${regardless}`;
  }
  if (transport === "jsonp") {
    return `${way} The script did not load: the service offers this form only for albums that any site may read, since it cannot know which site asks.`;
  }
  if (state === "read") {
    return `${way} It read the album, with every status and header field to be seen.`;
  }
  if (demo === "") {
    return `${way} It asked for an album that names its readers, and this origin is not among them.`;
  }
  return `${way} It asked, the answer took no part in CORS, and the script was given nothing.`;
}

/** @param {import("../stage/outcome.js").Outcome & { transport: string, absent?: boolean }} outcome */
export function heading({ state, transport, absent }) {
  if (absent) return "No XDomainRequest in this browser";
  return `${state === "read" ? "Read" : "Blocked"}, by ${WAYS[transport]}`;
}
