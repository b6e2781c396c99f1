// @ts-check
/**
 * The list of requests. Only the rows that can be seen have elements, so that
 * thousands cost no more than a screenful.
 */

import { h } from "../look/dom.js";
import { empty, loading } from "../look/notice.js";
import { COLUMNS, drawBar, fillRow, rowId, scaleOf } from "./cells.js";
import { duration } from "./format.js";

/** @typedef {import("./stream.js").Row} Row */
/** @typedef {ReturnType<typeof import("./rows.js").makeRows>} Rows */

const BEYOND = 8; // rows above and below the view that have elements too

export class Grid {
  /** @type {Map<number, { element: HTMLElement, row: Row, linked: string }>} rows that have elements, by place */
  #drawn = new Map();
  /** @type {number | null} the place of the chosen row */
  #chosen = null;
  #height = 28;
  #asked = false;
  #loaded = false;

  /**
   * @param {HTMLElement} place
   * @param {Rows} rows
   * @param {{ choose: (row: Row) => void, open: () => void, hidden: (place: number) => void }} on
   */
  constructor(place, rows, on) {
    this.rows = rows;
    this.on = on;
    this.range = h("span", { class: "range" });
    this.head = headOf(this.range);
    this.canvas = h("div", { class: "canvas", role: "presentation" });
    this.view = h("div", { class: "view", role: "rowgroup" }, this.canvas);
    this.grid = gridOf(this.head, this.view);
    this.message = h(
      "div",
      { class: "message", data: { message: "" } },
      loading("Fetching what was recorded"),
    );
    place.append(this.grid, this.message);

    this.view.addEventListener("scroll", () => this.#ask(), { passive: true });
    new ResizeObserver(() => this.#measure()).observe(place);
    this.canvas.addEventListener("click", (event) => this.#clicked(event));
    this.grid.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /** Shows what the rows are now. Somebody who looks at the end keeps looking at the end. */
  update() {
    const { view } = this;
    const atEnd = view.scrollTop + view.clientHeight >= view.scrollHeight - this.#height;
    this.rows.sift();
    this.#size();
    if (atEnd && this.#chosen === null) view.scrollTop = view.scrollHeight;
    this.#draw();
  }

  /** All that there was has come. */
  loaded() {
    this.#loaded = true;
  }

  focus() {
    this.grid.focus();
  }

  /** @param {number} place of a row, which has to be shown */
  choose(place) {
    this.#chooseAt(this.#indexOf(place));
  }

  /** @param {number} place */
  has(place) {
    return this.#indexOf(place) >= 0;
  }

  leave() {
    this.#chosen = null;
    this.#ask();
  }

  /** @param {number} i index among the rows that are shown */
  #chooseAt(i) {
    const { shown } = this.rows;
    const row = shown[Math.min(Math.max(i, 0), shown.length - 1)];
    if (!row) return;
    this.#chosen = row.place;
    this.#reveal(shown.indexOf(row));
    this.#draw();
    this.on.choose(row);
  }

  /** @param {number} i */
  #reveal(i) {
    const { view } = this;
    const top = i * this.#height;
    if (top < view.scrollTop) view.scrollTop = top;
    else if (top + this.#height > view.scrollTop + view.clientHeight) {
      view.scrollTop = top + this.#height - view.clientHeight;
    }
  }

  /** The rows that can be seen, from the first to before the last. */
  #inView() {
    const { scrollTop, clientHeight } = this.view;
    return [Math.floor(scrollTop / this.#height), Math.ceil((scrollTop + clientHeight) / this.#height)];
  }

  /** Draws with the next picture, once. */
  #ask() {
    if (!this.#asked) requestAnimationFrame(() => this.#draw());
    this.#asked = true;
  }

  #size() {
    const { shown, manyHosts } = this.rows;
    this.canvas.style.setProperty("height", `${shown.length * this.#height}px`);
    this.grid.setAttribute("aria-rowcount", String(shown.length + 1));
    this.grid.dataset.hosts = manyHosts ? "many" : "one";
  }

  #draw() {
    this.#asked = false;
    this.#size();
    const { shown } = this.rows;
    const [from, to] = this.#inView();
    const scale = scaleOf(shown.slice(from, to));
    this.range.textContent = scale.span > 0.01 ? duration(scale.span) : "";
    const wanted = this.#wanted(Math.max(from - BEYOND, 0), Math.min(to + BEYOND, shown.length));
    for (const [place, { element }] of this.#drawn) {
      if (wanted.has(place)) continue;
      element.remove();
      this.#drawn.delete(place);
    }
    for (const i of wanted.values()) this.#drawRow(shown[i], i, scale);
    this.message.hidden = shown.length > 0;
    if (this.#loaded && shown.length === 0) this.message.replaceChildren(nothing(this.rows));
  }

  /**
   * The rows that get elements, by their places: those in and near the view, and
   * the chosen one, since the grid points to it.
   * @param {number} from @param {number} to
   */
  #wanted(from, to) {
    /** @type {Map<number, number>} */
    const wanted = new Map();
    for (let i = from; i < to; i++) wanted.set(this.rows.shown[i].place, i);
    const active = this.#chosen === null ? -1 : this.#indexOf(this.#chosen);
    if (active >= 0) {
      wanted.set(this.rows.shown[active].place, active);
      this.grid.setAttribute("aria-activedescendant", rowId(this.rows.shown[active].place));
    } else this.grid.removeAttribute("aria-activedescendant");
    return wanted;
  }

  /** @param {Row} row @param {number} i @param {{ from: number, span: number }} scale */
  #drawRow(row, i, scale) {
    const element = this.#elementOf(row);
    element.style.setProperty("transform", `translateY(${i * this.#height}px)`);
    element.setAttribute("aria-rowindex", String(i + 2)); // the head is the first
    element.setAttribute("aria-selected", String(row.place === this.#chosen));
    element.classList.toggle("odd", i % 2 === 1);
    drawBar(element, row, scale);
  }

  /**
   * A row's element, filled anew if the row has changed or its other half has come.
   * @param {Row} row
   */
  #elementOf(row) {
    const linked = String(this.rows.named(row.preflightId ?? row.preflightFor)?.place);
    const before = this.#drawn.get(row.place);
    if (before && before.row === row && before.linked === linked) return before.element;
    const element =
      before?.element ??
      h("div", { class: "row", role: "row", id: rowId(row.place), data: { place: String(row.place) } });
    if (!before) this.canvas.append(element);
    fillRow(element, row, this.rows.named);
    this.#drawn.set(row.place, { element, row, linked });
    return element;
  }

  /**
   * Where a row is among those that are shown, which are sorted by place; -1 if it is not.
   * @param {number} place
   */
  #indexOf(place) {
    const { shown } = this.rows;
    let low = 0;
    let high = shown.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (shown[middle].place === place) return middle;
      if (shown[middle].place < place) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  #measure() {
    // The head has no bar to be scrolled by, and its columns are to stand above the rows'.
    this.head.style.setProperty("padding-right", `${this.view.offsetWidth - this.view.clientWidth}px`);
    this.#height = Number.parseFloat(getComputedStyle(this.canvas).getPropertyValue("--row")) || this.#height;
    this.#ask();
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const to =
      target.dataset.jump ?? /** @type {HTMLElement | null} */ (target.closest(".row"))?.dataset.place;
    if (to === undefined) return;
    if (this.has(Number(to))) this.choose(Number(to));
    else this.on.hidden(Number(to));
    this.focus(); // the link that was pressed may be drawn anew
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(Math.floor(this.view.clientHeight / this.#height) - 1, 1);
    const at = this.#chosen === null ? -1 : this.#indexOf(this.#chosen);
    const last = this.rows.shown.length - 1;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => this.#chooseAt(at + 1),
      ArrowUp: () => this.#chooseAt(at < 0 ? last : at - 1),
      PageDown: () => this.#chooseAt(at + page),
      PageUp: () => this.#chooseAt(at - page),
      Home: () => this.#chooseAt(0),
      End: () => this.#chooseAt(last),
      Enter: () => (at < 0 ? this.#chooseAt(0) : this.on.open()),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }
}

/** @param {HTMLElement} view @param {HTMLElement} head */
function gridOf(head, view) {
  const aria = { label: "Requests", colcount: String(COLUMNS.length), readonly: "true" };
  return h("div", { class: "grid", role: "grid", tabindex: "0", data: { grid: "" }, aria }, head, view);
}

/** @param {HTMLElement} range how long the rows in view took together */
function headOf(range) {
  const cells = COLUMNS.map(([name, title]) =>
    h("div", { class: `cell ${name}`, role: "columnheader" }, title, name === "waterfall" ? range : null),
  );
  return h("div", { class: "row head", role: "row", "aria-rowindex": "1" }, cells);
}

/** @param {Rows} rows */
function nothing(rows) {
  return rows.filtered && rows.counts.all > 0
    ? empty("Nothing like it", "No request is let through by the filters.")
    : empty("Nothing yet", "Requests are listed here as they happen.");
}
