// axios, with the adapter that the page names: "xhr" or "fetch".

export function use(axios, adapter) {
  const ask = axios.create({ adapter });
  const told = (pick) => ({ status, data }) => `${status} ${pick(data)}`;
  globalThis.client = {
    get: (url) => ask.get(url).then(told((d) => d.albums)),
    put: (url, value) => ask.put(url, value).then(told((d) => d.name)),
    upload: (url, file, progress) =>
      ask.postForm(url, { file }, { onUploadProgress: (e) => progress(e.loaded, e.total) }).then(told((d) => d.bytes)),
    credentials: (url) => ask.get(url, { withCredentials: true }).then(told((d) => d.name)),
    abort: (url) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 20);
      return ask.get(url, { signal: controller.signal });
    },
    timeout: (url, timeout) => ask.get(url, { timeout }),
    words: (error) => `${error.name} ${error.code}`,
  };
}
