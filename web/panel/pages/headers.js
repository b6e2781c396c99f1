// @ts-check
/** The header fields of both messages, with the lines that decided marked. */

import { h } from "../look/dom.js";
import { prose } from "../look/prose.js";
import { none, part } from "./parts.js";

/** What a mark says to somebody who does not see its colour. */
const MEANING = { asks: "asks", allows: "lets it through", refuses: "refuses it" };

/** @param {import("./detail.js").Detail} detail */
export function headersTab({ exchange, marks }) {
  const { request, response } = exchange;
  return h(
    "div",
    { class: "headers" },
    part(
      "Answer",
      response
        ? fields(
            statusLine(response),
            response.header,
            marks.filter(({ side }) => side === "response"),
          )
        : [
            none(exchange.failure || "There is no answer."),
            missing(marks.filter(({ side }) => side === "response")),
          ],
    ),
    part(
      "Request",
      fields(
        `${request.method} ${request.url} ${request.proto ?? ""}`.trim(),
        request.header,
        marks.filter(({ side }) => side === "request"),
      ),
    ),
  );
}

/** @param {{ proto?: string, status: number, statusText?: string }} response */
function statusLine({ proto = "", status, statusText = "" }) {
  return `${proto} ${status} ${statusText}`.trim();
}

/**
 * @param {string} first the line above the fields
 * @param {{ name: string, value: string }[] | null} header
 * @param {import("./detail.js").Detail["marks"]} marks
 */
function fields(first, header, marks) {
  return [
    h("p", { class: "start-line", text: first }),
    missing(marks),
    h(
      "ul",
      { class: "fields" },
      (header ?? []).map(({ name, value }, i) =>
        line(
          name,
          value,
          marks.find(({ index }) => index === i),
        ),
      ),
    ),
  ];
}

/**
 * Fields that are not there and should be.
 * @param {import("./detail.js").Detail["marks"]} marks
 */
function missing(marks) {
  const absent = marks.filter(({ index }) => index < 0);
  if (absent.length === 0) return null;
  return h(
    "ul",
    { class: "fields" },
    absent.map(({ name, note }) =>
      h(
        "li",
        { class: "field", data: { mark: "refuses", missing: "" } },
        h("span", { class: "field-name", text: `${name}:` }),
        h("span", { class: "field-value", text: "not there" }),
        note ? h("span", { class: "field-note" }, prose(note)) : null,
      ),
    ),
  );
}

/**
 * @param {string} name @param {string} value
 * @param {import("./detail.js").Detail["marks"][number] | undefined} mark
 */
function line(name, value, mark) {
  const names = h("span", { class: "field-name", text: `${name}:` });
  const values = h("span", { class: "field-value" }, value);
  if (!mark) return h("li", { class: "field" }, names, values);
  return h(
    "li",
    { class: "field", data: { mark: mark.kind } },
    names,
    values,
    h("span", { class: "unseen", text: ` (${MEANING[mark.kind]})` }),
    mark.note ? h("span", { class: "field-note" }, prose(mark.note)) : null,
  );
}
