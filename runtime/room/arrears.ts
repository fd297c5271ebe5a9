/**
 * What ended rooms have taken beyond their share, by function: the next room of the function takes it over. Otherwise
 * a room would be rid of its debt by ending itself, and a function could have a fresh reserve for every tick.
 */
import { TimeShare } from "./timeShare.ts";

/** Shares that are kept of one function; past it the oldest is let go. */
const MOST_KEPT = 4096;

export class Arrears {
  readonly #byFunction = new Map<string, TimeShare[]>();

  /** The share of a new room: the one that an ended room left longest ago, if it is not whole again by now. */
  take(functionName: string, shareMs: number, now: number): TimeShare {
    const left = this.#byFunction.get(functionName) ?? [];
    for (let share = left.shift(); share !== undefined; share = left.shift()) {
      if (!share.isWhole(now)) return share;
    }
    this.#byFunction.delete(functionName);
    return new TimeShare(shareMs, now);
  }

  /** A room has ended. The callback in which it did may be charged later, so its share is looked at when it is taken. */
  leave(functionName: string, share: TimeShare): void {
    const left = this.#byFunction.get(functionName);
    if (left === undefined) this.#byFunction.set(functionName, [share]);
    else if (left.push(share) > MOST_KEPT) left.shift();
  }
}
