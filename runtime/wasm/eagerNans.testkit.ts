/**
 * The reference for canonical NaNs: behind every operator that may give a NaN, whoever looks at it, its result is
 * compared with itself and replaced. Slow, and obviously right.
 */
import { assemble, F64, type TestModule } from "./assembler.testkit.ts";
import { Code } from "./code.ts";
import { Cursor } from "./cursor.ts";
import { VALUE_TYPE } from "./module.ts";
import { readModule } from "./moduleReader.ts";
import { OperatorReader } from "./operatorReader.ts";

const { f32: F32, v128: V128 } = VALUE_TYPE;
const F32_NAN = [0x00, 0x00, 0xc0, 0x7f];
const F64_NAN = [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf8, 0x7f];

interface Replacement {
  readonly type: number;
  readonly constant: readonly number[];
  readonly equal: readonly number[];
  readonly pick: readonly number[];
}

const SCALAR32 = { type: F32, constant: [0x43, ...F32_NAN], equal: [0x5b], pick: [0x1b] };
const SCALAR64 = { type: F64, constant: [0x44, ...F64_NAN], equal: [0x61], pick: [0x1b] };
const VECTOR32 = {
  type: V128,
  constant: [0xfd, 0x0c, ...F32_NAN, ...F32_NAN, ...F32_NAN, ...F32_NAN],
  equal: [0xfd, 0x41],
  pick: [0xfd, 0x52],
};
const VECTOR64 = {
  type: V128,
  constant: [0xfd, 0x0c, ...F64_NAN, ...F64_NAN],
  equal: [0xfd, 0x47],
  pick: [0xfd, 0x52],
};

/** Written out from the specification's index of instructions, apart from the rewriter's own table. */
const ARITHMETIC: readonly (readonly [operators: readonly number[], replacement: Replacement])[] = [
  [[0x8d, 0x8e, 0x8f, 0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0xb6], SCALAR32],
  [[0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xbb], SCALAR64],
  [
    [0xfd5e, 0xfd67, 0xfd68, 0xfd69, 0xfd6a, 0xfde3, 0xfde4, 0xfde5, 0xfde6, 0xfde7, 0xfde8, 0xfde9],
    VECTOR32,
  ],
  [
    [0xfd5f, 0xfd74, 0xfd75, 0xfd7a, 0xfd94, 0xfdef, 0xfdf0, 0xfdf1, 0xfdf2, 0xfdf3, 0xfdf4, 0xfdf5],
    VECTOR64,
  ],
];
const REPLACEMENTS = new Map(ARITHMETIC.flatMap(([ops, replacement]) => ops.map((op) => [op, replacement])));

export const ARITHMETIC_OPERATORS: ReadonlySet<number> = new Set(REPLACEMENTS.keys());

export function canonicalAtOnce(spec: TestModule): Uint8Array {
  const module = readModule(assemble(spec));
  const functions = (spec.functions ?? []).map((func, n) => {
    const body = module.bodies[n]!;
    const reader = new OperatorReader(new Cursor(module.bytes, body.operatorsAt, body.end - 1));
    const first = func.type.params.length + body.localCount;
    const added: readonly number[] = [F32, F64, V128];
    const code = new Code();
    while (reader.step()) {
      code.append(module.bytes.subarray(reader.at, reader.next));
      const replacement = REPLACEMENTS.get(reader.op);
      if (replacement === undefined) continue;
      const { type, constant, equal, pick } = replacement;
      const local = first + added.indexOf(type);
      code
        .localTee(local)
        .op(...constant)
        .localGet(local)
        .localGet(local)
        .op(...equal, ...pick);
    }
    return { ...func, locals: [...(func.locals ?? []), ...added], code };
  });
  return assemble({ ...spec, functions });
}
