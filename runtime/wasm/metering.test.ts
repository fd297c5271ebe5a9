/** Metered against unmetered, on generated programs. SEED and PROGRAMS in the environment change the run. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assemble, keepAll, Metered } from "./assembler.testkit.ts";
import { countExactly } from "./exactCount.testkit.ts";
import { generateProgram } from "./programs.testkit.ts";
import { rewriteModule } from "./rewrite.ts";

const PROGRAMS = Number(process.env.PROGRAMS ?? 1500);
const FIRST_SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fffffff));
const PLENTY = 1_000_000_000n;

interface Run {
  readonly outcome: string;
  readonly trapped: boolean;
  readonly memory: Buffer;
  readonly hostCalls: readonly number[];
}

function run(exports: Record<string, unknown>, hostCalls: number[], call: () => unknown): Run {
  let outcome: string;
  let trapped = false;
  try {
    outcome = String(call());
  } catch (error) {
    trapped = true;
    outcome = (error as Error).message;
  }
  const memory = Buffer.from((exports.memory as WebAssembly.Memory).buffer.slice(0));
  return { outcome, trapped, memory, hostCalls };
}

function plain(bytes: Uint8Array, args: readonly number[]): Run & { executed: bigint } {
  const hostCalls: number[] = [];
  const host = (value: number) => hostCalls.push(value);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { host } });
  const result = run(exports, hostCalls, () => (exports.run as (...args: number[]) => unknown)(...args));
  return { ...result, executed: (exports.executed as WebAssembly.Global<bigint>).value };
}

function metered(bytes: Uint8Array, args: readonly number[], fuel: bigint): Run & { left: bigint } {
  const hostCalls: number[] = [];
  const instance = new Metered(bytes, { env: { host: (value: number) => hostCalls.push(value) } });
  const result = run(instance.exports, hostCalls, () => instance.call("run", args, fuel));
  return { ...result, left: instance.fuel };
}

test(`generated programs from seed ${FIRST_SEED} do the same metered as unmetered, and pay for all they execute`, () => {
  let completed = 0;
  for (let n = 0; n < PROGRAMS; n++) {
    const seed = (FIRST_SEED + n) >>> 0;
    const say = `seed ${seed}`;
    const { spec, args } = generateProgram(seed);
    const { bytes } = rewriteModule(assemble(spec), keepAll({ memoryMaximum: 4 }));
    const expected = plain(countExactly(spec), args);
    const actual = metered(bytes, args, PLENTY);
    assert.equal(actual.outcome, expected.outcome, say);
    assert.deepEqual(actual.hostCalls, expected.hostCalls, say);
    assert.ok(actual.memory.equals(expected.memory), `${say}: the memories differ`);
    if (actual.trapped) continue;
    completed++;
    const used = PLENTY - actual.left;
    assert.ok(used >= expected.executed, `${say}: charged ${used} for ${expected.executed}`);
    const again = metered(bytes, args, used);
    assert.equal(again.outcome, expected.outcome, `${say}: a budget equal to the use`);
    assert.equal(again.left, 0n, `${say}: the same run used other fuel`);
    const short = metered(bytes, args, used - 1n);
    assert.ok(short.trapped, `${say}: one unit less must trap`);
    assert.ok(short.left < 0n, `${say}: fuel must be below zero after it ran out`);
  }
  assert.ok(completed > PROGRAMS / 4, `only ${completed} of ${PROGRAMS} programs ran to their end`);
});
