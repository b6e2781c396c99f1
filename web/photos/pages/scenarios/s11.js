// @ts-check
import { counted } from "../look/words.js";
import { succeeded } from "../stage/outcome.js";
import { byItsRules, mute, refuses } from "./choices.js";

export const title = "Pictures sent to another origin";
export const story =
  "Files chosen or dropped here travel to albums there, two at a time, and `xhr.upload` tells how far each has come.";
export const action = "Upload";
export const choices = [byItsRules, refuses, mute];
export const preflighted = true;

export const fields = () => [
  {
    name: "to",
    type: "select",
    label: "Into",
    value: "made",
    options: [
      { value: "made", label: "the album made in S6" },
      { value: "chosen", label: "the chosen sites’ album" },
    ],
  },
  {
    name: "as",
    type: "select",
    label: "As",
    value: "form",
    options: [
      { value: "form", label: "FormData, by POST" },
      { value: "raw", label: "the file itself, by PUT" },
    ],
  },
];

/** @param {import("../stage/env.js").Env} env */
export async function run(env) {
  const { fields, albums, eachFile } = env;
  const made = fields.to === "made";
  const album = made ? await albumToFill(env) : albums.chosen;
  if (!album) return { state: "blocked", noAlbum: true };

  const send = (file, progress) => upload(env, album, file, progress);
  return summary(await eachFile(send)); // two at a time
}

/**
 * Sends one file; the page calls this for each, and again for a retry.
 * @param {import("../stage/env.js").Env} env
 * @param {string} album
 * @param {File} file
 * @param {(sent: number, total: number) => void} progress
 */
export function upload(env, album, file, progress) {
  const { XMLHttpRequest, watch, url, token, fields } = env;
  const photos = `/albums/${album}/photos`;
  const raw = fields.as === "raw";
  const form = new FormData();
  form.append("photo", file, file.name);

  const xhr = new XMLHttpRequest();
  const outcome = watch(xhr, { upload: true });
  xhr.upload.onprogress = ({ loaded, total }) => progress(loaded, total);
  const named = `${photos}/${encodeURIComponent(file.name)}`;
  if (raw) xhr.open("PUT", url(named));
  else xhr.open("POST", url(photos));
  xhr.setRequestHeader("Authorization", `Bearer ${token}`);
  xhr.send(raw ? file : form);
  return { outcome, cancel: () => xhr.abort() };
}

/** @param {import("../stage/env.js").Env} env the album of S6, made now if it was not */
async function albumToFill({
  XMLHttpRequest,
  watch,
  data,
  token,
  memory,
}) {
  if (memory.album) return memory.album.id;
  const xhr = new XMLHttpRequest();
  const outcome = watch(xhr);
  xhr.open("PUT", `${data}/albums`);
  xhr.setRequestHeader("Content-Type", "application/json");
  xhr.setRequestHeader("Authorization", `Bearer ${token}`);
  xhr.send(JSON.stringify({ name: "New Album" }));
  memory.album = (await outcome).data ?? undefined;
  return memory.album?.id;
}

/** @param {import("../stage/outcome.js").Outcome[]} outcomes */
function summary(outcomes) {
  const stored = outcomes.filter(succeeded).length;
  const telling =
    outcomes.find((outcome) => !succeeded(outcome)) ?? outcomes[0];
  const none = {
    state: "idle",
    words: "Every file was taken back before its turn.",
  };
  return { ...(telling ?? none), stored, files: outcomes.length };
}

export const code = [upload];

/** @param {import("../stage/outcome.js").Outcome & { noAlbum?: boolean, stored: number, files: number }} outcome @param {import("../stage/env.js").Env} env */
export function explain(
  { noAlbum, stored, files, status, data, state, ending },
  { demo, named },
) {
  if (noAlbum) {
    return "There is no album to fill: creating one was refused, as S6 shows.";
  }
  if (stored === files) {
    return `${counted(stored, "picture is", "pictures are")} stored at the other origin.`;
  }
  const rest = `${stored} of ${files} stored. `;
  if (ending === "abort") {
    return `${rest}A cancelled upload leaves nothing behind: the service keeps whole pictures only.`;
  }
  if (state === "blocked" && demo === "mute" && named) {
    return `${rest}That is what the script knows; the service did store what it got, and nobody told the script.`;
  }
  if (state === "blocked") {
    return `${rest}The browser stopped the upload before the picture left: the preflight was refused.`;
  }
  return `${rest}The service refuses with ${status}${data?.detail ? `: “${data.detail}”` : "."}`;
}

export const notes = [
  "A listener on `xhr.upload` makes the browser ask first, whatever the method. An upload without one tells nothing until it is over.",
  "The test pictures are drawn on a canvas, and padded with chunks that every PNG reader skips, so the service accepts them as what they are: valid pictures, only large.",
];
