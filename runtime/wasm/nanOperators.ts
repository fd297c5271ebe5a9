/**
 * What each operator does to the bits of a NaN (core specification 4.3.3, "NaN Propagation"). Arithmetic may give
 * any of several NaNs, the canonical one always among them. What comes out of the rewriting is as if it always gave
 * the positive canonical one; until that is so, its result is *loose*. Everything else keeps bits as they are. An operator without a rule here looks at the bits of its operands, so
 * one that is missing costs time and no determinism.
 */
import { OP } from "./opcodes.ts";

/** What is known of the bits of a value on the stack or in a local. */
export const BITS = {
  /** They mean something, and must stay. */
  exact: 0,
  /** It is no NaN. */
  number: 1,
  /** If it is a NaN, it came from arithmetic and is not canonical yet: one of these four shapes. */
  f32: 2,
  f64: 3,
  f32x4: 4,
  f64x2: 5,
} as const;
export type Bits = (typeof BITS)[keyof typeof BITS];
export type Loose = Exclude<Bits, typeof BITS.exact | typeof BITS.number>;

/** Whether a value has to be made canonical before its bits can be seen. */
export function isLoose(bits: Bits): bits is Loose {
  return bits >= BITS.f32;
}

export type NanRule =
  /** Takes loose operands of shape `takes` as they are, and answers the same whatever their bits. */
  | { readonly does: "compute"; readonly takes: Bits; readonly gives: Bits }
  /** Gives one of its operands, or lanes of them. */
  | { readonly does: "choose"; readonly takes: Bits }
  /** Copies lanes between a scalar and a vector. */
  | { readonly does: "move"; readonly takes: Bits; readonly gives: Bits }
  | { readonly does: "absolute"; readonly takes: Bits }
  | { readonly does: "constant" };

const RULES = new Map<number, NanRule>();

const VECTOR = 0xfd00;
const SATURATING = 0xfc00;

function range(from: number, to: number, rule: NanRule): void {
  for (let op = from; op <= to; op++) RULES.set(op, rule);
}

for (const op of [OP.f32Const, OP.f64Const, OP.v128Const]) RULES.set(op, { does: "constant" });
// select, in both forms: loose operands have to agree in shape, whichever it is.
range(0x1b, 0x1c, { does: "choose", takes: BITS.exact });

function scalar(shape: typeof BITS.f32 | typeof BITS.f64, compare: number, unary: number): void {
  range(compare, compare + 5, { does: "compute", takes: shape, gives: BITS.exact });
  RULES.set(unary, { does: "absolute", takes: shape });
  // Behind neg, which shows a sign, come rounding and sqrt, then add to max; copysign takes a sign, too.
  range(unary + 2, unary + 12, { does: "compute", takes: shape, gives: shape });
}
scalar(BITS.f32, 0x5b, 0x8b);
scalar(BITS.f64, 0x61, 0x99);

for (const [from, shape] of [
  [0xa8, BITS.f32],
  [0xaa, BITS.f64],
  [0xae, BITS.f32],
  [0xb0, BITS.f64],
  [SATURATING, BITS.f32],
  [SATURATING + 2, BITS.f64],
  [SATURATING + 4, BITS.f32],
  [SATURATING + 6, BITS.f64],
] as const) {
  range(from, from + 1, { does: "compute", takes: shape, gives: BITS.exact });
}
range(0xb2, 0xb5, { does: "compute", takes: BITS.exact, gives: BITS.number });
RULES.set(0xb6, { does: "compute", takes: BITS.f64, gives: BITS.f32 });
range(0xb7, 0xba, { does: "compute", takes: BITS.exact, gives: BITS.number });
RULES.set(0xbb, { does: "compute", takes: BITS.f32, gives: BITS.f64 });

function vector(
  shape: typeof BITS.f32x4 | typeof BITS.f64x2,
  lane: typeof BITS.f32 | typeof BITS.f64,
  at: { splat: number; extract: number; compare: number; round: readonly number[]; absolute: number },
): void {
  RULES.set(VECTOR + at.splat, { does: "move", takes: lane, gives: shape });
  RULES.set(VECTOR + at.extract, { does: "move", takes: shape, gives: lane });
  range(VECTOR + at.compare, VECTOR + at.compare + 5, { does: "compute", takes: shape, gives: BITS.exact });
  const absolute = VECTOR + at.absolute;
  RULES.set(absolute, { does: "absolute", takes: shape });
  for (const op of at.round) RULES.set(VECTOR + op, { does: "compute", takes: shape, gives: shape });
  // sqrt, then add to max; pmin and pmax give back one of their operands, bit by bit.
  range(absolute + 3, absolute + 9, { does: "compute", takes: shape, gives: shape });
  range(absolute + 10, absolute + 11, { does: "choose", takes: shape });
}
vector(BITS.f32x4, BITS.f32, {
  splat: 0x13,
  extract: 0x1f,
  compare: 0x41,
  round: [0x67, 0x68, 0x69, 0x6a],
  absolute: 0xe0,
});
vector(BITS.f64x2, BITS.f64, {
  splat: 0x14,
  extract: 0x21,
  compare: 0x47,
  round: [0x74, 0x75, 0x7a, 0x94],
  absolute: 0xec,
});
RULES.set(VECTOR + 0x5e, { does: "compute", takes: BITS.f64x2, gives: BITS.f32x4 });
RULES.set(VECTOR + 0x5f, { does: "compute", takes: BITS.f32x4, gives: BITS.f64x2 });
range(VECTOR + 0xf8, VECTOR + 0xf9, { does: "compute", takes: BITS.f32x4, gives: BITS.exact });
range(VECTOR + 0xfa, VECTOR + 0xfb, { does: "compute", takes: BITS.exact, gives: BITS.number });
range(VECTOR + 0xfc, VECTOR + 0xfd, { does: "compute", takes: BITS.f64x2, gives: BITS.exact });

/** The rule of an operator; undefined when it looks at bits, or is control flow or a local. */
export function nanRule(op: number): NanRule | undefined {
  return RULES.get(op);
}

/** Whether an operator may give a NaN whose bits differ between machines or compilers. */
export function makesNan(op: number): boolean {
  const rule = RULES.get(op);
  return rule?.does === "compute" && isLoose(rule.gives);
}
