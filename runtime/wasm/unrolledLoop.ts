/**
 * Writes one loop several times over:
 *
 *     block $exit
 *       loop $again
 *         block $next … body; br $exit … end    three times; a branch to the loop goes to $next
 *         body                                  a branch to the loop charges for all rounds, and goes to $again
 *       end
 *     end
 *
 * The rewriter passes the original body as often, and asks what leaving and going back cost in each copy.
 */
import type { Code } from "./code.ts";
import type { OutputLabels } from "./outputLabels.ts";
import { COPIES } from "./unrolling.ts";

export class UnrolledLoop {
  readonly #labels: OutputLabels;
  readonly #round: number;
  readonly #nextType: number;
  readonly #exit: number;
  readonly #again: number;
  /** Offset of the body in the original. */
  readonly bodyAt: number;
  #copy = 1;

  /** Opens the loop. `round` is what a round costs. */
  constructor(
    code: Code,
    labels: OutputLabels,
    loop: { typeCode: number; nextType: number; round: number; bodyAt: number },
  ) {
    this.#labels = labels;
    this.#round = loop.round;
    this.#nextType = loop.nextType;
    this.bodyAt = loop.bodyAt;
    code.block(loop.typeCode).loop(loop.typeCode);
    this.#exit = labels.openAdded();
    labels.open();
    this.#again = labels.height;
    this.#openCopy(code);
  }

  get isLast(): boolean {
    return this.#copy === COPIES;
  }

  /** What a branch to the loop pays: all rounds, where it really goes back. */
  get backCost(): number {
    return this.isLast ? COPIES * this.#round : 0;
  }

  /** What who leaves pays: the rounds that went on to the next copy. */
  get leaveCost(): number {
    return (this.#copy - 1) * this.#round;
  }

  /** Ends a copy that is not the last, and begins the next one. */
  nextCopy(code: Code): void {
    code.br(this.#labels.depthTo(this.#exit)).end();
    this.#labels.closeAdded();
    this.#copy++;
    this.#openCopy(code);
  }

  /** Ends the last copy and the loop. */
  close(code: Code): void {
    code.end().end();
    this.#labels.close();
    this.#labels.closeAdded();
  }

  #openCopy(code: Code): void {
    if (this.isLast) {
      this.#labels.redirect(this.#again);
      return;
    }
    code.block(this.#nextType);
    this.#labels.redirect(this.#labels.openAdded());
  }
}
