/**
 * Waiting times between attempts: exponential with full jitter (M. Brooker, "Exponential Backoff And
 * Jitter", AWS Architecture Blog, 2015). When a shard goes away all its players come back at once; full
 * jitter spreads them evenly where a fixed or half-fixed delay would keep them in step.
 */
export class Backoff {
  readonly #min: number;
  readonly #max: number;
  readonly #random: () => number;
  #attempts = 0;

  /**
   * @param min upper bound of the first delay, in milliseconds
   * @param max upper bound of every delay, in milliseconds
   * @param random a number in [0, 1)
   */
  constructor(min: number, max: number, random: () => number = Math.random) {
    this.#min = min;
    this.#max = max;
    this.#random = random;
  }

  /** Delays given since the last reset. */
  get attempts(): number {
    return this.#attempts;
  }

  /** The next delay: uniform between 0 and `min * 2^attempts`, that bound capped at `max`. */
  next(): number {
    const bound = Math.min(this.#max, this.#min * 2 ** this.#attempts);
    this.#attempts++;
    return this.#random() * bound;
  }

  reset(): void {
    this.#attempts = 0;
  }
}
