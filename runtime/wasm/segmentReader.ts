/** Reads constant expressions and element segments, to learn which functions a table may hold. */
import type { Cursor } from "./cursor.ts";
import { OP } from "./opcodes.ts";
import { OperatorReader } from "./operatorReader.ts";
import { readValueType } from "./typeReader.ts";

/** Flags of an element segment (core specification 5.5.12). */
const PASSIVE_OR_DECLARATIVE = 1;
const EXPLICIT = 2;
const EXPRESSIONS = 4;

const CONSTANT_OPERATORS: ReadonlySet<number> = new Set([
  OP.globalGet,
  OP.i32Const,
  OP.i64Const,
  OP.f32Const,
  OP.f64Const,
  OP.v128Const,
  OP.refNull,
  OP.refFunc,
  OP.i32Add,
  OP.i32Sub,
  OP.i32Mul,
  OP.i64Add,
  OP.i64Sub,
  OP.i64Mul,
]);

/** Passes a constant expression with its `end`; adds the functions it takes the address of to `taken`. */
export function readConstant(cursor: Cursor, taken: Set<number>): void {
  const reader = new OperatorReader(cursor);
  while (reader.step()) {
    if (reader.op === OP.end) return;
    if (!CONSTANT_OPERATORS.has(reader.op)) cursor.fail("an operator that is not constant", reader.at);
    if (reader.op === OP.refFunc) taken.add(reader.index);
  }
  cursor.fail("a constant expression without end");
}

/** Passes one element segment; adds the functions it names to `taken`. */
export function readElementSegment(cursor: Cursor, taken: Set<number>): void {
  const flags = cursor.u32();
  if (flags > 7) cursor.fail("unknown flags of an element segment");
  if (!(flags & PASSIVE_OR_DECLARATIVE)) {
    if (flags & EXPLICIT) cursor.u32();
    readConstant(cursor, taken);
  }
  if (flags & (PASSIVE_OR_DECLARATIVE | EXPLICIT)) {
    if (flags & EXPRESSIONS) readValueType(cursor);
    else if (cursor.u8() !== 0) cursor.fail("an unknown kind of element", cursor.at - 1);
  }
  const count = cursor.count("elements");
  for (let n = 0; n < count; n++) {
    if (flags & EXPRESSIONS) readConstant(cursor, taken);
    else taken.add(cursor.u32());
  }
}
