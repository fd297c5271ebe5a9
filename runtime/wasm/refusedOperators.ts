/** Operators that are known but not accepted, each with the reason (docs/security.md has the list). */
import { ModuleRefusal, type RefusalCode } from "./refusal.ts";

interface Reason {
  code: RefusalCode;
  text: string;
}

const EXCEPTIONS: Reason = {
  code: "exception-handling",
  text: "Exception handling is not accepted, because a guest could catch what ends it; compile without exceptions",
};
const TAIL_CALLS: Reason = {
  code: "tail-call",
  text: "Tail calls are not accepted, because they loop without a back-edge; compile without tail calls",
};
const GC: Reason = {
  code: "garbage-collection",
  text: "Garbage-collected types and typed references are not accepted, because they cannot be snapshotted; compile to linear memory",
};
const TABLE_MUTATION: Reason = {
  code: "table-mutation",
  text: "Changing a table is not accepted, because a table is no part of an instance's snapshot; fill it with element segments",
};
const SEGMENTS: Reason = {
  code: "segment-instruction",
  text: "Passive segments are not accepted, because dropping one is state that a snapshot cannot hold; use active data segments",
};

const PLAIN = new Map<number, Reason>([
  ...[0x06, 0x07, 0x08, 0x09, 0x0a, 0x18, 0x19, 0x1f].map((code) => [code, EXCEPTIONS] as const),
  ...[0x12, 0x13, 0x15].map((code) => [code, TAIL_CALLS] as const),
  ...[0x14, 0xd3, 0xd4, 0xd5, 0xd6, 0xfb].map((code) => [code, GC] as const),
  [0x26, TABLE_MUTATION],
  [
    0xfe,
    {
      code: "threads",
      text: "Atomic operators are not accepted, because a function runs on one thread; compile without threads",
    },
  ],
]);

const MISC = new Map<number, Reason>([
  ...[0x08, 0x09, 0x0d].map((code) => [code, SEGMENTS] as const),
  ...[0x0c, 0x0e, 0x0f, 0x11].map((code) => [code, TABLE_MUTATION] as const),
]);

/** Throws the refusal of an operator that no table holds. `prefix` is 0 for one-byte operators. */
export function refuseOperator(prefix: number, code: number, offset: number): never {
  const known = prefix === 0xfc ? MISC.get(code) : prefix === 0 ? PLAIN.get(code) : undefined;
  if (known) throw new ModuleRefusal(known.code, known.text, offset);
  if (prefix === 0xfd && code >= 0x100) {
    throw new ModuleRefusal(
      "relaxed-simd",
      "Relaxed SIMD is not accepted, because its results differ between machines; compile without it",
      offset,
    );
  }
  const name = prefix === 0 ? hex(code) : `${hex(prefix)} ${hex(code)}`;
  throw new ModuleRefusal(
    "unsupported-operator",
    `Operator ${name} is not part of WebAssembly 2.0; compile for WebAssembly 2.0 or older`,
    offset,
  );
}

function hex(code: number): string {
  return `0x${code.toString(16).padStart(2, "0")}`;
}
