// The console.
//
// Standard: https://console.spec.whatwg.org/

const idl = require("webidl");
const { inspect } = require("inspect");

const counts = new Map();
const timers = new Map();
let indent = "";

/** Standard: https://console.spec.whatwg.org/#logger */
function log(level, args) {
  if (args.length === 0) return;
  host.print(level, indent + format(args).replaceAll("\n", `\n${indent}`));
}

/** Standard: https://console.spec.whatwg.org/#formatter */
function format(args) {
  const parts = [];
  let rest = args;
  if (typeof args[0] === "string" && args.length > 1) {
    let next = 1;
    parts.push(args[0].replace(/%[sdifoOc%]/g, (specifier) => {
      if (specifier === "%%") return "%";
      if (next >= args.length) return specifier;
      return substitute(specifier, args[next++]);
    }));
    rest = args.slice(next);
  }
  for (const value of rest) parts.push(typeof value === "string" ? value : inspect(value));
  return parts.join(" ");
}

function substitute(specifier, value) {
  switch (specifier) {
    case "%s": return typeof value === "symbol" || idl.isObject(value) ? inspect(value) : String(value);
    case "%d":
    case "%i": return String(typeof value === "symbol" ? NaN : parseInt(value, 10));
    case "%f": return String(typeof value === "symbol" ? NaN : parseFloat(value));
    case "%c": return "";
    default: return inspect(value);
  }
}

const labelOf = (label) => idl.DOMString(label, "console: label");

const console = Object.create({});

const members = {
  assert(condition = false, ...data) {
    if (condition) return;
    if (typeof data[0] === "string") data[0] = `Assertion failed: ${data[0]}`;
    else data.unshift("Assertion failed");
    log("error", data);
  },
  clear() { indent = ""; },
  debug(...data) { log("debug", data); },
  error(...data) { log("error", data); },
  info(...data) { log("info", data); },
  log(...data) { log("log", data); },
  table(tabularData = undefined, properties = undefined) { log("log", [tabularData]); },
  trace(...data) { log("log", [`${format(["Trace", ...data])}\n${new Error().stack.trimEnd()}`]); },
  warn(...data) { log("warning", data); },
  dir(item = undefined, options = undefined) { log("log", [inspect(item)]); },
  dirxml(...data) { log("log", data); },
  count(label = "default") {
    label = labelOf(label);
    counts.set(label, (counts.get(label) ?? 0) + 1);
    log("log", [`${label}: ${counts.get(label)}`]);
  },
  countReset(label = "default") {
    label = labelOf(label);
    if (counts.has(label)) counts.set(label, 0);
    else log("warning", [`Count for '${label}' does not exist`]);
  },
  group(...data) { log("log", data); indent += "  "; },
  groupCollapsed(...data) { log("log", data); indent += "  "; },
  groupEnd() { indent = indent.slice(2); },
  time(label = "default") {
    label = labelOf(label);
    if (timers.has(label)) log("warning", [`Timer '${label}' already exists`]);
    else timers.set(label, host.now());
  },
  timeLog(label = "default", ...data) { elapsed(labelOf(label), data, false); },
  timeEnd(label = "default") { elapsed(labelOf(label), [], true); },
};

function elapsed(label, data, end) {
  const start = timers.get(label);
  if (start === undefined) {
    log("warning", [`Timer '${label}' does not exist`]);
    return;
  }
  if (end) timers.delete(label);
  log("log", [`${label}: ${host.now() - start} ms`, ...data]);
}

for (const [name, value] of Object.entries(members)) {
  Object.defineProperty(console, name, { value, writable: true, enumerable: true, configurable: true });
}
Object.defineProperty(console, Symbol.toStringTag, { value: "console", configurable: true });

exports.console = console;
