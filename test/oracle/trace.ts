/** What a function made of a recording: the same for every correct way to run it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";

export interface Step {
  readonly call: string;
  /** `done`, `refused …`, `bytes …` or `trap`. */
  readonly outcome: string;
  /** Host calls in order, with their arguments and answers. */
  readonly effects: readonly string[];
  /** Digest of the linear memory after the callback. */
  readonly memory: string;
}

export interface Trace {
  readonly steps: readonly Step[];
  /** The linear memory in the end. */
  readonly memory: Uint8Array;
}

export function digest(memory: Uint8Array): string {
  return createHash("sha1").update(memory).digest("hex");
}

/** Fails at the first difference, with the step and, for memory, the address. */
export function assertSameTrace(actual: Trace, expected: Trace, what: string): void {
  for (const [n, step] of expected.steps.entries()) {
    const { memory, ...visible } = step;
    const { memory: actualMemory, ...actualVisible } = actual.steps[n] ?? { memory: "" };
    assert.deepEqual(actualVisible, visible, `${what}: step ${n}`);
    if (actualMemory !== memory)
      assert.equal(actualMemory, memory, `${what}: memory after step ${n} (${step.call})`);
  }
  assert.equal(actual.steps.length, expected.steps.length, what);
  assert.equal(actual.memory.length, expected.memory.length, `${what}: size of the memory`);
  const at = actual.memory.findIndex((byte, n) => byte !== expected.memory[n]);
  assert.equal(at, -1, `${what}: memories differ at ${at}`);
}
