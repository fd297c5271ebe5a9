/**
 * V8 compiles WebAssembly twice, fast and then well, and when it changes over is a matter of time. Results, memory
 * and fuel must not depend on it. SEED changes the run.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fffffff));
const PROGRAM = fileURLToPath(new URL("./tiers.fixture.js", import.meta.url));

async function linesWith(...flags: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, PROGRAM, String(SEED)]);
  return stdout.trim().split("\n");
}

test(`functions do the same for the same fuel in V8's baseline and its optimizing compiler, seed ${SEED}`, async () => {
  const baseline = await linesWith("--liftoff", "--no-wasm-tier-up");
  const optimized = await linesWith("--no-liftoff");
  assert.deepEqual(optimized, baseline);
  assert.ok(baseline.length > 120);
});
