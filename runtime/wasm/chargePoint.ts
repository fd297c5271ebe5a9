/**
 * Finds where a function with feedback calls charges for them: the latest place that all of them lie behind,
 * and that is in no loop, so that it runs once. Often that is inside the arm of an `if`, and a recursion's
 * base case pays nothing.
 *
 * Within a block, everything behind a place at the block's own level is reached only through that place, since
 * a branch can only go to the end of a block that encloses it. So the place is found by comparing the chains
 * of enclosing blocks.
 */
import { OP } from "./opcodes.ts";
import type { Label } from "./paths.ts";

interface Enclosing {
  readonly at: number;
  readonly arm: number;
}

export class ChargePointSearch {
  /** Blocks around the calls so far, outermost first, up to the first loop. */
  #shared: Enclosing[] | null = null;
  #point: number | null = null;

  /** Offset of the operator before which to charge; null when no call was found. */
  get point(): number | null {
    return this.#point;
  }

  /** A reachable feedback call at `at`, inside `labels`. */
  found(labels: readonly Label[], at: number): void {
    if (this.#shared === null) {
      const loop = labels.findIndex((label) => label.op === OP.loop);
      const chain = loop === -1 ? labels : labels.slice(0, loop);
      this.#shared = chain.map((label) => ({ at: label.at, arm: label.arm }));
      this.#point = loop === -1 ? at : labels[loop]!.at;
      return;
    }
    // Blocks that agree at one depth agree at all outer ones, so the innermost decides; each is dropped once,
    // which keeps the search linear however deep a function nests.
    const shared = this.#shared;
    for (let last = shared.at(-1); last !== undefined; last = shared.at(-1)) {
      const label = labels[shared.length - 1];
      if (label?.at === last.at && label.arm === last.arm) return;
      // What enclosed the earlier calls from here on starts before this one does.
      this.#point = last.at;
      shared.pop();
    }
  }
}
