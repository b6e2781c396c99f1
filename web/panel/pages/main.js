// @ts-check
/** The panel: a list, what is known of the chosen request, and a console. */

import { find } from "../look/dom.js";
import { announce } from "../look/notice.js";
import { counted } from "../look/words.js";
import { makeConsole } from "./console.js";
import { makeDetail } from "./detail.js";
import { wantedRow } from "./find.js";
import { Grid } from "./grid.js";
import { makeRows } from "./rows.js";
import { follow } from "./stream.js";

/** @type {Record<import("./stream.js").Connection, string>} */
const WORDS = {
  loading: "Loading",
  live: "Live",
  paused: "Paused",
  lost: "Not connected, trying again",
  recording: "A recording",
};

const rows = makeRows();
const filter = /** @type {HTMLInputElement} */ (find("[data-filter]"));
const onlyBlocked = /** @type {HTMLInputElement} */ (find("[data-blocked]"));
const hidePreflights = /** @type {HTMLInputElement} */ (find("[data-hide-preflights]"));
const pause = find("[data-pause]");

const detail = makeDetail(find("[data-detail]"), { leave, go });
const grid = new Grid(find("[data-list]"), rows, {
  choose: (row) => detail.choose(row),
  open: () => detail.focus(),
  hidden: go,
});
const log = makeConsole(find("[data-console]"), rows, go);

let asked = false;
let told = 0;
let wanted = location.hash;

/** Shows what has come, once for each picture that is drawn. */
function update() {
  if (!asked) {
    requestAnimationFrame(() => {
      asked = false;
      grid.update();
      log.update();
      count();
    });
  }
  asked = true;
}

function count() {
  const { all, blocked, dropped } = rows.counts;
  const shown = rows.shown.length;
  const gone = dropped > 0 ? `, ${dropped} older ones dropped` : "";
  find("[data-counts]").textContent =
    (shown === all ? counted(all, "request") : `${shown} of ${counted(all, "request")}`) + gone;
  const badge = find("[data-blocked-count]");
  badge.textContent = String(blocked);
  badge.hidden = blocked === 0;
  if (blocked > told) announce(`${counted(blocked - told, "more request")} blocked`);
  told = blocked;
}

const stream = follow({
  hello({ source, resumed }) {
    find("[data-source]").textContent = source;
    document.title = `${source} · Network · Corsage`;
    if (!resumed) {
      rows.empty();
      log.empty();
    } else if (document.body.dataset.connection === "lost") {
      log.note(
        "The connection to corsage was lost and is back. What happened meanwhile is listed, as far as it is still kept.",
      );
    }
  },
  rows(batch) {
    rows.take(batch);
    log.take(batch.rows);
    for (const row of batch.rows) detail.changed(row);
    if (!batch.more) {
      grid.loaded();
      lookFor();
    }
    update();
  },
  connection(now) {
    if (document.body.dataset.connection === now) return;
    document.body.dataset.connection = now;
    find("[data-state]").textContent = WORDS[now];
  },
});

/** Chooses the request that a link has named, once everything is here. */
function lookFor() {
  if (!wanted) return;
  const found = wantedRow(wanted, rows.all());
  wanted = "";
  history.replaceState(null, "", location.pathname);
  if (found.row) go(found.row.place);
  else if (found.words) log.note(found.words);
}

/** @param {number} place of a row, which may be hidden by the filters */
function go(place) {
  rows.sift();
  if (!grid.has(place)) {
    filter.value = "";
    onlyBlocked.checked = hidePreflights.checked = false;
    refilter();
    rows.sift();
  }
  if (!grid.has(place)) return;
  grid.choose(place);
  grid.focus();
}

function leave() {
  detail.close();
  grid.leave();
  grid.focus();
}

function refilter() {
  rows.filter({ words: filter.value, blocked: onlyBlocked.checked, hidePreflights: hidePreflights.checked });
  update();
}

for (const control of [filter, onlyBlocked, hidePreflights]) control.addEventListener("input", refilter);

filter.addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === "ArrowDown") {
    event.preventDefault();
    grid.focus();
  }
});

find("[data-findings]").addEventListener("click", () => {
  grid.leave();
  detail.findings();
});

pause.addEventListener("click", () => {
  const wanted = pause.getAttribute("aria-pressed") !== "true";
  pause.setAttribute("aria-pressed", String(wanted));
  pause.textContent = wanted ? "Go on" : "Pause";
  stream.pause(wanted);
});

find("[data-clear]").addEventListener("click", async () => {
  const answer = await fetch("clear", { method: "POST" }).catch(() => null);
  if (!answer?.ok) return log.note("It could not be cleared: corsage does not answer.");
  rows.empty();
  log.empty();
  detail.close();
  grid.leave();
  update();
});

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    filter.focus();
    filter.select();
  } else if (event.key === "Escape") {
    if (event.target === filter && filter.value) {
      filter.value = "";
      refilter();
    } else if (detail.isOpen) leave();
    else if (event.target === filter) grid.focus();
  }
});
