/**
 * Takes the rooms of a shard to its store, and bounds what a recovery has to replay.
 *
 * Inputs of rooms that journal are handed over together, 20 ms after the first one; what depends on them
 * (ACKs, the WELCOME of a join) is sent when their batch is durable. Snapshots are taken a room at a time, of
 * the room with the most to replay first, while all rooms together have more than the bound. A room to which
 * nothing happens is not snapshotted again.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { RoomKey } from "../../store/rooms/keys.ts";
import type { LoadOutcome } from "../../store/rooms/loadRoom.ts";
import type { BatchOutcome, RoomStore } from "../../store/rooms/roomStore.ts";
import type { Logger } from "../../telemetry/guestLog.ts";
import { type Clock, monotonicMs } from "../clock.ts";
import type { RoomMeters } from "../meters.ts";
import { WakeTimer } from "./wakeTimer.ts";

/** A room as this sees it. */
export interface DurableRoom {
  readonly functionName: string;
  readonly roomName: string;
  readonly durability: "none" | "checkpoint" | "journal";
  /** About how long a replay of what happened since its last snapshot takes, in milliseconds. */
  readonly debtMs: number;
  /** Whether its journal is long enough for a snapshot of its own. */
  readonly isLong: boolean;
  /** Whether a snapshot can be taken now. */
  readonly canSnapshot: boolean;
  /** Hands its inputs, or what else it has for the store, over; touches again what must wait. */
  handOver(store: RoomStore): void;
  /** Takes a snapshot and, unless its durability is `none`, hands it over with all else. */
  snapshot(store: RoomStore | null): void;
  /** What it handed over up to this batch is durable. */
  durable(batch: number): void;
  /** It has lost what it handed over, and hands over a full snapshot next. */
  lost(): void;
}

/** How long inputs wait for others, in milliseconds. */
const GATHER_MS = 20;
/** How long a shard whose store fails waits before it tries again, in milliseconds: each room is a whole snapshot. */
const RETRY_MS = 500;
/** How often debts are looked at, in milliseconds. */
const DEBT_INTERVAL_MS = 50;
/** How long snapshots may keep the loop, in milliseconds; one is always taken. */
const SNAPSHOT_SLICE_MS = 1;
/** Sleepers that are woken in one go. */
const WAKES_AT_ONCE = 64;
/** A room with the durability `checkpoint` loses no more than this, in milliseconds. */
export const CHECKPOINT_INTERVAL_MS = 5_000;

export class Durability {
  readonly store: RoomStore | null;
  readonly #clock: Clock;
  readonly #meters: RoomMeters;
  readonly #logger: Logger;
  readonly #boundMs: number;
  /** Rooms with something to hand over. */
  readonly #touched = new Set<DurableRoom>();
  /** Rooms that wait for a batch. */
  readonly #waiting = new Set<DurableRoom>();
  /** Rooms to which something happened since their last snapshot, by when it began (monotonic milliseconds). */
  readonly #indebted = new Map<DurableRoom, number>();
  /** Rooms that are over, and the batch that tells the store; null: it was lost, and another one must. */
  readonly #removed = new Map<string, { room: RoomKey; batch: number | null }>();
  #gathering: NodeJS.Timeout | null = null;
  #reckoning: NodeJS.Timeout | null = null;
  #wakeTimer: WakeTimer | null = null;
  #failing = false;
  #stopped = false;
  #closed = false;

  /**
   * @param open makes the store, told where its batches are settled; null: nothing is stored.
   * @param boundMs how much work all rooms together may have unreplayed, in milliseconds.
   */
  constructor(
    open: ((settled: (outcome: BatchOutcome) => void) => RoomStore) | null,
    boundMs: number,
    around: { clock: Clock; meters: RoomMeters; logger: Logger },
  ) {
    this.#clock = around.clock;
    this.#meters = around.meters;
    this.#logger = around.logger;
    this.#boundMs = boundMs;
    this.store = open?.((outcome) => this.#settled(outcome)) ?? null;
  }

  /** Something happened to a room whose history was empty. */
  indebted(room: DurableRoom): void {
    this.#indebted.set(room, monotonicMs());
    this.#reckoning ??= setTimeout(this.#reckon, DEBT_INTERVAL_MS);
  }

  /** A room has something for the store. */
  touched(room: DurableRoom): void {
    this.#touched.add(room);
    this.#gatherSoon();
  }

  #gatherSoon(): void {
    this.#gathering ??= setTimeout(this.#handOver, this.#failing ? RETRY_MS : GATHER_MS);
  }

  /** A room is over. */
  forget(room: DurableRoom): void {
    this.#touched.delete(room);
    this.#waiting.delete(room);
    this.#indebted.delete(room);
    if (room.durability === "none" || this.store === null) return;
    const key = { function: room.functionName, room: room.roomName };
    this.#removed.set(keyText(key), { room: key, batch: this.store.remove(key) });
  }

  /** A room as the store has it. One that ended is none, even while the store does not know yet. */
  find(room: RoomKey): LoadOutcome {
    if (this.store === null || this.#removed.has(keyText(room))) return { status: "none" };
    return this.store.load(room);
  }

  /** Rooms in the store that did not go to sleep. */
  awake(): RoomKey[] {
    return this.store?.awake() ?? [];
  }

  /** Sleepers whose time has come. */
  dueSleepers(): RoomKey[] {
    return this.store?.dueSleepers(Date.now(), WAKES_AT_ONCE).map(({ room }) => room) ?? [];
  }

  /** How many rooms of a function sleep. */
  sleeping(functionName: string): number {
    return this.store?.count(functionName).sleeping ?? 0;
  }

  /** From now on sleepers are woken in time. */
  wakeSleepers(wake: () => Promise<void>): void {
    if (this.store === null) return;
    this.#wakeTimer = new WakeTimer(this.store, wake);
    this.#wakeTimer.arm();
  }

  /** Versions of a function that its stored rooms are of. Reads each of them, beside everything else. */
  async versionsOf(functionName: string): Promise<Set<string>> {
    const versions = new Set<string>();
    if (this.store === null || this.store.count(functionName).rooms === 0) return versions;
    let end = monotonicMs() + SNAPSHOT_SLICE_MS;
    for (const room of [...this.store.rooms()]) {
      if (room.function !== functionName) continue;
      const version = this.store.versionOf(room);
      if (version !== null) versions.add(version);
      if (monotonicMs() < end) continue;
      await nextTurn();
      end = monotonicMs() + SNAPSHOT_SLICE_MS;
    }
    return versions;
  }

  /** A room is in the shard's memory again. */
  woken(room: RoomKey): void {
    this.store?.wake(room);
  }

  /** A room leaves the shard's memory and stays in the store. */
  release(room: DurableRoom): void {
    this.#touched.delete(room);
    this.#waiting.delete(room);
    this.#indebted.delete(room);
  }

  /** Hands everything over, and resolves when it is settled. */
  async flush(): Promise<void> {
    this.#handOver();
    await this.store?.flush();
  }

  async close(): Promise<void> {
    this.#stopped = true;
    this.#wakeTimer?.stop();
    if (this.#reckoning !== null) clearTimeout(this.#reckoning);
    this.#handOver();
    this.#closed = true;
    await this.store?.close();
  }

  readonly #handOver = (): void => {
    if (this.#gathering !== null) clearTimeout(this.#gathering);
    this.#gathering = null;
    const { store } = this;
    if (store === null || this.#closed) return;
    this.#removeAgain(store);
    if (this.#touched.size === 0) return;
    const touched = [...this.#touched];
    // Before they hand over: a room that cannot yet touches itself again.
    this.#touched.clear();
    for (const room of touched) {
      room.handOver(store);
      this.#waiting.add(room);
    }
    void store.flush();
  };

  #settled(outcome: BatchOutcome): void {
    const wasFailing = this.#failing;
    this.#failing = outcome.status === "failed";
    this.#settleRemoved(outcome);
    if (outcome.status === "durable") {
      if (wasFailing) this.#logger.info({}, "rooms can be stored again");
      for (const room of [...this.#waiting]) room.durable(outcome.batch);
      this.#wakeTimer?.arm();
      return;
    }
    this.#meters.storeFailures++;
    const { code, message } = outcome.error;
    if (!wasFailing)
      this.#logger.error({ code, fault: message }, "rooms cannot be stored; nothing is acknowledged");
    for (const room of [...this.#waiting]) {
      room.lost();
      this.touched(room);
    }
  }

  #settleRemoved({ status, batch: settled }: BatchOutcome): void {
    for (const [key, { room, batch }] of this.#removed) {
      if (batch === null || batch > settled) continue;
      if (status === "durable") this.#removed.delete(key);
      else {
        this.#removed.set(key, { room, batch: null });
        this.#gatherSoon();
      }
    }
  }

  /** Hands lost removals over again; always before snapshots, which may be of new rooms of the same names. */
  #removeAgain(store: RoomStore): void {
    for (const [key, { room, batch }] of this.#removed) {
      if (batch === null) this.#removed.set(key, { room, batch: store.remove(room) });
    }
  }

  /** A room waits for nothing more. */
  done(room: DurableRoom): void {
    this.#waiting.delete(room);
  }

  readonly #reckon = (): void => {
    this.#reckoning = null;
    if (this.#stopped) return;
    const end = Math.min(monotonicMs() + SNAPSHOT_SLICE_MS, this.#clock.nextDue);
    do {
      const room = this.#next();
      if (room === null) break;
      this.#take(room);
    } while (monotonicMs() < end);
    if (this.#indebted.size > 0)
      this.#reckoning = setTimeout(this.#reckon, this.#hurry ? 1 : DEBT_INTERVAL_MS);
  };

  #hurry = false;

  /** The room to snapshot now, or null when none needs it. */
  #next(): DurableRoom | null {
    const old = monotonicMs() - CHECKPOINT_INTERVAL_MS;
    let sum = 0;
    let largest: DurableRoom | null = null;
    let pressing: DurableRoom | null = null;
    for (const [room, since] of this.#indebted) {
      sum += room.debtMs;
      if (!room.canSnapshot) continue;
      if (largest === null || room.debtMs > largest.debtMs) largest = room;
      if (room.isLong || (room.durability === "checkpoint" && since <= old)) pressing = room;
    }
    const next = sum > this.#boundMs ? largest : pressing;
    this.#hurry = next !== null;
    return next;
  }

  #take(room: DurableRoom): void {
    this.#indebted.delete(room);
    const started = monotonicMs();
    const store = room.durability === "none" ? null : this.store;
    if (store !== null) this.#removeAgain(store);
    room.snapshot(store);
    // At once: a batch under way may end, and take this snapshot into the next, before the room hands over.
    if (store !== null) this.#waiting.add(room);
    this.#meters.snapshot.record((monotonicMs() - started) * 1000);
    this.#meters.snapshots++;
  }
}

function keyText(room: RoomKey): string {
  return `${room.function}/${room.room}`;
}
