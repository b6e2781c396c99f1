// @ts-check
/** The scenarios of the guest site, in their order. */

import * as s01 from "./s01.js";
import * as s02 from "./s02.js";
import * as s03 from "./s03.js";
import * as s04 from "./s04.js";
import * as s05 from "./s05.js";
import * as s06 from "./s06.js";
import * as s07 from "./s07.js";
import * as s08 from "./s08.js";
import * as s09 from "./s09.js";
import * as s10 from "./s10.js";
import * as s11 from "./s11.js";
import * as s12 from "./s12.js";
import * as s13 from "./s13.js";
import * as s14 from "./s14.js";
import * as s15 from "./s15.js";

/** @type {[part: string, scenarios: { [name: string]: any }][]} */
export const parts = [
  ["Reading", { s1: s01, s2: s02, s3: s03, s4: s04, s5: s05 }],
  ["Writing", { s6: s06, s7: s07, s8: s08 }],
  ["People", { s9: s09 }],
  ["Engines", { s10: s10 }],
  ["Files", { s11: s11 }],
  ["Tools", { s12: s12 }],
  ["Borders", { s13: s13, s14: s14, s15: s15 }],
];
