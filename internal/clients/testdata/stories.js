// The stories. A client is asked in each, and what comes of it is told in a line.

const api = "https://api.example";

/** What the client says of a failure. */
async function failure(promise) {
  try {
    return `no failure: ${await promise}`;
  } catch (error) {
    return client.words(error);
  }
}

const stories = {
  get: () => client.get(`${api}/albums`),
  put: () => client.put(`${api}/albums`, { name: "New Album" }),
  credentials: () => client.credentials(`${api}/me`),
  abort: () => failure(client.abort(`${api}/slow`)),
  timeout: () => failure(client.timeout(`${api}/slow`, 50)),
  blocked: () => failure(client.get(`${api}/silent`)),

  async upload() {
    const file = new File([new Uint8Array(300_000)], "rose.jpg", { type: "image/jpeg" });
    let told = "no progress";
    const answer = await client.upload(`${api}${client.uploads ?? "/upload"}`, file, (loaded, total) => {
      told = loaded === total ? "progress to the end" : "progress";
    });
    return `${answer} bytes; ${told}`;
  },

  refusedUpload() {
    const file = new File(["a rose"], "rose.jpg", { type: "image/jpeg" });
    return failure(client.upload(`${api}/silent`, file, () => {}));
  },
};

globalThis.story = (name) => stories[name]();
