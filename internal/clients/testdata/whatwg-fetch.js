// The polyfill of fetch over XMLHttpRequest.

(function () {
  const { fetch } = WHATWGFetch;
  const told = (pick) => async (response) => `${response.status} ${pick(await response.json())}`;
  const cut = (url, ms) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), ms);
    return fetch(url, { signal: controller.signal });
  };

  globalThis.client = {
    get: (url) => fetch(url).then(told((d) => d.albums)),
    put: (url, value) => fetch(url, {
      method: "PUT", body: JSON.stringify(value), headers: { "Content-Type": "application/json" },
    }).then(told((d) => d.name)),
    upload: (url, file) => {
      const body = new FormData();
      body.append("file", file);
      return fetch(url, { method: "POST", body }).then(told((d) => d.bytes));
    },
    credentials: (url) => fetch(url, { credentials: "include" }).then(told((d) => d.name)),
    abort: (url) => cut(url, 20),
    timeout: cut,
    words: (error) => `${error.name}: ${error.message}`,
  };
})();
