/**
 * Lets a room sleep in the store when nothing happens in it: when it has been empty for a while, whatever its tick
 * rate, or when it does not tick and its players, all connected, are quiet. A sleeping room has no instance; an empty
 * one is not even an object. The next join, message or timer wakes it.
 *
 *   awake ──idle──▶ falling ──stored──▶ asleep ──anything──▶ awake
 *                      └────anything──────────────────────────▲
 *
 * Ticks wait while it falls asleep. Only rooms whose function is durable sleep, since only those are stored.
 */

import type { Guest } from "../instance/guest.ts";
import { monotonicMs } from "./clock.ts";
import type { RoomRecord } from "./durable/roomRecord.ts";
import type { RoomMachine } from "./roomMachine.ts";
import type { RoomSchedule } from "./schedule.ts";

/** The room that sleeps. */
export interface SleepyRoom {
  readonly open: boolean;
  readonly busy: boolean;
  readonly machine: RoomMachine;
  readonly record: RoomRecord;
  readonly schedule: RoomSchedule;
  claim(): Guest;
  release(guest: Guest): void;
  /** The store has it now. */
  slept(): void;
  /** Leaves the shard's memory: the store has it, and nobody is in it. */
  vanish(): void;
  /** It cannot be brought back from the store. */
  lose(message: string): void;
}

/** How long a room is watched at least, in milliseconds: one that may not sleep yet must not be asked all the time. */
const LEAST_MS = 50;
/** A room that has something to do by itself within this time, in milliseconds, stays awake for it. */
const WORTHWHILE_MS = 1_000;

type Stage = "awake" | "falling" | "asleep";

export class Slumber {
  readonly #room: SleepyRoom;
  readonly #afterMs: number;
  #stage: Stage = "awake";
  /** Where the room stood when it was last looked at. */
  #sequence = -1;
  #nextPlayer = -1;
  /** When the room's snapshot was taken, in monotonic milliseconds. */
  #since = 0;

  constructor(room: SleepyRoom) {
    this.#room = room;
    const { sleepAfter } = room.machine.state.manifest;
    this.#afterMs = room.record.durability === "none" ? Number.POSITIVE_INFINITY : sleepAfter * 1000;
  }

  get awake(): boolean {
    return this.#stage === "awake";
  }

  /** Begins to watch whether anything happens from now on, or from a moment to come. */
  watch(from: number): void {
    if (this.#afterMs === Number.POSITIVE_INFINITY) return;
    const { machine, record, schedule } = this.#room;
    this.#sequence = record.history.journal.sequence;
    this.#nextPlayer = machine.state.seats.nextPlayer;
    schedule.considerSleepAt(from + Math.max(this.#afterMs, LEAST_MS));
  }

  /** Puts the room to sleep if nothing has happened since it was watched. */
  consider(now: number): void {
    const { machine, schedule } = this.#room;
    const { seats } = machine.state;
    const isEmpty = seats.size === 0 && seats.nextPlayer === this.#nextPlayer;
    const soonMs = schedule.nextAlone(now);
    if (this.#room.busy || schedule.isPromised(now) || !(isEmpty || this.#isQuiet())) this.watch(now);
    else if (soonMs < WORTHWHILE_MS) this.watch(now + soonMs);
    else this.#fall(now);
  }

  #isQuiet(): boolean {
    const { machine, record } = this.#room;
    const { seats, tickRate } = machine.state;
    if (tickRate !== 0 || record.history.journal.sequence !== this.#sequence) return false;
    return seats.size > 0 && seats.all().every((seat) => seat.link !== null && seat.leaving === null);
  }

  #fall(now: number): void {
    const { record, schedule } = this.#room;
    this.#stage = "falling";
    this.#since = now;
    schedule.hold();
    record.sleep(schedule.nextAlone(now), () => this.#stored(now));
  }

  /** @param since which of its falls was stored: it may have been woken, and fall again. */
  #stored(since: number): void {
    const room = this.#room;
    if (this.#stage !== "falling" || this.#since !== since || !room.open) return;
    this.#stage = "asleep";
    room.slept();
    if (room.machine.state.seats.size === 0) {
      room.vanish();
      return;
    }
    room.record.forgetHistory();
    room.release(room.machine.guest);
  }

  /** Wakes the room, for whatever comes next. Whether it is there: it may be lost. */
  wake(): boolean {
    const { machine, record, schedule } = this.#room;
    if (this.#stage === "asleep" && !this.#load()) return false;
    this.#stage = "awake";
    record.wake();
    const now = monotonicMs();
    const { time, timers } = machine.state;
    timers.advance((now - this.#since) * 1e6, time.ns);
    time.resume(now);
    schedule.release();
    this.watch(now);
    return true;
  }

  #load(): boolean {
    const room = this.#room;
    const guest = room.claim();
    let problem: string;
    try {
      const status = room.record.load(guest);
      if (status === "found") {
        room.machine.adopt(guest);
        return true;
      }
      problem = `the store has it as ${status}`;
    } catch (error) {
      problem = (error as Error).message;
    }
    room.machine.adopt(guest);
    this.#stage = "awake";
    room.lose(`it could not be woken: ${problem}`);
    return false;
  }
}
