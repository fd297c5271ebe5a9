/**
 * Refills and resets pools when the loop has nothing better to do: small steps, between ticks, and never
 * while a burst of new rooms is under way, because each instantiation would delay the next player.
 */
import { Functions } from "../instance/functions.ts";
import { type Clock, monotonicMs } from "../room/clock.ts";

/** Pause before a step, in milliseconds; also what must pass without a claim. */
const PAUSE_MS = 2;
/** How long a step may keep the loop, in milliseconds. */
const STEP_MS = 0.4;
/** A burst may put a step off this many times: then pools are refilled beside it. */
const MAX_POSTPONED = 50;

export class Tender {
  readonly functions: Functions;
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | null = null;
  #armed = false;
  #claimsSeen = 0;
  #postponed = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.functions = new Functions(() => this.#arm());
  }

  stop(): void {
    this.#armed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
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
    const claims = this.#claims();
    if (claims !== this.#claimsSeen && this.#postponed < MAX_POSTPONED) {
      this.#claimsSeen = claims;
      this.#postponed++;
      this.#arm();
      return;
    }
    this.#postponed = 0;
    this.#claimsSeen = claims;
    if (this.#work()) this.#arm();
  };

  #claims(): number {
    let claims = 0;
    for (const { pool } of this.functions.all()) claims += pool?.claims ?? 0;
    return claims;
  }

  /** Whether upkeep is left. */
  #work(): boolean {
    const end = Math.min(monotonicMs() + STEP_MS, this.#clock.nextDue);
    for (const { pool } of this.functions.all()) {
      while (pool?.tend()) if (monotonicMs() >= end) return true;
    }
    return false;
  }
}
