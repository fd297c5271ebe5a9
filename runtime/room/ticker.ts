/**
 * The fixed tick of one room. Due times advance by exactly one period, so the rate does not drift; a room
 * that is late catches up, at most MAX_CATCH_UP ticks behind, and what is older is dropped and counted.
 * First ticks are spread over the period so that the rooms of a shard do not tick in one lump.
 */
import type { RoomMeters } from "./meters.ts";
import type { RoomTime } from "./roomTime.ts";

/** As in Colyseus' accumulator: enough to ride out a pause, too few to spiral. */
export const MAX_CATCH_UP = 5;

/** Fractions of the golden ratio are spread evenly, however many there are (Knuth, TAOCP 6.4). */
const GOLDEN = 0.6180339887498949;
let phase = 0;

/** Milliseconds between ticks; infinity at rate 0. */
export function tickPeriodMs(hz: number): number {
  return hz === 0 ? Number.POSITIVE_INFINITY : 1000 / hz;
}

export class Ticker {
  /** When the next tick is due, in monotonic milliseconds; infinity when the room does not tick. */
  due = Number.POSITIVE_INFINITY;
  periodMs = Number.POSITIVE_INFINITY;
  ticks = 0;
  /** Ticks given up because they were too late. */
  dropped = 0;
  /** Ticks given up because the room was in debt. */
  skipped = 0;
  readonly #meters: RoomMeters;
  readonly #time: RoomTime;

  constructor(meters: RoomMeters, time: RoomTime) {
    this.#meters = meters;
    this.#time = time;
  }

  /** @param hz 0 stops the ticks. */
  setRate(hz: number, now: number): void {
    const periodMs = tickPeriodMs(hz);
    if (periodMs === this.periodMs) return;
    this.periodMs = periodMs;
    phase = (phase + GOLDEN) % 1;
    this.due = hz === 0 ? periodMs : now + periodMs * (1 - phase);
  }

  /** Opens the tick that is due: counts how late it is and moves room time and due time on. */
  start(now: number): void {
    const late = now - this.due;
    this.#meters.tickLate.record(late * 1000);
    const behind = Math.floor(late / this.periodMs);
    if (behind > MAX_CATCH_UP) {
      const dropped = behind - MAX_CATCH_UP;
      this.due += dropped * this.periodMs;
      this.dropped += dropped;
      this.#meters.ticksDropped += dropped;
    }
    this.#time.tick(this.due);
    this.due += this.periodMs;
    this.ticks++;
    this.#meters.ticks++;
  }

  /** Gives up the ticks that are due before `until`, for a room in debt. */
  skipUntil(until: number): void {
    if (this.due >= until) return;
    const skipped = Math.ceil((until - this.due) / this.periodMs);
    this.due += skipped * this.periodMs;
    this.skipped += skipped;
    this.#meters.ticksSkipped += skipped;
  }

  /** Closes a tick that took this long. */
  stop(tookMs: number): void {
    this.#meters.tickRun.record(tookMs * 1000);
    if (tookMs > this.periodMs) this.#meters.tickOverruns++;
  }
}
