/** Reads types and limits, and refuses those whose values an instance's snapshot could not hold. */
import type { Cursor } from "./cursor.ts";
import { MODULE_LIMITS } from "./limits.ts";
import type { FunctionType, MemoryDefinition } from "./module.ts";
import { ModuleRefusal } from "./refusal.ts";

const FUNCTION_FORM = 0x60;
/** Flags of limits: a maximum follows; shared; 64-bit. */
const HAS_MAXIMUM = 1;
const SHARED = 2;
const WIDE = 4;

export function readValueType(cursor: Cursor): number {
  const at = cursor.at;
  const type = cursor.u8();
  if ((type >= 0x7b && type <= 0x7f) || type === 0x70 || type === 0x6f) return type;
  throw new ModuleRefusal(
    "unsupported-type",
    `Value type 0x${type.toString(16)} is not part of WebAssembly 2.0; compile for WebAssembly 2.0 or older`,
    at,
  );
}

function readValueTypes(cursor: Cursor): number[] {
  const count = cursor.count("value types");
  const types: number[] = [];
  for (let n = 0; n < count; n++) types.push(readValueType(cursor));
  return types;
}

export function readFunctionType(cursor: Cursor): FunctionType {
  const at = cursor.at;
  if (cursor.u8() !== FUNCTION_FORM) {
    throw new ModuleRefusal(
      "garbage-collection",
      "Only function types are accepted: structures and arrays cannot be snapshotted; compile to linear memory",
      at,
    );
  }
  return { params: readValueTypes(cursor), results: readValueTypes(cursor) };
}

export function readMemory(cursor: Cursor): MemoryDefinition {
  const at = cursor.at;
  const flags = cursor.u8();
  if (flags & WIDE) {
    throw new ModuleRefusal("memory64", "A 64-bit memory is not accepted; compile for wasm32", at);
  }
  if (flags & SHARED) {
    throw new ModuleRefusal("shared-memory", "A shared memory is not accepted; compile without threads", at);
  }
  if (flags > HAS_MAXIMUM) cursor.fail("unknown flags of a memory", at);
  return { initial: cursor.u32(), maximum: flags & HAS_MAXIMUM ? cursor.u32() : null };
}

/** Reads a table's type and returns its initial size. */
export function readTable(cursor: Cursor): number {
  const at = cursor.at;
  readValueType(cursor);
  const flags = cursor.u8();
  if (flags > HAS_MAXIMUM) cursor.fail("unknown flags of a table", at);
  const initial = cursor.u32();
  if (flags & HAS_MAXIMUM) cursor.u32();
  if (initial > MODULE_LIMITS.tableElements) {
    throw new ModuleRefusal(
      "table-size",
      `A table of ${initial} elements is larger than the limit of ${MODULE_LIMITS.tableElements}; use fewer function pointers`,
      at,
    );
  }
  return initial;
}
