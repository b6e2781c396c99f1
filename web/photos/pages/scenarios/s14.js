// @ts-check
export const title = "What needs no permission to send";
export const story =
  "Forms and images crossed sites long before CORS, and still do; so the service itself refuses what would change something and comes from a page no rule names.";
export const action = "Plant a picture by form";

export const fields = () => [
  {
    name: "album",
    type: "select",
    label: "Into",
    value: "open",
    options: [
      { value: "open", label: "the album open to any site" },
      { value: "chosen", label: "the chosen sites’ album" },
    ],
  },
];

/** @param {import("../stage/env.js").Env} env */
export async function run(env) {
  const { document, XMLHttpRequest, watch, data, albums, fields } = env;
  const photos = `${data}/albums/${albums[fields.album]}/photos`;
  const list = () => {
    const xhr = new XMLHttpRequest();
    const outcome = watch(xhr);
    xhr.open("GET", photos);
    xhr.send();
    return outcome;
  };

  const before = await list();
  const name = `planted-${Date.now()}.gif`;
  await sendForm(document, photos, name);
  const after = await list();

  const picture = before.data?.photos?.[0];
  const pixels =
    picture &&
    (await readPixels(document, data + picture.thumbnails["320"]));
  return {
    ...after,
    planted: after.data?.photos?.some((photo) => photo.name === name),
    pixels,
  };
}

/**
 * Sends a picture as any page can, without asking and without a script seeing
 * the answer: all it is told is that the frame has loaded something.
 * @param {Document} document
 * @param {string} address
 * @param {string} name
 */
export async function sendForm(document, address, name) {
  const form = document.createElement("form");
  form.method = "post";
  form.enctype = "multipart/form-data";
  form.action = address;
  form.target = "s14-frame";
  const input = document.createElement("input");
  input.type = "file";
  input.name = "photo";
  input.files = smallestPicture(name);
  form.append(input);
  document.body.append(form);

  const frame = document.getElementsByName("s14-frame")[0];
  const loaded = new Promise((resolve) =>
    frame.addEventListener("load", resolve, { once: true }),
  );
  form.submit();
  form.remove();
  await Promise.race([
    loaded,
    new Promise((resolve) => setTimeout(resolve, 5000)),
  ]);
}

/**
 * Shows a picture of the other origin, and tries to read it.
 * @param {Document} document
 * @param {string} address
 */
export async function readPixels(document, address) {
  const image = document.createElement("img");
  image.src = address;
  const place = document.getElementById("s14-image");
  place?.replaceChildren(image);
  try {
    await image.decode();
    const context = /** @type {CanvasRenderingContext2D} */ (
      document.createElement("canvas").getContext("2d")
    );
    context.drawImage(image, 0, 0);
    context.getImageData(0, 0, 1, 1);
    return "read";
  } catch (thrown) {
    return /** @type {Error} */ (thrown).name; // SecurityError: shown, but not to be read
  }
}

/** @param {string} name a GIF of one pixel, as what a file chooser gives */
function smallestPicture(name) {
  const content = Uint8Array.from(
    atob("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"),
    (letter) => letter.charCodeAt(0),
  );
  const files = new DataTransfer();
  files.items.add(new File([content], name, { type: "image/gif" }));
  return files.files;
}

export const code = [sendForm, readPixels];

/** @param {import("../stage/outcome.js").Outcome & { planted?: boolean, pixels?: string }} outcome @param {import("../stage/env.js").Env} env */
export function explain(
  { state, planted, pixels },
  { self, named, fields },
) {
  const image =
    pixels === "SecurityError"
      ? " The image element shows a picture of the album, but reading its pixels threw `SecurityError`."
      : pixels === "EncodingError"
        ? " The image element was given nothing to show: pictures that are not open to everybody are kept from other sites’ pages altogether."
        : "";
  if (state !== "read") {
    return `The form was sent, as the network panel shows. Whether it changed anything this page cannot see: it may not read this album.${image}`;
  }
  if (planted) {
    return `The picture is in the album: the service let a form of ${self} change it.`;
  }
  const reason =
    named && fields.album === "chosen"
      ? "Even from a site that the rule names, a form brings no token, and nobody was signed in there"
      : "It looked at where the form came from, before reading the picture";
  return `The form was sent, with its \`Origin\`, and no preflight stood before it. The service refused. ${reason}: the album holds no such photo.${image}`;
}

/** @param {import("../stage/outcome.js").Outcome & { planted?: boolean }} outcome */
export function heading({ state, planted }) {
  if (state !== "read") return "Sent, and refused by the service";
  return planted
    ? "Sent, and stored"
    : "Sent, refused, and nothing stored";
}

export const notes = [
  "Such a request carries the visitor’s cookies unless they are `SameSite`. Here they are, and the service looks at `Origin` besides, or at `Sec-Fetch-Site` where there is none: two locks, since each has been forgotten somewhere.",
];
