// superagent.

(function () {
  const told = (pick) => ({ status, body }) => `${status} ${pick(body)}`;

  globalThis.client = {
    get: (url) => superagent.get(url).then(told((d) => d.albums)),
    put: (url, value) => superagent.put(url).send(value).then(told((d) => d.name)),
    upload: (url, file, progress) => superagent.post(url).attach("file", file)
      .on("progress", (e) => e.direction === "upload" && progress(e.loaded, e.total)).then(told((d) => d.bytes)),
    credentials: (url) => superagent.get(url).withCredentials().then(told((d) => d.name)),
    abort: (url) => new Promise((_, reject) => {
      const asked = superagent.get(url);
      asked.on("abort", () => reject({ message: "abort" }));
      asked.end(() => {});
      setTimeout(() => asked.abort(), 20);
    }),
    timeout: (url, ms) => superagent.get(url).timeout({ deadline: ms }),
    words: (error) => (error.crossDomain ? "crossDomain" : error.code ?? error.message),
  };
})();
