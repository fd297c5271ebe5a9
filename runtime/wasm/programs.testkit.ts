/**
 * Generates valid modules with every kind of control flow: blocks and loops with parameters and results, ifs,
 * br, br_if, br_table forwards and backwards, returns, direct, mutual and indirect calls, host calls, bulk
 * memory. The same seed gives the same module.
 */
import { I32, signature, type TestFunction, type TestModule } from "./assembler.testkit.ts";
import { Code } from "./code.ts";
import { ALL_LOCALS, FunctionWriter, SIGNATURES } from "./functionWriter.testkit.ts";
import { TypePool } from "./typePool.ts";

const HOST = signature([I32], [I32]);

/** mulberry32: small, and good enough to pick shapes with. */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export interface Program {
  readonly spec: TestModule;
  /** Arguments for `run`. */
  readonly args: readonly number[];
}

export function generateProgram(seed: number): Program {
  const random = seededRandom(seed);
  const count = 2 + random(6);
  const types = Array.from({ length: count }, (_, n) =>
    n === 0 ? SIGNATURES[0]! : SIGNATURES[random(SIGNATURES.length)]!,
  );
  const pool = new TypePool([]);
  for (const type of [...SIGNATURES, HOST]) pool.index(type);
  const functions: TestFunction[] = types.map((type, n) => {
    const writer = new FunctionWriter(random, type, types, pool);
    return { type, locals: ALL_LOCALS, code: writer.write(), ...(n === 0 && { exportAs: "run" }) };
  });
  const table = Array.from({ length: 8 }, () => random(count + 1));
  const spec: TestModule = {
    types: pool.added,
    imports: [{ module: "env", name: "host", type: HOST }],
    functions,
    table,
    memory: { initial: 1, maximum: 4 },
    globals: [
      { type: I32, mutable: true, value: new Code().i32Const(200) },
      { type: I32, mutable: true, value: new Code().i32Const(7) },
    ],
  };
  return { spec, args: [random(1000) - 500, random(1000)] };
}
