import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientOp, CloseCode, MAX_COUNT, ServerOp, type Welcome } from "@rockpool/protocol";
import { type FakeConnection, FakeServer } from "./fakeserver.ts";
import { bytes, join, joined, messages, next, seated } from "./room.fixture.ts";

/** Frames of the client up to and with the `count`-th DATA, without what else it sends. */
async function dataOf(connection: FakeConnection, count: number): Promise<number[]> {
  const payloads: number[] = [];
  while (payloads.length < count) {
    const frame = await connection.frame();
    if (frame[0] === ClientOp.Data) payloads.push(frame[1]!);
  }
  return payloads;
}

for (const [what, lose] of [
  ["1006", (connection: FakeConnection) => connection.break()],
  ["1001", (connection: FakeConnection) => connection.close(1001)],
  ["1012", (connection: FakeConnection) => connection.close(1012)],
  ["4001", (connection: FakeConnection) => connection.close(CloseCode.Draining)],
] as const) {
  test(`after ${what} the client asks for its seat, and goes on as the same player`, async (context) => {
    const { server, room, connection } = await seated(context);
    for (const value of [1, 2, 3]) connection.send(ServerOp.Data, bytes(value));
    await messages(room, 3);
    lose(connection);
    const again = await server.connection();
    assert.deepEqual(again.asked, { resume: "t1", received: "3", epoch: "0" });
    room.on("rejoined", () => assert.fail("the seat was resumed"));
    again.seated({ resume: "t2", resumed: true, sent: 3 });
    const { away, ...resumed } = await next(room, "resumed");
    assert.deepEqual(resumed, { missed: 0, rolledBack: 0, lost: 0, epoch: 0 });
    assert.ok(away >= 0);
    assert.equal(room.player, 1);
  });
}

test("what the room has not taken in is sent again in order, before anything new", async (context) => {
  const { server, room, connection } = await seated(context);
  for (const value of [1, 2, 3, 4]) room.send(bytes(value));
  await dataOf(connection, 4);
  connection.break();
  await next(room, "reconnecting");
  assert.equal(room.send(bytes(5)), "queued");
  const again = await server.connection();
  room.on("welcome", () => room.send(bytes(6)));
  again.seated({ resumed: true, received: 2 });
  assert.deepEqual(await dataOf(again, 4), [3, 4, 5, 6]);
});

test("what was acknowledged or taken in is not sent again", async (context) => {
  const { server, room, connection } = await seated(context);
  for (const value of [1, 2, 3]) room.send(bytes(value));
  connection.ack(1);
  connection.break();
  const again = await server.connection();
  again.seated({ resumed: true, received: 3 });
  await next(room, "resumed");
  room.send(bytes(9));
  assert.deepEqual(await dataOf(again, 1), [9]);
});

const GAPS: [string, Partial<Welcome>, { missed: number; rolledBack: number }][] = [
  ["frames that fell out of the node's buffer are missed", { sent: 5 }, { missed: 3, rolledBack: 0 }],
  [
    "frames that a new epoch contradicts are rolled back",
    { sent: 0, epoch: 1 },
    { missed: 0, rolledBack: 2 },
  ],
  ["a new epoch that contradicts nothing says so", { sent: 2, epoch: 4 }, { missed: 0, rolledBack: 0 }],
  ["frames may be missed under a new epoch", { sent: 3, epoch: 1 }, { missed: 1, rolledBack: 0 }],
  [
    "frames may be rolled back and those in their place be missed",
    { sent: 4, valid: 1, epoch: 1 },
    { missed: 3, rolledBack: 1 },
  ],
];
for (const [what, fields, expected] of GAPS) {
  test(what, async (context) => {
    const { server, room, connection } = await seated(context);
    for (const value of [1, 2]) connection.send(ServerOp.Data, bytes(value));
    await messages(room, 2);
    connection.break();
    const again = await server.connection();
    again.seated({ resumed: true, ...fields });
    const { missed, rolledBack, epoch } = await next(room, "resumed");
    assert.deepEqual({ missed, rolledBack, epoch }, { ...expected, epoch: fields.epoch ?? 0 });
    again.send(ServerOp.Data, bytes(7));
    await next(room, "message");
    again.break();
    const { received, epoch: asked } = (await server.connection()).asked;
    assert.deepEqual([received, asked], [String(fields.sent! + 1), String(epoch)]);
  });
}

test("messages displaced before the room had them are told as lost", async (context) => {
  const { server, room, connection } = await seated(context, { queuedMessages: 2 });
  const outcomes = [1, 2, 3, 4].map((value) => room.send(bytes(value)));
  assert.deepEqual(outcomes, ["sent", "sent", "displaced", "displaced"]);
  connection.break();
  const again = await server.connection();
  again.seated({ resumed: true, received: 1 });
  assert.equal((await next(room, "resumed")).lost, 1);
  assert.deepEqual(await dataOf(again, 2), [3, 4]);
});

test("a room that cannot be resumed gives a new seat, without what was meant for the old one", async (context) => {
  const { server, room, connection } = await seated(context);
  for (const value of [1, 2, 3]) room.send(bytes(value));
  connection.ack(1);
  connection.send(ServerOp.Data);
  await next(room, "message");
  connection.break();
  await next(room, "reconnecting");
  room.send(bytes(4));
  const again = await server.connection();
  assert.equal(again.asked.resume, "t1");
  room.on("resumed", () => assert.fail("the seat was not resumed"));
  again.seated({ player: 2, resume: "u1" });
  assert.deepEqual(await next(room, "rejoined"), { player: 2, previous: 1, lost: 3 });
  room.send(bytes(9));
  assert.deepEqual(await dataOf(again, 1), [9]);
  again.break();
  assert.deepEqual((await server.connection()).asked, { resume: "u1", received: "0", epoch: "0" });
});

test("after 4010 the client joins anew, and says what was lost", async (context) => {
  const { server, room, connection } = await seated(context);
  room.send(bytes(1));
  connection.break();
  const refused = await server.connection();
  refused.sendJson(ServerOp.Error, { code: CloseCode.ResumeExpired, message: "the seat is gone" });
  refused.close(CloseCode.ResumeExpired);
  const again = await server.connection();
  assert.deepEqual(again.asked, {});
  assert.equal(room.seat, null);
  again.seated({ player: 2 });
  assert.deepEqual(await next(room, "rejoined"), { player: 2, previous: 1, lost: 1 });
  room.send(bytes(9));
  assert.deepEqual(await dataOf(again, 1), [9]);
});

test("4010 ends a room that is not to reconnect", async (context) => {
  const { room, connection } = await seated(context, { maxRetries: 0 });
  const closed = next(room, "close");
  connection.close(CloseCode.ResumeExpired, "the seat is gone");
  assert.deepEqual(await closed, { code: CloseCode.ResumeExpired, reason: "the seat is gone" });
  assert.equal(room.seat, null);
});

test("a connection lost before WELCOME is asked for again with the same token", async (context) => {
  const { server, connection } = await seated(context);
  connection.break();
  const lost = await server.connection();
  lost.break();
  assert.deepEqual((await server.connection()).asked, lost.asked);
});

test("the newest token is the one to use, be the connection lost before any other frame", async (context) => {
  const { server, room, connection } = await seated(context);
  connection.break();
  const again = await server.connection();
  again.seated({ resume: "t2", resumed: true });
  await next(room, "resumed");
  again.break();
  assert.equal((await server.connection()).asked.resume, "t2");
});

test("4012 is final, and the seat is the other connection's", async (context) => {
  const { server, room, connection } = await seated(context);
  const closed = next(room, "close");
  connection.close(CloseCode.Replaced);
  assert.equal((await closed).code, CloseCode.Replaced);
  assert.equal(room.seat, null);
  assert.equal(server.waiting, 0);
});

test("a room that gave up reconnecting still has its seat, one that was left has none", async (context) => {
  const { room, connection } = await seated(context, { maxRetries: 0 });
  connection.break();
  await next(room, "close");
  assert.equal(room.seat?.resume, "t1");
  const other = await seated(context);
  other.room.leave();
  assert.equal(other.room.seat, null);
});

test("a node that keeps no seats is joined anew, and given what waited", async (context) => {
  const { server, room, connection } = await joined(context);
  assert.equal(room.seat, null);
  room.send(bytes(1));
  connection.break();
  await next(room, "reconnecting");
  room.send(bytes(2));
  const again = await server.connection();
  assert.deepEqual(again.asked, {});
  again.welcome({ player: 2 });
  assert.deepEqual(await next(room, "rejoined"), { player: 2, previous: 1, lost: 0 });
  assert.deepEqual(await dataOf(again, 1), [2]);
});

test("MOVED with a token leads to the seat on the other node", async (context) => {
  const { room, connection } = await seated(context);
  const shard = await FakeServer.start(context);
  connection.send(ServerOp.Data);
  await next(room, "message");
  connection.sendJson(ServerOp.Moved, { url: `${shard.url}/v1/rooms/arena/lobby?seat=x`, resume: "m1" });
  const there = await shard.connection();
  assert.equal(there.target, "/v1/rooms/arena/lobby?seat=x&resume=m1&received=1&epoch=0");
  there.seated({ resume: "m2", resumed: true, sent: 1 });
  assert.equal((await next(room, "resumed")).missed, 0);
});

test("MOVED without a token is followed with the one there is", async (context) => {
  const { connection } = await seated(context);
  const shard = await FakeServer.start(context);
  connection.sendJson(ServerOp.Moved, { url: `${shard.url}/v1/rooms/arena/lobby?resume=old&received=7` });
  assert.deepEqual((await shard.connection()).asked, { resume: "t1", received: "0", epoch: "0" });
});

const WRONG: [string, (connection: FakeConnection) => void][] = [
  ["a WELCOME that took in more than was sent", (one) => one.seated({ resumed: true, received: 1 })],
  ["a WELCOME by which more stands than came", (one) => one.seated({ resumed: true, sent: 9, valid: 1 })],
  ["a WELCOME by which more stands than was sent", (one) => one.seated({ resumed: true, sent: 0, valid: 1 })],
  ["a WELCOME with a count that is none", (one) => one.seated({ resumed: true, sent: -1 })],
  ["a WELCOME with a count past u32", (one) => one.seated({ resumed: true, epoch: MAX_COUNT + 1 })],
];
for (const [what, answer] of WRONG) {
  test(`${what} closes the room with 4011`, async (context) => {
    const { server, room, connection } = await seated(context);
    connection.break();
    answer(await server.connection());
    assert.equal((await next(room, "error")).closeCode, CloseCode.BadFrame);
  });
}

test("a WELCOME that resumes what nobody asked for closes the room with 4011", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server);
  (await server.connection()).seated({ resumed: true });
  assert.equal((await next(room, "error")).closeCode, CloseCode.BadFrame);
});

for (const [what, payload] of [
  ["of more than was sent", bytes(1, 0, 0, 0)],
  ["of three bytes", bytes(0, 0, 0)],
] as const) {
  test(`an ACK ${what} closes the room with 4011`, async (context) => {
    const { room, connection } = await seated(context);
    connection.send(ServerOp.Ack, payload);
    assert.equal((await next(room, "error")).closeCode, CloseCode.BadFrame);
  });
}

test("DATA past the last number of a seat closes the room with 4011", async (context) => {
  const { server, room, connection } = await seated(context);
  connection.break();
  const again = await server.connection();
  again.seated({ resumed: true, sent: MAX_COUNT - 1 });
  again.send(ServerOp.Data, bytes(1));
  assert.deepEqual(await next(room, "message"), bytes(1));
  again.send(ServerOp.Data, bytes(2));
  assert.equal((await next(room, "error")).closeCode, CloseCode.BadFrame);
});
