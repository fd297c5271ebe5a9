/** What was acknowledged is there, whatever step of whatever commit fails; and damage is never taken for a room. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { RoomStore } from "@rockpool/runtime/store/rooms/roomStore.js";
import { Randomness } from "../harness/randomness.ts";
import { type Fault, FaultyDatabase } from "./faultyDatabase.ts";
import { endOf, StoredRoom } from "./storedRoom.ts";

const ROOMS = ["a", "b", "c", "d"];

/** Lets rooms act and commit until the machine stops or the rounds are over. */
async function run(database: FaultyDatabase, rooms: StoredRoom[], random: Randomness): Promise<string[]> {
  const outcomes: string[] = [];
  const store = new RoomStore(database, (outcome) => {
    outcomes.push(outcome.status);
    for (const room of rooms) room.settled(outcome);
  });
  for (let round = 0; round < 12 && !database.stopped; round++) {
    if (random.below(4) === 0) database.fault = randomFault(random);
    for (const room of rooms) if (random.below(3) > 0) room.act(store, random);
    void store.flush();
    if (random.below(2) === 0) for (const room of rooms) room.act(store, random);
    await turn();
    await turn();
  }
  return outcomes;
}

function randomFault(random: Randomness): Fault {
  const kinds = ["fail", "fail", "stop-before-flush", "stop-after-flush"] as const;
  return { kind: kinds[random.below(kinds.length)]!, step: random.below(20) } as Fault;
}

test("after any failure each room is whole and has at least what was acknowledged", async () => {
  const seed = Randomness.newSeed();
  const seen = new Set<string>();
  for (let program = 0; program < 400; program++) {
    const context = `seed ${seed + program}`;
    const random = new Randomness(seed + program);
    const database = new FaultyDatabase();
    const rooms = ROOMS.map((room) => new StoredRoom(room));
    for (const outcome of await run(database, rooms, random)) seen.add(outcome);
    const again = new RoomStore(new FaultyDatabase(database.durable), () => undefined);
    let found = 0;
    for (const { key, acknowledged, sequence } of rooms) {
      const end = endOf(again.load(key));
      if (end !== null) found++;
      if (acknowledged === null) continue;
      assert.ok(
        end !== null && end >= acknowledged && end <= sequence,
        `${context}: ${end} of ${acknowledged}`,
      );
    }
    assert.equal(again.count("arena").rooms, found, `${context}: counts`);
  }
  assert.deepEqual([...seen].sort(), ["durable", "failed"], `seed ${seed}: not everything happened`);
});

test("a failed batch takes along what was handed over before its failure was known", async () => {
  const database = new FaultyDatabase();
  const outcomes: unknown[] = [];
  const store = new RoomStore(database, ({ status, batch }) => outcomes.push([batch, status]));
  const random = new Randomness(1);
  const room = new StoredRoom("a");
  database.fault = { kind: "fail", step: 0 };
  room.act(store, random);
  const flushed = store.flush();
  room.act(store, random);
  await flushed;
  room.act(store, random);
  await store.flush();
  assert.deepEqual(outcomes, [
    [1, "failed"],
    [2, "failed"],
    [3, "durable"],
  ]);
});

test("a torn or changed value is reported as damage of its room alone, and never as an older state", async () => {
  const seed = Randomness.newSeed();
  for (let program = 0; program < 200; program++) {
    const random = new Randomness(seed + program);
    const database = new FaultyDatabase();
    const rooms = ROOMS.map((room) => new StoredRoom(room));
    const store = new RoomStore(database, (outcome) => {
      for (const room of rooms) room.settled(outcome);
    });
    for (let round = 0; round < 6; round++) for (const room of rooms) room.act(store, random);
    await store.flush();
    const table = random.below(2) === 0 ? "snapshots" : "journal";
    const entries = [...database.durable.get(table)!];
    if (entries.length === 0) continue;
    const [key, value] = entries[random.below(entries.length)]!;
    database.durable.get(table)!.set(key, damaged(value, random));
    for (const room of rooms) {
      const { status } = store.load(room.key);
      const hit = key.startsWith(`arena/${room.key.room}\0`);
      assert.equal(status, hit ? "damaged" : "found", `seed ${seed + program}`);
    }
  }
});

/** A part of it missing, zeroed, or one byte changed. */
function damaged(value: Buffer, random: Randomness): Buffer {
  const at = random.below(value.length);
  const kind = random.below(3);
  if (kind === 0) return value.subarray(0, at);
  const copy = Buffer.from(value);
  if (kind === 1) copy.fill(0, at);
  if (copy.equals(value)) copy[at]! ^= 1 + random.below(255);
  return copy;
}
