import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientOp, CloseCode, MAX_COUNT, ServerOp } from "@rockpool/protocol";
import { FakeServer } from "./fakeserver.ts";
import type { Seat } from "./node.ts";
import { bytes, join, next, seated } from "./room.fixture.ts";

/** A seat that an earlier page left behind, as JSON keeps it. */
function keptSeat(server: FakeServer, fields: Partial<Seat> = {}): Seat {
  const place = { url: server.url, function: "arena", room: "lobby" };
  const seat: Seat = { ...place, player: 7, resume: "k1", received: 12, epoch: 3, ...fields };
  return JSON.parse(JSON.stringify(seat));
}

test("a seat says what takes it again", async (context) => {
  const { server, room, connection } = await seated(context);
  connection.send(ServerOp.Data);
  await next(room, "message");
  const place = { url: server.url, function: "arena", room: "lobby" };
  assert.deepEqual(room.seat, { ...place, player: 1, resume: "t1", received: 1, epoch: 0 });
});

test("another page takes the seat again, with what the room counts", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server, { seat: keptSeat(server) });
  room.send(bytes(1));
  const connection = await server.connection();
  assert.deepEqual(connection.asked, { resume: "k1", received: "12", epoch: "3" });
  connection.seated({ player: 7, resume: "k2", resumed: true, received: 40, sent: 13, epoch: 3 });
  const { away, ...resumed } = await next(room, "resumed");
  assert.deepEqual(resumed, { missed: 1, rolledBack: 0, lost: 0, epoch: 3 });
  assert.equal(room.player, 7);
  assert.deepEqual(await connection.frame(), bytes(ClientOp.Data, 1));
  connection.ack(41);
  room.send(bytes(2));
  connection.break();
  const again = await server.connection();
  assert.deepEqual(again.asked, { resume: "k2", received: "13", epoch: "3" });
  again.seated({ player: 7, resumed: true, received: 41, sent: 13, epoch: 3 });
  assert.deepEqual(await again.frame(), bytes(ClientOp.Data, 2));
});

test("a seat is there to be kept again before its WELCOME", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server, { seat: keptSeat(server) });
  assert.deepEqual(room.seat, keptSeat(server));
});

for (const how of ["4010", "WELCOME"] as const) {
  test(`a kept seat that is gone, as ${how} says, leads to a new one`, async (context) => {
    const server = await FakeServer.start(context);
    const room = join(context, server, { seat: keptSeat(server) });
    const first = await server.connection();
    if (how === "4010") first.close(CloseCode.ResumeExpired);
    const connection = how === "4010" ? await server.connection() : first;
    connection.seated({ player: 8 });
    assert.deepEqual(await next(room, "rejoined"), { player: 8, previous: 7, lost: 0 });
  });
}

const UNFIT: [string, (server: FakeServer) => unknown][] = [
  ["nothing", () => null],
  ["a seat of another node", (server) => keptSeat(server, { url: "ws://127.0.0.1:1" })],
  ["a seat of another function", (server) => keptSeat(server, { function: "echo" })],
  ["a seat of another room", (server) => keptSeat(server, { room: "other" })],
  ["a seat without a token", (server) => ({ ...keptSeat(server), resume: undefined })],
  ["a seat with a count that is none", (server) => keptSeat(server, { received: 1.5 })],
  ["what is no seat", () => ({})],
];
for (const [what, kept] of UNFIT) {
  test(`${what} is not taken again: the player joins`, async (context) => {
    const server = await FakeServer.start(context);
    const room = join(context, server, { seat: kept(server) as Seat });
    const connection = await server.connection();
    assert.equal(connection.target, "/v1/rooms/arena/lobby");
    room.on("rejoined", () => assert.fail("there was no seat before"));
    connection.seated({ player: 8 });
    assert.equal((await room.ready).player, 8);
  });
}

test("a message past the last number of a seat is dropped, and send says so", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server, { seat: keptSeat(server) });
  const connection = await server.connection();
  connection.seated({ player: 7, resumed: true, received: MAX_COUNT - 1, sent: 12 });
  await room.ready;
  assert.equal(room.send(bytes(1)), "sent");
  assert.equal(room.send(bytes(2)), "dropped");
  await connection.frame();
  await connection.settled();
  assert.equal(connection.unread, 0);
});
