/**
 * A room that is restored, from memory or from the store's records, and given the inputs since, equals the one
 * that never stopped: bit by bit in memory and globals, and in everything that its host keeps or sends.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { InputKind } from "@rockpool/runtime/journal/inputs.js";
import { Journal, type JournalMark, type JournalSlice } from "@rockpool/runtime/journal/journal.js";
import { JournalReader } from "@rockpool/runtime/journal/reader.js";
import { Replay } from "@rockpool/runtime/room/durable/replay.js";
import { Rollback } from "@rockpool/runtime/room/durable/rollback.js";
import type { Room } from "@rockpool/runtime/room/room.js";
import type { WarmFunction } from "@rockpool/runtime/room/roomMaker.js";
import { fixture, sample } from "../harness/components.ts";
import { Randomness } from "../harness/randomness.ts";
import { assertSameImage, imageOf } from "../harness/roomProgram.ts";
import { script } from "../harness/script.ts";
import { FaultyDatabase } from "./faultyDatabase.ts";
import { Crowd } from "./roomActions.ts";
import { type RoomImage, roomImage } from "./roomImage.ts";
import { KeptLink, RoomsUnderTest } from "./roomsUnderTest.ts";

const PROGRAMS = 12;
const ACTIONS = 120;
const manifest = {
  faults: 1_000,
  emptyTtl: 1_000_000,
  grace: 3_600,
  sleepAfter: 86_400,
  maxPlayers: 64,
  durability: "journal",
  limits: { resumeBytes: 1_048_576 },
} as const;
const functions = {
  scribble: fixture("scribble", { ...manifest, tickRate: 20 }),
  puppet: fixture("puppet", { ...manifest, tickRate: 10, limits: { ...manifest.limits, memoryPages: 32 } }),
  arena: sample("arena", manifest),
  tictactoe: sample("tictactoe", manifest),
};

function assertSameRoom(actual: RoomImage, expected: RoomImage, context: string): void {
  assert.deepEqual(actual.host, expected.host, `${context}: host`);
  assertSameImage(actual, expected, context);
}

/** A room that was restored and follows the live one by its journal alone. */
class Shadow {
  readonly room: Room;
  #mark: JournalMark;

  constructor(room: Room, live: Room) {
    this.room = room;
    this.#mark = live.record.history.journal.mark();
  }

  /** Runs what the live room has taken in; to be called before its journal is cut. */
  follow(live: Room): void {
    const { journal } = live.record.history;
    new Replay(this.room.machine, [journal.since(this.#mark)], 0, this.room).run(Number.POSITIVE_INFINITY);
  }

  /** The live room's journal was cut. */
  cut(live: Room): void {
    this.#mark = live.record.history.journal.mark();
  }
}

/** What was sent to each seat is what the room keeps for it: frames reached connected players in the same order. */
function assertSent(room: Room, crowd: Crowd, context: string): void {
  for (const seat of room.state.seats.all()) {
    const kept = seat.outgoing.frames().map((frame) => Buffer.from(frame).toString("hex"));
    for (const link of crowd.links.get(seat.player) ?? []) {
      const at = link.frames.length === 0 ? 0 : kept.indexOf(link.frames[0]!);
      // Frames are alike, so the first may stand at several places.
      let found = false;
      for (let from = Math.max(0, at); from + link.frames.length <= kept.length && !found; from++) {
        found = link.frames.every((frame, n) => kept[from + n] === frame);
      }
      assert.ok(found || seat.outgoing.held < seat.outgoing.sent, `${context}: frames of ${seat.player}`);
    }
  }
}

async function program(of: WarmFunction, rooms: RoomsUnderTest, seed: number): Promise<number> {
  const random = new Randomness(seed);
  const name = `room-${seed}`;
  const live = rooms.make(of, name);
  const crowd = new Crowd(live);
  let shadow: Shadow | null = null;
  let restores = 0;
  for (let action = 0; action < ACTIONS && live.open; action++) {
    const context = `${of.deployed.name}, seed ${seed}, action ${action}`;
    crowd.act(random, rooms.clock);
    if (!live.open) break;
    const dice = random.below(30);
    if (dice <= 1) {
      shadow?.follow(live);
      if (shadow)
        assertSameRoom(roomImage(shadow.room.machine), roomImage(live.machine), `${context}, shadow`);
      live.record.snapshot(rooms.durability.store!);
      shadow?.cut(live);
    } else if (dice <= 3) {
      const before = live.state.random.words;
      const rollback = new Rollback(live.state, live.record.history, of.pool.claim());
      rollback.run(Number.POSITIVE_INFINITY);
      assertSameImage(
        imageOf(rollback.finish(live.state)),
        imageOf(live.machine.guest),
        `${context}, memory`,
      );
      assert.deepEqual(live.state.random.words, before, `${context}: random numbers`);
    } else if (dice <= 5) {
      // What becomes durable lets connections in, and some of those are gone by then.
      do await rooms.durability.flush();
      while (live.open && live.record.history.hasUnhanded);
      if (!live.open) break;
      assertSent(live, crowd, context);
      const again = rooms.maker.restore(of, name, rooms.stored(live), false);
      assertSameRoom(roomImage(again.machine), roomImage(live.machine), `${context}, stored`);
      again.schedule.stop();
      if (shadow === null || random.below(2) === 0) shadow = new Shadow(again, live);
      restores++;
    }
  }
  if (live.open) live.suspend(4001, "the test is over");
  return restores;
}

for (const name of Object.keys(functions) as (keyof typeof functions)[]) {
  test(`${name}: restored and replayed at random points, it is as if it had never stopped`, async () => {
    const seed = Randomness.newSeed();
    using rooms = new RoomsUnderTest(new FaultyDatabase());
    const of = await rooms.load(await functions[name]);
    let restores = 0;
    for (let n = 0; n < PROGRAMS; n++) restores += await program(of, rooms, seed + n);
    assert.ok(restores > PROGRAMS, `seed ${seed}: only ${restores} restores`);
    await rooms.close();
  });
}

/** The inputs of some slices, one function each that writes it down again. */
function inputsOf(slices: readonly JournalSlice[]): ((journal: Journal) => void)[] {
  const inputs: ((journal: Journal) => void)[] = [];
  for (const slice of slices) {
    const reader = new JournalReader(slice);
    while (reader.next()) {
      const { kind, timeNs, player, value, data, count } = reader;
      const writers: Partial<Record<InputKind, (journal: Journal) => void>> = {
        3: (journal) => journal.message(timeNs, player, data, 0),
        4: (journal) => {
          for (let n = 0; n < count; n++) journal.tick();
        },
        5: (journal) => journal.timer(timeNs, value),
        6: (journal) => journal.drop(timeNs, player),
      };
      const write = writers[kind];
      assert.ok(write, `input ${kind} is not expected here`);
      inputs.push(write);
    }
  }
  return inputs;
}

/** A room with a snapshot and five inputs that build on each other, restored from an edited journal. */
async function restoredAfter(edit: <T>(inputs: T[]) => T[]): Promise<"same" | "different" | "refused"> {
  using rooms = new RoomsUnderTest(new FaultyDatabase());
  const of = await rooms.load(await functions.puppet);
  const live = rooms.make(of, "edited");
  const outcome = live.join(new KeptLink(), () => {});
  assert.ok(outcome.joined);
  live.record.snapshot(rooms.durability.store!);
  for (const text of ["a", "b", "c", "d", "e"]) {
    outcome.seat.receive(Uint8Array.of(1, ...script().put("k", text).broadcast(text).random().bytes));
  }
  await rooms.durability.flush();
  const stored = rooms.stored(live);
  const { sequence } = stored.snapshots.at(-1)!;
  const journal = new Journal(sequence);
  const start = journal.mark();
  for (const write of edit(inputsOf(stored.journal))) write(journal);
  try {
    const again = rooms.maker.restore(of, "edited", { ...stored, journal: [journal.since(start)] }, false);
    assertSameRoom(roomImage(again.machine), roomImage(live.machine), "edited");
    return "same";
  } catch (error) {
    return error instanceof assert.AssertionError ? "different" : "refused";
  } finally {
    await rooms.close();
  }
}

test("a journal that is written again as it was leads to the same room", async () => {
  assert.equal(await restoredAfter((inputs) => inputs), "same");
});

test("a dropped input and two that changed places are seen", async () => {
  assert.equal(await restoredAfter((inputs) => inputs.toSpliced(2, 1)), "different");
  assert.equal(await restoredAfter(([a, b, c, ...rest]) => [a!, c!, b!, ...rest]), "different");
});
