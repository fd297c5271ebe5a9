/** What generated TypeScript needs at run time. It runs in browsers, and depends on nothing. */
export { bit, finite32, finite64, misfit, signed64, unsigned64 } from "./checks.ts";
export { Input } from "./input.ts";
export { getF32, getF64, getI64, getU64, putF32, putF64, putU64 } from "./numbers.ts";
export { MessageError, Output } from "./output.ts";
export { type RefusalCode, Refused, refusalOf, refuse } from "./refused.ts";
