/**
 * The rooms of one shard on disk. Writes are handed over at any time and committed together, at most 50 ms
 * later, in one transaction; whoever handed something over learns of its batch when it is durable. One batch
 * is under way at a time. When a batch fails, so do those handed over before the failure was known: they may
 * build on it, and nothing that builds on a lost write may be acknowledged. Whoever lost something hands over
 * everything since what is durable once more.
 */
import type { JournalSlice } from "../../journal/journal.ts";
import type { Snapshot } from "../../snapshot/record.ts";
import { StoreError } from "../errors.ts";
import { readCounts } from "./apply.ts";
import { BatchWriter } from "./batch.ts";
import { parseRoomKey, parseWakeKey, type RoomKey, roomKey, u64 } from "./keys.ts";
import { type LoadOutcome, loadRoom, versionOf } from "./loadRoom.ts";
import { BEYOND_ALL, FIRST_KEY, roomsIn } from "./roomList.ts";
import type { RoomDatabase } from "./tables.ts";

/** How long a write waits for others at most, in milliseconds: the commit itself takes its time on top. */
const GATHER_MS = 20;
/** A batch that has grown to this many bytes is committed without waiting for more. */
const LARGE_BATCH_BYTES = 8_388_608;

export type BatchOutcome =
  | { readonly status: "durable"; readonly batch: number }
  /** Nothing of it was written. */
  | { readonly status: "failed"; readonly batch: number; readonly error: StoreError };

/** Told once for every batch, in their order. */
export type BatchSettled = (outcome: BatchOutcome) => void;

export interface Sleeper {
  readonly room: RoomKey;
  /** Unix milliseconds. */
  readonly dueMs: number;
}

export class RoomStore {
  readonly #database: RoomDatabase;
  readonly #settled: BatchSettled;
  #pending = new BatchWriter();
  /** Whether anything was handed over for the batch that takes writes; it may be of no bytes. */
  #awaited = false;
  /** The number of the batch that takes writes. */
  #batch = 1;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #idle: (() => void)[] = [];
  #closed = false;

  constructor(database: RoomDatabase, settled: BatchSettled) {
    this.#database = database;
    this.#settled = settled;
  }

  /** The number of the batch that the next write becomes part of. */
  get batch(): number {
    return this.#batch;
  }

  /**
   * Stores a snapshot in place of the inputs that it contains and, when it is full, of all snapshots before
   * it. Snapshots of a room are handed over in their order. Returns the batch.
   */
  save(room: RoomKey, snapshot: Snapshot): number {
    this.#pending.save(roomKey(room), snapshot);
    return this.#handedOver();
  }

  /** Stores the inputs of a slice, which is copied. Slices of a room are handed over in order, without gaps. */
  append(room: RoomKey, slice: JournalSlice): number {
    if (slice.last >= slice.first) this.#pending.append(roomKey(room), slice);
    return this.#handedOver();
  }

  /** Marks a room asleep. @param dueMs when it is to be woken, in Unix milliseconds; null: by somebody alone. */
  sleep(room: RoomKey, dueMs: number | null): number {
    this.#pending.sleep(roomKey(room), dueMs);
    return this.#handedOver();
  }

  /** A room sleeps no more. */
  wake(room: RoomKey): number {
    this.#pending.wake(roomKey(room));
    return this.#handedOver();
  }

  /** Forgets a room and all of it. */
  remove(room: RoomKey): number {
    this.#pending.remove(roomKey(room));
    return this.#handedOver();
  }

  /** Commits without waiting for more; resolves when everything handed over so far is settled, well or not. */
  flush(): Promise<void> {
    this.#commit();
    if (this.#running === null) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Reads a room as it was last committed: writes that are not settled yet are not in it. Checks all of it. */
  load(room: RoomKey): LoadOutcome {
    return loadRoom(this.#database, room);
  }

  /** Digest of the version that a room is of; null when it is not there, or damaged. */
  versionOf(room: RoomKey): string | null {
    return versionOf(this.#database, room);
  }

  /** All rooms in the order of their names. Iterate without waiting in between. */
  rooms(): Iterable<RoomKey> {
    return roomsIn(this.#database);
  }

  /** Whether a room was put to sleep. */
  sleeps(room: RoomKey): boolean {
    return this.#database.get("sleepers", roomKey(room)) !== undefined;
  }

  /** Sleepers whose time has come by `nowMs` (Unix), the first due first, at most `limit`. */
  dueSleepers(nowMs: number, limit: number): Sleeper[] {
    const due: Sleeper[] = [];
    for (const key of this.#database.keys("wakes", FIRST_KEY, u64(Math.floor(nowMs) + 1))) {
      if (due.length >= limit) break;
      due.push(sleeperOf(key));
    }
    return due;
  }

  /** When the first sleeper is to be woken, in Unix milliseconds; infinity when none is. */
  get nextDueMs(): number {
    for (const key of this.#database.keys("wakes", FIRST_KEY, BEYOND_ALL)) return sleeperOf(key).dueMs;
    return Number.POSITIVE_INFINITY;
  }

  /** How many rooms of a function are stored, and how many of them sleep. */
  count(functionName: string): { rooms: number; sleeping: number } {
    return readCounts(this.#database.get("counts", Buffer.from(functionName, "latin1")));
  }

  /** Functions that have rooms here. */
  functions(): string[] {
    return [...this.#database.keys("counts", FIRST_KEY, BEYOND_ALL)].map((key) => key.toString("latin1"));
  }

  /** Flushes and closes; nothing may be handed over afterwards. */
  async close(): Promise<void> {
    await this.flush();
    this.#closed = true;
    await this.#database.close();
  }

  #handedOver(): number {
    if (this.#closed) throw new StoreError("data-failed", "the room store is closed");
    const batch = this.#batch;
    this.#awaited = true;
    if (this.#pending.length >= LARGE_BATCH_BYTES) this.#commit();
    else this.#timer ??= setTimeout(() => this.#commit(), GATHER_MS);
    return batch;
  }

  #commit(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#running === null && this.#awaited) this.#running = this.#run();
  }

  /** Commits batch after batch until there is nothing left to commit at once. */
  async #run(): Promise<void> {
    while (this.#awaited) {
      const batch = this.#batch++;
      const bytes = this.#pending.take();
      this.#awaited = false;
      try {
        // Awaited even where there is nothing to write: a run that ended at once would seem to go on for ever.
        await (bytes.length > 0 ? this.#database.commit(bytes) : undefined);
        this.#settled({ status: "durable", batch });
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        this.#fail(batch, error);
      }
    }
    this.#running = null;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Fails a batch and the one that was gathered meanwhile. */
  #fail(batch: number, error: StoreError): void {
    this.#settled({ status: "failed", batch, error });
    if (!this.#awaited) return;
    this.#pending.take();
    this.#awaited = false;
    this.#settled({ status: "failed", batch: this.#batch++, error });
  }
}

function sleeperOf(key: Buffer): Sleeper {
  const { dueMs, room } = parseWakeKey(key);
  return { room: parseRoomKey(room), dueMs };
}
