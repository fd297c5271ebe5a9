/** How long to wait before a shard that died is started again: doubled each time, from the start once it stood. */

/** Milliseconds. */
export const FIRST_DELAY_MS = 100;
export const LONGEST_DELAY_MS = 5_000;
/** A shard that lived this long did not die of starting. */
export const STOOD_MS = 10_000;

export class Backoff {
  #next = FIRST_DELAY_MS;

  /** The delay before the next start, in milliseconds, given how long the last one lived. */
  after(livedMs: number): number {
    if (livedMs >= STOOD_MS) this.#next = FIRST_DELAY_MS;
    const delay = this.#next;
    this.#next = Math.min(delay * 2, LONGEST_DELAY_MS);
    return delay;
  }
}
