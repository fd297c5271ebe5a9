/** One module's time over another's: pairs of short slices in turn, on code that V8 has optimised. */
import { setImmediate as turn } from "node:timers/promises";
import { median } from "../measure/quantile.ts";
import { Side } from "./side.ts";

export interface Effort {
  /** Fresh copies of both modules, and so places in memory. */
  readonly copies: number;
  /** Pairs of slices a copy. */
  readonly pairs: number;
  readonly sliceMs: number;
  readonly warmMs: number;
}

/** The median of all pairs. `salt` must be new to the process. */
export async function timeRatio(
  over: Uint8Array,
  under: Uint8Array,
  effort: Effort,
  nextSalt: () => number,
): Promise<number> {
  const ratios: number[] = [];
  for (let copy = 0; copy < effort.copies; copy++) {
    const [first, second] = [new Side(over, nextSalt()), new Side(under, nextSalt())];
    const calls = await warm(first, second, effort);
    for (let pair = 0; pair < effort.pairs; pair++) {
      if (pair % 2 === 0) {
        const time = first.timed(calls);
        ratios.push(time / second.timed(calls));
      } else {
        const time = second.timed(calls);
        ratios.push(first.timed(calls) / time);
      }
    }
  }
  return median(ratios);
}

/**
 * Runs both until V8 has replaced their baseline code, which it does in the background and at the next call.
 * Answers how many calls make a slice.
 */
async function warm(first: Side, second: Side, { warmMs, sliceMs }: Effort): Promise<number> {
  if (first.result() !== second.result()) throw new Error("the two modules compute different results");
  const end = performance.now() + warmMs;
  let fastest = Number.POSITIVE_INFINITY;
  while (performance.now() < end) {
    first.timed(3);
    fastest = Math.min(fastest, second.timed(3) / 3);
    await turn();
  }
  return Math.max(1, Math.round(sliceMs / fastest));
}
