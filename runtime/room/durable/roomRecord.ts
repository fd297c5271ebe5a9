/**
 * The durable side of one live room: writes its inputs down, takes its snapshots, and holds back what may only
 * be said once an input is durable (the ACK of a message, the WELCOME of a join) where the function journals.
 */

import type { RoomStore } from "../../store/rooms/roomStore.ts";
import type { Acks } from "../acks.ts";
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
  readonly #machine: RoomMachine;
  readonly #shard: Durability;
  readonly #acks: Acks;
  readonly #counts: () => RoomCounts;
  /** Set while the guest is not in the state that the journal leads to. */
  suspended = false;
  /** The store has nothing of the room that the next inputs could be appended to. */
  #needsFull: boolean;
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
    this.#machine = machine;
    this.#shard = shard;
    this.#acks = acks;
    this.#counts = counts;
    const { durability } = machine.state.manifest;
    this.durability = shard.store === null ? "none" : durability;
    this.#needsFull = this.durability !== "none";
  }

  get history(): RoomHistory {
    return this.#history;
  }

  get functionName(): string {
    return this.#machine.state.manifest.name;
  }

  get roomName(): string {
    return this.#machine.state.name;
  }

  get debtMs(): number {
    return this.history.debtMs;
  }

  get isLong(): boolean {
    return this.history.isLong;
  }

  get canSnapshot(): boolean {
    return !this.suspended;
  }

  /** An input was written down, and this is what its callback used. */
  wrote(fuel: number): void {
    if (this.history.debtMs === 0) this.#shard.indebted(this);
    this.history.count(fuel);
    if (this.#needsFull || this.durability === "journal") this.#shard.touched(this);
  }

  /** A message of this seat was taken in; acknowledges it as soon as that is promised. */
  tookIn(seat: PlayerSeat): void {
    if (this.durability !== "journal") {
      this.#acks.owe(seat, seat.received);
    } else if (!seat.flushOwed) {
      seat.flushOwed = true;
      this.#seats.push(seat);
    }
  }

  /** Runs `then` when what was written down so far is durable, which is at once where nothing is journaled. */
  whenDurable(then: () => void): void {
    const isDurable = this.#owed.length === 0 && !this.#needsFull && !this.history.hasUnhanded;
    if (this.durability !== "journal" || isDurable) {
      then();
      return;
    }
    this.#joins.push(then);
    this.#shard.touched(this);
  }

  handOver(store: RoomStore): number {
    const batch = this.#hand(store);
    const seats = this.#seats;
    for (const seat of seats) seat.flushOwed = false;
    this.#owed.push({ batch, seats, counts: seats.map(({ received }) => received), joins: this.#joins });
    this.#seats = [];
    this.#joins = [];
    return batch;
  }

  #hand(store: RoomStore): number {
    const room = { function: this.functionName, room: this.roomName };
    if (!this.#needsFull) return store.append(room, this.history.handOver());
    // A guest that is being rolled back has nothing to take a snapshot of; its inputs wait with it.
    if (this.suspended) {
      this.#shard.touched(this);
      return Number.POSITIVE_INFINITY;
    }
    this.#needsFull = false;
    return store.save(room, this.history.snapshotRecord(this.#machine.guest, this.#capture()));
  }

  snapshot(store: RoomStore | null): void {
    const { guest } = this.#machine;
    if (store === null) {
      this.history.snapshot(guest, this.#capture());
      return;
    }
    const room = { function: this.functionName, room: this.roomName };
    this.#needsFull = false;
    store.save(room, this.history.snapshotRecord(guest, this.#capture()));
    this.#shard.touched(this);
  }

  /**
   * Goes on with the history of another version, from a snapshot that is taken now. Whatever the room says from now
   * on waits for the store to have it; until then the store has the room as the former version left it.
   */
  follow(history: RoomHistory): void {
    this.#history = history;
    this.snapshot(this.durability === "none" ? null : this.#shard.store);
  }

  /** Has the store given a snapshot with the next batch. */
  checkpoint(): void {
    if (this.durability === "none") return;
    this.#needsFull = true;
    this.#shard.touched(this);
  }

  durable(batch: number): void {
    while (this.#owed.length > 0 && this.#owed[0]!.batch <= batch) {
      const { seats, counts, joins } = this.#owed.shift()!;
      for (const [i, seat] of seats.entries()) this.#acks.owe(seat, counts[i]!);
      for (const join of joins) join();
    }
    if (this.#owed.length === 0) this.#shard.done(this);
  }

  lost(): void {
    this.history.lost();
    this.#needsFull = true;
    for (const { seats, joins } of this.#owed) {
      for (const seat of seats) this.tookIn(seat);
      this.#joins.push(...joins);
    }
    this.#owed = [];
  }

  /** The room is over: nothing of it is kept. */
  forget(): void {
    this.#shard.forget(this);
  }

  /** The room leaves memory; the store has it. */
  release(): void {
    this.#shard.release(this);
  }

  #capture() {
    return captureHost(this.#machine, this.#counts());
  }
}
