/** The float operators that generated programs are made of: all that there are, and some that see vectors as bits. */
import { F64 } from "./assembler.testkit.ts";
import { VALUE_TYPE } from "./module.ts";

const { f32: F32, v128: V128 } = VALUE_TYPE;
export const FLOATS = [F32, F64, V128] as const;
export type Float = (typeof FLOATS)[number];

interface Operators {
  readonly unary: readonly (readonly number[])[];
  readonly binary: readonly (readonly number[])[];
  readonly load: readonly number[];
  readonly store: readonly number[];
}

const each = (from: number, to: number, prefix?: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => {
    if (prefix === undefined) return [from + n];
    return from + n < 0x80 ? [prefix, from + n] : [prefix, from + n, 1];
  });

/** By type of value: those that take one, those that take two, its load and its store, without their offsets. */
export const OPERATORS: Readonly<Record<Float, Operators>> = {
  [F32]: { unary: each(0x8b, 0x91), binary: each(0x92, 0x98), load: [0x2a, 0], store: [0x38, 0] },
  [F64]: { unary: each(0x99, 0x9f), binary: each(0xa0, 0xa6), load: [0x2b, 0], store: [0x39, 0] },
  [V128]: {
    unary: [
      ...each(0x67, 0x6a, 0xfd),
      ...each(0x74, 0x75, 0xfd),
      ...each(0x7a, 0x7a, 0xfd),
      ...each(0x94, 0x94, 0xfd),
      ...each(0x5e, 0x5f, 0xfd),
      ...each(0xe0, 0xe1, 0xfd),
      ...each(0xe3, 0xe3, 0xfd),
      ...each(0xec, 0xed, 0xfd),
      ...each(0xef, 0xef, 0xfd),
      ...each(0xfa, 0xfb, 0xfd),
      ...each(0xfe, 0xff, 0xfd),
    ],
    // f32x4, f64x2, and what sees a vector as bits.
    binary: [
      ...each(0xe4, 0xeb, 0xfd),
      ...each(0xf0, 0xf7, 0xfd),
      ...each(0x41, 0x41, 0xfd),
      ...each(0x4e, 0x51, 0xfd),
    ],
    load: [0xfd, 0x00, 0],
    store: [0xfd, 0x0b, 0],
  },
};
