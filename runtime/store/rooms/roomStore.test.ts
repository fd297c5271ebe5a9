import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { LmdbRoomDatabase } from "./lmdbDatabase.ts";
import { type BatchOutcome, RoomStore } from "./roomStore.ts";
import { sliceOf, snapshotOf } from "./rooms.testkit.ts";

const ROOM = { function: "arena", room: "one" };
const OTHER = { function: "arena", room: "one-more" };

let folder: string;
let store: RoomStore;
let outcomes: BatchOutcome[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rockpool-rooms-"));
  store = openStore();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function openStore(): RoomStore {
  outcomes = [];
  return new RoomStore(new LmdbRoomDatabase(join(folder, "0")), (outcome) => outcomes.push(outcome));
}

async function reopen(): Promise<void> {
  await store.close();
  store = openStore();
}

/** Numbers of the snapshots and of the inputs that a room has. */
function contents(room = ROOM): unknown {
  const outcome = store.load(room);
  if (outcome.status !== "found") return outcome.status;
  const { snapshots, journal } = outcome.room;
  return [snapshots.map(({ number }) => number), journal.map(({ first, last }) => [first, last])];
}

test("a room that was never stored is none", () => {
  assert.equal(contents(), "none");
});

test("what was handed over is there after the flush, and after opening again", async () => {
  store.save(ROOM, snapshotOf(ROOM, 1, 0));
  store.append(ROOM, sliceOf(1, 4));
  store.append(ROOM, sliceOf(5, 6));
  await store.flush();
  const expected = [
    [1],
    [
      [1, 4],
      [5, 6],
    ],
  ];
  assert.deepEqual(contents(), expected);
  await reopen();
  assert.deepEqual(contents(), expected);
});

test("everything handed over at once is one batch, and its outcome comes once", async () => {
  const batches = [store.save(ROOM, snapshotOf(ROOM, 1, 0)), store.append(ROOM, sliceOf(1, 1))];
  await store.flush();
  assert.deepEqual(batches, [1, 1]);
  assert.deepEqual(outcomes, [{ status: "durable", batch: 1 }]);
});

test("without a flush a batch is committed by itself", async () => {
  const settled = new Promise<BatchOutcome>((resolve) => {
    const own = new RoomStore(new LmdbRoomDatabase(join(folder, "1")), (outcome) => {
      resolve(outcome);
      void own.close();
    });
    own.save(ROOM, snapshotOf(ROOM, 1, 0));
  });
  assert.deepEqual(await settled, { status: "durable", batch: 1 });
});

test("a slice without inputs is settled when all before it is", async () => {
  store.save(ROOM, snapshotOf(ROOM, 1, 0));
  void store.flush();
  const batch = store.append(ROOM, sliceOf(1, 0));
  await store.flush();
  assert.deepEqual(outcomes.at(-1), { status: "durable", batch });
  assert.deepEqual(contents(), [[1], []]);
});

test("writes handed over during a commit are the next batch, and flush waits for it", async () => {
  store.save(ROOM, snapshotOf(ROOM, 1, 0));
  const first = store.flush();
  assert.equal(store.append(ROOM, sliceOf(1, 1)), 2);
  await store.flush();
  await first;
  assert.deepEqual(
    outcomes.map(({ batch }) => batch),
    [1, 2],
  );
});

test("a full snapshot takes the place of older ones and of the inputs that it contains", async () => {
  store.save(ROOM, snapshotOf(ROOM, 1, 0));
  store.append(ROOM, sliceOf(1, 4));
  store.save(ROOM, snapshotOf(ROOM, 2, 4, "delta"));
  store.append(ROOM, sliceOf(5, 9));
  await store.flush();
  assert.deepEqual(contents(), [[1, 2], [[5, 9]]]);
  store.save(ROOM, snapshotOf(ROOM, 3, 9));
  await store.flush();
  assert.deepEqual(contents(), [[3], []]);
});

test("a chunk that goes on after a snapshot stays", async () => {
  store.save(ROOM, snapshotOf(ROOM, 1, 0));
  store.append(ROOM, sliceOf(1, 10));
  store.save(ROOM, snapshotOf(ROOM, 2, 7, "delta"));
  await store.flush();
  assert.deepEqual(contents(), [[1, 2], [[1, 10]]]);
});

test("a snapshot that asks for it makes one full record of the chain", async () => {
  store.save(ROOM, snapshotOf(ROOM, 1, 0, "full", Uint8Array.of(1, 1, 1, 1)));
  store.save(ROOM, snapshotOf(ROOM, 2, 4, "delta", Uint8Array.of(2, 2)));
  store.save(ROOM, snapshotOf(ROOM, 3, 5, "delta", Uint8Array.of(3), true));
  await store.flush();
  const outcome = store.load(ROOM);
  assert.ok(outcome.status === "found");
  const [{ kind, number, sequence, bytes, runsAt }, ...rest] = outcome.room.snapshots;
  assert.deepEqual([kind, number, sequence, rest.length], ["full", 3, 5, 0]);
  assert.deepEqual([...bytes.subarray(runsAt, runsAt + 8)], [0, 4, 3, 2, 1, 1, 0, 0]);
});

test("a damaged chain is not folded, and the batch is committed all the same", async () => {
  store.save(ROOM, snapshotOf(ROOM, 1, 0));
  store.save(ROOM, snapshotOf(ROOM, 3, 5, "delta", Uint8Array.of(3), true));
  await store.flush();
  assert.deepEqual([contents(), outcomes.map(({ status }) => status)], ["damaged", ["durable"]]);
});

test("a gap between inputs is damage", async () => {
  store.save(ROOM, snapshotOf(ROOM, 1, 0));
  store.append(ROOM, sliceOf(2, 3));
  await store.flush();
  assert.equal(contents(), "damaged");
});

test("a gap in the chain of snapshots is damage", async () => {
  store.save(ROOM, snapshotOf(ROOM, 1, 0));
  store.save(ROOM, snapshotOf(ROOM, 3, 0, "delta"));
  await store.flush();
  assert.equal(contents(), "damaged");
});

test("another room's snapshot in a room's place is damage", async () => {
  store.save(ROOM, snapshotOf(OTHER, 1, 0));
  await store.flush();
  assert.equal(contents(), "damaged");
});

test("removing a room removes all of it and nothing of a room whose name begins alike", async () => {
  for (const room of [ROOM, OTHER]) {
    store.save(room, snapshotOf(room, 1, 0));
    store.append(room, sliceOf(1, 2));
    store.sleep(room, 5);
  }
  store.remove(ROOM);
  await store.flush();
  assert.equal(contents(), "none");
  assert.deepEqual(contents(OTHER), [[1], [[1, 2]]]);
  assert.deepEqual(store.dueSleepers(9, 9), [{ room: OTHER, dueMs: 5 }]);
  assert.deepEqual(store.count("arena"), { rooms: 1, sleeping: 1 });
});

test("sleepers are found by when they are due, the first first", async () => {
  const rooms = ["a", "b", "c", "d"].map((room) => ({ function: "arena", room }));
  for (const room of rooms) store.save(room, snapshotOf(room, 1, 0));
  store.sleep(rooms[0]!, 300);
  store.sleep(rooms[1]!, 100);
  store.sleep(rooms[2]!, null);
  store.sleep(rooms[3]!, 1_900_000_000_000);
  await store.flush();
  assert.equal(store.nextDueMs, 100);
  assert.deepEqual(
    store.dueSleepers(300, 10).map(({ room, dueMs }) => [room.room, dueMs]),
    [
      ["b", 100],
      ["a", 300],
    ],
  );
  assert.equal(store.dueSleepers(300, 1).length, 1);
  assert.deepEqual(store.count("arena"), { rooms: 4, sleeping: 4 });
});

test("a room that is woken, or sleeps again until later, is not due at its former time", async () => {
  store.save(ROOM, snapshotOf(ROOM, 1, 0));
  store.sleep(ROOM, 100);
  await store.flush();
  store.sleep(ROOM, 200);
  await store.flush();
  assert.deepEqual(store.dueSleepers(1000, 9), [{ room: ROOM, dueMs: 200 }]);
  store.wake(ROOM);
  await store.flush();
  assert.deepEqual(store.dueSleepers(1000, 9), []);
  assert.equal(store.nextDueMs, Number.POSITIVE_INFINITY);
  assert.deepEqual(store.count("arena"), { rooms: 1, sleeping: 0 });
});

test("a loaded room says whether it sleeps and until when", async () => {
  const sleeps: unknown[] = [];
  for (const change of [() => 0, () => store.sleep(ROOM, null), () => store.sleep(ROOM, 77)]) {
    store.save(ROOM, snapshotOf(ROOM, 1, 0));
    change();
    await store.flush();
    const outcome = store.load(ROOM);
    sleeps.push(outcome.status === "found" && outcome.room.sleep);
  }
  assert.deepEqual(sleeps, [null, { dueMs: null }, { dueMs: 77 }]);
});

test("rooms lists each room once, of all functions", async () => {
  const rooms = [ROOM, OTHER, { function: "tictactoe", room: "x" }];
  for (const room of rooms) {
    store.save(room, snapshotOf(room, 1, 0));
    store.save(room, snapshotOf(room, 2, 0, "delta"));
  }
  await store.flush();
  assert.deepEqual([...store.rooms()], rooms);
  assert.deepEqual(store.functions(), ["arena", "tictactoe"]);
});

test("a store that is closed takes nothing", async () => {
  await store.close();
  assert.throws(() => store.remove(ROOM), { code: "data-failed" });
  store = openStore();
});

test("a batch of nothing is settled, and the next one is written", async () => {
  store.append(ROOM, sliceOf(1, 0));
  await store.flush();
  store.save(ROOM, snapshotOf(ROOM, 1, 0));
  await store.flush();
  assert.deepEqual(contents(), [[1], []]);
});
