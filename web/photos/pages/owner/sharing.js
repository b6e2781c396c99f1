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
    editor(path, sharing, etag),
  );
  return { title: `Sharing ${album.name}`, element };
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
    save.disabled = true;
    try {
      const saved = await ask("PUT", `${path}/sharing`, { json: value(), match: etag });
      etag = saved.etag;
      point(null);
      said.textContent = "Saved, and in force.";
    } catch (error) {
      save.disabled = false;
      point(/** @type {Problem} */ (error));
    }
  });

  function changed() {
    save.disabled = false;
    said.textContent = "Not saved yet.";
    test.again();
  }

  /**
   * Shows what the service finds wrong with the rules, at the place it names.
   * @param {Problem | null} problem
   */
  function point(problem) {
    read.clear();
    change.clear();
    fault.textContent = "";
    if (!problem) return;
    const [, which] = /(read|change)/.exec(problem.field) ?? [];
    const shown = which && (which === "read" ? read : change).fault(problem.field, problem.message);
    const stale = "The rules were changed elsewhere meanwhile. Load the page again to see them.";
    if (!shown) fault.textContent = problem.status === 412 ? stale : problem.message;
    announce(problem.message);
  }

  return h("div", { class: "sharing" }, form, test.element);
}
