// @ts-check
/** The sharing editor: two rules, and beside them what they mean for a given site. */

import { h } from "../look/dom.js";
import { announce } from "../look/notice.js";
import { ask, Problem } from "./api.js";
import { ruleEditor } from "./rule.js";
import { tester } from "./tester.js";

/** @type {import("./main.js").View} */
export async function sharingView(_, id) {
  const path = `/albums/${encodeURIComponent(id)}`;
  const [{ data: album }, { data: sharing, etag }] = await Promise.all([
    ask("GET", path),
    ask("GET", `${path}/sharing`),
  ]);
  const element = h(
    "div",
    { class: "view", data: { view: "sharing", album: id } },
    h("p", {}, h("a", { href: `#/albums/${id}`, class: "back", text: album.name })),
    h("header", { class: "view-head" }, h("h1", { text: "Sharing" })),
    h("p", {
      class: "lead",
      text: "Which other sites’ pages may show this album, and which may change it. Here, on the service’s own pages, you always may.",
    }),
  );
  const rules = editor(path, sharing, etag);
  element.append(rules.element);
  return { title: `Sharing ${album.name}`, element, unsaved: rules.unsaved };
}

/**
 * @param {string} path
 * @param {import("./api.js").Sharing} sharing
 * @param {string | null} etag
 */
function editor(path, sharing, etag) {
  const read = ruleEditor("read", sharing.read, changed);
  const change = ruleEditor("change", sharing.change, changed);
  const value = () => ({ read: read.value(), change: change.value() });
  const test = tester(path, value, point);
  let inForce = JSON.stringify(value());
  let saving = false;
  const unsaved = () => JSON.stringify(value()) !== inForce;

  const save = h("button", {
    type: "submit",
    class: "main",
    disabled: true,
    data: { save: "" },
    text: "Save the rules",
  });
  const said = h("p", {
    class: "soft",
    role: "status",
    tabindex: "-1",
    data: { saved: "" },
    text: "These rules are in force.",
  });
  const fault = h("p", { class: "fault", role: "alert", data: { fault: "" } });
  const form = h(
    "form",
    { class: "rules", novalidate: true, data: { rules: "" } },
    read.element,
    change.element,
    h("div", { class: "save" }, h("div", { class: "row" }, save, said), fault),
    h("p", {
      class: "aside",
      text: "A rule counts from the next request on. Copies fetched before stay where they are: browsers may keep the photos of an album that was open to any site for a year.",
    }),
  );

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (saving) return;
    saving = true;
    const sent = value();
    try {
      const saved = await ask("PUT", `${path}/sharing`, { json: sent, match: etag });
      etag = saved.etag;
      inForce = JSON.stringify(sent);
      point(null);
      tell("Saved, and in force.");
    } catch (error) {
      point(/** @type {Problem} */ (error))?.focus();
    }
    saving = false;
  });

  function changed() {
    tell("These rules are in force.");
    test.again();
  }

  /**
   * Compares the editor with what is in force: it may have changed during a save.
   * @param {string} agreed what to say if both are the same
   */
  function tell(agreed) {
    const focused = document.activeElement === save;
    save.disabled = !unsaved();
    said.textContent = unsaved() ? "Not saved yet." : agreed;
    if (focused && save.disabled) said.focus(); // a disabled button cannot keep it
  }

  /**
   * Shows what the service finds wrong with the rules, at the place it names.
   * @param {Problem | null} problem
   * @returns {HTMLInputElement | undefined} the control to mend
   */
  function point(problem) {
    read.clear();
    change.clear();
    fault.textContent = "";
    if (!problem) return undefined;
    const [, which] = /(read|change)/.exec(problem.field) ?? [];
    const control = which && (which === "read" ? read : change).fault(problem.field, problem.message);
    const stale = "The rules were changed elsewhere meanwhile. Load the page again to see them.";
    if (!control) fault.textContent = problem.status === 412 ? stale : problem.message;
    announce(problem.message);
    return control || undefined;
  }

  return { element: h("div", { class: "sharing" }, form, test.element), unsaved };
}
