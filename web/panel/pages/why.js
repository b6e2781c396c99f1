// @ts-check
/** Why a request ended as it did, as package explain says it, and what can be done. */

import { h, mark } from "../look/dom.js";
import { prose } from "../look/prose.js";
import { copyable, part } from "./parts.js";

/** The kind of server that was chosen last. */
let server = "";

/** @param {import("./detail.js").Detail} detail */
export function whyTab({ row, exchange, finding }) {
  return finding ? findingView({ ...finding, console: finding.console || row.console }) : calm(row, exchange);
}

/** @param {any} finding of package explain, as it is */
export function findingView(finding) {
  return h(
    "article",
    { class: "why", data: { rule: finding.rule } },
    h("h3", { class: "why-title" }, prose(finding.title)),
    paragraph(finding.happened),
    (finding.evidence ?? []).map(evidence),
    finding.expected && part("What would have passed", paragraph(finding.expected)),
    (finding.details ?? []).map(paragraph),
    finding.answered &&
      part("Who has probably answered", paragraph(finding.answered.text), paragraph(finding.answered.hint)),
    remedy(finding.remedy),
    rest(finding),
  );
}

/** @param {import("./stream.js").Row} row @param {{ policy?: string }} exchange */
function calm({ verdict, state }, { policy }) {
  const words =
    verdict?.sentence ?? (state === "pending" ? "It is still under way." : "Nothing was decided about it.");
  return h(
    "article",
    { class: "why calm" },
    h("p", { class: "why-calm" }, mark(verdict?.reason === "allowed" ? "open" : "idle"), words),
    policy &&
      h("p", {}, "The service’s policy names this origin by the pattern ", h("code", { text: policy }), "."),
    verdict?.recomputed &&
      h("p", { class: "soft", text: "This is what a browser’s rules say of the recorded answer." }),
  );
}

/** @param {string | undefined} text */
function paragraph(text) {
  return text ? h("p", {}, prose(text)) : null;
}

/** @param {{ where: string, lines?: string[], note?: string }} evidence */
function evidence({ where, lines, note }) {
  return h(
    "div",
    { class: "evidence" },
    h("p", {}, prose(where)),
    lines && lines.length > 0 ? h("pre", { class: "evidence-lines", text: lines.join("\n") }) : null,
    note ? h("p", { class: "soft" }, prose(note)) : null,
  );
}

/** @param {any} remedy */
function remedy({ text, send, client, configs }) {
  if (!text && !send && !client && !configs) return null;
  return part(
    "What to do",
    paragraph(text),
    send && send.length > 0
      ? h("div", { class: "send" }, copyable(send.join("\n"), "the header lines"))
      : null,
    paragraph(client),
    configs && configs.length > 0 ? configurations(configs) : null,
  );
}

/** @param {{ target: string, name: string, code?: string, note?: string }[]} configs */
function configurations(configs) {
  const place = h("div", { class: "config", data: { config: "" } });
  const show = (/** @type {string} */ target) => {
    const { name, code, note } = configs.find((each) => each.target === target) ?? configs[0];
    place.replaceChildren();
    if (note) place.append(h("p", { class: "soft" }, prose(note)));
    if (code) place.append(copyable(code.trimEnd(), `the configuration for ${name}`));
  };
  const known = configs.some(({ target }) => target === server) ? server : configs[0].target;
  show(known);
  return h(
    "fieldset",
    { class: "servers" },
    h("legend", { class: "label", text: "The same, configured in" }),
    h(
      "div",
      { class: "choices" },
      configs.map(({ target, name }) =>
        h(
          "label",
          {},
          h("input", {
            type: "radio",
            name: "server",
            value: target,
            checked: target === known,
            onchange: () => {
              server = target;
              show(target);
            },
          }),
          h("span", { text: name }),
        ),
      ),
    ),
    place,
  );
}

/** @param {any} finding */
function rest({ standard, browsers, console }) {
  return h(
    "details",
    { class: "more" },
    h("summary", { text: "The standard, and what browsers do" }),
    standard?.text && h("p", {}, prose(standard.text)),
    standard?.url &&
      h(
        "p",
        {},
        h("a", {
          href: httpOnly(standard.url),
          target: "_blank",
          rel: "noreferrer noopener",
          text: standard.url,
        }),
      ),
    (browsers ?? []).map((/** @type {{ name: string, text: string }} */ { name, text }) =>
      h("p", {}, h("b", { text: `${name}: ` }), prose(text)),
    ),
    console && part("In Chromium’s console", copyable(console, "the console line")),
  );
}

/** @param {string} url */
function httpOnly(url) {
  return url.startsWith("https://") ? url : null;
}
