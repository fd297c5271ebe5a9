/**
 * The rules of the room store's writes, over any database with transactions. A full snapshot takes the place
 * of all before it; every snapshot takes the place of the inputs that it contains. Counts change with them.
 */
import { DamagedRecord } from "../../bytes/damage.ts";
import { foldChain } from "../../snapshot/fold.ts";
import { decodeSnapshot } from "../../snapshot/record.ts";
import { readBatch, type Write } from "./batch.ts";
import { entriesOf, entryKey, NEVER, parseRoomKey, u64, wakeKey } from "./keys.ts";
import type { Table, Tables } from "./tables.ts";

const NOTHING = Buffer.of(0);

interface Counts {
  rooms: number;
  sleeping: number;
}

export function applyBatch(tables: Tables, batch: Uint8Array): void {
  const counts = new Map<string, Counts>();
  for (const write of readBatch(batch)) apply(tables, write, counts);
  for (const [name, count] of counts) writeCounts(tables, name, count);
}

function apply(tables: Tables, write: Write, counts: Map<string, Counts>): void {
  const { room } = write;
  const count = countsOf(tables, counts, room);
  switch (write.op) {
    case "save":
      if (write.full && !hasSnapshot(tables, room)) {
        count.rooms++;
        if (tables.get("sleepers", room) === undefined) tables.put("awake", room, NOTHING);
      }
      // A number at or above the full one can only be left from a chain that was given up.
      if (write.full) removeEntries(tables, "snapshots", room);
      tables.put("snapshots", entryKey(room, write.number), write.record);
      if (write.fold) fold(tables, room);
      removeEntries(tables, "journal", room, write.sequence);
      break;
    case "append":
      tables.put("journal", entryKey(room, write.last), write.chunk);
      break;
    case "sleep":
      if (!wakeUp(tables, room)) {
        count.sleeping++;
        tables.remove("awake", room);
      }
      tables.put("sleepers", room, u64(write.dueMs));
      if (write.dueMs !== NEVER) tables.put("wakes", wakeKey(write.dueMs, room), NOTHING);
      break;
    case "wake":
      if (wakeUp(tables, room)) {
        count.sleeping--;
        tables.put("awake", room, NOTHING);
      }
      break;
    case "remove":
      if (hasSnapshot(tables, room)) count.rooms--;
      if (wakeUp(tables, room)) count.sleeping--;
      tables.remove("awake", room);
      removeEntries(tables, "snapshots", room);
      removeEntries(tables, "journal", room);
      break;
  }
}

function hasSnapshot(tables: Tables, room: Buffer): boolean {
  for (const _ of tables.keys("snapshots", ...entriesOf(room))) return true;
  return false;
}

/** Makes one full record of a room's chain. A damaged chain stays: loading it tells what is wrong. */
function fold(tables: Tables, room: Buffer): void {
  const keys = [...tables.keys("snapshots", ...entriesOf(room))];
  try {
    const folded = foldChain(keys.map((key) => decodeSnapshot(tables.get("snapshots", key)!)));
    for (const key of keys) tables.remove("snapshots", key);
    tables.put("snapshots", keys.at(-1)!, folded);
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error;
  }
}

/** Removes a room's entries, to a number where one is given. */
function removeEntries(tables: Tables, table: Table, room: Buffer, to?: number): void {
  const [from, end] = entriesOf(room);
  const until = to === undefined ? end : entryKey(room, to + 1);
  for (const key of [...tables.keys(table, from, until)]) tables.remove(table, key);
}

/** Takes a room off the sleepers; whether it was one. */
function wakeUp(tables: Tables, room: Buffer): boolean {
  const due = tables.get("sleepers", room);
  if (due === undefined) return false;
  tables.remove("sleepers", room);
  const dueMs = due.readBigUInt64BE();
  if (dueMs !== NEVER) tables.remove("wakes", wakeKey(dueMs, room));
  return true;
}

function countsOf(tables: Tables, counts: Map<string, Counts>, room: Buffer): Counts {
  const name = parseRoomKey(room).function;
  let count = counts.get(name);
  if (count === undefined) {
    count = readCounts(tables.get("counts", Buffer.from(name, "latin1")));
    counts.set(name, count);
  }
  return count;
}

export function readCounts(value: Buffer | undefined): Counts {
  if (value === undefined) return { rooms: 0, sleeping: 0 };
  return { rooms: Number(value.readBigUInt64BE(0)), sleeping: Number(value.readBigUInt64BE(8)) };
}

function writeCounts(tables: Tables, name: string, { rooms, sleeping }: Counts): void {
  const key = Buffer.from(name, "latin1");
  if (rooms === 0 && sleeping === 0) tables.remove("counts", key);
  else tables.put("counts", key, Buffer.concat([u64(rooms), u64(sleeping)]));
}
