/**
 * Bits of NaNs: those of arithmetic are canonical wherever they can be seen, in both of V8's compilers, and those
 * that a program made itself are left alone. SEED and PROGRAMS in the environment change the run.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { assemble, F64, I64, keepAll, signature, type TestModule } from "./assembler.testkit.ts";
import { Code } from "./code.ts";
import { ARITHMETIC_OPERATORS, canonicalAtOnce } from "./eagerNans.testkit.ts";
import { generateFloatProgram } from "./floatPrograms.testkit.ts";
import { makesNan } from "./nanOperators.ts";
import { OP } from "./opcodes.ts";
import { rewriteModule } from "./rewrite.ts";

const PROGRAMS = Number(process.env.PROGRAMS ?? 400);
const FIRST_SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fffffff));
const TIERS = { baseline: "--liftoff-only", optimizing: "--no-liftoff" };
const BACK = { baseline: "--no-liftoff-only", optimizing: "--liftoff" };
const CANONICAL = 0x7ff8000000000000n;

/** Runs `use` while V8 compiles with one of its compilers. */
function inTier<T>(tier: keyof typeof TIERS, use: () => T): T {
  setFlagsFromString(TIERS[tier]);
  try {
    return use();
  } finally {
    setFlagsFromString(BACK[tier]);
  }
}

let salt = 0;

/** The instance's exports; a new custom section keeps V8 from using code of the other compiler again. */
function instantiate(bytes: Uint8Array): Record<string, unknown> {
  const salted = Uint8Array.from([...bytes, 0, 5, 1, 0x73, salt & 0x7f, (salt >> 7) & 0x7f, salt >> 14]);
  salt++;
  return new WebAssembly.Instance(new WebAssembly.Module(salted), {}).exports;
}

function memoryAfter(bytes: Uint8Array): Buffer {
  const exports = instantiate(bytes);
  (exports.run as () => void)();
  return Buffer.from((exports.memory as WebAssembly.Memory).buffer.slice(0));
}

const rewritten = (bytes: Uint8Array): Uint8Array =>
  rewriteModule(bytes, keepAll({ startFuel: 1n << 40n, startDepth: 30_000 })).bytes;

const seeds = Array.from({ length: PROGRAMS }, (_, n) => (FIRST_SEED + n) >>> 0);

test(`float programs from seed ${FIRST_SEED} leave the same memory in both compilers: that of canonical NaNs`, () => {
  const run = (make: (spec: TestModule) => Uint8Array) =>
    seeds.map((seed) => memoryAfter(make(generateFloatProgram(seed))));
  const lazy = (spec: TestModule) => rewritten(assemble(spec));
  const expected = inTier("baseline", () => run((spec) => canonicalAtOnce(assemble(spec))));
  const baseline = inTier("baseline", () => run(lazy));
  const optimized = inTier("optimizing", () => run(lazy));
  for (const [n, seed] of seeds.entries()) {
    assert.ok(baseline[n]!.equals(expected[n]!), `seed ${seed}, baseline compiler`);
    assert.ok(optimized[n]!.equals(expected[n]!), `seed ${seed}, optimizing compiler`);
  }
});

test(`the same programs, as they are, leave other memory in one compiler than in the other`, () => {
  const run = () => seeds.map((seed) => memoryAfter(assemble(generateFloatProgram(seed))));
  const baseline = inTier("baseline", run);
  const optimized = inTier("optimizing", run);
  const different = seeds.filter((_, n) => !baseline[n]!.equals(optimized[n]!));
  assert.ok(different.length > PROGRAMS / 20, `only ${different.length} of ${PROGRAMS} differ`);
});

test("every operator that the specification lets choose a NaN is known", () => {
  for (let op = 0; op <= 0xfdff; op++) {
    assert.equal(makesNan(op), ARITHMETIC_OPERATORS.has(op), `operator 0x${op.toString(16)}`);
  }
});

/** What an export answers in both compilers, rewritten. */
function answers(spec: TestModule, args: readonly unknown[]): unknown[] {
  const bytes = rewritten(assemble(spec));
  return (["baseline", "optimizing"] as const).map((tier) =>
    inTier(tier, () => (instantiate(bytes).f as (...args: readonly unknown[]) => unknown)(...args)),
  );
}

const func = (code: Code, locals: readonly number[] = []) => ({
  type: signature([I64], [I64]),
  locals,
  code,
  exportAs: "f",
});
const payload = BigInt.asIntN(64, 0xfff4000000000abcn);
const given = () => new Code().localGet(0).op(OP.f64ReinterpretI64);
const ADD = 0xa0;
const SUB = 0xa1;
const NEG = 0x9a;
const F64_STORE = [0x39, 0, 0];
const F64_LOAD = [0x2b, 0, 0];

test("a value keeps its bits in a local that also takes results of arithmetic", () => {
  const code = given().localSet(1).localGet(1).op(OP.i64ReinterpretF64);
  code.localGet(1).localGet(1).op(ADD).localSet(1);
  code.localGet(1).op(OP.i64ReinterpretF64).op(0x85);
  const expected = payload ^ CANONICAL;
  assert.deepEqual(answers({ functions: [func(code, [F64])] }, [payload]), [expected, expected]);
});

test("a value keeps its bits through memory, a global, a call, a block and a select", () => {
  const identity = { type: signature([F64], [F64]), code: new Code().localGet(0) };
  const code = new Code()
    .i32Const(0)
    .localGet(0)
    .op(OP.f64ReinterpretI64)
    .op(...F64_STORE);
  code
    .i32Const(0)
    .op(...F64_LOAD)
    .globalSet(0)
    .globalGet(0)
    .call(1)
    .localSet(1);
  code
    .block(F64 - 0x80)
    .localGet(1)
    .end()
    .localGet(1)
    .i32Const(1)
    .op(0x1b)
    .op(OP.i64ReinterpretF64);
  const spec: TestModule = {
    functions: [func(code, [F64]), identity],
    memory: { initial: 1 },
    globals: [{ type: F64, mutable: true, value: new Code().op(OP.f64Const, 0, 0, 0, 0, 0, 0, 0, 0) }],
  };
  assert.deepEqual(answers(spec, [payload]), [payload, payload]);
});

test("the negative of a result of arithmetic is the negative of the canonical NaN", () => {
  const code = given().localTee(1).localGet(1).op(SUB, NEG, OP.i64ReinterpretF64);
  const negative = BigInt.asIntN(64, 0xfff8000000000000n);
  assert.deepEqual(answers({ functions: [func(code, [F64])] }, [payload]), [negative, negative]);
});

test("arithmetic on arithmetic is made canonical once", () => {
  const sum = given().localTee(1).localGet(1).op(ADD).localGet(1).op(ADD).localGet(1).op(SUB);
  const plain = rewritten(assemble({ functions: [func(sum.op(OP.i64ReinterpretF64), [F64])] }));
  const comparisons = Buffer.from(plain).toString("hex").split("66450440").length - 1;
  assert.equal(comparisons, 1);
});

test("a global that starts as a NaN with a payload is exported with its bits", () => {
  const value = new Code().op(OP.f64Const, 0x23, 1, 0, 0, 0, 0, 0xf4, 0xff);
  const code = new Code().globalGet(0).op(OP.i64ReinterpretF64);
  const bytes = rewritten(
    assemble({ functions: [func(code)], globals: [{ type: F64, mutable: true, value }] }),
  );
  const exports = instantiate(bytes) as { f: (n: bigint) => bigint; global0: WebAssembly.Global<bigint> };
  assert.equal(BigInt.asUintN(64, exports.global0.value), 0xfff4000000000123n);
  exports.global0.value = BigInt.asIntN(64, 0x7ff0000000000001n);
  assert.equal(exports.f(0n), 0x7ff0000000000001n);
});

/** Pairs of f64 bits, read as two f32 as well: quiet and signaling NaNs of both signs and many payloads. */
const PAIRS: readonly (readonly [bigint, bigint])[] = [
  [0x7ff8000000000000n, 0x3ff0000000000000n],
  [0xfff8000000000000n, 0x7ff8000000000abcn],
  [0x7ff4000000000001n, 0xfffc0000000000ffn],
  [0xffc12345ff812345n, 0x7fc000017f800001n],
  [0x3ff0000000000000n, 0xfff0000000000001n],
  [0x7ff0000000000000n, 0xfff0000000000000n],
  [0x0000000000000000n, 0x8000000000000000n],
  [0xbff0000000000000n, 0xc00000003f800000n],
];

/** Stores at 16 what an operator makes of the values at 0 and 8; vectors overlap there. */
function application(op: number): TestModule {
  const isVector = op >= 0xfd00;
  const wide = !isVector && (op >= 0x99 || op === 0xb6) && op !== 0xbb;
  const load = isVector ? [0xfd, 0x00, 0] : wide ? [0x2b, 0] : [0x2a, 0];
  const gives = isVector ? [0xfd, 0x0b, 0] : op === 0xbb || (wide && op !== 0xb6) ? [0x39, 0] : [0x38, 0];
  const unary = UNARY.has(op);
  const code = new Code().i32Const(16);
  code.i32Const(0).op(...load, 0);
  if (!unary) code.i32Const(8).op(...load, 0);
  if (isVector) code.op(0xfd).u32(op & 0xff);
  else code.op(op);
  code.op(...gives, 0);
  return { functions: [{ type: signature([]), code, exportAs: "run" }], memory: { initial: 1 } };
}
const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);
const UNARY = new Set([
  ...span(0x8b, 0x91),
  ...span(0x99, 0x9f),
  ...[0xb6, 0xbb, 0xfd5e, 0xfd5f, 0xfd67, 0xfd68, 0xfd69, 0xfd6a, 0xfd74, 0xfd75, 0xfd7a, 0xfd94],
  ...[0xfde0, 0xfde1, 0xfde3, 0xfdec, 0xfded, 0xfdef],
]);
const KEEPING = [
  0x8b, 0x8c, 0x98, 0x99, 0x9a, 0xa6, 0xfde0, 0xfde1, 0xfdea, 0xfdeb, 0xfdec, 0xfded, 0xfdf6, 0xfdf7,
];

/** The 16 bytes that the operator leaves, with its operands in memory. */
function applied(bytes: Uint8Array, pair: readonly [bigint, bigint]): Buffer {
  const exports = instantiate(bytes) as { run: () => void; memory: WebAssembly.Memory };
  const memory = Buffer.from(exports.memory.buffer);
  memory.writeBigUInt64LE(pair[0], 0);
  memory.writeBigUInt64LE(pair[1], 8);
  exports.run();
  return Buffer.from(memory.subarray(16, 32));
}

for (const tier of ["baseline", "optimizing"] as const) {
  test(`in the ${tier} compiler every operator of arithmetic stores what it stored, or the canonical NaN`, () => {
    inTier(tier, () => {
      for (const op of ARITHMETIC_OPERATORS) {
        const reference = canonicalAtOnce(assemble(application(op)));
        const lazy = rewritten(assemble(application(op)));
        for (const pair of PAIRS) {
          const say = `operator 0x${op.toString(16)} of ${pair.map((bits) => bits.toString(16)).join(", ")}`;
          assert.deepEqual(applied(lazy, pair), applied(reference, pair), say);
        }
      }
    });
  });

  test(`in the ${tier} compiler operators on signs, and those that choose, store what they stored`, () => {
    inTier(tier, () => {
      for (const op of KEEPING) {
        const plain = assemble(application(op));
        for (const pair of PAIRS) {
          const say = `operator 0x${op.toString(16)} of ${pair.map((bits) => bits.toString(16)).join(", ")}`;
          assert.deepEqual(applied(rewritten(plain), pair), applied(plain, pair), say);
        }
      }
    });
  });
}

test("a NaN of arithmetic is stored as the canonical one, whatever came in", () => {
  const bytes = rewritten(assemble(application(ADD)));
  for (const tier of ["baseline", "optimizing"] as const) {
    inTier(tier, () => {
      for (const pair of PAIRS.slice(0, 3)) assert.equal(applied(bytes, pair).readBigUInt64LE(), CANONICAL);
    });
  }
});
