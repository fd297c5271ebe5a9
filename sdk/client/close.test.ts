import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientOp, CloseCode, ServerOp } from "@rockpool/protocol";
import { type FakeConnection, FakeServer } from "./fakeserver.ts";
import { ClientError } from "./node.ts";
import { bytes, join, joined, next } from "./room.fixture.ts";

const FINAL = [4000, 4002, 4003, 4004, 4005, 4006, 4007, 4008, 4009, 4011, 4012, 4014, 4015];
for (const code of FINAL) {
  test(`close code ${code} is final`, async (context) => {
    const { server, room, connection } = await joined(context);
    const closed = next(room, "close");
    connection.close(code, "because");
    assert.deepEqual(await closed, { code, reason: "because" });
    assert.equal(room.state, "closed");
    assert.equal(room.send(bytes(1)), "closed");
    assert.equal(server.waiting, 0);
  });
}

test("an ERROR frame gives the close its reason and is reported", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server);
  const reported = next(room, "error");
  const closed = next(room, "close");
  const connection = await server.connection();
  connection.sendJson(ServerOp.Error, { code: CloseCode.JoinRefused, message: "not on Sundays" });
  const error = await reported;
  assert.ok(error instanceof ClientError);
  assert.deepEqual([error.code, error.closeCode, error.message], ["refused", 4006, "not on Sundays"]);
  assert.deepEqual(await closed, { code: 4006, reason: "not on Sundays" });
  await assert.rejects(room.ready, { code: "closed", closeCode: 4006 });
});

test("a room that ends is no error", async (context) => {
  const { room, connection } = await joined(context);
  const errors: ClientError[] = [];
  room.on("error", (error) => errors.push(error));
  const closed = next(room, "close");
  connection.sendJson(ServerOp.Error, { code: CloseCode.RoomEnded, message: "blue won" });
  assert.deepEqual(await closed, { code: CloseCode.RoomEnded, reason: "blue won" });
  assert.deepEqual(errors, []);
});

test("the ERROR frame before 4001 is the reason given while reconnecting", async (context) => {
  const { room, connection } = await joined(context);
  connection.sendJson(ServerOp.Error, { code: CloseCode.Draining, message: "new version" });
  connection.close(CloseCode.Draining);
  const { code, reason } = await next(room, "reconnecting");
  assert.deepEqual([code, reason], [CloseCode.Draining, "new version"]);
});

test("leave tells the node and closes at once", async (context) => {
  const { room, connection } = await joined(context);
  const closed = next(room, "close");
  room.leave();
  assert.equal(room.state, "closed");
  assert.deepEqual(await closed, { code: CloseCode.Left, reason: "left" });
  assert.deepEqual(await connection.frame(), bytes(ClientOp.Leave));
  await connection.closed;
});

test("leave before WELCOME sends no frame", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server);
  const connection = await server.connection();
  room.leave();
  await connection.closed;
  assert.equal(connection.unread, 0);
  await assert.rejects(room.ready, { code: "closed", closeCode: CloseCode.Left });
});

test("leave while reconnecting ends the attempts", async (context) => {
  const { room, connection, server } = await joined(context, { backoff: { min: 1, max: 1 } });
  room.on("reconnecting", () => room.leave());
  connection.break();
  assert.equal((await next(room, "close")).code, CloseCode.Left);
  // A second client finds the server free of attempts of the first.
  const other = join(context, server, { room: "other" });
  assert.match((await server.connection()).target, /other/);
  other.leave();
});

const MALFORMED: [string, (connection: FakeConnection) => void][] = [
  ["a text frame", (connection) => connection.sendText("hello")],
  ["an empty frame", (connection) => connection.sendNothing()],
  ["DATA before WELCOME", (connection) => connection.send(ServerOp.Data, bytes(1))],
  ["a WELCOME that is not JSON", (connection) => connection.send(ServerOp.Welcome, bytes(0x7b))],
  ["a WELCOME that is not UTF-8", (connection) => connection.send(ServerOp.Welcome, bytes(0xff, 0xfe))],
  ["a WELCOME without a player", (connection) => connection.sendJson(ServerOp.Welcome, { room: "lobby" })],
  ["a WELCOME of null", (connection) => connection.sendJson(ServerOp.Welcome, null)],
];
for (const [what, send] of MALFORMED) {
  test(`${what} from the node closes the room with 4011`, async (context) => {
    const server = await FakeServer.start(context);
    const room = join(context, server);
    const reported = next(room, "error");
    const connection = await server.connection();
    send(connection);
    assert.equal((await reported).code, "bad-frame");
    assert.equal(room.state, "closed");
    await assert.rejects(room.ready, { closeCode: CloseCode.BadFrame });
  });
}

test("a second WELCOME on one connection closes the room with 4011", async (context) => {
  const { room, connection } = await joined(context);
  connection.welcome();
  assert.equal((await next(room, "error")).closeCode, CloseCode.BadFrame);
});
