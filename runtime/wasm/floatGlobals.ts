/**
 * Mutable float globals, which the rewritten module keeps as integers of the same bits. The host resets, copies and
 * restores an instance's globals from JavaScript, which does not keep the bits of a NaN; those of an integer it does.
 */
import { Code } from "./code.ts";
import { Cursor } from "./cursor.ts";
import { type CoreModule, type GlobalDefinition, VALUE_TYPE } from "./module.ts";
import { OP } from "./opcodes.ts";
import { OperatorReader } from "./operatorReader.ts";
import { Sink } from "./sink.ts";

/** Type and mutability, before the constant expression. */
const HEAD_BYTES = 2;
const MUTABLE = 1;

/** How a float is taken out of its global, and brought back. */
interface Conversion {
  readonly stored: number;
  readonly load: number;
  readonly store: number;
}

const CONVERSIONS = new Map<number, Conversion>([
  [VALUE_TYPE.f32, { stored: VALUE_TYPE.i32, load: OP.f32ReinterpretI32, store: OP.i32ReinterpretF32 }],
  [VALUE_TYPE.f64, { stored: VALUE_TYPE.i64, load: OP.f64ReinterpretI64, store: OP.i64ReinterpretF64 }],
]);

/** What stands behind a `global.get` and before a `global.set`; undefined for globals that stay as they are. */
export function globalConversion(global: GlobalDefinition | undefined): Conversion | undefined {
  return global?.mutable ? CONVERSIONS.get(global.type) : undefined;
}

/** A global's definition in the rewritten module. */
export function storedGlobal(module: CoreModule, global: GlobalDefinition): Uint8Array {
  const conversion = globalConversion(global);
  if (conversion === undefined) return module.bytes.subarray(global.start, global.end);
  return new Sink().u8(conversion.stored, MUTABLE).append(initialBits(module, global)).view;
}

/** A float's constant expression is a constant, or a global before it that never changes. */
function initialBits(module: CoreModule, global: GlobalDefinition): Uint8Array {
  const reader = new OperatorReader(new Cursor(module.bytes, global.start + HEAD_BYTES, global.end));
  reader.step();
  if (reader.op === OP.globalGet) return initialBits(module, module.globals[reader.index]!);
  const { buffer, byteOffset } = module.bytes;
  const view = new DataView(buffer, byteOffset + reader.at + 1);
  const code = new Code();
  if (global.type === VALUE_TYPE.f32) code.i32Const(view.getInt32(0, true));
  else code.i64Const(view.getBigInt64(0, true));
  return code.end().view;
}
