/**
 * Room time, as the world promises it: 0 at create, still within a callback, exactly one period further in
 * each tick, and in between by real time but never past the next tick. Dropped ticks make it lag real time.
 */

const NS_PER_MS = 1e6;

export class RoomTime {
  #ns = 0;
  #anchorNs = 0;
  #anchorMs: number;
  #periodNs = Number.POSITIVE_INFINITY;

  /** @param now monotonic milliseconds at create. */
  constructor(now: number) {
    this.#anchorMs = now;
  }

  /** Nanoseconds since create. */
  get ns(): number {
    return this.#ns;
  }

  /** Moves to real time, for anything but a tick. */
  follow(now: number): void {
    const since = Math.floor((now - this.#anchorMs) * NS_PER_MS);
    const ns = this.#anchorNs + Math.min(since, this.#periodNs);
    if (ns > this.#ns) this.#ns = ns;
  }

  /** Moves one period on, for the tick that was due at `due` (monotonic milliseconds). */
  tick(due: number): void {
    this.#anchorNs += this.#periodNs;
    this.#anchorMs = due;
    this.#ns = this.#anchorNs;
  }

  /** Sets the period from `now` on; infinity when the room does not tick. */
  setPeriod(now: number, periodMs: number): void {
    this.follow(now);
    this.#anchorNs = this.#ns;
    this.#anchorMs = now;
    this.#periodNs = periodMs === Number.POSITIVE_INFINITY ? periodMs : Math.round(periodMs * NS_PER_MS);
  }
}
