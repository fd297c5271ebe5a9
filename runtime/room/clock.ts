/**
 * The clock of a shard: one heap of what is due, one operating system timer.
 *
 * Whoever takes a message or a join calls `catchUp` first, so a flood cannot starve ticks; and a run of due
 * work yields to the sockets after a slice, so overloaded ticks cannot starve messages.
 */
import { performance } from "node:perf_hooks";
import { type Due, DueHeap } from "./heap.ts";

export interface Scheduled extends Due {
  /** Called once due; it schedules itself again or stays out of the clock. */
  run(now: number): void;
}

/** How long due work may keep the sockets waiting. */
const SLICE_MS = 8;

/** Monotonic milliseconds with fractions. Not of the global `performance`: Node.js makes that a slow getter. */
export function monotonicMs(): number {
  return performance.now();
}

export class Clock {
  readonly #heap = new DueHeap<Scheduled>();
  #timer: NodeJS.Timeout | null = null;
  #timerDue = Number.POSITIVE_INFINITY;
  #immediate: NodeJS.Immediate | null = null;
  #running = false;

  /** When the next thing is due; infinity when nothing is. */
  get nextDue(): number {
    return this.#heap.first?.due ?? Number.POSITIVE_INFINITY;
  }

  schedule(item: Scheduled, due: number): void {
    this.#heap.set(item, due);
    if (!this.#running) this.#arm();
  }

  cancel(item: Scheduled): void {
    this.#heap.remove(item);
  }

  /**
   * Runs what is due before anything else is taken in: without it, a flood of messages or joins that the
   * transport delivers in one go would hold up every tick. Returns the time.
   */
  catchUp(): number {
    const now = monotonicMs();
    if (now < this.nextDue) return now;
    this.runDue(now);
    return monotonicMs();
  }

  /** Runs what is due at `now`, for at most a slice of time. */
  runDue(now: number): void {
    if (this.#running) return;
    this.#running = true;
    const end = now + SLICE_MS;
    let time = now;
    for (let item = this.#heap.first; item !== undefined && item.due <= time; item = this.#heap.first) {
      if (time > end) break;
      this.#heap.remove(item);
      item.run(time);
      time = monotonicMs();
    }
    this.#running = false;
    this.#arm();
  }

  /** Stops the clock for good. */
  stop(): void {
    this.#disarm();
    this.#running = true;
  }

  #disarm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
  }

  readonly #fire = (): void => {
    this.#timer = null;
    this.#immediate = null;
    this.runDue(monotonicMs());
  };

  /**
   * Sets the timer for the next due item. Timers have a resolution of 1 ms and are rounded up by the event
   * loop; rounding down here means at worst one wake too early, never one a millisecond late.
   */
  #arm(): void {
    const due = this.nextDue;
    if (due === this.#timerDue && (this.#timer !== null || this.#immediate !== null)) return;
    this.#disarm();
    this.#timerDue = due;
    if (due === Number.POSITIVE_INFINITY) return;
    const wait = due - monotonicMs();
    if (wait <= 0) this.#immediate = setImmediate(this.#fire);
    else this.#timer = setTimeout(this.#fire, Math.min(Math.max(1, Math.floor(wait)), 0x7fffffff));
  }
}
