// @ts-check
/** Labelled fields with a place for what is wrong with them, and questions in a dialog. */

import { h, uniqueId } from "../look/dom.js";

/**
 * @param {{ label: string, hint?: string, [attribute: string]: any }} about
 * @returns {{ element: HTMLElement, input: HTMLInputElement, value: () => string, fault: (words: string) => void, focus: () => void }}
 */
export function field({ label, hint, ...attributes }) {
  const id = uniqueId("field");
  const said = h("p", { class: "fault", id: `${id}-fault`, data: { fieldFault: "" } });
  const hinted = hint && h("p", { class: "hint", id: `${id}-hint`, text: hint });
  const described = [hinted && `${id}-hint`, `${id}-fault`].filter(Boolean).join(" ");
  const input = h("input", { id, type: "text", "aria-describedby": described, ...attributes });
  return {
    element: h("div", { class: "field" }, h("label", { for: id, text: label }), input, hinted, said),
    input,
    value: () => input.value.trim(),
    focus: () => input.focus(),
    fault(words) {
      said.textContent = words;
      input.toggleAttribute("aria-invalid", words !== "");
      if (words) input.setAttribute("aria-invalid", "true");
    },
  };
}

/**
 * Shows a dialog with a form in it. `act` is done when the form is sent; the
 * dialog stays, and says what is wrong, if that fails.
 * @param {object} about
 * @param {string} about.title
 * @param {any[]} about.content
 * @param {string} about.action what the button says
 * @param {boolean} [about.danger]
 * @param {() => Promise<void>} about.act
 */
export function question(about) {
  const { title, content, action, danger = false, act } = about;
  const fault = h("p", { class: "fault", role: "alert", data: { fault: "" } });
  const sure = h("button", {
    type: "submit",
    class: danger ? "danger" : "main",
    data: { confirm: "" },
    text: action,
  });
  const back = h("button", {
    type: "button",
    data: { cancel: "" },
    text: "Cancel",
    onclick: () => dialog.close(),
  });
  const form = h(
    "form",
    {},
    h("h2", { text: title }),
    content,
    fault,
    h("div", { class: "row" }, back, sure),
  );
  const dialog = h("dialog", { aria: { label: title }, data: { dialog: "" } }, form);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    sure.disabled = true;
    fault.textContent = "";
    try {
      await act();
      dialog.close();
    } catch (error) {
      fault.textContent = /** @type {Error} */ (error).message;
      sure.disabled = false;
    }
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
