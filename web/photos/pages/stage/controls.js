// @ts-check
/** The form above a scenario: what to fill in, how the service behaves, and the button. */

import { h, uniqueId } from "../look/dom.js";

/**
 * @param {string} name the scenario's, such as "s2"
 * @param {import("./play.js").Scenario} scenario
 * @param {import("./env.js").Config} config
 */
export function controls(name, scenario, config) {
  const run = h("button", {
    class: "main",
    type: "submit",
    data: { run: "" },
    text: scenario.action ?? "Run the script",
  });
  const stop = h("button", { type: "button", disabled: true, data: { stop: "" }, text: "Stop" });
  const form = h(
    "form",
    { class: "controls", autocomplete: "off" },
    fieldRow(scenario.fields?.(config) ?? []),
    scenario.choices && choiceRow(name, scenario.choices),
    h("div", { class: "row" }, run, stop),
  );
  return { form, run, stop };
}

/** @param {import("./play.js").Field[]} fields */
function fieldRow(fields) {
  return fields.length > 0 && h("div", { class: "fields" }, fields.map(fieldView));
}

/** @param {import("./play.js").Field} field */
function fieldView(field) {
  const id = uniqueId("field");
  if (field.type === "checkbox") {
    return h(
      "label",
      { class: "tick" },
      h("input", { type: "checkbox", name: field.name, checked: field.value }),
      h("span", { text: field.label }),
    );
  }
  const hint = field.hint && h("p", { class: "hint", id: `${id}-hint`, text: field.hint });
  const common = { id, name: field.name, ...(hint && { "aria-describedby": `${id}-hint` }) };
  const control =
    field.type === "select"
      ? h(
          "select",
          common,
          (field.options ?? []).map(({ value, label }) =>
            h("option", { value, text: label, selected: value === field.value }),
          ),
        )
      : h("input", {
          ...common,
          type: field.type,
          value: field.value,
          autocomplete: field.autocomplete ?? "off",
          spellcheck: "false",
        });
  return h("div", { class: "field" }, h("label", { for: id, text: field.label }), control, hint);
}

/** @param {string} name @param {import("./play.js").Choice[]} choices */
function choiceRow(name, choices) {
  return h(
    "fieldset",
    { class: "demo", data: { demo: "" } },
    h("legend", { class: "label", text: "The service" }),
    h(
      "div",
      { class: "choices" },
      choices.map(({ demo, label }, i) =>
        h(
          "label",
          { class: demo ? "refusing" : null },
          h("input", {
            type: "radio",
            name: "demo",
            value: demo,
            checked: i === 0,
            id: `${name}-${demo || "rules"}`,
          }),
          h("span", { text: label }),
        ),
      ),
    ),
  );
}

/**
 * What the form holds now.
 * @param {HTMLFormElement} form
 * @returns {{ demo: string, fields: { [name: string]: any } }}
 */
export function filledIn(form) {
  /** @type {{ [name: string]: any }} */
  const fields = {};
  for (const control of form.querySelectorAll("input, select")) {
    const { name, type, value, checked } = /** @type {HTMLInputElement} */ (control);
    if (name && name !== "demo") fields[name] = type === "checkbox" ? checked : value;
  }
  return { demo: String(new FormData(form).get("demo") ?? ""), fields };
}
