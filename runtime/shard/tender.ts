/**
 * Refills, resets and trims pools when the loop has nothing better to do: small steps, between ticks, and not
 * while a burst of new rooms is under way, because each instantiation would delay the next player.
 */
import { Functions } from "../instance/functions.ts";
import { type Clock, monotonicMs } from "../room/clock.ts";

/** Pause before a step, in milliseconds. */
const PAUSE_MS = 1;
/** How long a step may keep the loop, in milliseconds. */
const STEP_MS = 0.3;
/** How often spare instances are trimmed while there are any, in milliseconds. */
const TRIM_MS = 2_000;
/** A burst that has emptied a pool may put its refill off this many times. */
const MAX_POSTPONED = 20;

export class Tender {
  readonly functions: Functions;
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | null = null;
  #armed = false;
  #claimsSeen = 0;
  #postponed = 0;
  #trimmer: NodeJS.Timeout | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.functions = new Functions(() => this.#arm());
  }

  stop(): void {
    this.#armed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#trimmer !== null) clearTimeout(this.#trimmer);
    this.#trimmer = null;
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    // One timer for good: to make one costs a claim as much as everything else it does.
    if (this.#timer === null) this.#timer = setTimeout(this.#step, PAUSE_MS);
    else this.#timer.refresh();
  }

  readonly #step = (): void => {
    this.#armed = false;
    if (this.#isBursting()) {
      this.#arm();
      return;
    }
    if (this.#work()) this.#arm();
    this.#trimmer ??= setTimeout(this.#trim, TRIM_MS);
  };

  /** Whether rooms are being made faster than a pool can be refilled: each refill would delay the next player. */
  #isBursting(): boolean {
    let claims = 0;
    let isEmpty = false;
    for (const { pool } of this.functions.all()) {
      if (pool === null) continue;
      claims += pool.claims;
      if (pool.target > 0 && pool.ready === 0) isEmpty = true;
    }
    const isMaking = claims !== this.#claimsSeen;
    this.#claimsSeen = claims;
    this.#postponed = isMaking && isEmpty && this.#postponed < MAX_POSTPONED ? this.#postponed + 1 : 0;
    return this.#postponed > 0;
  }

  /** Whether upkeep is left. */
  #work(): boolean {
    const end = Math.min(monotonicMs() + STEP_MS, this.#clock.nextDue);
    for (const { pool } of this.functions.all()) {
      while (pool?.tend()) if (monotonicMs() >= end) return true;
    }
    return false;
  }

  readonly #trim = (): void => {
    this.#trimmer = null;
    let isLeft = false;
    for (const { pool } of this.functions.all()) if (pool?.trim()) isLeft = true;
    if (isLeft) this.#trimmer = setTimeout(this.#trim, TRIM_MS);
  };
}
