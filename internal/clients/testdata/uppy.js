// Uppy with its upload over XMLHttpRequest.

(function () {
  function upload(endpoint, file, progress, { timeout = 0, started = () => {} } = {}) {
    return new Promise((resolve, reject) => {
      const uppy = new Uppy.Uppy({ autoProceed: false, logger: { debug() {}, warn() {}, error() {} } })
        .use(Uppy.XHRUpload, { endpoint, fieldName: "file", timeout, shouldRetry: () => false });
      uppy.on("upload-progress", (_, p) => progress(p.bytesUploaded, p.bytesTotal));
      uppy.on("upload-success", (_, answer) => resolve(`${answer.status} ${answer.body.bytes}`));
      uppy.on("upload-error", (_, error) => reject(error));
      uppy.on("upload-stalled", reject); // all that it does when its time is up
      uppy.on("cancel-all", () => reject({ name: "cancel-all" }));
      uppy.addFile({ name: file.name ?? "rose.jpg", type: file.type, data: file });
      uppy.upload();
      started(uppy);
    });
  }

  globalThis.client = {
    upload,
    abort: (url) => upload(url, new Blob(["a rose"]), () => {}, { started: (uppy) => setTimeout(() => uppy.cancelAll(), 20) }),
    timeout: (url, timeout) => upload(url, new Blob(["a rose"]), () => {}, { timeout }),
    words: (error) => (error.isNetworkError ? `${error.name}, a network error` : error.name),
  };
})();
