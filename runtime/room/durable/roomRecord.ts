/**
 * The durable side of one live room: writes its inputs down, takes its snapshots, and holds back what may only
 * be said once an input is durable (the ACK of a message, the WELCOME of a join) where the function journals.
 */
import type { Guest } from "../../instance/guest.ts";
import type { EndReason } from "../../recording/marks.ts";
import type { RoomKey } from "../../store/rooms/keys.ts";
import type { LoadOutcome } from "../../store/rooms/loadRoom.ts";
import type { RoomStore } from "../../store/rooms/roomStore.ts";
import type { Acks } from "../acks.ts";
import { monotonicMs } from "../clock.ts";
import type { RoomRecording } from "../recording/roomRecording.ts";
import type { RoomMachine } from "../roomMachine.ts";
import type { PlayerSeat } from "../seat.ts";
import type { Durability, DurableRoom } from "./durability.ts";
import type { RoomHistory } from "./history.ts";
import { captureHost, type RoomCounts } from "./hostState.ts";

/** What waits for a batch of the store. */
interface Owed {
  readonly batch: number;
  readonly seats: readonly PlayerSeat[];
  /** How many inputs of each of the seats are in the batch. */
  readonly counts: readonly number[];
  readonly joins: readonly (() => void)[];
}

export class RoomRecord implements DurableRoom {
  #history: RoomHistory;
  readonly durability: "none" | "checkpoint" | "journal";
  readonly machine: RoomMachine;
  readonly #shard: Durability;
  readonly #acks: Acks;
  readonly #counts: () => RoomCounts;
  /** Set while the guest is not in the state that the journal leads to. */
  suspended = false;
  #recording: RoomRecording | null = null;
  /** The store has nothing of the room that the next inputs could be appended to. */
  #needsSnapshot: boolean;
  /** Set while the store is to put the room to sleep with its next snapshot. */
  #sleep: { dueMs: number | null } | null = null;
  #seats: PlayerSeat[] = [];
  #joins: (() => void)[] = [];
  #owed: Owed[] = [];

  constructor(
    history: RoomHistory,
    machine: RoomMachine,
    shard: Durability,
    acks: Acks,
    counts: () => RoomCounts,
  ) {
    this.#history = history;
    this.machine = machine;
    this.#shard = shard;
    this.#acks = acks;
    this.#counts = counts;
    const { durability } = machine.state.manifest;
    this.durability = shard.store === null ? "none" : durability;
    this.#needsSnapshot = this.durability !== "none" && !history.isStored;
  }

  get history(): RoomHistory {
    return this.#history;
  }

  get functionName(): string {
    return this.machine.state.manifest.name;
  }

  get roomName(): string {
    return this.machine.state.name;
  }

  get debtMs(): number {
    return this.history.debtMs;
  }

  get isLong(): boolean {
    return this.history.isLong;
  }

  get canSnapshot(): boolean {
    // The snapshot that puts a room to sleep marks it asleep too; one taken before it would take its place.
    return !this.suspended && this.#sleep === null;
  }

  /** Has what happens to the room kept in a recording as well. */
  recordTo(recording: RoomRecording | null): void {
    this.#recording = recording;
    this.history.beforeTruncate = recording && (() => recording.cut());
  }

  /** An input was written down, and this is what its callback used. */
  wrote(fuel: number): void {
    if (this.history.debtMs === 0) this.#shard.indebted(this);
    this.history.count(fuel);
    if (this.#needsSnapshot || this.durability === "journal") this.#shard.touched(this);
  }

  /** The inputs since the stored snapshot were replayed, and the last input is one that the store must have soon. */
  restored(fuel: number): void {
    const { journal, after } = this.history;
    this.history.count(fuel, journal.sequence - after);
    if (this.history.debtMs > 0) this.#shard.indebted(this);
    this.#shard.touched(this);
  }

  /** A message of this seat was taken in; acknowledges it as soon as that is promised. */
  tookIn(seat: PlayerSeat, now: number): void {
    if (this.durability !== "journal") {
      this.#acks.owe(seat, seat.received, now);
    } else if (!seat.flushOwed) {
      seat.flushOwed = true;
      this.#seats.push(seat);
    }
  }

  /** Runs `then` when what was written down so far is durable, which is at once where nothing is journaled. */
  whenDurable(then: () => void): void {
    const isDurable = this.#owed.length === 0 && !this.#needsSnapshot && !this.history.hasUnhanded;
    if (this.durability !== "journal" || isDurable) {
      then();
      return;
    }
    this.#joins.push(then);
    this.#shard.touched(this);
  }

  handOver(store: RoomStore): void {
    // A guest that is being rolled back has nothing to take a snapshot of; what depends on it waits with it.
    if (this.#needsSnapshot && this.suspended) {
      this.#shard.touched(this);
      return;
    }
    const batch = this.#hand(store);
    const seats = this.#seats;
    for (const seat of seats) seat.flushOwed = false;
    this.#owed.push({ batch, seats, counts: seats.map(({ received }) => received), joins: this.#joins });
    this.#seats = [];
    this.#joins = [];
  }

  #hand(store: RoomStore): number {
    const room = this.#key;
    if (!this.#needsSnapshot) return store.append(room, this.history.handOver());
    this.#needsSnapshot = false;
    const batch = store.save(room, this.history.snapshotRecord(this.machine.guest, this.#capture()));
    return this.#sleep === null ? batch : store.sleep(room, this.#sleep.dueMs);
  }

  snapshot(store: RoomStore | null): void {
    if (store === null) {
      this.history.snapshot(this.machine.guest, this.#capture());
      return;
    }
    this.#needsSnapshot = true;
    this.handOver(store);
  }

  /** Whether the store is still to be given something. */
  get isUnsaved(): boolean {
    return this.#needsSnapshot || this.history.hasUnhanded;
  }

  /**
   * Goes on with the history of another version, from a snapshot that is taken now. Whatever the room says from now
   * on waits for the store to have it; until then the store has the room as the former version left it.
   */
  follow(history: RoomHistory): void {
    // The guest is the new version's already, which no mark of the former one can be of.
    this.#endRecording("left", false);
    this.#history = history;
    this.snapshot(this.durability === "none" ? null : this.#shard.store);
  }

  /** Has the store given a snapshot with the next batch. */
  checkpoint(): void {
    if (this.durability === "none") return;
    this.#needsSnapshot = true;
    this.#shard.touched(this);
  }

  /**
   * Has the store put the room to sleep, with a snapshot. @param afterMs in which it is to be woken; infinity: by
   * somebody alone. @param asleep runs when the store has it.
   */
  sleep(afterMs: number, asleep: () => void): void {
    // Timers go on by themselves in a sleep, which no input tells of.
    this.#endRecording("left", true);
    this.#needsSnapshot = true;
    this.#sleep = { dueMs: afterMs === Number.POSITIVE_INFINITY ? null : Date.now() + afterMs };
    this.#joins.push(asleep);
    this.#shard.touched(this);
  }

  /** The room is not to sleep after all, or no more. */
  wake(): void {
    this.#sleep = null;
    this.#shard.woken(this.#key);
  }

  /** Lets go of what only a room that is awake needs. */
  forgetHistory(): void {
    this.#shard.release(this);
    this.history.forget();
  }

  /** Brings a pristine guest to what the store has of the room, which sleeps; how, where that failed. */
  load(guest: Guest): LoadOutcome["status"] {
    const found = this.#shard.find(this.#key);
    if (found.status === "found") this.history.reload(guest, found.room);
    return found.status;
  }

  durable(batch: number): void {
    while (this.#owed.length > 0 && this.#owed[0]!.batch <= batch) {
      const { seats, counts, joins } = this.#owed.shift()!;
      const now = monotonicMs();
      for (const [i, seat] of seats.entries()) this.#acks.owe(seat, counts[i]!, now);
      for (const join of joins) join();
    }
    if (this.#owed.length === 0) this.#shard.done(this);
  }

  lost(): void {
    this.history.lost();
    this.#needsSnapshot = true;
    for (const { seats, joins } of this.#owed) {
      for (const seat of seats) this.tookIn(seat, monotonicMs());
      this.#joins.push(...joins);
    }
    this.#owed = [];
  }

  /** The game's `close` has run. */
  closed(): void {
    this.history.journal.close(this.machine.state.time.ns);
    this.#endRecording("ended", true);
  }

  /** The room is over: nothing of it is kept. */
  forget(): void {
    this.#endRecording("failed", false);
    this.#shard.forget(this);
  }

  /** The room leaves memory; the store has it. */
  release(): void {
    this.#endRecording("left", true);
    this.#shard.release(this);
  }

  /** @param sound whether the guest is in the state that the journal leads to. */
  #endRecording(reason: EndReason, sound: boolean): void {
    this.#recording?.end(reason, sound);
    this.recordTo(null);
  }

  get #key(): RoomKey {
    return { function: this.functionName, room: this.roomName };
  }

  #capture() {
    return captureHost(this.machine, this.#counts());
  }
}
