// @ts-check
/** The code that a scenario runs, as it stands in its module. */

import { h } from "../look/dom.js";

/**
 * @param {import("./play.js").Scenario} scenario
 * @param {{ data: string, self: string }} origins
 */
export function codeView({ run, code = [] }, { data, self }) {
  const source = [run, ...code].map(String).join("\n\n");
  return h(
    "figure",
    { class: "code" },
    h(
      "pre",
      { tabindex: "0", role: "group", aria: { label: "The code that runs" }, data: { code: "" } },
      h("code", {}, highlighted(source)),
    ),
    h("figcaption", {}, whereThingsAre(data, self)),
  );
}

/** @param {string} data @param {string} self */
function whereThingsAre(data, self) {
  const origin = (/** @type {string} */ text) => h("code", { text });
  if (!data || data === self) return ["Page and albums are both on ", origin(self), "."];
  return ["This page is on ", origin(self), ", the albums are on ", origin(data), "."];
}

const KINDS = [
  ["comment", "//[^\\n]*|/\\*[^]*?\\*/"],
  ["text", "\"(?:[^\"\\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\\n]|\\\\.)*'|`(?:[^`\\\\]|\\\\.)*`"],
  [
    "keyword",
    "\\b(?:async|await|break|catch|class|const|else|export|false|finally|for|function|if|in|let|new|null|of|return|throw|true|try|typeof)\\b",
  ],
];

const TOKEN = new RegExp(KINDS.map(([kind, pattern]) => `(?<${kind}>${pattern})`).join("|"), "g");

/**
 * The code with its comments, texts and keywords marked for colour.
 * @param {string} code
 * @returns {(string | HTMLElement)[]}
 */
function highlighted(code) {
  const parts = [];
  let from = 0;
  for (const match of code.matchAll(TOKEN)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? ["text"];
    parts.push(code.slice(from, match.index), h("span", { class: `code-${kind}`, text: match[0] }));
    from = match.index + match[0].length;
  }
  return [...parts, code.slice(from)];
}
