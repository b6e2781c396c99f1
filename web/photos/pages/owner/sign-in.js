// @ts-check
/** Signed out: the form to sign in, and the albums that are open to everybody. */

import { h } from "../look/dom.js";
import { empty, notice } from "../look/notice.js";
import { albumGrid } from "./album-grid.js";
import { page, ask, Problem } from "./api.js";
import { field } from "./form.js";

/** @type {import("./main.js").View} */
export async function signInView(context, _, said = "") {
  const { albums } = await page("/albums").catch(() => ({ albums: null }));
  const element = h(
    "div",
    { class: "view", data: { view: "sign-in" } },
    h(
      "div",
      { class: "entrance" },
      h(
        "div",
        { class: "welcome" },
        h("h1", { text: "Pictures, pinned where you choose" }),
        h("p", {
          class: "lead",
          text: "Albums live here. Their owner decides, album by album, which other sites may show them and which may add to them.",
        }),
      ),
      signInForm(context, said),
    ),
    h(
      "section",
      { class: "part", aria: { labelledby: "open-albums" } },
      h("h2", { id: "open-albums", text: "Open to everybody" }),
      openAlbums(albums),
    ),
  );
  return { title: "Sign in", element };
}

/** @param {import("./api.js").Album[] | null} albums */
function openAlbums(albums) {
  if (!albums) {
    const words = "The service did not give the open albums. Signing in may still work.";
    return notice("The list cannot be had", words, { kind: "warns" });
  }
  if (albums.length === 0) return empty("No open album", "Nobody has opened an album to everybody yet.");
  return albumGrid(albums);
}

/** @param {import("./main.js").Context} context @param {string} said */
function signInForm(context, said) {
  const name = field({
    label: "Name",
    name: "name",
    autocomplete: "username",
    required: true,
    data: { name: "" },
  });
  const password = field({
    label: "Password",
    name: "password",
    type: "password",
    autocomplete: "current-password",
    required: true,
    data: { password: "" },
  });
  const fault = h("p", { class: "fault", role: "alert", data: { fault: "" }, text: said });
  const button = h("button", { class: "main", type: "submit", text: "Sign in" });
  const form = h(
    "form",
    { class: "sheet sign-in", data: { signIn: "" } },
    h("h2", { text: "Sign in" }),
    name.element,
    password.element,
    fault,
    button,
  );

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    fault.textContent = "";
    try {
      await ask("POST", "/session", { json: { name: name.value(), password: password.input.value } });
      await checkKept();
      await context.restart();
    } catch (error) {
      fault.textContent = wordsFor(error);
      button.disabled = false;
      password.focus();
    }
  });
  return form;
}

/** Browsers drop a Secure cookie that came over plain http from another machine, and say nothing. */
async function checkKept() {
  const answer = await ask("GET", "/session").catch((error) => error);
  if (answer instanceof Problem && answer.status === 401) {
    throw new Error(
      "Your browser did not keep the sign-in: its cookie needs https (or this machine itself).",
    );
  }
}

/** @param {unknown} error */
function wordsFor(error) {
  if (error instanceof Problem && error.status === 401) return "Name and password do not fit together.";
  return /** @type {Error} */ (error).message;
}
