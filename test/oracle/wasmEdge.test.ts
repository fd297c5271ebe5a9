/** Generated programs without a host on WasmEdge, against the same rewritten on V8. SEED and PROGRAMS change the run. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { keepAll, Metered } from "@rockpool/runtime/wasm/assembler.testkit.js";
import { rewriteModule } from "@rockpool/runtime/wasm/rewrite.js";
import { pureProgram } from "./pureProgram.ts";
import { WasmEdge } from "./wasmEdge.ts";

const FIRST_SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fffffff));
const PROGRAMS = Number(process.env.PROGRAMS ?? 40);
const PLENTY = 1_000_000_000n;
/** Slots of recursion, on both engines: WasmEdge has no host that could set them before the call. */
const DEPTH = 100_000;
/** Beside the compiled tests, so that one download serves many runs. */
const FOLDER = fileURLToPath(new URL("../wasmedge/", import.meta.url));

function onV8(module: Uint8Array, args: readonly number[]): string[] | "trap" {
  try {
    const [result, hash] = new Metered(module).call("check", args, PLENTY, DEPTH) as [number, bigint];
    return [String(result >>> 0), String(BigInt.asUintN(64, hash))];
  } catch (error) {
    assert.ok(error instanceof WebAssembly.RuntimeError, String(error));
    return "trap";
  }
}

test(`generated programs do the same on WasmEdge as rewritten on V8, from seed ${FIRST_SEED}`, async (t) => {
  let engine: WasmEdge;
  try {
    engine = await WasmEdge.in(FOLDER);
  } catch (error) {
    t.skip(`WasmEdge from Debian 13 cannot be had here: ${String((error as Error).message).split("\n")[0]}`);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "rockpool-wasmedge-"));
  try {
    let completed = 0;
    for (let n = 0; n < PROGRAMS; n++) {
      const seed = (FIRST_SEED + n) >>> 0;
      const { module, args } = pureProgram(seed);
      const plan = keepAll({ memoryMaximum: 4, startFuel: PLENTY, startDepth: DEPTH });
      const rewritten = rewriteModule(module, plan).bytes;
      const [before, after] = [join(folder, "before.wasm"), join(folder, "after.wasm")];
      await writeFile(before, module);
      await writeFile(after, rewritten);
      const expected = await engine.call(before, "check", args);
      assert.deepEqual(onV8(rewritten, args), expected, `seed ${seed}: V8`);
      assert.deepEqual(
        await engine.call(after, "check", args),
        expected,
        `seed ${seed}: rewritten, on WasmEdge`,
      );
      if (expected !== "trap") completed++;
    }
    assert.ok(completed > PROGRAMS / 8, `only ${completed} of ${PROGRAMS} programs ran to their end`);
  } finally {
    await rm(folder, { recursive: true });
  }
});
