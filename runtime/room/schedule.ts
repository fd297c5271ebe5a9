/**
 * When a room runs by itself: its ticks, its timers, and its end when it stays empty. One entry in the
 * shard's clock for all of them; whichever is due first runs, one at a time, so that the work of many rooms
 * interleaves. A room in debt waits (see timeShare.ts).
 */
import type { Arrears } from "./arrears.ts";
import { type Clock, monotonicMs, type Scheduled } from "./clock.ts";
import type { RoomMeters } from "./meters.ts";
import type { RoomState } from "./roomState.ts";
import { Ticker } from "./ticker.ts";
import type { TimeShare } from "./timeShare.ts";

/** What is to be run. */
export interface ScheduledRoom {
  tick(periodMs: number): void;
  timer(id: number, now: number): void;
  /** Absent players whose grace has ended. */
  graceEnded(now: number): void;
  /** A slice of a rollback, while the room is held. */
  rollBack(now: number): void;
  /** Whether it is idle enough to sleep is to be looked at. */
  considerSleep(now: number): void;
  /** Fuel used since create. */
  readonly fuel: number;
  /** It was empty for as long as it may be. */
  expire(): void;
}

export class RoomSchedule implements Scheduled {
  due = 0;
  heapIndex = -1;
  readonly ticker: Ticker;
  readonly #room: ScheduledRoom;
  readonly #state: RoomState;
  readonly #clock: Clock;
  readonly #arrears: Arrears;
  readonly #share: TimeShare;
  #fuelCharged = 0;
  /** Until then timers wait, because the room is in debt. */
  #heldUntil = 0;
  /** When the room is over if nobody has come. */
  #emptyUntil = 0;
  #promisedUntil = 0;
  /** When the room was last left by everybody, in monotonic milliseconds; -1 while somebody is in it. */
  #emptySince: number;
  /** When to look whether it may sleep. */
  #sleepAt = Number.POSITIVE_INFINITY;
  /** When the first absent player's seat is given up. */
  #graceEnd = Number.POSITIVE_INFINITY;
  #stopped = false;
  #held = false;

  /** @param tickShareMs milliseconds of the shard's time for each tick. @param now monotonic milliseconds. */
  constructor(
    room: ScheduledRoom,
    state: RoomState,
    clock: Clock,
    meters: RoomMeters,
    arrears: Arrears,
    tickShareMs: number,
    now: number,
  ) {
    this.#room = room;
    this.#state = state;
    this.#clock = clock;
    this.ticker = new Ticker(meters, state.time);
    this.#arrears = arrears;
    this.#share = arrears.take(state.manifest.name, tickShareMs, now);
    this.#emptyUntil = now + state.manifest.emptyTtl * 1000;
    this.#emptySince = now;
  }

  /** Whether its players' messages keep the room in debt at the cost of its neighbours. */
  get beyondHelp(): boolean {
    return this.#share.beyondHelp;
  }

  /** Goes by the room's tick rate and timers as they are now. */
  retime(now: number): void {
    this.ticker.setRate(this.#state.tickRate, now);
    this.#share.setPeriod(this.ticker.periodMs, now);
    this.update();
  }

  /** Goes by the absent players as they are now. */
  reckonGrace(): void {
    this.#graceEnd = this.#state.seats.nextGraceEnd;
    this.update();
  }

  /** Takes a turn that began at `since` off the room's share of time. Returns how long it took. */
  spend(since: number, isTick: boolean): number {
    const now = monotonicMs();
    const { fuel } = this.#room;
    this.#share.charge(now - since, fuel - this.#fuelCharged, this.#state.seats.size, now, isTick);
    this.#fuelCharged = fuel;
    return now - since;
  }

  /** How long nobody has been in the room, in milliseconds. */
  emptyFor(now: number): number {
    return this.#state.seats.size === 0 ? Math.max(0, now - this.#emptySince) : 0;
  }

  /** Starts to count how long the room is empty, or goes on from when it was left. */
  emptySince(since: number): void {
    this.#emptySince = since;
    this.#emptyUntil = Math.max(this.#promisedUntil, since + this.#state.manifest.emptyTtl * 1000);
    this.update();
  }

  /** When to look whether the room may sleep, in monotonic milliseconds. */
  considerSleepAt(due: number): void {
    this.#sleepAt = due;
    this.update();
  }

  /** Whether somebody was promised a seat that an empty room is kept for. */
  isPromised(now: number): boolean {
    return this.#promisedUntil > now;
  }

  /** When it has something to do by itself though nobody is there, in milliseconds from now; infinity: never. */
  nextAlone(now: number): number {
    const expiry = this.#state.seats.size === 0 ? this.#emptyUntil : Number.POSITIVE_INFINITY;
    return Math.max(0, Math.min(this.#timerDue(), expiry) - now);
  }

  /** Keeps an empty room until then at least, in monotonic milliseconds: somebody was promised a seat. */
  promiseUntil(until: number): void {
    this.#promisedUntil = Math.max(this.#promisedUntil, until);
    this.#emptyUntil = Math.max(this.#emptyUntil, until);
    this.update();
  }

  /** Nothing runs by itself until `release`; `holdUntil` says when the room's rollback goes on. */
  hold(): void {
    this.#held = true;
    this.#clock.cancel(this);
  }

  holdUntil(due: number): void {
    this.#clock.schedule(this, due);
  }

  release(): void {
    this.#held = false;
    this.update();
  }

  /** Called by the clock. */
  run(now: number): void {
    if (this.#held) {
      this.#room.rollBack(now);
      return;
    }
    const { seats, timers } = this.#state;
    const solventAt = this.#share.solventAt(now);
    const timerDue = this.#timerDue();
    if (this.#graceEnd <= now) {
      this.#room.graceEnded(now);
    } else if (seats.size === 0 && this.#emptyUntil <= now) {
      this.#room.expire();
    } else if (solventAt > now) {
      this.ticker.skipUntil(solventAt);
      this.#heldUntil = solventAt;
    } else if (timerDue <= now && timerDue <= this.ticker.due) {
      this.#room.timer(timers.first, now);
      this.spend(now, false);
    } else if (this.ticker.due <= now) {
      this.ticker.start(now);
      this.#room.tick(this.ticker.periodMs);
      this.ticker.stop(this.spend(now, true));
    } else if (this.#sleepAt <= now) {
      this.#sleepAt = Number.POSITIVE_INFINITY;
      this.#room.considerSleep(now);
    }
    this.update();
  }

  /** Tells the clock after anything has changed. */
  update(): void {
    if (this.#stopped || this.#held) return;
    const expiry = this.#state.seats.size === 0 ? this.#emptyUntil : Number.POSITIVE_INFINITY;
    const timersDue = Math.max(this.#timerDue(), this.#heldUntil);
    const due = Math.min(this.ticker.due, timersDue, expiry, this.#graceEnd, this.#sleepAt);
    if (due === Number.POSITIVE_INFINITY) this.#clock.cancel(this);
    else this.#clock.schedule(this, due);
  }

  /** When the first timer is due, in monotonic milliseconds. */
  #timerDue(): number {
    const { time, timers } = this.#state;
    return time.realOf(timers.nextDue);
  }

  /** The room is over. */
  stop(): void {
    this.#stopped = true;
    this.#arrears.leave(this.#state.manifest.name, this.#share);
    this.#clock.cancel(this);
  }
}
