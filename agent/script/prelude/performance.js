// Performance: the time, and marks in it. There are no entries about what the
// page has loaded.
//
// Standard: https://w3c.github.io/hr-time/ and https://w3c.github.io/user-timing/

const idl = require("webidl");
const { EventTarget } = require("events");
const { make } = require("exception");

class PerformanceEntry {
  #entry;

  constructor(token = undefined, entry = undefined) {
    idl.construct(token);
    this.#entry = entry;
  }

  get name() { return this.#entry.name; }
  get entryType() { return this.#entry.entryType; }
  get startTime() { return this.#entry.startTime; }
  get duration() { return this.#entry.duration; }
  toJSON() {
    const { name, entryType, startTime, duration } = this.#entry;
    return { name, entryType, startTime, duration };
  }
}

idl.define(PerformanceEntry);

const PerformanceMarkOptions = idl.dictionary("PerformanceMarkOptions", {
  detail: [idl.any, null], startTime: idl.double,
});

class PerformanceMark extends PerformanceEntry {
  #detail;

  constructor(markName, markOptions = undefined) {
    idl.required(arguments, 1, "PerformanceMark constructor");
    const name = idl.DOMString(markName, "PerformanceMark constructor: name");
    const { detail, startTime = host.now() } = PerformanceMarkOptions(markOptions, "PerformanceMark constructor: options");
    if (startTime < 0) throw new TypeError("PerformanceMark constructor: startTime is negative");
    super(idl.token, { name, entryType: "mark", startTime, duration: 0 });
    this.#detail = detail;
  }

  get detail() { return this.#detail; }
}

idl.define(PerformanceMark);

class PerformanceMeasure extends PerformanceEntry {
  #detail = null;

  constructor(token = undefined, entry = undefined, detail = undefined) {
    super(token, entry);
    this.#detail = detail;
  }

  get detail() { return this.#detail; }
}

idl.define(PerformanceMeasure);

const PerformanceMeasureOptions = idl.dictionary("PerformanceMeasureOptions", {
  detail: [idl.any, null], start: idl.any, duration: idl.double, end: idl.any,
});

class Performance extends EventTarget {
  #entries = [];

  constructor(token = undefined) {
    idl.construct(token);
    super();
  }

  now() { this.#entries; return host.now(); }
  get timeOrigin() { this.#entries; return host.timeOrigin(); }
  toJSON() { return { timeOrigin: this.timeOrigin }; }

  mark(markName, markOptions = undefined) {
    const entries = this.#entries;
    idl.required(arguments, 1, "Performance.mark");
    const entry = new PerformanceMark(markName, markOptions);
    entries.push(entry);
    return entry;
  }

  measure(measureName, startOrMeasureOptions = undefined, endMark = undefined) {
    const entries = this.#entries;
    idl.required(arguments, 1, "Performance.measure");
    const name = idl.DOMString(measureName, "Performance.measure: name");
    const { start, end, duration, detail } = idl.isObject(startOrMeasureOptions)
      ? PerformanceMeasureOptions(startOrMeasureOptions, "Performance.measure: options")
      : { start: startOrMeasureOptions, end: endMark, detail: null };
    const to = end !== undefined ? timeOf(entries, end) : start !== undefined && duration !== undefined ? timeOf(entries, start) + duration : host.now();
    const from = start !== undefined ? timeOf(entries, start) : duration !== undefined ? to - duration : 0;
    const entry = new PerformanceMeasure(idl.token, { name, entryType: "measure", startTime: from, duration: to - from }, detail ?? null);
    entries.push(entry);
    return entry;
  }

  clearMarks(markName = undefined) { clear(this.#entries, "mark", markName); }
  clearMeasures(measureName = undefined) { clear(this.#entries, "measure", measureName); }
  getEntries() { return sorted(this.#entries); }

  getEntriesByType(type) {
    const entries = this.#entries;
    idl.required(arguments, 1, "Performance.getEntriesByType");
    type = idl.DOMString(type, "Performance.getEntriesByType: type");
    return sorted(entries.filter((e) => e.entryType === type));
  }

  getEntriesByName(name, type = undefined) {
    const entries = this.#entries;
    idl.required(arguments, 1, "Performance.getEntriesByName");
    name = idl.DOMString(name, "Performance.getEntriesByName: name");
    return sorted(entries.filter((e) => e.name === name && (type === undefined || e.entryType === type)));
  }

  clearResourceTimings() { this.#entries; }
}

idl.define(Performance);

/** The time of a mark, or the time itself. */
function timeOf(entries, mark) {
  if (typeof mark === "number") return mark;
  const name = idl.DOMString(mark, "Performance.measure: mark");
  const found = entries.findLast((e) => e.entryType === "mark" && e.name === name);
  if (found === undefined) throw make("SyntaxError", `Performance.measure: there is no mark ${JSON.stringify(name)}`);
  return found.startTime;
}

function clear(entries, type, name) {
  for (let i = entries.length - 1; i >= 0; i--) {
    if (entries[i].entryType === type && (name === undefined || entries[i].name === `${name}`)) entries.splice(i, 1);
  }
}

const sorted = (entries) => [...entries].sort((a, b) => a.startTime - b.startTime);

Object.assign(exports, {
  Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, performance: new Performance(idl.token),
});
