/** Connections that come and go while what their WELCOME says is on its way to the disk; rooms on a failing store. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CloseCode } from "@rockpool/protocol";
import type { Room } from "@rockpool/runtime/room/room.js";
import type { WarmFunction } from "@rockpool/runtime/room/roomMaker.js";
import { fixture } from "../harness/components.ts";
import { imageOf } from "../harness/roomProgram.ts";
import { script } from "../harness/script.ts";
import { FaultyDatabase } from "./faultyDatabase.ts";
import { KeptLink, RoomsUnderTest } from "./roomsUnderTest.ts";

const component = fixture("puppet", {
  durability: "journal",
  faults: 100,
  emptyTtl: 1_000_000,
  grace: 3_600,
});

interface Scene {
  database: FaultyDatabase;
  rooms: RoomsUnderTest;
  of: WarmFunction;
  room: Room;
}

async function scene(play: (scene: Scene) => Promise<void>): Promise<void> {
  const database = new FaultyDatabase();
  using rooms = new RoomsUnderTest(database);
  const of = await rooms.load(await component);
  await play({ database, rooms, of, room: rooms.make(of, "one") });
  await rooms.close();
}

function join(room: Room) {
  const link = new KeptLink();
  const outcome = room.join(link, () => {});
  assert.ok(outcome.joined);
  return { link, seat: outcome.seat };
}

test("of two connections that ask for a seat before either has its WELCOME, the newer has it", () =>
  scene(async ({ rooms, room }) => {
    const { seat } = join(room);
    await rooms.durability.flush();
    const [older, newer] = [new KeptLink(), new KeptLink()];
    const welcomed: string[] = [];
    seat.receive(Uint8Array.of(1, ...script().put("k", "v").bytes));
    room.resume(seat, older, 0, () => welcomed.push("older"));
    room.resume(seat, newer, 0, () => welcomed.push("newer"));
    await rooms.durability.flush();
    assert.deepEqual([older.closedWith, welcomed, seat.link], [CloseCode.Replaced, ["newer"], newer]);
    assert.deepEqual([seat.dropped, seat.graceUntil], [false, Number.POSITIVE_INFINITY]);
  }));

test("a connection that is gone before its WELCOME leaves its player away, also while nothing can be stored", () =>
  scene(async ({ rooms, room }) => {
    const { link, seat } = join(room);
    link.open = false;
    seat.lost(link);
    assert.ok(seat.dropped && seat.graceUntil < Number.POSITIVE_INFINITY);
    await rooms.durability.flush();
    assert.equal(seat.link, null);
  }));

test("a room that fails at once after it came back keeps the inputs that its snapshot lacks", () =>
  scene(async ({ rooms, of, room }) => {
    const { seat } = join(room);
    await rooms.durability.flush();
    seat.receive(Uint8Array.of(1, ...script().on("drop", script().trap()).put("k", "v").bytes));
    await rooms.durability.flush();
    const { room: again } = rooms.maker.restore(of, "one", rooms.stored(room), true);
    const before = imageOf(again.machine.guest).bytes;
    again.revive(0);
    while (again.busy) rooms.clock.step();
    assert.ok(again.open);
    const told: string[] = [];
    const link = new KeptLink();
    again.resume(again.state.seats.get(seat.player)!, link, 0, () => told.push("welcome"));
    await rooms.durability.flush();
    assert.deepEqual(told, ["welcome"]);
    assert.equal(before.length, again.machine.guest.bytes.length);
    const { room: third } = rooms.maker.restore(of, "one", rooms.stored(again), false);
    assert.deepEqual(imageOf(third.machine.guest), imageOf(again.machine.guest));
    assert.equal(third.state.epoch, 1);
  }));

test("a room that ended while nothing could be stored does not come back", () =>
  scene(async ({ database, rooms, room }) => {
    const { seat } = join(room);
    await rooms.durability.flush();
    database.fault = { kind: "fail", step: 0 };
    seat.receive(Uint8Array.of(1, ...script().end().bytes));
    assert.ok(!room.open);
    await rooms.durability.flush();
    assert.throws(() => rooms.stored(room), /none/);
    await rooms.durability.flush();
    assert.throws(() => rooms.stored(room), /none/);
    assert.deepEqual([...rooms.durability.store!.rooms()], []);
  }));
