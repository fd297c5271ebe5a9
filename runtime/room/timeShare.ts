/**
 * How much of the shard's time a room may take: a token bucket of milliseconds. Fuel bounds the work of a
 * callback but not its time (a load that misses every cache costs hundreds of times an add), so a room that
 * takes more than its share goes into debt, and its ticks and timers wait until the debt is paid.
 *
 * A full bucket forgives a hiccup that is not the room's fault (a pause of the machine, a collection). A room
 * that goes broke again and again pays several times what it took, so that even the longest callbacks that
 * its fuel allows come to less than a hundredth of the shard's time, and neighbours keep their p99.
 */

/** Ticks' worth of share that a well-behaved room has in reserve. */
const RESERVE_TICKS = 20;
/** Each bankruptcy multiplies what the next one costs, this often at most: 4 × 4 × 4. */
const MAX_STRIKES = 3;
const STRIKE_FACTOR = 4;
/** Solvent ticks after which one bankruptcy is forgotten. */
const FORGIVE_TICKS = 256;
/** What messages may still take from a room in debt, in milliseconds, before it is beyond help. */
const MAX_BROKE_MS = 2_000;
/** How much time may add up before it is taken off the room's credit, in milliseconds. */
const RECKON_MS = 0.5;
/** What a room without ticks is given its share for, in milliseconds: as if it ticked at 20 Hz. */
const TICKLESS_PERIOD_MS = 50;

export class TimeShare {
  readonly #shareMs: number;
  #perMs: number;
  #credit: number;
  #since: number;
  #strikes = 0;
  #solventTicks = 0;
  /** Time taken and not yet reckoned, below RECKON_MS. */
  #unreckoned = 0;
  /** Time taken since the room went into debt. */
  #brokeMs = 0;

  /** @param shareMs milliseconds a tick, of which half a period is the most. @param now monotonic milliseconds. */
  constructor(shareMs: number, now: number) {
    this.#shareMs = shareMs;
    this.#perMs = perMillisecond(shareMs, Number.POSITIVE_INFINITY);
    this.#credit = shareMs * RESERVE_TICKS;
    this.#since = now;
  }

  /** @param periodMs of the room's tick; infinity when it does not tick. */
  setPeriod(periodMs: number, now: number): void {
    this.#refill(now);
    this.#perMs = perMillisecond(this.#shareMs, periodMs);
  }

  /** When the room may run again, in monotonic milliseconds; not after `now` when it has no debt. */
  solventAt(now: number): number {
    this.#refill(now);
    return this.#credit >= 0 ? now : now - this.#credit / this.#perMs;
  }

  /** Takes the time of one callback and its effects. @param isTick whether it may count as good behaviour. */
  charge(tookMs: number, now: number, isTick: boolean): void {
    // Short messages are added up: thousands of them cost less than one reckoning each.
    this.#unreckoned += tookMs;
    if (isTick || this.#unreckoned > RECKON_MS) this.#reckon(now, isTick);
  }

  #reckon(now: number, isTick: boolean): void {
    const tookMs = this.#unreckoned;
    this.#unreckoned = 0;
    this.#refill(now);
    const wasSolvent = this.#credit >= 0;
    this.#credit -= tookMs;
    if (this.#credit >= 0) {
      this.#brokeMs = 0;
      if (isTick && ++this.#solventTicks >= FORGIVE_TICKS) this.#forgive();
    } else if (wasSolvent) {
      this.#credit *= STRIKE_FACTOR ** this.#strikes;
      this.#strikes = Math.min(this.#strikes + 1, MAX_STRIKES);
      this.#solventTicks = 0;
    } else {
      this.#brokeMs += tookMs;
    }
  }

  /** Whether players' messages, which cannot be put off, keep a room in debt at the cost of its neighbours. */
  get beyondHelp(): boolean {
    return this.#brokeMs > MAX_BROKE_MS;
  }

  #forgive(): void {
    this.#solventTicks = 0;
    if (this.#strikes > 0) this.#strikes--;
  }

  #refill(now: number): void {
    const most = this.#shareMs * RESERVE_TICKS;
    this.#credit = Math.min(most, this.#credit + (now - this.#since) * this.#perMs);
    this.#since = now;
  }
}

function perMillisecond(shareMs: number, periodMs: number): number {
  const period = periodMs === Number.POSITIVE_INFINITY ? TICKLESS_PERIOD_MS : periodMs;
  return Math.min(shareMs, period / 2) / period;
}
