import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { CloseCode, ServerOp } from "@rockpool/protocol";
import { FakeServer } from "./fakeserver.ts";
import { createOrJoin } from "./node.ts";
import { bytes, join, joined, next } from "./room.fixture.ts";

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

test("MOVED to a shard that stays away for a while is followed each time", async (context) => {
  const [front, shard] = [await FakeServer.start(context), await FakeServer.start(context)];
  const room = join(context, front);
  for (let i = 0; i < 6; i++) {
    (await front.connection()).sendJson(ServerOp.Moved, { url: shard.url });
    (await shard.connection()).break();
  }
  (await front.connection()).sendJson(ServerOp.Moved, { url: shard.url });
  (await shard.connection()).welcome({ player: 2 });
  assert.equal((await room.ready).player, 2);
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
