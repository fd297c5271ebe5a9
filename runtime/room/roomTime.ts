/**
 * Room time, as the world promises it: 0 at create, still within a callback, exactly one period further in
 * each tick, and in between by real time but never past the next tick. Dropped ticks make it lag real time.
 *
 * Only `follow` looks at the real clock. What it leads to is journaled with each input, so that a replay goes
 * through the same moments by `moveTo` and `tick` alone.
 */

const NS_PER_MS = 1e6;

export class RoomTime {
  #ns = 0;
  /** Room time of the last tick, or of the last change of the tick rate. */
  #anchorNs = 0;
  /** The monotonic milliseconds that the anchor stands for. */
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

  get anchorNs(): number {
    return this.#anchorNs;
  }

  /** Moves to real time, for anything but a tick. @param now monotonic milliseconds. */
  follow(now: number): void {
    const since = Math.floor((now - this.#anchorMs) * NS_PER_MS);
    const ns = this.#anchorNs + Math.min(since, this.#periodNs);
    if (ns > this.#ns) this.#ns = ns;
  }

  /** Room time of the next tick; infinity when the room does not tick. */
  get nextTickNs(): number {
    return this.#anchorNs + this.#periodNs;
  }

  /** Moves to a moment that was journaled. */
  moveTo(ns: number): void {
    this.#ns = ns;
  }

  /** Moves one period on, for the tick that was due at `due` (monotonic milliseconds). */
  tick(due: number): void {
    this.#anchorNs += this.#periodNs;
    this.#anchorMs = due;
    this.#ns = this.#anchorNs;
  }

  /** Sets the period from this moment on; infinity when the room does not tick. */
  setPeriod(periodMs: number): void {
    this.#anchorMs = this.realOf(this.#ns);
    this.#anchorNs = this.#ns;
    this.#periodNs = periodMs === Number.POSITIVE_INFINITY ? periodMs : Math.round(periodMs * NS_PER_MS);
  }

  /** When a moment of room time comes, in monotonic milliseconds, if the room is not late. */
  realOf(ns: number): number {
    return this.#anchorMs + (ns - this.#anchorNs) / NS_PER_MS;
  }

  /** Goes on from a stored moment, by the period that was set; call `resume` before real time counts again. */
  restore(ns: number, anchorNs: number): void {
    this.#ns = ns;
    this.#anchorNs = anchorNs;
  }

  /** Lets real time count from `now` on again, after a replay or a sleep. */
  resume(now: number): void {
    this.#anchorMs = now - (this.#ns - this.#anchorNs) / NS_PER_MS;
  }
}
