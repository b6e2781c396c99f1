// @ts-check
/** The beginnings of both bodies, as far as they were kept. */

import { h } from "../look/dom.js";
import { bytes } from "../look/words.js";
import { none, part } from "./parts.js";

/** @typedef {{ type?: string, text: string, base64?: boolean, truncated?: boolean }} Body */

/** @param {import("./detail.js").Detail} detail */
export function bodyTab({ exchange: { request, response } }) {
  return h(
    "div",
    {},
    part("Answer", ...bodyView(response?.body, response ? Math.max(response.content, response.bodySize) : 0)),
    part("Request", ...bodyView(request.body, request.bodySize)),
  );
}

/** @param {Body | undefined} body @param {number} size */
function bodyView(body, size) {
  if (!body)
    return [
      none(size > 0 ? `${bytes(size)}, which were not kept.` : size < 0 ? "It was not kept." : "None."),
    ];
  const facts = [
    body.type,
    size >= 0 ? bytes(size) : "",
    body.truncated ? "only its beginning was kept" : "",
  ];
  return [
    none(facts.filter(Boolean).join(", ")),
    h("pre", {
      class: "body",
      tabindex: "0",
      role: "group",
      aria: { label: "Body" },
      data: { body: "" },
      text: body.base64 ? dump(body.text) : pretty(body),
    }),
  ];
}

/** @param {Body} body */
function pretty({ text, type = "", truncated }) {
  if (truncated || !/\bjson\b/i.test(type)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** @param {string} base64 bytes that are no text */
function dump(base64) {
  const raw = atob(base64);
  const lines = [];
  for (let i = 0; i < Math.min(raw.length, 1024); i += 16) {
    const row = [...raw.slice(i, i + 16)].map((c) => c.charCodeAt(0));
    const hex = row.map((b) => b.toString(16).padStart(2, "0")).join(" ");
    const text = row.map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : ".")).join("");
    lines.push(`${i.toString(16).padStart(4, "0")}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines.join("\n");
}
