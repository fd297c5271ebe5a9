import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { ClientOp, CloseCode, ServerOp } from "@rockpool/protocol";
import { type FakeConnection, FakeServer } from "./fakeserver.ts";
import { connect } from "./node.ts";
import { bytes, join, joined, next } from "./room.fixture.ts";

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
  assert.deepEqual(await next(room, "rejoined"), { player: 2, previous: 1, lost: 0 });
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
    assert.deepEqual(await rejoined, { player: 2, previous: 1, lost: 0 });
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
