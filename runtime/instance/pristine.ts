/**
 * The state of an instance before its first callback: what `reset` goes back to. Memory, own mutable globals
 * and nothing else are an instance's state (the pipeline refuses modules for which that is not so), so after
 * a reset a used instance equals a fresh one, byte for byte. Globals are integers, floats too, or a NaN would
 * lose its bits here.
 */
import type { Guest } from "./guest.ts";

/** Runs closer than this are stored as one: a gap costs less than another run. */
const GAP = 64;

export class Pristine {
  readonly #runs: { at: number; bytes: Uint8Array }[] = [];
  readonly #globals: unknown[];

  /** Captures a guest that was instantiated and initialised, and has not served anything. */
  constructor(guest: Guest) {
    this.#globals = guest.globals.map((global) => global.value);
    const memory = guest.bytes;
    const words = new Uint32Array(memory.buffer, 0, memory.length >>> 2);
    let start = -1;
    let end = -1;
    for (let i = 0; i < words.length; i++) {
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

  /** Makes a reusable guest as new. */
  reset(guest: Guest): void {
    const memory = guest.bytes;
    memory.fill(0);
    for (const run of this.#runs) memory.set(run.bytes, run.at);
    for (let n = 0; n < this.#globals.length; n++) guest.globals[n]!.value = this.#globals[n];
  }
}
