// @ts-check
import { counted } from "../look/words.js";
import { describe, succeeded } from "../stage/outcome.js";
import { byItsRules, refuses, wildcard } from "./choices.js";

export const title = "Signed in, across sites";
export const story =
  "With `withCredentials` the browser sends and keeps cookies of the other site, if both sides say so: an exact origin, `Access-Control-Allow-Credentials: true`, and never `*`.";
export const action = "Go through it";
export const choices = [byItsRules, wildcard, refuses];

/** @param {import("../stage/env.js").Config} config */
export const fields = ({ demoUser }) => [
  {
    name: "way",
    type: "select",
    label: "How",
    value: "cookie",
    options: [
      { value: "cookie", label: "Sign in, list, sign out" },
      { value: "token", label: "List with the bearer token" },
      { value: "nobody", label: "List as nobody" },
    ],
  },
  {
    name: "person",
    type: "text",
    label: "Name",
    value: demoUser,
    autocomplete: "username",
  },
  {
    name: "password",
    type: "password",
    label: "Password",
    value: "",
    autocomplete: "current-password",
    hint: "printed where the service was started",
  },
];

/** @param {import("../stage/env.js").Env} env */
export async function run(env) {
  const { XMLHttpRequest, watch, url, data, token, fields } = env;
  const send = (method, address, options) => {
    const { credentials, bearer, body } = options;
    const xhr = new XMLHttpRequest();
    const outcome = watch(xhr);
    xhr.open(method, address);
    xhr.withCredentials = Boolean(credentials);
    if (bearer) xhr.setRequestHeader("Authorization", `Bearer ${bearer}`);
    if (body) xhr.setRequestHeader("Content-Type", "application/json");
    xhr.send(body && JSON.stringify(body));
    return outcome;
  };

  const { way, person: name, password } = fields;
  if (way === "nobody") return send("GET", url("/albums"), {});
  if (way === "token" && !token) return { state: "idle" };
  const bearer = token;
  if (way === "token") return send("GET", url("/albums"), { bearer });

  const credentials = true;
  const body = { name, password };
  const signedIn = await send("POST", `${data}/session`, {
    credentials,
    body,
  });
  if (signedIn.status !== 201) return signedIn;
  const list = await send("GET", url("/albums"), { credentials });
  await send("DELETE", `${data}/session`, { credentials });
  return list;
}

/** @param {import("../stage/outcome.js").Outcome} outcome @param {import("../stage/env.js").Env} env */
export function explain(outcome, { fields, demo, self }) {
  const signingIn = outcome.url?.endsWith("/session");
  if (signingIn && outcome.state === "blocked") {
    return `The service lets no page of ${self} sign anybody in: the preflight was refused, and the password was never sent.`;
  }
  if (signingIn && outcome.status === 401) {
    return "Name and password do not fit. The script may read that, because the refusal carries the permission too.";
  }
  if (
    outcome.state === "blocked" &&
    demo === "wildcard" &&
    fields.way !== "nobody"
  ) {
    return "The answer said `*` although the request came with credentials, and the browser refuses that pair, whatever else the answer says.";
  }
  if (outcome.state === "idle") {
    return "This site holds no token, because no rule names it.";
  }
  if (!succeeded(outcome)) return describe(outcome);
  const albums = counted(outcome.data?.albums?.length ?? 0, "album");
  switch (fields.way) {
    case "cookie":
      return `The list is made for ${fields.person}, whom the cookie names: ${albums}, whose rules let this site use a sign-in. The others do not count that proof.`;
    case "token":
      return `The list is made for the owner of the token, without any cookie: ${albums} that this site may read.`;
    default:
      return `The list is made for nobody in particular: ${albums} that this site may show to anybody.`;
  }
}

/** @param {import("../stage/outcome.js").Outcome} outcome @param {import("../stage/env.js").Env} env */
export const why = (
  { url, withCredentials },
  { demo, fields, named },
) => {
  if (url?.endsWith("/session")) {
    return { reason: "no-allow-origin", preflight: true };
  }
  const refused = demo === "refuse" || !named;
  return demo === "wildcard" && withCredentials
    ? { reason: "wildcard", preflight: false }
    : {
        reason: "no-allow-origin",
        preflight: fields.way === "token" && refused,
      };
};

export const notes = [
  "The cookie is `SameSite=None; Secure; HttpOnly; Partitioned`, so that browsers send it with requests of another site’s page, but keep it apart for each such site. A second one, `SameSite=Lax`, serves the service’s own pages only.",
  "A bearer token needs no cookie and no `withCredentials`: the page holds the secret itself, and the service binds it to this origin. HTTP Basic is for programs: browsers are never prompted here.",
];
