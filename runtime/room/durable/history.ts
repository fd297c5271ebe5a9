/**
 * What a room can be made from again: its last snapshot and its inputs since. Kept in memory for every room;
 * what of it reaches the store, the function's durability says.
 *
 * Before the first snapshot the inputs begin with `create`, on the image's pristine state. Inputs are written
 * down after their callback, so one that failed is not among them.
 */
import type { Guest } from "../../instance/guest.ts";
import type { PristineMemory } from "../../instance/pristineMemory.ts";
import { Journal, type JournalMark, type JournalSlice } from "../../journal/journal.ts";
import { Checkpoint } from "../../snapshot/checkpoint.ts";
import type { HostState } from "../../snapshot/hostState.ts";
import type { Snapshot } from "../../snapshot/record.ts";
import type { StoredRoom } from "../../store/rooms/loadRoom.ts";

/** What a room is an instance of. */
export interface RoomImage {
  readonly function: string;
  readonly digest: string;
  readonly pipeline: number;
  readonly pristine: PristineMemory;
}

export interface LoadedHistory {
  readonly history: RoomHistory;
  readonly host: HostState;
}

/** What a store has of a room. */
interface Kept {
  readonly checkpoint: Checkpoint;
  readonly journal: readonly JournalSlice[];
}

/** About what a unit of fuel and an input take to replay, in milliseconds (docs/metering.md). */
const FUEL_MS = 1e-6;
const INPUT_MS = 1e-3;
/** A journal of this many bytes is worth a snapshot, however little work it is. */
const LONG_JOURNAL_BYTES = 32_768;

export class RoomHistory {
  readonly journal: Journal;
  /** About how long a replay of the inputs since the last snapshot takes, in milliseconds. */
  debtMs = 0;
  /** Whether it was loaded: the store can append to what it has. */
  readonly isStored: boolean;
  readonly image: RoomImage;
  /** Called before inputs are forgotten, by whoever keeps them longer. */
  beforeTruncate: (() => void) | null = null;
  readonly #room: string;
  #checkpoint: Checkpoint | null = null;
  #base: JournalMark;
  /** Behind what the store was given. */
  #handed: JournalMark;

  /** @param sequence the last input before it, where nothing is stored. */
  constructor(image: RoomImage, room: string, stored: Kept | null, sequence = 0) {
    this.image = image;
    this.#room = room;
    this.#checkpoint = stored?.checkpoint ?? null;
    const [first] = stored?.journal ?? [];
    this.journal = new Journal(first === undefined ? Math.max(this.after, sequence) : stored!.journal);
    this.#handed = this.journal.mark();
    this.#base = first === undefined ? this.#handed : this.journal.start(first.first);
    this.isStored = stored !== null;
  }

  /** The last input that the last snapshot contains. */
  get after(): number {
    return this.#checkpoint?.sequence ?? 0;
  }

  /** Counts what the inputs that were just written down or replayed took. */
  count(fuel: number, inputs = 1): void {
    this.debtMs += inputs * INPUT_MS + fuel * FUEL_MS;
  }

  get isLong(): boolean {
    return this.journal.bytes > LONG_JOURNAL_BYTES;
  }

  /** Bytes held for the room. */
  get bytesHeld(): number {
    return this.journal.bytesHeld + (this.#checkpoint?.bytesHeld ?? 0);
  }

  /** Behind the last snapshot. */
  get base(): JournalMark {
    return this.#base;
  }

  /** Inputs since the last snapshot, perhaps after some that it contains (see `after`); valid until the journal changes. */
  inputs(): JournalSlice {
    return this.journal.since(this.#base);
  }

  /** Whether there are inputs that the store was not given. */
  get hasUnhanded(): boolean {
    return this.journal.sequence > this.#handed.sequence;
  }

  /** Inputs that the store was not given yet; the next call begins behind them. */
  handOver(): JournalSlice {
    const slice = this.journal.since(this.#handed);
    this.#handed = this.journal.mark();
    return slice;
  }

  /** Takes a snapshot that stays in memory. */
  snapshot(guest: Guest, host: HostState): void {
    this.#checkpointed().take(guest, host, this.journal.sequence);
    this.#truncate();
  }

  /** Takes a snapshot for the store, which then needs no inputs before it. */
  snapshotRecord(guest: Guest, host: HostState): Snapshot {
    const snapshot = this.#checkpointed().takeRecord(guest, host, this.journal.sequence, host.epoch);
    this.#truncate();
    return snapshot;
  }

  /** The store has lost something: it is to be given a full snapshot next. */
  lost(): void {
    this.#checkpoint?.lost();
  }

  /** Brings a pristine guest to the last snapshot; the host's state then, or null when the inputs begin with create. */
  restore(guest: Guest): HostState | null {
    return this.#checkpoint === null ? null : this.#checkpoint.restore(guest);
  }

  /**
   * A history that goes on behind what the store has. The guest is pristine, and is brought to the last snapshot;
   * the stored inputs since are to be replayed before anything else happens.
   * @throws DamagedRecord when the snapshots are not of this room and image
   */
  static load(image: RoomImage, room: string, guest: Guest, stored: StoredRoom): LoadedHistory {
    const checkpoint = new Checkpoint({ ...image, room });
    const host = checkpoint.load(guest, stored.snapshots);
    return { history: new RoomHistory(image, room, { checkpoint, journal: stored.journal }), host };
  }

  /** The store has the room, and it sleeps: nothing of it is kept here. */
  forget(): void {
    this.#checkpoint = null;
  }

  /** Goes on from what the store has of a room that was put to sleep. The guest is pristine. */
  reload(guest: Guest, stored: StoredRoom): void {
    const checkpoint = new Checkpoint({ ...this.image, room: this.#room });
    checkpoint.load(guest, stored.snapshots);
    this.#checkpoint = checkpoint;
  }

  /**
   * A history of another version of the room's code, which goes on behind an input. A snapshot is to be taken before
   * anything else happens: what was before it, only the former version can replay.
   */
  static behind(image: RoomImage, room: string, sequence: number): RoomHistory {
    return new RoomHistory(image, room, null, sequence);
  }

  #checkpointed(): Checkpoint {
    this.#checkpoint ??= new Checkpoint({ ...this.image, room: this.#room });
    return this.#checkpoint;
  }

  #truncate(): void {
    this.beforeTruncate?.();
    const mark = this.journal.mark();
    this.journal.truncate(mark);
    this.#base = mark;
    this.#handed = mark;
    this.debtMs = 0;
  }
}
