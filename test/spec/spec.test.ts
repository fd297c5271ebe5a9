/** The specification's behaviour before and after rewriting: the same, and the one that is written down. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parse } from "@bytecodealliance/jco";
import { keepAll } from "@rockpool/runtime/wasm/assembler.testkit.js";
import { rewriteModule } from "@rockpool/runtime/wasm/rewrite.js";
import { CALLS } from "./calls.ts";
import { CONTROL } from "./control.ts";
import { MEMORY } from "./memory.ts";
import { NUMBERS } from "./numbers.ts";
import type { Call, Value } from "./specCase.ts";

type Exports = Record<string, (...args: readonly Value[]) => unknown>;

function instantiate(module: Uint8Array): { exports: Exports; memory: WebAssembly.Memory } {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module));
  (exports.initialize as (() => void) | undefined)?.();
  return { exports: exports as Exports, memory: exports.memory as WebAssembly.Memory };
}

function perform(exports: Exports, { name, args }: Call): readonly unknown[] | "trap" {
  try {
    const answer = exports[name]!(...args);
    if (answer === undefined) return [];
    return Array.isArray(answer) ? answer : [answer];
  } catch (error) {
    assert.ok(error instanceof WebAssembly.RuntimeError, String(error));
    return "trap";
  }
}

describe("the specification holds, rewritten as not:", () => {
  for (const { title, wat, calls } of [...CONTROL, ...CALLS, ...MEMORY, ...NUMBERS]) {
    test(title, async () => {
      const module = await parse(`(module (memory (export "memory") 1 3) ${wat})`);
      const before = instantiate(module);
      const after = instantiate(rewriteModule(module, keepAll({ startFuel: 1_000_000_000n })).bytes);
      for (const call of calls) {
        const what = `${call.name}(${call.args.join(", ")})`;
        assert.deepEqual(perform(before.exports, call), call.gives, `${what}, not rewritten`);
        assert.deepEqual(perform(after.exports, call), call.gives, `${what}, rewritten`);
      }
      assert.ok(
        Buffer.from(before.memory.buffer).equals(Buffer.from(after.memory.buffer)),
        "the memories differ",
      );
    });
  }
});
