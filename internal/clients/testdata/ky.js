// ky.

import ky from "/libraries/ky/distribution/index.js";

const ask = ky.create({ retry: 0 });
const told = (pick) => async (response) => `${response.status} ${pick(await response.json())}`;

globalThis.client = {
  get: (url) => ask.get(url).then(told((d) => d.albums)),
  put: (url, json) => ask.put(url, { json }).then(told((d) => d.name)),
  upload: (url, file) => {
    const body = new FormData();
    body.append("file", file);
    return ask.post(url, { body }).then(told((d) => d.bytes));
  },
  credentials: (url) => ask.get(url, { credentials: "include" }).then(told((d) => d.name)),
  abort: (url) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    return ask.get(url, { signal: controller.signal });
  },
  timeout: (url, timeout) => ask.get(url, { timeout }),
  words: (error) => error.name,
};
