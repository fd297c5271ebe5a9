import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { generatedRoomId, ServerOp, shardOfRoom } from "@rockpool/protocol";
import type { FrontOptions } from "./options.ts";
import { type FrontUnderTest, startFront, TRANSPORTS } from "./testing/frontUnderTest.ts";
import { Gate } from "./testing/gate.ts";
import { enter, Player, refusal } from "./testing/player.ts";

const door = { connectionsPerAddress: 100, unsentBytes: 1_048_576 };

/** A room name that the given shard of three owns. */
function roomOn(shard: number): string {
  return generatedRoomId(shard, new Uint8Array(12));
}

function startShard0(transport: FrontOptions["transport"], options: Partial<FrontOptions> = {}) {
  return startFront(transport, { shards: 3, ...options }, { ownPorts: () => [7801, 7802, 7803] });
}

function url(running: FrontUnderTest, path: string): string {
  return `ws://127.0.0.1:${running.ports.port}${path}`;
}

for (const transport of TRANSPORTS) {
  test(`over ${transport}, the lobby is asked with names, seat and address`, async () => {
    await using running = await startFront(transport);
    await enter(running.ports.port, "/v1/rooms/echo/room-1?seat=a%2Fb&token=x");
    assert.deepEqual(running.lobby.entered, [
      { function: "echo", room: "room-1", address: "127.0.0.1", seat: "a/b", resume: null, shardUrls: [] },
    ]);
  });

  test(`over ${transport}, the shard's own port serves players too`, async () => {
    await using running = await startFront(transport);
    assert.notEqual(running.ports.port, running.ports.ownPort);
    const player = await enter(running.ports.ownPort);
    player.send(0x01, 1);
    assert.deepEqual([...(await player.next())], [ServerOp.Data, 1]);
  });

  for (const [what, protocols] of [
    ["another subprotocol", ["rockpool.v2"]],
    ["no subprotocol", []],
  ] as const) {
    test(`over ${transport}, ${what} gets HTTP 400 that names the right one`, async () => {
      await using running = await startFront(transport);
      const player = new Player(url(running, "/v1/rooms/echo/lobby"), {}, [...protocols]);
      const { status, body } = await refusal(player);
      assert.equal(status, 400);
      assert.match(JSON.parse(body).message, /rockpool\.v1/);
      assert.equal(running.counters.upgradesRefused, 1);
    });
  }

  test(`over ${transport}, rockpool.v1 is chosen among several subprotocols`, async () => {
    await using running = await startFront(transport);
    const player = new Player(url(running, "/v1/rooms/echo/lobby"), {}, ["other", "rockpool.v1"]);
    await player.next();
    assert.equal(player.ws.protocol, "rockpool.v1");
  });

  test(`over ${transport}, a WebSocket elsewhere gets HTTP 404`, async () => {
    await using running = await startFront(transport);
    for (const path of ["/", "/v1/rooms/echo", "/v1/rooms/echo/lobby/more", "/v2/rooms/echo/lobby"]) {
      assert.equal((await refusal(new Player(url(running, path)))).status, 404, path);
    }
  });

  test(`over ${transport}, a malformed Host header gets HTTP 400`, async () => {
    await using running = await startFront(transport);
    const options = { headers: { host: 'x"><script>' } };
    const player = new Player(url(running, "/v1/rooms/echo/lobby"), options);
    assert.equal((await refusal(player)).status, 400);
  });

  const refused: [what: string, path: string, code: number][] = [
    ["a function's name in capitals", "/v1/rooms/Echo/lobby", 4004],
    ["a function's name that is too long", `/v1/rooms/${"a".repeat(64)}/lobby`, 4004],
    ["an empty function name", "/v1/rooms//lobby", 4004],
    ["an empty room name", "/v1/rooms/echo/", 4004],
    ["a room name with an encoded slash", "/v1/rooms/echo/a%2Fb", 4004],
    ["a room name with a bad escape", "/v1/rooms/echo/a%zz", 4004],
    ["a room name that is __proto__", "/v1/rooms/echo/__proto__", 4004],
    ["a function that is not deployed", "/v1/rooms/missing/lobby", 4004],
    ["a query with a bad escape", "/v1/rooms/echo/lobby?seat=%zz", 4011],
    ["a query with half a character", "/v1/rooms/echo/lobby?seat=%c3", 4011],
    ["a query that names seat twice", "/v1/rooms/echo/lobby?seat=a&seat=b", 4011],
  ];
  for (const [what, path, code] of refused) {
    test(`over ${transport}, ${what} gets ERROR and ${code}`, async () => {
      await using running = await startFront(transport);
      const player = new Player(url(running, path));
      const { op, json } = await player.nextJson();
      assert.equal(op, ServerOp.Error);
      assert.equal(json.code, code);
      assert.equal((await player.closed).code, code);
    });
  }

  test(`over ${transport}, connections of an address are capped with 4008, and a place comes free`, async () => {
    await using running = await startFront(transport, { door: { ...door, connectionsPerAddress: 2 } });
    const first = await enter(running.ports.port);
    await enter(running.ports.port);
    const third = new Player(url(running, "/v1/rooms/echo/lobby"));
    assert.match(String((await third.nextJson()).json.message), /2 connections/);
    assert.equal((await third.closed).code, 4008);
    first.ws.close();
    await running.lobby.told("lost");
    while (running.front.connections > 1) await new Promise((resolve) => setTimeout(resolve, 10));
    await enter(running.ports.port);
  });

  test(`over ${transport}, a room of another shard gets MOVED with path and query, and 4013`, async () => {
    await using running = await startShard0(transport);
    const path = `/v1/rooms/echo/${roomOn(2)}?seat=a%20b&token=t`;
    const player = new Player(url(running, path));
    assert.deepEqual(await player.nextJson(), {
      op: ServerOp.Moved,
      json: { url: `ws://127.0.0.1:7803${path}` },
    });
    assert.equal((await player.closed).code, 4013);
    assert.equal(running.lobby.entered.length, 0);
  });

  test(`over ${transport}, a named room goes to the shard that the hash says`, async () => {
    await using running = await startShard0(transport);
    for (const room of ["a", "b", "c", "d", "e", "f"]) {
      const player = new Player(url(running, `/v1/rooms/echo/${room}`));
      const { op, json } = await player.nextJson();
      const shard = shardOfRoom("echo", room, 3);
      if (shard === 0) assert.equal(op, ServerOp.Welcome);
      else assert.equal(json.url, `ws://127.0.0.1:${7801 + shard}/v1/rooms/echo/${room}`);
      player.ws.close();
    }
  });

  test(`over ${transport}, WELCOME's shard URLs repeat the host that the client asked for`, async () => {
    await using running = await startShard0(transport);
    const options = { headers: { host: "game.example:1234" } };
    const player = new Player(url(running, `/v1/rooms/echo/${roomOn(0)}`), options);
    await player.next();
    const expected = [7801, 7802, 7803].map((port) => `ws://game.example:${port}`);
    assert.deepEqual(running.lobby.entered[0]!.shardUrls, expected);
  });

  test(`over ${transport}, MOVED follows the configured template`, async () => {
    const publicUrl = "wss://{host}/shard-{shard}/{port}/";
    await using running = await startShard0(transport, { publicUrl });
    const player = new Player(url(running, `/v1/rooms/echo/${roomOn(1)}`));
    const expected = `wss://127.0.0.1/shard-1/7802/v1/rooms/echo/${roomOn(1)}`;
    assert.equal((await player.nextJson()).json.url, expected);
  });

  test(`over ${transport}, a room of a shard that is not up yet gets 4001`, async () => {
    await using running = await startFront(transport, { shards: 3 });
    const player = new Player(url(running, `/v1/rooms/echo/${roomOn(1)}`));
    assert.equal((await player.closed).code, 4001);
  });

  test(`over ${transport}, a frame before WELCOME gets 4011`, async () => {
    await using running = await startFront(transport);
    const gate = new Gate();
    running.lobby.gate = gate.promise;
    const player = new Player(url(running, "/v1/rooms/echo/lobby"));
    player.ws.on("open", () => player.send(0x01, 1));
    assert.equal((await player.closed).code, 4011);
    gate.open();
    await running.lobby.told("lost");
    assert.equal(running.lobby.seats[0]!.received, 0);
  });

  test(`over ${transport}, a player is seated when its image was loaded first`, async () => {
    await using running = await startFront(transport);
    running.lobby.gate = Promise.resolve();
    const player = await enter(running.ports.port);
    player.send(0x01, 4);
    assert.deepEqual([...(await player.next())], [ServerOp.Data, 4]);
  });

  test(`over ${transport}, a player that goes away while entering leaves no seat taken`, async () => {
    await using running = await startFront(transport);
    const gate = new Gate();
    running.lobby.gate = gate.promise;
    const player = new Player(url(running, "/v1/rooms/echo/lobby"));
    await running.lobby.told("enter");
    player.ws.terminate();
    while (running.front.connections > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    gate.open();
    await running.lobby.told("closed link");
    await running.lobby.told("lost");
    assert.equal(running.lobby.count("lost"), 1);
  });

  test(`over ${transport}, a lobby that throws or rejects ends one connection with 4003`, async () => {
    await using running = await startFront(transport);
    running.lobby.lateFailure = new Error("disk on fire");
    running.lobby.gate = Promise.resolve();
    assert.equal((await new Player(url(running, "/v1/rooms/echo/lobby")).closed).code, 4003);
    running.lobby.failure = new Error("disk still on fire");
    assert.equal((await new Player(url(running, "/v1/rooms/echo/lobby")).closed).code, 4003);
    assert.equal(running.logged.length, 2);
    running.lobby.failure = null;
    running.lobby.lateFailure = null;
    await enter(running.ports.port);
  });

  test(`over ${transport}, draining closes everyone with 4001 and whoever still gets in`, async () => {
    await using running = await startFront(transport);
    const players = [await enter(running.ports.port), await enter(running.ports.port)];
    running.front.closeAll(4001);
    const late = new Player(url(running, "/v1/rooms/echo/lobby"));
    for (const player of [...players, late]) assert.equal((await player.closed).code, 4001);
    assert.equal(running.lobby.seats.length, 2);
  });

  test(`over ${transport}, no connection is taken after stopListening, and players stay`, async () => {
    await using running = await startFront(transport);
    const player = await enter(running.ports.port);
    running.front.stopListening();
    for (const port of [running.ports.port, running.ports.ownPort]) {
      const error = await new Promise<NodeJS.ErrnoException>((resolve) => {
        connect(port, "127.0.0.1").on("error", resolve);
      });
      assert.equal(error.code, "ECONNREFUSED");
    }
    player.send(0x01, 1);
    assert.deepEqual([...(await player.next())], [ServerOp.Data, 1]);
  });
}
