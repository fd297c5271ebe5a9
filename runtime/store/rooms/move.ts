/**
 * Brings stored rooms to the shards that own them after the number of shards was changed, while no shard
 * runs. Each shard's rooms are first written where they belong, durably, and then removed where they were: a
 * move that was interrupted is done again as a whole, so the new number is recorded only after it.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { shardOfRoom } from "@rockpool/protocol";
import { applyBatch } from "./apply.ts";
import { BatchWriter } from "./batch.ts";
import { entriesOf, NEVER, numberOfEntry, type RoomKey, roomKey } from "./keys.ts";
import { RoomTables } from "./lmdb.ts";
import { roomsIn } from "./roomList.ts";

/** A batch of moved rooms is written when it has grown to this many bytes. */
const BATCH_BYTES = 4_194_304;

/** Where the rooms of a shard are stored. */
export function shardFolder(roomsFolder: string, shard: number): string {
  return join(roomsFolder, String(shard));
}

/**
 * Moves every room that another shard owns now. Returns how many.
 * @param roomsFolder holds one folder a shard.
 * @throws StoreError
 */
export async function moveRooms(roomsFolder: string, shards: number): Promise<number> {
  if (!existsSync(roomsFolder)) return 0;
  const opened = new Map<number, RoomTables>();
  const open = (shard: number): RoomTables => {
    const tables = opened.get(shard) ?? new RoomTables(shardFolder(roomsFolder, shard));
    opened.set(shard, tables);
    return tables;
  };
  try {
    const present = readdirSync(roomsFolder).filter((name) => /^\d{1,4}$/.test(name));
    return present.map(Number).reduce((moved, shard) => moved + moveFrom(open, shard, shards), 0);
  } finally {
    for (const tables of opened.values()) await tables.close();
  }
}

function moveFrom(open: (shard: number) => RoomTables, from: number, shards: number): number {
  const source = open(from);
  let moved: RoomKey[] = [];
  let total = 0;
  const batches = new Map<number, BatchWriter>();
  const settle = (): void => {
    for (const [to, batch] of batches) {
      const target = open(to);
      target.transact(() => applyBatch(target, batch.take()));
    }
    const removal = new BatchWriter();
    for (const room of moved) removal.remove(roomKey(room));
    source.transact(() => applyBatch(source, removal.take()));
    total += moved.length;
    moved = [];
    batches.clear();
  };
  for (const room of [...roomsIn(source)]) {
    const to = shardOfRoom(room.function, room.room, shards);
    if (to === from) continue;
    const batch = batches.get(to) ?? new BatchWriter();
    batches.set(to, batch);
    copyRoom(source, room, batch);
    moved.push(room);
    if (batch.length >= BATCH_BYTES) settle();
  }
  if (moved.length > 0) settle();
  return total;
}

/** Copies a room as it is; whether it is damaged shows when it is loaded. */
function copyRoom(source: RoomTables, room: RoomKey, batch: BatchWriter): void {
  const key = roomKey(room);
  batch.remove(key);
  let kind: "full" | "delta" = "full";
  for (const entry of source.keys("snapshots", ...entriesOf(key))) {
    const bytes = source.get("snapshots", entry)!;
    batch.save(key, { kind, number: numberOfEntry(entry), sequence: 0, bytes, fold: false });
    kind = "delta";
  }
  for (const entry of source.keys("journal", ...entriesOf(key))) {
    batch.appendChunk(key, numberOfEntry(entry), source.get("journal", entry)!);
  }
  const due = source.get("sleepers", key)?.readBigUInt64BE();
  if (due !== undefined) batch.sleep(key, due === NEVER ? null : Number(due));
}
