import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientOp, ServerOp, SUBPROTOCOL } from "@rockpool/protocol";
import { FakeServer } from "./fakeserver.ts";
import { ClientError, connect } from "./node.ts";
import { bytes, join, joined, next } from "./room.fixture.ts";

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
  await connection.settled();
  assert.equal(connection.unread, 0);
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
