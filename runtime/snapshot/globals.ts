/**
 * A guest's own mutable globals. All are i32 or i64, because the pipeline holds floats as integers of the same
 * bits (wasm/floatGlobals.ts).
 */
import { malformed } from "../bytes/damage.ts";
import type { ByteReader } from "../bytes/reader.ts";
import type { ByteWriter } from "../bytes/writer.ts";
import type { Guest } from "../instance/guest.ts";

const Kind = { I32: 0, I64: 1 } as const;

export type GlobalValue = number | bigint;

export function valuesOf(guest: Guest): GlobalValue[] {
  return guest.globals.map(({ value }) => value as GlobalValue);
}

export function writeGlobals(out: ByteWriter, values: readonly GlobalValue[]): void {
  out.varint(values.length);
  for (const value of values) {
    if (typeof value === "bigint") out.u8(Kind.I64).u64(value);
    else out.u8(Kind.I32).u32(value);
  }
}

export function readGlobals(reader: ByteReader): GlobalValue[] {
  return Array.from({ length: reader.count(5) }, () => readGlobal(reader));
}

function readGlobal(reader: ByteReader): GlobalValue {
  switch (reader.u8()) {
    case Kind.I32:
      return reader.u32() | 0;
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
