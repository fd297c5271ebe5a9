/** The stored rooms, read off the keys of their snapshots. */
import { parseRoomKey, type RoomKey, roomOfEntry } from "./keys.ts";
import type { ReadTables } from "./tables.ts";

export const FIRST_KEY: Buffer = Buffer.of(0);
export const BEYOND_ALL: Buffer = Buffer.of(0xff);

/** All rooms in the order of their names. Iterate without waiting in between. */
export function* roomsIn(tables: ReadTables): Iterable<RoomKey> {
  let last: Buffer | null = null;
  for (const entry of tables.keys("snapshots", FIRST_KEY, BEYOND_ALL)) {
    const room = roomOfEntry(entry);
    if (last !== null && room.equals(last)) continue;
    last = Buffer.from(room);
    yield parseRoomKey(room);
  }
}
