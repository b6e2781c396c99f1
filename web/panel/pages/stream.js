// @ts-check
/** The stream of exchanges: followed while somebody looks, and taken up again where it was left. */

/**
 * @typedef {object} Verdict
 * @property {string} reason
 * @property {string} on
 * @property {boolean} refused
 * @property {boolean} [network]
 * @property {boolean} [recomputed]
 * @property {string} sentence
 */

/**
 * @typedef {object} Row what the list shows of an exchange; see row.go
 * @property {number} place
 * @property {string} id
 * @property {"pending" | "done" | "failed"} state
 * @property {string} method
 * @property {string} [askedMethod]
 * @property {string} url
 * @property {string} [origin]
 * @property {string} [type]
 * @property {string} [initiator]
 * @property {boolean} [preflight]
 * @property {string} [preflightFor]
 * @property {string} [preflightId]
 * @property {boolean} [approved]
 * @property {string} [redirectedBy]
 * @property {number} status
 * @property {string} [statusText]
 * @property {string} [cache]
 * @property {number} size
 * @property {Verdict} [verdict]
 * @property {string} [console]
 * @property {string} [sentence]
 * @property {number} started
 * @property {number} duration
 * @property {number} wait
 */

/** @typedef {"loading" | "live" | "paused" | "lost" | "recording"} Connection */

/**
 * Follows the panel's events.
 * @param {object} on
 * @param {(hello: { source: string, live: boolean, resumed: boolean }) => void} on.hello
 * @param {(batch: { rows: Row[], first: number, dropped: number, more: boolean }) => void} on.rows
 * @param {(connection: Connection) => void} on.connection
 */
export function follow({ hello, rows, connection }) {
  /** @type {EventSource | null} */
  let source = null;
  let since = "";
  let paused = false;
  let complete = false; // a recording has been read to its end
  let live = true;

  const open = () => {
    if (source || paused || complete || document.hidden) return;
    source = new EventSource(`events${since && `?since=${encodeURIComponent(since)}`}`);
    source.addEventListener("hello", (event) => {
      const said = JSON.parse(event.data);
      live = said.live;
      hello(said);
    });
    source.addEventListener("rows", (event) => {
      since = event.lastEventId;
      const batch = JSON.parse(event.data);
      rows(batch);
      if (batch.more) return;
      connection(live ? "live" : "recording");
      if (!live) {
        complete = true;
        close();
      }
    });
    source.addEventListener("error", () => {
      connection("lost");
      if (source?.readyState !== EventSource.CLOSED) return; // it tries again by itself
      close();
      setTimeout(open, 2000);
    });
  };
  const close = () => {
    source?.close();
    source = null;
  };

  // A page that nobody sees needs no stream, and a browser opens only a few at a time to one server.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  open();

  return {
    /** @param {boolean} wanted */
    pause(wanted) {
      paused = wanted;
      if (paused) {
        close();
        connection("paused");
      } else open();
    },
  };
}
