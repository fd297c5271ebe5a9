/** Caps at the door: how often a connection may speak, and how many connections an address may hold. */

/**
 * A token bucket as the generic cell rate algorithm (ITU-T I.371, virtual scheduling): one number a
 * connection, no timer. The bucket holds two seconds' worth and starts full.
 */
export class FrameRate {
  readonly #intervalMs: number;
  readonly #toleranceMs: number;
  /** When the next frame is due at the sustained rate. */
  #due = 0;
  /** Frames that are admitted beyond the rate. */
  #free: number;

  /**
   * @param perSecond sustained frames a second, above 0; the burst is twice that.
   * @param free frames beyond it, once: those that a resume makes the client send again.
   */
  constructor(perSecond: number, free = 0) {
    this.#free = free;
    this.#intervalMs = 1000 / perSecond;
    this.#toleranceMs = 2000 - this.#intervalMs;
  }

  /** Whether a frame at `nowMs` (monotonic) is within the rate; one that is not costs nothing. */
  admit(nowMs: number): boolean {
    const due = Math.max(this.#due, nowMs);
    // A hair more than exact, or rounding would take the last frame of a burst.
    if (due - nowMs > this.#toleranceMs + 1e-6) return this.#free-- > 0;
    this.#due = due + this.#intervalMs;
    return true;
  }
}

/** Counts what each address holds; an address that holds nothing takes no memory. */
export class AddressCap {
  readonly #max: number;
  readonly #held = new Map<string, number>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Takes one for `key`, unless it holds the most it may. */
  take(key: string): boolean {
    const held = this.#held.get(key) ?? 0;
    if (held >= this.#max) return false;
    this.#held.set(key, held + 1);
    return true;
  }

  /** Gives back one that was taken. */
  release(key: string): void {
    const held = this.#held.get(key) ?? 0;
    if (held > 1) this.#held.set(key, held - 1);
    else this.#held.delete(key);
  }

  /** Addresses that hold something. */
  get size(): number {
    return this.#held.size;
  }
}
