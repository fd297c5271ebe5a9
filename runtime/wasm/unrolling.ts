/**
 * Finds the loops that are written several times over, so that only every fourth round has to look at the
 * fuel: innermost loops of few operators in which nothing else can spend.
 *
 * A round of such a loop costs its longest path, whichever back-edge it takes. The last copy charges for all of
 * them, and who leaves from another copy pays for the rounds begun.
 */
import { OP } from "./opcodes.ts";
import type { OperatorReader } from "./operatorReader.ts";
import type { Paths } from "./paths.ts";

/** How often a loop's body is written. */
export const COPIES = 4;
/** Larger bodies do enough between two charges, and would only make the code large. */
const MAX_OPERATORS = 48;

export class UnrollSearch {
  /** Offset of each loop's operator → what a round costs. */
  readonly found = new Map<number, number>();
  #loop: { readonly at: number; readonly label: number; operators: number; round: number } | null = null;

  /** Sees each operator of a body before `paths` passes it. */
  see(reader: OperatorReader, paths: Paths): void {
    if (reader.op === OP.loop) {
      const { at } = reader;
      this.#loop = paths.reachable ? { at, label: paths.labels.length, operators: 0, round: 0 } : null;
      return;
    }
    const loop = this.#loop;
    if (loop === null) return;
    const depth = paths.labels.length - 1 - loop.label;
    switch (reader.op) {
      case OP.call:
      case OP.callIndirect:
      case OP.memoryGrow:
      case OP.memoryCopy:
      case OP.memoryFill:
        this.#loop = null;
        return;
      case OP.end:
        if (depth > 0) return;
        if (loop.round > 0 && loop.operators <= MAX_OPERATORS) this.found.set(loop.at, loop.round);
        this.#loop = null;
        return;
      case OP.br:
      case OP.brIf:
        if (reader.index === depth) this.#goesBack(loop, paths, depth);
        break;
      case OP.brTable:
        if (reader.targets.includes(depth)) this.#goesBack(loop, paths, depth);
        break;
      default:
    }
    loop.operators++;
  }

  #goesBack(loop: { round: number }, paths: Paths, depth: number): void {
    if (paths.reachable) loop.round = Math.max(loop.round, paths.backEdgeCost(depth));
  }
}
