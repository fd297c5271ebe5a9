/** A room's side of its store: it hands over inputs and snapshots, keeps what is not durable, and knows what is. */
import type { RoomKey } from "@rockpool/runtime/store/rooms/keys.js";
import type { LoadOutcome } from "@rockpool/runtime/store/rooms/loadRoom.js";
import type { BatchOutcome, RoomStore } from "@rockpool/runtime/store/rooms/roomStore.js";
import { sliceOf, snapshotOf } from "@rockpool/runtime/store/rooms/rooms.testkit.js";
import type { Randomness } from "../harness/randomness.ts";

/** The last input that a loaded room has; null when there is no such room. */
export function endOf(outcome: LoadOutcome): number | null {
  if (outcome.status === "none") return null;
  if (outcome.status === "damaged") throw outcome.error;
  const { snapshots, journal } = outcome.room;
  return journal.at(-1)?.last ?? snapshots.at(-1)!.sequence;
}

export class StoredRoom {
  readonly key: RoomKey;
  /** The last input that is durable, and so may be acknowledged; null before the first snapshot is. */
  acknowledged: number | null = null;
  sequence = 0;
  #handedTo = 0;
  #snapshot = 0;
  #full = true;
  #batches: { batch: number; sequence: number }[] = [];

  constructor(room: string, from: { sequence: number; snapshot: number } | null = null) {
    this.key = { function: "arena", room };
    if (from === null) return;
    this.acknowledged = from.sequence;
    this.sequence = from.sequence;
    this.#handedTo = from.sequence;
    this.#snapshot = from.snapshot;
    this.#full = false;
  }

  /** Takes some inputs in and hands over what a random room would. */
  act(store: RoomStore, random: Randomness): void {
    this.sequence += random.below(4);
    const batch = this.#full || random.below(4) === 0 ? this.#save(store, random) : this.#append(store);
    this.#batches.push({ batch, sequence: this.sequence });
  }

  settled({ status, batch }: BatchOutcome): void {
    const mine = this.#batches.filter((one) => one.batch === batch);
    this.#batches = this.#batches.filter((one) => one.batch !== batch);
    if (mine.length === 0) return;
    if (status === "durable") {
      this.acknowledged = mine.at(-1)!.sequence;
    } else {
      this.#handedTo = this.acknowledged ?? 0;
      this.#full = true;
    }
  }

  #save(store: RoomStore, random: Randomness): number {
    const kind = this.#full || random.below(3) === 0 ? "full" : "delta";
    this.#full = false;
    this.#handedTo = this.sequence;
    const state = Uint8Array.of(this.sequence, this.sequence >> 8, 7);
    const fold = kind === "delta" && random.below(3) === 0;
    return store.save(this.key, snapshotOf(this.key, ++this.#snapshot, this.sequence, kind, state, fold));
  }

  #append(store: RoomStore): number {
    const slice = sliceOf(this.#handedTo + 1, this.sequence);
    this.#handedTo = this.sequence;
    return store.append(this.key, slice);
  }
}
