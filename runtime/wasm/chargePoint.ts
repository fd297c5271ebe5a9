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
    const loop = labels.findIndex((label) => label.op === OP.loop);
    const chain = loop === -1 ? labels : labels.slice(0, loop);
    if (this.#shared === null) {
      this.#shared = chain.map((label) => ({ at: label.at, arm: label.arm }));
      this.#point = loop === -1 ? at : labels[loop]!.at;
      return;
    }
    const shared = this.#shared;
    let length = 0;
    while (
      length < shared.length &&
      length < chain.length &&
      shared[length]!.at === chain[length]!.at &&
      shared[length]!.arm === chain[length]!.arm
    ) {
      length++;
    }
    // What enclosed the earlier calls from here on starts before this one does.
    if (length < shared.length) this.#point = shared[length]!.at;
    this.#shared = shared.slice(0, length);
  }
}
