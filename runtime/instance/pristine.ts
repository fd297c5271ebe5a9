/**
 * The state of an instance before its first callback: what `reset` goes back to. Memory, own mutable globals
 * and nothing else are an instance's state (the pipeline refuses modules for which that is not so), so after
 * a reset a used instance equals a fresh one, byte for byte. Globals are integers, floats too, or a NaN would
 * lose its bits here.
 */
import type { Guest } from "./guest.ts";
import { PristineMemory } from "./pristineMemory.ts";

/** Runs closer than this are stored as one: a gap costs less than another run. */
const GAP = 64;
/** Words of a block that is compared at once: a loop over every word takes milliseconds before it is optimised. */
const BLOCK = 1024;
const ZEROS = Buffer.alloc(BLOCK * 4);

export class Pristine {
  readonly #runs: { at: number; bytes: Uint8Array }[] = [];
  readonly #globals: unknown[];
  readonly #size: number;
  #memory: PristineMemory | null = null;

  /** Captures a guest that was instantiated and initialised, and has not served anything. */
  constructor(guest: Guest) {
    this.#globals = guest.globals.map((global) => global.value);
    const memory = guest.bytes;
    this.#size = memory.length;
    const words = new Uint32Array(memory.buffer, 0, memory.length >>> 2);
    let start = -1;
    let end = -1;
    for (let i = 0; i < words.length; i++) {
      if (i % BLOCK === 0 && isZero(memory, i * 4)) {
        i += BLOCK - 1;
        continue;
      }
      if (words[i] === 0) continue;
      if (start >= 0 && i * 4 - end > GAP) {
        this.#runs.push({ at: start, bytes: memory.slice(start, end) });
        start = -1;
      }
      if (start < 0) start = i * 4;
      end = i * 4 + 4;
    }
    if (start >= 0) this.#runs.push({ at: start, bytes: memory.slice(start, end) });
  }

  /** Bytes kept, for the metrics. */
  get bytes(): number {
    return this.#runs.reduce((sum, run) => sum + run.bytes.length, 0);
  }

  /** The memory in blocks to compare with; made when first asked for, since not every image is snapshotted. */
  get memory(): PristineMemory {
    this.#memory ??= new PristineMemory(this.#runs, this.#size);
    return this.#memory;
  }

  /** Makes a reusable guest as new. */
  reset(guest: Guest): void {
    const memory = guest.bytes;
    memory.fill(0);
    for (const run of this.#runs) memory.set(run.bytes, run.at);
    for (let n = 0; n < this.#globals.length; n++) guest.globals[n]!.value = this.#globals[n];
  }
}

/** Whether the block at `at` is all zeros; memories are whole pages, and so whole blocks. */
function isZero(memory: Uint8Array, at: number): boolean {
  return ZEROS.equals(memory.subarray(at, at + ZEROS.length));
}
