/** The same fuel in V8's baseline compiler and in its optimising one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { assemble, keepAll, Metered } from "./assembler.testkit.ts";
import { generateProgram } from "./programs.testkit.ts";
import { rewriteModule } from "./rewrite.ts";

const PROGRAMS = 300;
const FIRST_SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fffffff));
const PLENTY = 1_000_000_000n;
const TIERS = { baseline: "--liftoff-only", optimising: "--no-liftoff" };

/** Outcome, fuel and depth left, compiled under the flags in force. `salt` keeps V8 from using other code again. */
function run(bytes: Uint8Array, args: readonly number[], salt: number): string {
  const instance = new Metered(Uint8Array.from([...bytes, 0, 3, 1, 0x73, salt]), {
    env: { host: (n: number) => n },
  });
  let outcome: string;
  try {
    outcome = String(instance.call("run", args, PLENTY));
  } catch (error) {
    outcome = (error as Error).message;
  }
  return `${outcome}, fuel ${instance.fuel}, depth ${instance.depth}`;
}

test(`generated programs from seed ${FIRST_SEED} use the same fuel in both of V8's compilers`, () => {
  const results: string[][] = [];
  for (const [salt, flag] of Object.values(TIERS).entries()) {
    setFlagsFromString(flag);
    results.push([]);
    for (let n = 0; n < PROGRAMS; n++) {
      const { spec, args } = generateProgram((FIRST_SEED + n) >>> 0);
      const { bytes } = rewriteModule(assemble(spec), keepAll({ memoryMaximum: 4 }));
      results[salt]!.push(run(bytes, args, salt));
    }
    setFlagsFromString(flag === TIERS.baseline ? "--no-liftoff-only" : "--liftoff");
  }
  for (let n = 0; n < PROGRAMS; n++) {
    assert.equal(results[0]![n], results[1]![n], `seed ${(FIRST_SEED + n) >>> 0}`);
  }
});
