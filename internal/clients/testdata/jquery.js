// jQuery's ajax.

(function () {
  const ask = (options) => new Promise((resolve, reject) => {
    jQuery.ajax({ dataType: "json", ...options }).done((data, _, xhr) => resolve({ status: xhr.status, data })).fail((xhr, text) => reject({ xhr, text }));
  });
  const told = (pick) => ({ status, data }) => `${status} ${pick(data)}`;

  globalThis.client = {
    get: (url) => ask({ url }).then(told((d) => d.albums)),
    put: (url, value) => ask({
      url, method: "PUT", data: JSON.stringify(value), contentType: "application/json",
    }).then(told((d) => d.name)),
    upload: (url, file, progress) => {
      const data = new FormData();
      data.append("file", file);
      return ask({
        url, method: "POST", data, processData: false, contentType: false,
        xhr() {
          const xhr = jQuery.ajaxSettings.xhr();
          xhr.upload.onprogress = (e) => progress(e.loaded, e.total);
          return xhr;
        },
      }).then(told((d) => d.bytes));
    },
    credentials: (url) => ask({ url, xhrFields: { withCredentials: true } }).then(told((d) => d.name)),
    abort: (url) => new Promise((_, reject) => {
      const asked = jQuery.ajax({ url });
      asked.fail((xhr, text) => reject({ xhr, text }));
      setTimeout(() => asked.abort(), 20);
    }),
    timeout: (url, timeout) => ask({ url, timeout }),
    words: ({ xhr, text }) => (xhr ? `${text} ${xhr.status}` : String(text)),
  };
})();
