// @ts-check
/** The owner's page: which view the address asks for, and who is signed in. */

import { find, h } from "../look/dom.js";
import { loading } from "../look/notice.js";
import { albumView } from "./album.js";
import { albumsView } from "./albums.js";
import { ask, Problem } from "./api.js";
import { failureView } from "./failure.js";
import { homeScriptView } from "./home-script.js";
import { sharingView } from "./sharing.js";
import { signInView } from "./sign-in.js";
import { tokensView } from "./tokens.js";

/**
 * @typedef {object} Context what a view may use
 * @property {{ id: string, name: string } | null} person who is signed in
 * @property {(path: string) => void} go to another view
 * @property {(title: string) => void} entitle names the window anew, for a view that stays
 * @property {() => Promise<void>} restart asks again who is signed in, and shows the view anew
 */

/** @typedef {{ title: string, element: HTMLElement, unsaved?: () => boolean }} Page unsaved: leaving it would lose something */

/** @typedef {(context: Context, ...parts: string[]) => Promise<Page>} View */

const main = find("[data-main]");

/** @type {Context} */
const context = { person: null, go, entitle, restart };

/** Counts navigations, so that a slow view does not replace a later one. */
let turn = 0;

/** Whether the page that is shown holds what would be lost. */
let unsaved = () => false;

window.addEventListener("hashchange", ({ oldURL }) => {
  if (!location.hash.startsWith("#/")) return;
  if (mayLeave()) show();
  else history.replaceState(null, "", oldURL);
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved()) event.preventDefault(); // the browser asks
});
restart();

/** @param {string} path such as "/tokens" */
function go(path) {
  if (location.hash === `#${path}`) show();
  else location.hash = path;
}

function mayLeave() {
  if (unsaved() && !window.confirm("The rules are not saved yet. Leave without saving them?")) return false;
  unsaved = () => false;
  return true;
}

async function restart() {
  try {
    context.person = (await ask("GET", "/session")).data.person;
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401)) return put(failureView(error, restart));
    context.person = null;
  }
  await show();
}

/** @returns {[View, ...string[]]} */
function route() {
  const [place = "", id = "", part = ""] = location.hash
    .replace(/^#\//, "")
    .split("/")
    .map(decodeURIComponent);
  if (place === "script") return [homeScriptView];
  if (place === "albums" && id && !part) return [albumView, id];
  if (!context.person) return [signInView];
  if (place === "albums" && part === "sharing") return [sharingView, id];
  if (place === "tokens") return [tokensView];
  return [albumsView];
}

async function show() {
  const mine = ++turn;
  const first = main.querySelector(".loading") !== null;
  const patience = setTimeout(
    () => mine === turn && put({ title: "Corsage", element: loading("One moment") }),
    200,
  );
  const page = await open().catch(recover);
  clearTimeout(patience);
  if (mine !== turn || !page) return;
  put(page);
  if (!first) main.querySelector("h1")?.focus();
}

async function open() {
  const [view, ...parts] = route(); // throws where the address is no address
  return view(context, ...parts);
}

/**
 * What to show when a view cannot be made. A sign-in that has ended leads back
 * to signing in.
 * @param {unknown} error
 */
function recover(error) {
  if (error instanceof Problem && error.status === 401 && context.person) {
    context.person = null;
    return signInView(context, "", "Your sign-in has ended. Sign in again to go on.");
  }
  return failureView(error, restart);
}

/** @param {string} title */
function entitle(title) {
  document.title = title === "Corsage" ? title : `${title} · Corsage`;
}

/** @param {Page} page */
function put({ title, element, unsaved: unsavedThere = () => false }) {
  entitle(title);
  unsaved = unsavedThere;
  main.replaceChildren(element);
  main.querySelector("h1")?.setAttribute("tabindex", "-1");
  find("[data-nav]").replaceChildren(navigation());
  find("[data-account]").replaceChildren(...account());
}

function navigation() {
  const { person } = context;
  const link = (/** @type {string} */ path, /** @type {string} */ text) =>
    h(
      "li",
      {},
      h("a", {
        href: `#${path}`,
        text,
        "aria-current": (location.hash || "#/") === `#${path}` ? "page" : null,
      }),
    );
  return h(
    "ul",
    {},
    link("/", person ? "Albums" : "Sign in"),
    person && link("/tokens", "Tokens"),
    link("/script", "The script at home"),
  );
}

function account() {
  const { person } = context;
  if (!person) return [];
  const out = h("button", {
    type: "button",
    class: "small",
    data: { signOut: "" },
    onclick: signOut,
    text: "Sign out",
  });
  return [h("span", { class: "soft", data: { person: person.name }, text: person.name }), out];
}

async function signOut() {
  if (!mayLeave()) return;
  await ask("DELETE", "/session").catch(() => {}); // restart asks whether that has worked
  history.replaceState(null, "", "#/");
  await restart();
}
