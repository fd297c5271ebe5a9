import assert from "node:assert/strict";
import { test } from "node:test";
import { call, connect, createOrJoin, findOrCreate, listRooms } from "@rockpool/client";
import { fixture } from "../harness/components.ts";
import { asConfig, find, take } from "../harness/matchmaking.ts";
import { freshName } from "../harness/node.ts";
import type { Player } from "../harness/player.ts";
import { script } from "../harness/script.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

const functions = {
  puppet: fixture("puppet"),
  duel: fixture("puppet", { name: "duel", maxPlayers: 2, create: "on-request" }),
  fleeting: fixture("puppet", { name: "fleeting", emptyTtl: 0 }),
};

onEveryShardCount({ functions }, (the, shards) => {
  test("a room is created with its config, and its seat can be taken", async () => {
    const found = await find(the(), "puppet", freshName());
    assert.equal(found.status, 201);
    assert.match(found.room, /^r\d{1,4}-[0-9a-z]{12}$/);
    const player = await take(found);
    assert.equal(player.welcome.room, found.room);
    await player.leave();
  });

  test("a second request finds the same room", async () => {
    const map = freshName();
    const [first, second] = [await find(the(), "puppet", map), await find(the(), "puppet", map)];
    assert.deepEqual([first.status, second.status], [201, 200]);
    assert.equal(second.room, first.room);
    assert.notEqual(second.seat, first.seat);
    const players = [await take(first), await take(second)];
    assert.deepEqual(
      players.map(({ id }) => id),
      [1, 2],
    );
  });

  test("rooms on every shard are found from every shard", async () => {
    const maps = Array.from({ length: shards * 2 }, () => freshName());
    for (const [i, map] of maps.entries()) {
      // Each shard's own port creates on that shard.
      const port = the().shardPorts[i % shards];
      const config = asConfig(script().listing("map", map));
      const response = await fetch(`http://127.0.0.1:${port}/v1/rooms/puppet`, {
        method: "POST",
        body: JSON.stringify({ config, criteria: { map } }),
      });
      assert.match(((await response.json()) as { room: string }).room, new RegExp(`^r${i % shards}-`));
    }
    for (const port of the().shardPorts) {
      for (const map of maps) {
        const response = await fetch(`http://127.0.0.1:${port}/v1/rooms/puppet`, {
          method: "POST",
          body: JSON.stringify({ criteria: { map } }),
        });
        assert.equal(response.status, 200, `${map} is found through ${port}`);
      }
    }
  });

  test("every pair of the criteria must fit", async () => {
    const map = freshName();
    const config = asConfig(script().listing("map", map).listing("mode", "duel"));
    const ask = async (criteria: Record<string, string>) =>
      (await the().post("/v1/rooms/puppet", { config, criteria })).status;
    assert.equal(await ask({ map, mode: "duel" }), 201);
    assert.equal(await ask({ map, mode: "duel" }), 200);
    assert.equal(await ask({ map }), 200);
    assert.equal(await ask({ map, mode: "team" }), 201);
    assert.equal(await ask({ map, colour: "red" }), 201);
  });

  test("promised seats count: a third player for two seats gets a room of its own", async () => {
    const map = freshName();
    const [a, b, c] = [
      await find(the(), "duel", map),
      await find(the(), "duel", map),
      await find(the(), "duel", map),
    ];
    assert.deepEqual([a.status, b.status, c.status], [201, 200, 201]);
    assert.equal(a.room, b.room);
    assert.notEqual(a.room, c.room);
  });

  test("a seat is promised against those who come without one", async () => {
    const map = freshName();
    const [a, b] = [await find(the(), "duel", map), await find(the(), "duel", map)];
    assert.equal((await the().refusal("duel", a.room)).code, 4005);
    await Promise.all([take(a), take(b)]);
  });

  test("a seat's token is good once", async () => {
    const map = freshName();
    const [a, b] = [await find(the(), "duel", map), await find(the(), "duel", map)];
    await take(a);
    const again = await the().refusal("duel", a.room, `?seat=${a.seat}`);
    assert.deepEqual(again, { code: 4005, reason: "the room is full" });
    await take(b);
  });

  test("a seat's token is good for its room alone", async () => {
    const [a, b] = [await find(the(), "duel", freshName()), await find(the(), "duel", freshName())];
    const [fill] = [await the().join("duel", b.room)];
    assert.equal((await the().refusal("duel", b.room, `?seat=${a.seat}`)).code, 4005);
    await fill.leave();
  });

  test("a made-up token counts as none", async () => {
    const player = await the().join("puppet", freshName(), "?seat=made-up");
    await player.leave();
  });

  test("a full room refuses with 4005, and takes the next one when somebody leaves", async () => {
    const { room, ...found } = await find(the(), "duel", freshName());
    const first = await take({ room, ...found });
    const second = await the().join("duel", room);
    assert.deepEqual(await the().refusal("duel", room), { code: 4005, reason: "the room is full" });
    await first.leave();
    const third = await the().join("duel", room);
    await Promise.all([second.leave(), third.leave()]);
  });

  test("a locked room refuses joins and is not found, but keeps its promises", async () => {
    const map = freshName();
    const first = await find(the(), "puppet", map);
    const owner = await take(first);
    const promised = await find(the(), "puppet", map);
    await owner.ask(script().lock(true).get(""));
    assert.deepEqual(await the().refusal("puppet", first.room), { code: 4005, reason: "the room is locked" });
    assert.equal((await find(the(), "puppet", map)).status, 201);
    await take(promised);
  });

  test("an unlocked room takes players again", async () => {
    const room = freshName();
    const owner = await the().join("puppet", room);
    await owner.ask(script().lock(true).get(""));
    await the().refusal("puppet", room);
    await owner.ask(script().lock(false).get(""));
    await the().join("puppet", room);
  });

  test("a room whose function says on-request is not made by a join", async () => {
    const { code, reason } = await the().refusal("duel", freshName());
    assert.equal(code, 4004);
    assert.match(reason, /POST \/v1\/rooms\/duel/);
  });

  test("a game that refuses to create gives 422 and its reason", async () => {
    const config = asConfig(script().refuse("no such map"));
    const response = await the().post("/v1/rooms/puppet", { config, criteria: { map: freshName() } });
    assert.equal(response.status, 422);
    assert.deepEqual(await response.json(), { code: "refused", message: "no such map" });
  });

  test("a reserved room waits for its player even with emptyTtl 0", async () => {
    const found = await find(the(), "fleeting", freshName());
    const player = await take(found);
    assert.equal(player.welcome.room, found.room);
  });

  test("rooms of all shards are listed, whichever shard is asked", async () => {
    const map = freshName();
    const players: Player[] = [];
    for (let shard = 0; shard < shards; shard++) {
      const player = await the().join("puppet", the().nameOn("puppet", shard));
      player.play(script().listing("map", map).lock(true));
      await player.settled();
      players.push(player);
    }
    const names = players.map((player) => player.welcome.room).sort();
    for (const port of [the().port, ...the().shardPorts]) {
      const response = await fetch(`http://127.0.0.1:${port}/v1/rooms/puppet`);
      const all = (await response.json()) as {
        room: string;
        listing: string[][];
        locked: boolean;
        players: number;
        maxPlayers: number;
        tickRate: number;
      }[];
      const listed = all.filter(({ listing }) =>
        listing.some(([key, value]) => key === "map" && value === map),
      );
      assert.deepEqual(listed.map(({ room }) => room).sort(), names);
      for (const { locked, players, maxPlayers, tickRate } of listed) {
        assert.deepEqual(
          { locked, players, maxPlayers, tickRate },
          { locked: true, players: 1, maxPlayers: 64, tickRate: 0 },
        );
      }
    }
  });

  test("the client SDK finds, lists and joins", async () => {
    const map = freshName();
    const options = {
      url: the().url,
      function: "puppet",
      criteria: { map },
      config: script().listing("map", map).bytes,
    };
    const made = await createOrJoin(options);
    const { player } = await made.ready;
    assert.equal(player, 1);
    const found = await findOrCreate(options);
    assert.equal(found.room, made.name);
    const joined = connect({
      url: the().url,
      function: "puppet",
      room: found.room,
      seat: found.seat,
      via: found.url,
    });
    assert.equal((await joined.ready).player, 2);
    const listed = (await listRooms(options)).find((room) => room.room === made.name);
    assert.deepEqual(listed?.listing, [["map", map]]);
    assert.equal(listed?.players, 2);
    made.leave();
    joined.leave();
  });

  test("the client SDK tells the node's reason when a request is refused", async () => {
    const missing = { url: the().url, function: "missing" };
    await assert.rejects(findOrCreate(missing), { code: "http", status: 404 });
    await assert.rejects(call({ ...missing, body: new Uint8Array(0) }), { code: "http", status: 404 });
  });
});
