// A client over XMLHttpRequest.

(function () {
  function send(method, url, { body = null, type, credentials = false, timeout = 0, progress, abort } = {}) {
    return new Promise((resolve, reject) => {
      const xhr = new XMLHttpRequest();
      xhr.open(method, url);
      xhr.responseType = "json";
      xhr.withCredentials = credentials;
      xhr.timeout = timeout;
      if (type) xhr.setRequestHeader("Content-Type", type);
      if (progress) xhr.upload.onprogress = (e) => progress(e.loaded, e.total);
      xhr.onload = () => resolve(xhr);
      for (const ending of ["error", "abort", "timeout"]) xhr.addEventListener(ending, () => reject(ending));
      xhr.send(body);
      if (abort) setTimeout(() => xhr.abort(), 20);
    });
  }

  const told = (pick) => (xhr) => `${xhr.status} ${pick(xhr.response)}`;

  globalThis.client = {
    get: (url) => send("GET", url).then(told((d) => d.albums)),
    put: (url, value) => send("PUT", url, { body: JSON.stringify(value), type: "application/json" }).then(told((d) => d.name)),
    upload: (url, file, progress) => {
      const form = new FormData();
      form.append("file", file);
      return send("POST", url, { body: form, progress }).then(told((d) => d.bytes));
    },
    credentials: (url) => send("GET", url, { credentials: true }).then(told((d) => d.name)),
    abort: (url) => send("GET", url, { abort: true }),
    timeout: (url, timeout) => send("GET", url, { timeout }),
    words: String,
  };
})();
