/**
 * Writes what makes a NaN on top of the stack canonical: positive, quiet, and without a payload. Anything else
 * stays as it is. Of the forms that were measured (docs/decisions/0014-canonical-nans.md), these are the fastest.
 */
import type { Code } from "./code.ts";
import type { LocalPool } from "./localPool.ts";
import { VALUE_TYPE } from "./module.ts";
import { BITS, type Loose } from "./nanOperators.ts";
import { OP } from "./opcodes.ts";

const F32 = [0x00, 0x00, 0xc0, 0x7f];
const F64 = [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf8, 0x7f];
const VECTOR_PREFIX = 0xfd;
const V128_CONST = [VECTOR_PREFIX, 0x0c];
const BITSELECT = [VECTOR_PREFIX, 0x52];

interface Shape {
  readonly type: number;
  readonly isVector: boolean;
  /**
   * What no NaN is to itself: for vectors "equal"; for scalars "greater or equal", which x64 tells by one flag and so
   * by one jump, where "equal" takes two.
   */
  readonly compare: readonly number[];
  readonly canonical: readonly number[];
}

const SHAPES: Readonly<Record<Loose, Shape>> = {
  [BITS.f32]: { type: VALUE_TYPE.f32, isVector: false, compare: [0x60], canonical: [OP.f32Const, ...F32] },
  [BITS.f64]: { type: VALUE_TYPE.f64, isVector: false, compare: [0x66], canonical: [OP.f64Const, ...F64] },
  [BITS.f32x4]: {
    type: VALUE_TYPE.v128,
    isVector: true,
    compare: [VECTOR_PREFIX, 0x41],
    canonical: [...V128_CONST, ...F32, ...F32, ...F32, ...F32],
  },
  [BITS.f64x2]: {
    type: VALUE_TYPE.v128,
    isVector: true,
    compare: [VECTOR_PREFIX, 0x47],
    canonical: [...V128_CONST, ...F64, ...F64],
  },
};

export function makeCanonical(code: Code, loose: Loose, locals: LocalPool): void {
  const { type, isVector, compare, canonical } = SHAPES[loose];
  const value = locals.value(type);
  code.localTee(value);
  if (isVector) {
    code
      .op(...canonical)
      .localGet(value)
      .localGet(value)
      .op(...compare, ...BITSELECT);
    return;
  }
  code
    .localGet(value)
    .op(...compare, OP.i32Eqz)
    .if()
    .op(...canonical)
    .localSet(value)
    .end()
    .localGet(value);
}
