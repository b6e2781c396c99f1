// @ts-check
/** Cookies: which were sent, and which of the answer's were kept or refused, and why. */

import { h, mark } from "../look/dom.js";
import { none, part } from "./parts.js";

/** @param {import("./detail.js").Detail} detail */
export function cookiesTab({ exchange }) {
  const sent = (exchange.request.header ?? []).filter(isNamed("cookie")).flatMap(namesIn);
  const set = exchange.cookies ?? [];
  const lines = (exchange.response?.header ?? []).filter(isNamed("set-cookie"));
  return h(
    "div",
    {},
    part(
      "Set by the answer",
      set.length > 0
        ? h("ul", { class: "cookies" }, set.map(cookieView))
        : lines.length > 0
          ? [
              none("Whether the browser keeps them is not recorded."),
              h("ul", { class: "cookies" }, lines.map(lineView)),
            ]
          : none("None."),
    ),
    part(
      "Sent with the request",
      sent.length > 0
        ? h(
            "ul",
            { class: "cookie-names" },
            sent.map((/** @type {string} */ name) => h("li", {}, h("code", { text: name }))),
          )
        : none("None."),
      exchange.credentials ? none(`Credentials mode: ${exchange.credentials}.`) : null,
    ),
  );
}

/** @param {string} wanted */
const isNamed =
  (wanted) =>
  (/** @type {{ name: string }} */ { name }) =>
    name.toLowerCase() === wanted;

/** @param {{ value: string }} field the values are not recorded */
function namesIn({ value }) {
  return value.split(";").map((pair) => pair.split("=")[0].trim());
}

/** @param {{ name: string, line: string, kept: boolean, reason?: string, detail?: string }} cookie */
function cookieView({ name, line, kept, reason, detail }) {
  return h(
    "li",
    { class: "cookie", data: { kept: String(kept) } },
    mark(kept ? "open" : "closed"),
    h("p", {}, h("b", { text: name }), kept ? " was kept" : ` was refused${reason ? `: ${reason}` : ""}`),
    detail ? h("p", { class: "soft", text: detail }) : null,
    h("code", { class: "cookie-line", text: line }),
  );
}

/** @param {{ value: string }} field */
function lineView({ value }) {
  return h(
    "li",
    { class: "cookie" },
    mark("idle"),
    h("p", {}, h("b", { text: value.split("=")[0] })),
    h("code", { class: "cookie-line", text: value }),
  );
}
