// @ts-check
/** Tokens: what lets the pages of one origin act for their owner without a cookie. */

import { h } from "../look/dom.js";
import { empty } from "../look/notice.js";
import { day } from "../look/words.js";
import { ask, Problem } from "./api.js";
import { field, question } from "./form.js";

/** @typedef {{ id: string, label: string, origin: string, scopes: string[], created: string, expires: string }} Token */

const SCOPES = [
  ["read", "Read", "see albums and photos"],
  ["upload", "Upload", "add photos"],
  ["manage", "Manage", "create, rename and delete"],
];

/** @type {import("./main.js").View} */
export async function tokensView() {
  const { data } = await ask("GET", "/tokens");
  const list = tokenList(data.tokens);
  const element = h(
    "div",
    { class: "view", data: { view: "tokens" } },
    h("header", { class: "view-head" }, h("h1", { text: "Tokens" })),
    h("p", {
      class: "lead",
      text: "A token lets the pages of one other site act for you, within what each album’s sharing allows. It works from that origin only.",
    }),
    h(
      "div",
      { class: "token-columns" },
      issueForm(list.add),
      h(
        "section",
        { class: "part", aria: { labelledby: "your-tokens" } },
        h("h2", { id: "your-tokens", text: "Issued" }),
        list.element,
      ),
    ),
  );
  return { title: "Tokens", element };
}

/** @param {(token: Token) => void} issued */
function issueForm(issued) {
  const fields = {
    label: field({
      label: "Label",
      name: "label",
      required: true,
      hint: "Your own words, to tell tokens apart.",
      data: { tokenLabel: "" },
    }),
    origin: field({
      label: "Origin",
      name: "origin",
      class: "code",
      required: true,
      placeholder: "https://partner.example",
      spellcheck: "false",
      autocomplete: "off",
      data: { tokenOrigin: "" },
    }),
    days: field({
      label: "Days until it expires",
      name: "days",
      type: "number",
      min: "1",
      max: "365",
      value: "30",
      required: true,
      data: { tokenDays: "" },
    }),
  };
  const scopes = SCOPES.map(([value, title, hint]) => {
    const input = h("input", { type: "checkbox", name: "scopes", value, checked: value === "read" });
    return {
      input,
      element: h(
        "label",
        { class: "tick" },
        input,
        h("span", {}, h("b", { text: title }), h("span", { class: "hint soft", text: hint })),
      ),
    };
  });
  const fault = h("p", { class: "fault", role: "alert", data: { fault: "" } });
  const button = h("button", { class: "main", type: "submit", text: "Issue it" });
  const form = h(
    "form",
    { class: "sheet", data: { issue: "" } },
    h("h2", { text: "A new token" }),
    fields.label.element,
    fields.origin.element,
    h(
      "fieldset",
      { class: "field scopes" },
      h("legend", { class: "legend", text: "It may" }),
      scopes.map(({ element }) => element),
    ),
    fields.days.element,
    fault,
    button,
  );
  const shown = h("div", { role: "status" });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true"); // keeps the focus, unlike disabled
    for (const each of Object.values(fields)) each.fault("");
    fault.textContent = "";
    const json = {
      label: fields.label.value(),
      origin: fields.origin.value(),
      scopes: scopes.filter(({ input }) => input.checked).map(({ input }) => input.value),
      days: Number(fields.days.value()),
    };
    try {
      const { data } = await ask("POST", "/tokens", { json });
      shown.replaceChildren(secretView(data));
      issued(data);
      form.reset();
    } catch (error) {
      const { field: at = "", message } = /** @type {Problem} */ (error);
      const place = Object.entries(fields).find(([name]) => name === at)?.[1];
      if (place) place.fault(message);
      else fault.textContent = message;
    }
    button.removeAttribute("aria-disabled");
  });
  return h("div", { class: "issue" }, form, shown);
}

/** @param {Token & { token: string }} issued */
function secretView({ token, label }) {
  const secret = h("input", {
    class: "code",
    readonly: true,
    value: token,
    "aria-label": `The token ${label}`,
    data: { secret: "" },
  });
  const copy = h("button", { type: "button", data: { copy: "" }, text: "Copy" });
  copy.addEventListener("click", async () => {
    secret.select();
    try {
      await navigator.clipboard.writeText(token);
      copy.textContent = "Copied";
    } catch {
      copy.textContent = "Press Ctrl+C"; // it is selected
    }
  });
  return h(
    "div",
    { class: "notice secret" },
    h(
      "div",
      {},
      h("strong", { text: "Copy it now: it is shown only this once." }),
      h("div", { class: "secret-row" }, secret, copy),
    ),
  );
}

/** @param {Token[]} tokens */
function tokenList(tokens) {
  const list = h("ul", { class: "tokens", data: { tokens: "" } });
  const none = empty("No token yet", "None is needed to show what an album’s rules allow without one.");
  const show = () => {
    list.replaceChildren(...tokens.map(tokenRow));
    none.hidden = tokens.length > 0;
  };
  show();

  /** @param {Token} token */
  function tokenRow(token) {
    const revoke = h("button", {
      type: "button",
      class: "quiet danger small",
      data: { revoke: "" },
      aria: { label: `Revoke ${token.label}` },
      onclick: () => confirmRevoke(token),
      text: "Revoke",
    });
    return h(
      "li",
      { data: { token: token.id } },
      h(
        "div",
        {},
        h("b", { text: token.label }),
        h("p", {}, h("code", { text: token.origin })),
        h("p", { class: "soft", text: `${token.scopes.join(", ")} · until ${day(token.expires)}` }),
      ),
      revoke,
    );
  }

  /** @param {Token} token */
  function confirmRevoke(token) {
    question({
      title: `Revoke “${token.label}”?`,
      content: [
        h("p", { text: `Pages of ${token.origin} that hold it are refused from their next request on.` }),
      ],
      action: "Revoke it",
      danger: true,
      async act() {
        await ask("DELETE", `/tokens/${encodeURIComponent(token.id)}`);
        tokens = tokens.filter((each) => each !== token);
        show();
      },
    });
  }

  /** @param {Token} token */
  function add(token) {
    tokens = [token, ...tokens];
    show();
  }
  return { element: h("div", {}, list, none), add };
}
