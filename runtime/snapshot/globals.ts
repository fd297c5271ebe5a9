/**
 * A guest's own mutable globals. JavaScript tells i64 from the rest and no more, so numbers are stored as
 * what all of i32, f32 and f64 fit into without loss. NaNs lose their bits, which are outside what a room's
 * determinism promises (docs/determinism.md).
 */
import { malformed } from "../bytes/damage.ts";
import type { ByteReader } from "../bytes/reader.ts";
import type { ByteWriter } from "../bytes/writer.ts";
import type { Guest } from "../instance/guest.ts";

const Kind = { I32: 0, F64: 1, I64: 2 } as const;

export type GlobalValue = number | bigint;

export function valuesOf(guest: Guest): GlobalValue[] {
  return guest.globals.map(({ value }) => value as GlobalValue);
}

export function writeGlobals(out: ByteWriter, values: readonly GlobalValue[]): void {
  out.varint(values.length);
  for (const value of values) {
    if (typeof value === "bigint") out.u8(Kind.I64).u64(value);
    // -0 is no i32.
    else if (Object.is(value, value | 0)) out.u8(Kind.I32).u32(value);
    else out.u8(Kind.F64).f64(Number.isNaN(value) ? Number.NaN : value);
  }
}

export function readGlobals(reader: ByteReader): GlobalValue[] {
  return Array.from({ length: reader.count(5) }, () => readGlobal(reader));
}

function readGlobal(reader: ByteReader): GlobalValue {
  switch (reader.u8()) {
    case Kind.I32:
      return reader.u32() | 0;
    case Kind.F64:
      return reader.f64();
    case Kind.I64:
      return BigInt.asIntN(64, reader.u64());
    default:
      throw malformed("a global of unknown kind");
  }
}

export function setGlobals(guest: Guest, values: readonly GlobalValue[]): void {
  for (let n = 0; n < values.length; n++) guest.globals[n]!.value = values[n];
}

/** Whether the values are as many and of the types that this guest's globals have. */
export function fitGlobals(guest: Guest, values: readonly GlobalValue[]): boolean {
  const { globals } = guest;
  return (
    values.length === globals.length && values.every((value, n) => typeof value === typeof globals[n]!.value)
  );
}
