/** Reads a room back and checks that what is there fits together; a part of a room is never returned. */
import { DamagedRecord } from "../../bytes/damage.ts";
import { decodeChunk } from "../../journal/chunk.ts";
import type { JournalSlice } from "../../journal/journal.ts";
import { checkLink, type DecodedSnapshot, decodeSnapshot } from "../../snapshot/record.ts";
import { entriesOf, NEVER, numberOfEntry, type RoomKey, roomKey } from "./keys.ts";
import type { ReadTables } from "./tables.ts";

/** A room as it was stored. */
export interface StoredRoom {
  /** A full snapshot and the deltas after it; at least one. */
  readonly snapshots: readonly [DecodedSnapshot, ...DecodedSnapshot[]];
  /** The inputs since: without gaps, the first one at or before the snapshot's next. */
  readonly journal: readonly JournalSlice[];
  /** Whether it sleeps, and when it is to be woken (Unix milliseconds; null: by somebody alone). */
  readonly sleep: { readonly dueMs: number | null } | null;
}

export type LoadOutcome =
  | { readonly status: "found"; readonly room: StoredRoom }
  | { readonly status: "none" }
  | { readonly status: "damaged"; readonly error: DamagedRecord };

export function loadRoom(tables: ReadTables, room: RoomKey): LoadOutcome {
  try {
    const key = roomKey(room);
    const [first, ...rest] = readSnapshots(tables, key, room);
    if (first === undefined) return { status: "none" };
    const { sequence } = rest.at(-1) ?? first;
    const journal = readJournal(tables, key, sequence);
    return { status: "found", room: { snapshots: [first, ...rest], journal, sleep: sleepOf(tables, key) } };
  } catch (error) {
    if (error instanceof DamagedRecord) return { status: "damaged", error };
    throw error;
  }
}

/** Digest of a room's version: all snapshots of a chain are of one. */
export function versionOf(tables: ReadTables, room: RoomKey): string | null {
  try {
    for (const entry of tables.keys("snapshots", ...entriesOf(roomKey(room)))) {
      return decodeSnapshot(tables.get("snapshots", entry)!).digest;
    }
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error;
  }
  return null;
}

function readSnapshots(tables: ReadTables, key: Buffer, room: RoomKey): DecodedSnapshot[] {
  const chain: DecodedSnapshot[] = [];
  for (const entry of tables.keys("snapshots", ...entriesOf(key))) {
    const snapshot = decodeSnapshot(tables.get("snapshots", entry)!);
    if (snapshot.function !== room.function || snapshot.room !== room.room) {
      throw outOfPlace(`a snapshot of ${snapshot.function}/${snapshot.room} stands there`);
    }
    if (snapshot.number !== numberOfEntry(entry))
      throw outOfPlace(`snapshot ${snapshot.number} stands elsewhere`);
    checkLink(snapshot, chain.at(-1));
    chain.push(snapshot);
  }
  return chain;
}

function readJournal(tables: ReadTables, key: Buffer, after: number): JournalSlice[] {
  const slices: JournalSlice[] = [];
  let end = after;
  for (const entry of tables.keys("journal", ...entriesOf(key))) {
    const slice = decodeChunk(tables.get("journal", entry)!);
    if (slice.last !== numberOfEntry(entry))
      throw outOfPlace(`the chunk to input ${slice.last} stands elsewhere`);
    // Only the first may begin with inputs that the snapshot contains.
    const fits = slices.length === 0 ? slice.first <= end + 1 : slice.first === end + 1;
    if (!fits || slice.last <= end) throw outOfPlace(`inputs ${end + 1} to ${slice.first - 1} are missing`);
    slices.push(slice);
    end = slice.last;
  }
  return slices;
}

function sleepOf(tables: ReadTables, key: Buffer): StoredRoom["sleep"] {
  const due = tables.get("sleepers", key)?.readBigUInt64BE();
  if (due === undefined) return null;
  return { dueMs: due === NEVER ? null : Number(due) };
}

function outOfPlace(what: string): DamagedRecord {
  return new DamagedRecord("out-of-place", `the room is not stored as it was written: ${what}`);
}
