/**
 * How much of the shard's time a room may take: a token bucket of milliseconds. Fuel bounds the work of a
 * callback but not its time (a load that misses every cache costs hundreds of times an add), so a room that
 * takes more than its share goes into debt, and its ticks and timers wait until the debt is paid.
 *
 * A full bucket forgives a hiccup. A room that goes broke again pays many times what it took, and one whose
 * single callback takes many shares does so at once: such callbacks are what neighbours' p99 is made of, so they
 * have to come down to a few thousandths of the shard's time before their first minute is over, not after it.
 *
 * Only time that the callback's fuel can explain is the room's: while the machine pauses or a collection runs, a
 * callback takes long and uses little.
 */

/** Ticks' worth of share that a well-behaved room has in reserve. */
const RESERVE_TICKS = 20;
/** What the first bankruptcy costs, as a multiple of the debt, the second, and all that follow. */
const STRIKES = [1, 4, 64] as const;
const LAST_STRIKE = STRIKES.length - 1;
/** A callback of as many shares is paid for in full at the highest price, whatever the reserve. */
const LONG_SHARES = 10;
/**
 * Milliseconds that a unit of fuel may take: somewhat more than the dearest that is known, a load that misses every
 * cache (docs/metering.md).
 */
const MS_PER_FUEL = 50e-6;
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

  /** Whether nothing is owed and the reserve is whole. */
  isWhole(now: number): boolean {
    this.#refill(now);
    return this.#credit >= this.#shareMs * RESERVE_TICKS;
  }

  /** When the room may run again, in monotonic milliseconds; not after `now` when it has no debt. */
  solventAt(now: number): number {
    this.#refill(now);
    return this.#credit >= 0 ? now : now - this.#credit / this.#perMs;
  }

  /**
   * Takes the time of one callback and its effects.
   * @param fuel that it used. @param reach of its effects: how many players there are. @param isTick whether it may
   * count as good behaviour.
   */
  charge(tookMs: number, fuel: number, reach: number, now: number, isTick: boolean): void {
    // Short messages are added up: thousands of them cost less than one reckoning each.
    this.#unreckoned += Math.min(tookMs, fuel * MS_PER_FUEL * (1 + reach));
    if (isTick || this.#unreckoned > RECKON_MS) this.#reckon(now, isTick);
  }

  #reckon(now: number, isTick: boolean): void {
    const tookMs = this.#unreckoned;
    this.#unreckoned = 0;
    this.#refill(now);
    if (this.#credit < 0) {
      this.#credit -= tookMs;
      this.#brokeMs += tookMs;
      return;
    }
    this.#brokeMs = 0;
    if (tookMs > this.#shareMs * LONG_SHARES) {
      this.#credit = -tookMs;
      this.#strikes = LAST_STRIKE;
    } else this.#credit -= tookMs;
    if (this.#credit < 0) {
      this.#credit *= STRIKES[this.#strikes]!;
      this.#strikes = Math.min(this.#strikes + 1, LAST_STRIKE);
      this.#solventTicks = 0;
    } else if (isTick && ++this.#solventTicks >= FORGIVE_TICKS) this.#forgive();
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
