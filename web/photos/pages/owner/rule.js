// @ts-check
/** The editor of one rule: which sites, and with what proof of who is asking. */

import { h, uniqueId } from "../look/dom.js";

/** @typedef {"read" | "change"} Right */

const WORDS = {
  read: {
    legend: "May show it",
    nobody: ["No other site", "Only the service’s own pages."],
    chosen: ["Chosen sites", "Pages of the origins you name."],
    any: ["Any site", "Every page anywhere. The album is public."],
    credentials: [
      "Only to you",
      "Those sites get the album when you have signed in there, or by a token of yours bound to the site; everybody else gets nothing. Without this, their visitors need not say who they are.",
    ],
  },
  change: {
    legend: "May change it",
    nobody: ["No other site", "Only the service’s own pages."],
    chosen: ["Chosen sites", "Pages of the origins you name, with a token of yours."],
    any: ["Any site", "Any page that holds a token of yours."],
    credentials: [
      "Also by sign-in",
      "Besides tokens, those sites may use your sign-in there. Nobody else’s counts.",
    ],
  },
};

/**
 * @param {Right} right
 * @param {import("./api.js").Rule} rule
 * @param {() => void} changed
 */
export function ruleEditor(right, rule, changed) {
  const words = WORDS[right];
  const origins = originList(right, rule.origins ?? [], changed);
  const credentials = h("input", { type: "checkbox", checked: rule.credentials, data: { credentials: "" } });
  const credentialsFault = h("p", { class: "fault", role: "alert", data: { fieldFault: "credentials" } });
  const sitesFault = h("p", { class: "fault", role: "alert", data: { fieldFault: "sites" } });
  const radios = /** @type {const} */ (["nobody", "chosen", "any"]).map((sites) =>
    h("input", {
      type: "radio",
      name: `${right}-sites`,
      value: sites,
      checked: sites === (rule.sites || "nobody"),
    }),
  );
  const chosen = () => radios.find(({ checked }) => checked)?.value ?? "nobody";
  const forCredentials = h(
    "div",
    { class: "rule-credentials" },
    option(credentials, words.credentials),
    credentialsFault,
  );

  const element = h(
    "fieldset",
    { class: "sheet rule", data: { rule: right } },
    h("legend", { class: "rule-legend", text: words.legend }),
    h(
      "div",
      { class: "rule-sites" },
      radios.map((radio) => option(radio, words[/** @type {"nobody"} */ (radio.value)])),
      sitesFault,
    ),
    origins.element,
    forCredentials,
  );
  element.addEventListener("change", arrange);
  arrange();

  function arrange() {
    origins.element.hidden = chosen() !== "chosen";
    forCredentials.hidden = chosen() === "nobody";
  }
  for (const control of [...radios, credentials]) control.addEventListener("change", changed);

  return {
    element,
    /** @returns {import("./api.js").Rule} */
    value() {
      const sites = /** @type {import("./api.js").Rule["sites"]} */ (chosen());
      return {
        sites,
        ...(sites === "chosen" && { origins: origins.value() }),
        ...(sites !== "nobody" && credentials.checked && { credentials: true }),
      };
    },
    clear() {
      origins.clear();
      credentialsFault.textContent = sitesFault.textContent = "";
    },
    /**
     * Says what is wrong at the place that the field names.
     * @param {string} field such as "read.origins[1]"
     * @param {string} message
     * @returns {HTMLInputElement | undefined} the control to mend
     */
    fault(field, message) {
      if (field.includes("origins")) return origins.fault(Number(/(\d+)\D*$/.exec(field)?.[1] ?? 0), message);
      const ofCredentials = field.includes("credentials");
      (ofCredentials ? credentialsFault : sitesFault).textContent = message;
      return ofCredentials ? credentials : radios.find(({ checked }) => checked);
    },
  };
}

/** @param {HTMLInputElement} control @param {string[]} words */
function option(control, [title, hint]) {
  return h(
    "label",
    { class: "tick" },
    control,
    h("span", {}, h("b", { text: title }), h("span", { class: "hint soft", text: hint })),
  );
}

/**
 * Origin patterns, one to a row.
 * @param {Right} right
 * @param {string[]} origins
 * @param {() => void} changed
 */
function originList(right, origins, changed) {
  const list = h("ul", { data: { origins: "" } });
  const add = h("button", {
    type: "button",
    class: "small",
    data: { addOrigin: "" },
    onclick: () => addRow("").focus(),
    text: "Add a site",
  });
  const hint = uniqueId("hint");
  const element = h(
    "div",
    { class: "origins" },
    list,
    h("div", { class: "row" }, add),
    h(
      "p",
      { class: "hint soft", id: hint },
      "Such as ",
      h("code", { text: "https://partner.example" }),
      ", ",
      h("code", { text: "https://*.partner.example" }),
      " for any host below it, or ",
      h("code", { text: "http://localhost:*" }),
      " for any port.",
    ),
  );
  for (const origin of origins.length > 0 ? origins : [""]) addRow(origin);

  /** @param {string} value */
  function addRow(value) {
    const id = uniqueId("origin");
    const input = h("input", {
      class: "code",
      id,
      value,
      type: "url",
      inputmode: "url",
      spellcheck: "false",
      autocomplete: "off",
      placeholder: "https://",
      oninput: changed,
      "aria-label": `Origin that ${right === "read" ? "may show" : "may change"} the album`,
      "aria-describedby": `${id}-fault ${hint}`,
    });
    const remove = h("button", {
      type: "button",
      class: "quiet small",
      aria: { label: "Remove this origin" },
      data: { removeOrigin: "" },
      text: "Remove",
    });
    const row = h(
      "li",
      {},
      h("div", { class: "origin-row" }, input, remove),
      h("p", { class: "fault", role: "alert", id: `${id}-fault`, data: { fieldFault: "origin" } }),
    );
    remove.addEventListener("click", () => {
      row.remove();
      if (inputs().length === 0) addRow("");
      add.focus();
      changed();
    });
    list.append(row);
    return input;
  }

  const inputs = () => [...list.querySelectorAll("input")];
  const filled = () => inputs().filter((input) => input.value.trim() !== "");
  const say = (/** @type {HTMLInputElement} */ input, /** @type {string} */ message) => {
    input.setAttribute("aria-invalid", String(message !== ""));
    /** @type {HTMLElement} */ (input.closest("li")?.querySelector(".fault")).textContent = message;
  };

  return {
    element,
    value: () => filled().map((input) => input.value.trim()),
    clear: () => inputs().forEach((input) => say(input, "")),
    /** @param {number} index among the filled ones @param {string} message */
    fault(index, message) {
      const input = filled()[index] ?? inputs()[0];
      say(input, message);
      return input;
    },
  };
}
