import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { ClientOp, CloseCode, ServerOp, SUBPROTOCOL } from "@rockpool/protocol";
import { type FakeConnection, FakeServer } from "./fakeserver.ts";
import {
  ClientError,
  type ConnectOptions,
  connect,
  createOrJoin,
  type Room,
  type RoomEvents,
} from "./node.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

/** A client of `server` with short delays, closed when the test ends. */
function join(context: TestContext, server: FakeServer, options: Partial<ConnectOptions> = {}): Room {
  const room = connect({
    url: server.url,
    function: "arena",
    room: "lobby",
    pingInterval: 0,
    backoff: { min: 1, max: 4 },
    ...options,
  });
  context.after(() => room.leave());
  return room;
}

async function joined(context: TestContext, options: Partial<ConnectOptions> = {}) {
  const server = await FakeServer.start(context);
  const room = join(context, server, options);
  const connection = await server.connection();
  connection.welcome();
  await room.ready;
  return { server, room, connection };
}

function next<Name extends keyof RoomEvents>(room: Room, name: Name): Promise<RoomEvents[Name]> {
  return new Promise((resolve) => room.once(name, resolve));
}

test("a client asks for the subprotocol, function and room, with token and seat", async (context) => {
  const server = await FakeServer.start(context);
  join(context, server, { token: "t&t", seat: "s1" });
  const connection = await server.connection();
  assert.equal(connection.protocol, SUBPROTOCOL);
  assert.equal(connection.target, "/v1/rooms/arena/lobby?token=t%26t&seat=s1");
});

test("WELCOME opens the room and tells who the player is", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server);
  assert.equal(room.state, "connecting");
  assert.equal(room.player, null);
  const connection = await server.connection();
  connection.welcome({ player: 7 });
  assert.equal((await room.ready).player, 7);
  assert.equal(room.state, "open");
  assert.equal(room.player, 7);
});

test("nothing is sent before WELCOME, and what waited then goes in order", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server);
  const connection = await server.connection();
  assert.equal(room.send(bytes(1)), "queued");
  assert.equal(room.send(bytes(2, 3)), "queued");
  await assert.rejects(room.ping(), { code: "not-connected" });
  // A round trip over the same socket: whatever the client had sent before would be there now.
  connection.send(ServerOp.Pong);
  connection.welcome();
  await room.ready;
  assert.equal(room.send(bytes(4)), "sent");
  assert.deepEqual(await connection.frame(), bytes(ClientOp.Data, 1));
  assert.deepEqual(await connection.frame(), bytes(ClientOp.Data, 2, 3));
  assert.deepEqual(await connection.frame(), bytes(ClientOp.Data, 4));
});

test("past the bound of waiting messages the oldest gives way, and send says so", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server, { queuedMessages: 2, queuedBytes: 100 });
  const connection = await server.connection();
  room.send(bytes(1));
  room.send(bytes(2));
  assert.equal(room.send(bytes(3)), "displaced");
  assert.equal(room.send(new Uint8Array(100)), "dropped");
  connection.welcome();
  assert.deepEqual(await connection.frame(), bytes(ClientOp.Data, 2));
  assert.deepEqual(await connection.frame(), bytes(ClientOp.Data, 3));
});

test("messages of the function arrive without their opcode, empty ones too", async (context) => {
  const { room, connection } = await joined(context);
  const received: Uint8Array[] = [];
  const two = new Promise<void>((resolve) => {
    room.on("message", (message) => {
      if (received.push(message) === 2) resolve();
    });
  });
  connection.send(ServerOp.Data, bytes(9, 8, 7));
  connection.send(ServerOp.Data);
  await two;
  assert.deepEqual(received, [bytes(9, 8, 7), bytes()]);
});

test("a message sent from an ArrayBuffer or from a view of one carries exactly its bytes", async (context) => {
  const { room, connection } = await joined(context);
  room.send(bytes(1, 2, 3).buffer);
  room.send(bytes(1, 2, 3, 4).subarray(1, 3));
  assert.deepEqual(await connection.frame(), bytes(ClientOp.Data, 1, 2, 3));
  assert.deepEqual(await connection.frame(), bytes(ClientOp.Data, 2, 3));
});

test("ping resolves with the round trip, which the latency event reports too", async (context) => {
  const { room, connection } = await joined(context);
  const reported = next(room, "latency");
  const ping = room.ping();
  const frame = await connection.frame();
  assert.equal(frame[0], ClientOp.Ping);
  assert.ok(frame.length <= 9);
  connection.send(ServerOp.Pong, frame.subarray(1));
  const ms = await ping;
  assert.ok(ms >= 0);
  assert.equal(await reported, ms);
});

test("pings answered out of order resolve each with its own answer", async (context) => {
  const { room, connection } = await joined(context);
  const order: string[] = [];
  const first = room.ping().then(() => order.push("first"));
  const second = room.ping().then(() => order.push("second"));
  const frames = [await connection.frame(), await connection.frame()];
  connection.send(ServerOp.Pong, frames[1]!.subarray(1));
  connection.send(ServerOp.Pong, frames[0]!.subarray(1));
  await Promise.all([first, second]);
  assert.deepEqual(order, ["second", "first"]);
});

test("a PONG that answers nothing is ignored", async (context) => {
  const { room, connection } = await joined(context);
  connection.send(ServerOp.Pong, bytes(1, 2, 3, 4));
  connection.send(ServerOp.Pong, bytes(1));
  connection.send(ServerOp.Data, bytes(5));
  assert.deepEqual(await next(room, "message"), bytes(5));
});

test("a ping in flight rejects when the connection is lost", async (context) => {
  const { room, connection } = await joined(context);
  const ping = room.ping();
  connection.break();
  await assert.rejects(ping, { code: "not-connected" });
});

test("an unknown opcode of a newer node is ignored", async (context) => {
  const { room, connection } = await joined(context);
  connection.send(0x9f, bytes(1));
  connection.send(ServerOp.Ack, bytes(1, 0, 0, 0));
  connection.send(ServerOp.Data, bytes(5));
  assert.deepEqual(await next(room, "message"), bytes(5));
});

test("a node that answers pings keeps its connection, one that falls silent loses it", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server, { pingInterval: 10, silence: 60 });
  const connection = await server.connection();
  connection.welcome();
  for (let i = 0; i < 3; i++) connection.send(ServerOp.Pong, (await connection.frame()).subarray(1));
  connection.freeze();
  const { code, reason } = await next(room, "reconnecting");
  assert.equal(code, 1006);
  assert.match(reason, /silent/);
  (await server.connection()).welcome({ player: 2 });
  assert.deepEqual(await next(room, "rejoined"), { player: 2, previous: 1 });
});

test("a node that never sends WELCOME is given up and tried again", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server, { connectTimeout: 20 });
  assert.match((await next(room, "reconnecting")).reason, /no WELCOME within 20 ms/);
});

for (const [what, lose] of [
  ["4001", (connection: FakeConnection) => connection.close(CloseCode.Draining)],
  ["1006", (connection: FakeConnection) => connection.break()],
  ["1012", (connection: FakeConnection) => connection.close(1012)],
] as const) {
  test(`after ${what} the client joins anew and reports its new player id`, async (context) => {
    const { server, room, connection } = await joined(context);
    const reconnecting = next(room, "reconnecting");
    const rejoined = next(room, "rejoined");
    lose(connection);
    const { code, reason } = await reconnecting;
    assert.equal(code, Number(what));
    assert.notEqual(reason, "");
    assert.equal(room.state, "reconnecting");
    room.send(bytes(1));
    const again = await server.connection();
    again.welcome({ player: 2 });
    assert.deepEqual(await rejoined, { player: 2, previous: 1 });
    assert.equal(room.player, 2);
    assert.deepEqual(await again.frame(), bytes(ClientOp.Data, 1));
  });
}

test("a seat is used once: the reconnect goes without it", async (context) => {
  const { server, connection } = await joined(context, { seat: "s1", token: "t" });
  connection.break();
  assert.equal((await server.connection()).target, "/v1/rooms/arena/lobby?token=t");
});

test("delays between failing attempts grow within their bounds", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server, { backoff: { min: 2, max: 8 } });
  const delays: number[] = [];
  room.on("reconnecting", ({ delay }) => delays.push(delay));
  for (let i = 0; i < 6; i++) (await server.connection()).break();
  await server.connection();
  [2, 4, 8, 8, 8, 8].forEach((bound, i) => {
    assert.ok(delays[i]! >= 0 && delays[i]! < bound, `delay ${i} is ${delays[i]}, not under ${bound}`);
  });
});

test("a connection that opens and closes at once does not start the delays over", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server, { backoff: { min: 1, max: 60_000 } });
  for (const attempt of [1, 2, 3]) {
    const connection = await server.connection();
    connection.welcome();
    await next(room, "welcome");
    connection.close(CloseCode.Draining);
    assert.equal((await next(room, "reconnecting")).attempt, attempt);
  }
});

test("a connection that held for the longest delay starts the delays over", async (context) => {
  const max = 5;
  const server = await FakeServer.start(context);
  const room = join(context, server, { backoff: { min: 1, max } });
  (await server.connection()).break();
  assert.equal((await next(room, "reconnecting")).attempt, 1);
  const connection = await server.connection();
  connection.welcome();
  await room.ready;
  for (const start = performance.now(); performance.now() - start <= max; ) {
    const ping = room.ping();
    connection.send(ServerOp.Pong, (await connection.frame()).subarray(1));
    await ping;
  }
  connection.break();
  assert.equal((await next(room, "reconnecting")).attempt, 1);
});

test("past maxRetries the room closes with the code of the last loss", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server, { maxRetries: 2 });
  const closed = next(room, "close");
  for (let i = 0; i < 3; i++) (await server.connection()).break();
  assert.equal((await closed).code, 1006);
  await assert.rejects(room.ready, { code: "closed", closeCode: 1006 });
});

test("where nothing listens the client keeps trying", async (context) => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  const room = connect({
    url: `ws://127.0.0.1:${port}`,
    function: "arena",
    room: "lobby",
    backoff: { min: 1, max: 2 },
  });
  context.after(() => room.leave());
  const { attempt } = await next(room, "reconnecting");
  assert.equal(attempt, 1);
  assert.equal((await next(room, "reconnecting")).attempt, 2);
});

const FINAL = [4000, 4002, 4003, 4004, 4005, 4006, 4007, 4008, 4009, 4010, 4011, 4012, 4014, 4015];
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

test("MOVED before WELCOME is followed", async (context) => {
  const [front, shard] = [await FakeServer.start(context), await FakeServer.start(context)];
  const room = join(context, front);
  const first = await front.connection();
  first.sendJson(ServerOp.Moved, { url: `${shard.url}/v1/rooms/arena/lobby?seat=x` });
  const second = await shard.connection();
  assert.equal(second.target, "/v1/rooms/arena/lobby?seat=x");
  second.welcome({ player: 3 });
  assert.equal((await room.ready).player, 3);
  await first.closed;
});

test("MOVED of an open room is followed and rejoins", async (context) => {
  const { room, connection } = await joined(context);
  const shard = await FakeServer.start(context);
  const rejoined = next(room, "rejoined");
  connection.sendJson(ServerOp.Moved, { url: `${shard.url}/v1/rooms/arena/lobby` });
  (await shard.connection()).welcome({ player: 2 });
  assert.equal((await rejoined).player, 2);
});

test("a fourth MOVED in a row is refused", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server);
  const reported = next(room, "error");
  for (let i = 0; i < 4; i++) (await server.connection()).sendJson(ServerOp.Moved, { url: server.url });
  assert.equal((await reported).code, "moved-refused");
  assert.equal(room.state, "closed");
});

test("MOVED to another host closes the room", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server);
  const reported = next(room, "error");
  const closed = next(room, "close");
  (await server.connection()).sendJson(ServerOp.Moved, { url: "ws://evil.example/v1/rooms/arena/lobby" });
  const { code, message } = await reported;
  assert.equal(code, "moved-refused");
  assert.match(message, /evil\.example.*127\.0\.0\.1.*hosts/);
  assert.equal((await closed).code, CloseCode.Moved);
});

test("a reconnect goes straight to the shard that WELCOME named", async (context) => {
  const [front, shard] = [await FakeServer.start(context), await FakeServer.start(context)];
  join(context, front);
  const first = await front.connection();
  first.welcome({ shards: [shard.url] });
  first.break();
  (await shard.connection()).welcome({ player: 2, shards: [shard.url] });
});

test("a shard that cannot be reached leads back to the node", async (context) => {
  const [front, shard] = [await FakeServer.start(context), await FakeServer.start(context)];
  join(context, front);
  const first = await front.connection();
  first.welcome({ shards: [shard.url] });
  first.break();
  (await shard.connection()).break();
  (await front.connection()).welcome({ player: 2 });
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

test("options that cannot be right are refused at once", () => {
  const base = { url: "ws://127.0.0.1:1", function: "arena", room: "lobby" };
  for (const wrong of [
    { url: "nonsense" },
    { function: "Arena" },
    { room: "" },
    { pingInterval: -1 },
    { silence: Number.NaN },
    { via: "wss://evil.example" },
  ]) {
    assert.throws(() => connect({ ...base, ...wrong }), ClientError, JSON.stringify(wrong));
  }
});

test("createOrJoin asks for a room, then takes its seat on the shard it was given", async (context) => {
  const shard = await FakeServer.start(context);
  let asked = "";
  const front = createServer(async (request, response) => {
    asked = `${request.method} ${request.url} `;
    for await (const chunk of request) asked += chunk;
    response.end(JSON.stringify({ room: "r0-0123456789ab", url: shard.url, seat: "s1" }));
  }).listen(0, "127.0.0.1");
  context.after(() => front.close());
  await once(front, "listening");
  const room = await createOrJoin({
    url: `ws://127.0.0.1:${(front.address() as AddressInfo).port}`,
    function: "arena",
    config: bytes(1, 2, 255),
    criteria: { map: "reef" },
    pingInterval: 0,
  });
  context.after(() => room.leave());
  assert.equal(asked, 'POST /v1/rooms/arena {"config":"AQL/","criteria":{"map":"reef"}}');
  const connection = await shard.connection();
  assert.equal(connection.target, "/v1/rooms/arena/r0-0123456789ab?seat=s1");
  connection.welcome({ room: "r0-0123456789ab" });
  assert.equal((await room.ready).room, "r0-0123456789ab");
});
