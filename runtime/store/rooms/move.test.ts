import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { shardOfRoom } from "@rockpool/protocol";
import type { RoomKey } from "./keys.ts";
import { LmdbRoomDatabase } from "./lmdbDatabase.ts";
import { moveRooms, shardFolder } from "./move.ts";
import { RoomStore } from "./roomStore.ts";
import { sliceOf, snapshotOf } from "./rooms.testkit.ts";

const ROOMS: RoomKey[] = Array.from({ length: 40 }, (_, n) => ({ function: "arena", room: `room-${n}` }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rockpool-move-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function withShard<T>(shard: number, use: (store: RoomStore) => T): Promise<T> {
  const store = new RoomStore(new LmdbRoomDatabase(shardFolder(folder, shard)), () => undefined);
  try {
    return use(store);
  } finally {
    await store.close();
  }
}

async function fill(shards: number): Promise<void> {
  for (let shard = 0; shard < shards; shard++) {
    await withShard(shard, (store) => {
      for (const room of ROOMS.filter((one) => shardOfRoom(one.function, one.room, shards) === shard)) {
        store.save(room, snapshotOf(room, 7, 10));
        store.save(room, snapshotOf(room, 8, 12, "delta"));
        store.append(room, sliceOf(13, 15));
        store.sleep(room, 500);
      }
    });
  }
}

/** Checks that every room is whole, asleep, and where it belongs, and counted there once. */
async function assertAllAt(shards: number, wholeRange: number): Promise<void> {
  let counted = 0;
  for (let shard = 0; shard < wholeRange; shard++) {
    const mine = ROOMS.filter((one) => shardOfRoom(one.function, one.room, shards) === shard);
    await withShard(shard, (store) => {
      assert.deepEqual(
        [...store.rooms()].map(({ room }) => room),
        mine.map(({ room }) => room).sort(),
      );
      for (const room of mine) {
        const outcome = store.load(room);
        assert.ok(outcome.status === "found");
        const { snapshots, journal, sleep } = outcome.room;
        assert.deepEqual([snapshots.length, journal.length, sleep], [2, 1, { dueMs: 500 }]);
      }
      assert.equal(store.dueSleepers(500, 1000).length, mine.length);
      counted += store.count("arena").rooms;
    });
  }
  assert.equal(counted, ROOMS.length);
}

for (const [from, to] of [
  [2, 3],
  [3, 1],
  [1, 4],
] as const) {
  test(`rooms of ${from} shards move to the owners among ${to}, whole and asleep`, async () => {
    await fill(from);
    assert.ok((await moveRooms(folder, to)) > 0);
    await assertAllAt(to, Math.max(from, to));
  });
}

test("a move that was interrupted after writing is done again without doubling anything", async () => {
  await fill(2);
  const moving = ROOMS.filter((one) => shardOfRoom(one.function, one.room, 3) === 2);
  await withShard(2, (store) => {
    for (const room of moving.slice(0, 5)) store.save(room, snapshotOf(room, 8, 12));
  });
  await moveRooms(folder, 3);
  await assertAllAt(3, 3);
});

test("nothing moves where nothing is stored or the number is the same", async () => {
  assert.equal(await moveRooms(join(folder, "none"), 3), 0);
  await fill(2);
  assert.equal(await moveRooms(folder, 2), 0);
});
