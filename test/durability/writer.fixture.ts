/** A process that keeps rooms until it is killed, and tells each time what is durable. */
import { LmdbRoomDatabase } from "@rockpool/runtime/store/rooms/lmdbDatabase.js";
import { RoomStore } from "@rockpool/runtime/store/rooms/roomStore.js";
import { Randomness } from "../harness/randomness.ts";
import { endOf, StoredRoom } from "./storedRoom.ts";

export const ROOMS: readonly string[] = Array.from({ length: 12 }, (_, n) => `room-${n}`);

function reopened(store: RoomStore, room: string): StoredRoom {
  const outcome = store.load({ function: "arena", room });
  const end = endOf(outcome);
  if (outcome.status !== "found" || end === null) return new StoredRoom(room);
  return new StoredRoom(room, { sequence: end, snapshot: outcome.room.snapshots.at(-1)!.number });
}

const [, , folder, seed] = process.argv;
if (process.send !== undefined && folder !== undefined) {
  const rooms: StoredRoom[] = [];
  const random = new Randomness(Number(seed));
  const store = new RoomStore(new LmdbRoomDatabase(folder), (outcome) => {
    for (const room of rooms) room.settled(outcome);
    process.send!(rooms.map(({ acknowledged }) => acknowledged));
  });
  rooms.push(...ROOMS.map((room) => reopened(store, room)));
  for (;;) {
    for (const room of rooms) room.act(store, random);
    await new Promise((resolve) => setImmediate(resolve));
    if (random.below(3) === 0) await store.flush();
    else void store.flush();
  }
}
