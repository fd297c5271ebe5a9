/**
 * The operators of WebAssembly 2.0 (core specification, appendix "Index of Instructions"): for each, which
 * immediates follow and how many operands it takes and leaves. An operator that has no row here is refused,
 * so a proposal that a newer V8 accepts cannot pass unmetered.
 */

/** What follows an operator's code. */
export const IMMEDIATE = {
  /** No such operator. */
  unknown: 0,
  none: 1,
  block: 2,
  label: 3,
  labels: 4,
  /** A function, local, global, or table. */
  index: 5,
  /** A type and a table. */
  indirect: 6,
  types: 7,
  memory: 8,
  i32: 9,
  i64: 10,
  f32: 11,
  f64: 12,
  /** The zero byte that stands for memory 0. */
  zero: 13,
  twoZeros: 14,
  heapType: 15,
  v128: 16,
  lane: 17,
  memoryLane: 18,
} as const;

/** Codes that the rewriter looks at; prefixed ones carry their prefix in the high byte. */
export const OP = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  drop: 0x1a,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  i32Eqz: 0x45,
  i32LtS: 0x48,
  i64LtS: 0x53,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Mul: 0x6c,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64ShrU: 0x88,
  i64ExtendI32U: 0xad,
  i64TruncF64U: 0xb1,
  f64ConvertI64S: 0xb9,
  i32ReinterpretF32: 0xbc,
  i64ReinterpretF64: 0xbd,
  f32ReinterpretI32: 0xbe,
  f64ReinterpretI64: 0xbf,
  refNull: 0xd0,
  refFunc: 0xd2,
  memoryCopy: 0xfc0a,
  memoryFill: 0xfc0b,
  v128Const: 0xfd0c,
} as const;

/** Operand counts that depend on types are computed by the survey; they are 0 here. */
export interface OperatorTable {
  readonly immediate: Uint8Array;
  readonly pops: Uint8Array;
  readonly pushes: Uint8Array;
}

function table(
  size: number,
  rows: readonly [from: number, to: number, kind: number, pops: number, pushes: number][],
): OperatorTable {
  const immediate = new Uint8Array(size);
  const pops = new Uint8Array(size);
  const pushes = new Uint8Array(size);
  for (const [from, to, kind, pop, push] of rows) {
    immediate.fill(kind, from, to + 1);
    pops.fill(pop, from, to + 1);
    pushes.fill(push, from, to + 1);
  }
  return { immediate, pops, pushes };
}

const I = IMMEDIATE;

export const PLAIN_OPERATORS: OperatorTable = table(256, [
  [0x00, 0x01, I.none, 0, 0], // unreachable, nop
  [0x02, 0x03, I.block, 0, 0], // block, loop
  [0x04, 0x04, I.block, 1, 0], // if
  [0x05, 0x05, I.none, 0, 0], // else
  [0x0b, 0x0b, I.none, 0, 0], // end
  [0x0c, 0x0c, I.label, 0, 0], // br
  [0x0d, 0x0d, I.label, 1, 0], // br_if
  [0x0e, 0x0e, I.labels, 1, 0], // br_table
  [0x0f, 0x0f, I.none, 0, 0], // return
  [0x10, 0x10, I.index, 0, 0], // call
  [0x11, 0x11, I.indirect, 1, 0], // call_indirect
  [0x1a, 0x1a, I.none, 1, 0], // drop
  [0x1b, 0x1b, I.none, 3, 1], // select
  [0x1c, 0x1c, I.types, 3, 1], // select with types
  [0x20, 0x20, I.index, 0, 1], // local.get
  [0x21, 0x21, I.index, 1, 0], // local.set
  [0x22, 0x22, I.index, 1, 1], // local.tee
  [0x23, 0x23, I.index, 0, 1], // global.get
  [0x24, 0x24, I.index, 1, 0], // global.set
  [0x25, 0x25, I.index, 1, 1], // table.get
  [0x28, 0x35, I.memory, 1, 1], // loads
  [0x36, 0x3e, I.memory, 2, 0], // stores
  [0x3f, 0x3f, I.zero, 0, 1], // memory.size
  [0x40, 0x40, I.zero, 1, 1], // memory.grow
  [0x41, 0x41, I.i32, 0, 1],
  [0x42, 0x42, I.i64, 0, 1],
  [0x43, 0x43, I.f32, 0, 1],
  [0x44, 0x44, I.f64, 0, 1],
  [0x45, 0x45, I.none, 1, 1], // i32.eqz
  [0x46, 0x4f, I.none, 2, 1], // i32 comparisons
  [0x50, 0x50, I.none, 1, 1], // i64.eqz
  [0x51, 0x66, I.none, 2, 1], // i64, f32, f64 comparisons
  [0x67, 0x69, I.none, 1, 1], // i32.clz, ctz, popcnt
  [0x6a, 0x78, I.none, 2, 1], // i32 arithmetic
  [0x79, 0x7b, I.none, 1, 1], // i64.clz, ctz, popcnt
  [0x7c, 0x8a, I.none, 2, 1], // i64 arithmetic
  [0x8b, 0x91, I.none, 1, 1], // f32 unary
  [0x92, 0x98, I.none, 2, 1], // f32 binary
  [0x99, 0x9f, I.none, 1, 1], // f64 unary
  [0xa0, 0xa6, I.none, 2, 1], // f64 binary
  [0xa7, 0xc4, I.none, 1, 1], // conversions, sign extension
  [0xd0, 0xd0, I.heapType, 0, 1], // ref.null
  [0xd1, 0xd1, I.none, 1, 1], // ref.is_null
  [0xd2, 0xd2, I.index, 0, 1], // ref.func
]);

/** Operators behind prefix 0xfc. Those on segments and the mutating ones on tables are refused by the policy. */
export const MISC_OPERATORS: OperatorTable = table(32, [
  [0x00, 0x07, I.none, 1, 1], // saturating conversions
  [0x0a, 0x0a, I.twoZeros, 3, 0], // memory.copy
  [0x0b, 0x0b, I.zero, 3, 0], // memory.fill
  [0x10, 0x10, I.index, 0, 1], // table.size
]);

/** Operators behind prefix 0xfd. Gaps are unassigned; 0x100 and up are relaxed SIMD. */
export const VECTOR_OPERATORS: OperatorTable = table(256, [
  [0x00, 0x0a, I.memory, 1, 1], // loads
  [0x0b, 0x0b, I.memory, 2, 0], // v128.store
  [0x0c, 0x0c, I.v128, 0, 1], // v128.const
  [0x0d, 0x0d, I.v128, 2, 1], // i8x16.shuffle
  [0x0e, 0x0e, I.none, 2, 1], // i8x16.swizzle
  [0x0f, 0x14, I.none, 1, 1], // splats
  [0x15, 0x16, I.lane, 1, 1], // i8x16.extract_lane
  [0x17, 0x17, I.lane, 2, 1],
  [0x18, 0x19, I.lane, 1, 1], // i16x8.extract_lane
  [0x1a, 0x1a, I.lane, 2, 1],
  [0x1b, 0x1b, I.lane, 1, 1], // i32x4
  [0x1c, 0x1c, I.lane, 2, 1],
  [0x1d, 0x1d, I.lane, 1, 1], // i64x2
  [0x1e, 0x1e, I.lane, 2, 1],
  [0x1f, 0x1f, I.lane, 1, 1], // f32x4
  [0x20, 0x20, I.lane, 2, 1],
  [0x21, 0x21, I.lane, 1, 1], // f64x2
  [0x22, 0x22, I.lane, 2, 1],
  [0x23, 0x4c, I.none, 2, 1], // comparisons
  [0x4d, 0x4d, I.none, 1, 1], // v128.not
  [0x4e, 0x51, I.none, 2, 1], // v128 and, andnot, or, xor
  [0x52, 0x52, I.none, 3, 1], // v128.bitselect
  [0x53, 0x53, I.none, 1, 1], // v128.any_true
  [0x54, 0x57, I.memoryLane, 2, 1], // load lane
  [0x58, 0x5b, I.memoryLane, 2, 0], // store lane
  [0x5c, 0x5d, I.memory, 1, 1], // load zero
  [0x5e, 0x64, I.none, 1, 1], // demote, promote; i8x16 abs, neg, popcnt, all_true, bitmask
  [0x65, 0x66, I.none, 2, 1], // i8x16.narrow
  [0x67, 0x6a, I.none, 1, 1], // f32x4 rounding
  [0x6b, 0x73, I.none, 2, 1], // i8x16 shifts, add, sub
  [0x74, 0x75, I.none, 1, 1], // f64x2.ceil, floor
  [0x76, 0x79, I.none, 2, 1], // i8x16.min, max
  [0x7a, 0x7a, I.none, 1, 1], // f64x2.trunc
  [0x7b, 0x7b, I.none, 2, 1], // i8x16.avgr_u
  [0x7c, 0x81, I.none, 1, 1], // extadd_pairwise; i16x8.abs, neg
  [0x82, 0x82, I.none, 2, 1], // i16x8.q15mulr_sat_s
  [0x83, 0x84, I.none, 1, 1], // i16x8.all_true, bitmask
  [0x85, 0x86, I.none, 2, 1], // i16x8.narrow
  [0x87, 0x8a, I.none, 1, 1], // i16x8.extend
  [0x8b, 0x93, I.none, 2, 1], // i16x8 shifts, add, sub
  [0x94, 0x94, I.none, 1, 1], // f64x2.nearest
  [0x95, 0x99, I.none, 2, 1], // i16x8.mul, min, max
  [0x9b, 0x9f, I.none, 2, 1], // i16x8.avgr_u, extmul
  [0xa0, 0xa1, I.none, 1, 1], // i32x4.abs, neg
  [0xa3, 0xa4, I.none, 1, 1], // i32x4.all_true, bitmask
  [0xa7, 0xaa, I.none, 1, 1], // i32x4.extend
  [0xab, 0xae, I.none, 2, 1], // i32x4 shifts, add
  [0xb1, 0xb1, I.none, 2, 1], // i32x4.sub
  [0xb5, 0xba, I.none, 2, 1], // i32x4.mul, min, max, dot
  [0xbc, 0xbf, I.none, 2, 1], // i32x4.extmul
  [0xc0, 0xc1, I.none, 1, 1], // i64x2.abs, neg
  [0xc3, 0xc4, I.none, 1, 1], // i64x2.all_true, bitmask
  [0xc7, 0xca, I.none, 1, 1], // i64x2.extend
  [0xcb, 0xce, I.none, 2, 1], // i64x2 shifts, add
  [0xd1, 0xd1, I.none, 2, 1], // i64x2.sub
  [0xd5, 0xdf, I.none, 2, 1], // i64x2.mul, comparisons, extmul
  [0xe0, 0xe1, I.none, 1, 1], // f32x4.abs, neg
  [0xe3, 0xe3, I.none, 1, 1], // f32x4.sqrt
  [0xe4, 0xeb, I.none, 2, 1], // f32x4 arithmetic
  [0xec, 0xed, I.none, 1, 1], // f64x2.abs, neg
  [0xef, 0xef, I.none, 1, 1], // f64x2.sqrt
  [0xf0, 0xf7, I.none, 2, 1], // f64x2 arithmetic
  [0xf8, 0xff, I.none, 1, 1], // conversions
]);
