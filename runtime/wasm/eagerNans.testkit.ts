/**
 * The reference for canonical NaNs: behind every operator that may give a NaN, whoever looks at it, its result is
 * compared with itself and replaced. Slow, and obviously right.
 */
import { Code } from "./code.ts";
import { Cursor } from "./cursor.ts";
import { type CoreModule, type FunctionBody, SECTION, VALUE_TYPE } from "./module.ts";
import { readModule } from "./moduleReader.ts";
import { OperatorReader } from "./operatorReader.ts";
import { Sink } from "./sink.ts";

const HEADER_BYTES = 8;
const { f32: F32, f64: F64, v128: V128 } = VALUE_TYPE;
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

/** The same module with every NaN of its arithmetic made canonical. */
export function canonicalAtOnce(bytes: Uint8Array): Uint8Array {
  const module = readModule(bytes);
  const out = new Sink(bytes.length).append(bytes.subarray(0, HEADER_BYTES));
  const sections = new Cursor(bytes, HEADER_BYTES);
  while (!sections.done) {
    const start = sections.at;
    const id = sections.u8();
    const end = sections.u32() + sections.at;
    if (id === SECTION.code) out.section(id, canonicalBodies(module));
    else out.append(bytes.subarray(start, end));
    sections.at = end;
  }
  return out.view.slice();
}

function canonicalBodies(module: CoreModule): Sink {
  const out = new Sink().u32(module.bodies.length);
  for (const [n, body] of module.bodies.entries()) {
    const { params } = module.types[module.functionTypes[module.imports.length + n]!]!;
    const written = canonicalBody(module.bytes, body, params.length);
    out.u32(written.length).append(written.view);
  }
  return out;
}

/** A body with three more locals, one of each type that a NaN may have. */
function canonicalBody(bytes: Uint8Array, body: FunctionBody, parameters: number): Sink {
  const added: readonly number[] = [F32, F64, V128];
  const first = parameters + body.localCount;
  const code = new Code().u32(body.localGroups + added.length);
  code.append(bytes.subarray(body.localsAt, body.operatorsAt));
  for (const type of added) code.u8(1, type);
  const reader = new OperatorReader(new Cursor(bytes, body.operatorsAt, body.end));
  while (reader.step()) {
    code.append(bytes.subarray(reader.at, reader.next));
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
  return code;
}
