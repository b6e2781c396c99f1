// tus-js-client: uploads that can be resumed.

(function () {
  const upload = (url, file, progress, started = () => {}) => new Promise((resolve, reject) => {
    const upload = new tus.Upload(file, {
      endpoint: url, retryDelays: null, storeFingerprintForResuming: false,
      onProgress: progress, onError: reject, onSuccess: () => resolve(`200 ${upload.options.uploadSize ?? file.size}`),
    });
    upload.start();
    started(upload, reject);
  });

  globalThis.client = {
    uploads: "/files",
    upload,
    abort: (url) => upload(url, new Blob(["a rose"]), () => {}, (upload, reject) => setTimeout(() => upload.abort().then(() => reject("abort")), 20)),
    words: (error) => (typeof error === "string" ? error : `${error.name} ${error.originalRequest ? "with its request" : ""}`),
  };
})();
