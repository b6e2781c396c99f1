// How values look in the console and in messages.

const limit = 100; // elements and properties that are shown

/** A value as a line that a person can read, as consoles show it. */
exports.inspect = (value) => show(value, 0, []);

function show(value, depth, seen) {
  switch (typeof value) {
    case "string": return depth === 0 ? value : JSON.stringify(value);
    case "bigint": return `${value}n`;
    case "symbol": return value.toString();
    case "function": return `ƒ ${value.name || "anonymous"}()`;
    case "object": return value === null ? "null" : showObject(value, depth, seen);
    default: return Object.is(value, -0) ? "-0" : String(value);
  }
}

function showObject(value, depth, seen) {
  if (seen.includes(value)) return "[Circular]";
  try {
    if (value instanceof Error || require("exception").isDOMException(value)) return showError(value);
    if (depth > 2) return Array.isArray(value) ? "[…]" : "{…}";
    return showMembers(value, depth + 1, [...seen, value]);
  } catch {
    return "[object]"; // a getter or a proxy has thrown
  }
}

function showError(error) {
  const title = error.message ? `${error.name}: ${error.message}` : String(error.name);
  const stack = typeof error.stack === "string" ? ownFrames(error.stack) : "";
  return stack ? `${title}\n${stack}` : title;
}

/** The lines of a stack that are about the script's own files. */
function ownFrames(stack) {
  return stack.split("\n").filter((line) => /:\d+/.test(line) && !line.includes("corsage:")).join("\n");
}

function showMembers(value, depth, seen) {
  if (Array.isArray(value)) {
    const shown = value.slice(0, limit).map((v) => show(v, depth, seen));
    if (value.length > limit) shown.push("…");
    return `[${shown.join(", ")}]`;
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Map) {
    return `Map(${value.size}) {${[...value].slice(0, limit).map(([k, v]) => `${show(k, depth, seen)} => ${show(v, depth, seen)}`).join(", ")}}`;
  }
  if (value instanceof Set) {
    return `Set(${value.size}) {${[...value].slice(0, limit).map((v) => show(v, depth, seen)).join(", ")}}`;
  }
  if (ArrayBuffer.isView(value) && typeof value.length === "number") {
    return `${value.constructor.name}(${value.length}) [${[...value.subarray(0, limit)].join(", ")}]`;
  }
  const shown = Object.keys(value).slice(0, limit).map((key) => `${key}: ${show(value[key], depth, seen)}`);
  const name = nameOf(value);
  return `${name ? `${name} ` : ""}{${shown.join(", ")}}`;
}

function nameOf(value) {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return "";
  const tag = value[Symbol.toStringTag];
  return typeof tag === "string" ? tag : prototype.constructor?.name ?? "";
}
