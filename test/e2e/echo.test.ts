import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "@rockpool/client";
import { ClientOp, ServerOp } from "@rockpool/protocol";
import { sample } from "../harness/components.ts";
import { freshName } from "../harness/node.ts";
import { Player } from "../harness/player.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

onEveryShardCount({ functions: { echo: sample("echo") } }, (the, shards) => {
  test("a message comes back to its sender", async () => {
    const player = await the().join("echo");
    player.send("hello");
    assert.equal(await player.nextText(), "hello");
    await player.leave();
  });

  test("a message comes back to its sender alone", async () => {
    const room = freshName();
    const [one, two] = [await the().join("echo", room), await the().join("echo", room)];
    one.send("for one");
    assert.equal(await one.nextText(), "for one");
    await two.settled();
    assert.equal(two.unread, 0);
    await Promise.all([one.leave(), two.leave()]);
  });

  test("every length from 0 to the limit comes back whole and in order", async () => {
    const player = await the().join("echo");
    const lengths = [0, 1, 2, 95, 96, 97, 125, 126, 127, 4095, 4096, 16_382, 16_383];
    for (const length of lengths) player.send(Buffer.alloc(length, length));
    for (const length of lengths) assert.deepEqual(await player.nextData(), Buffer.alloc(length, length));
    await player.leave();
  });

  test("WELCOME tells the room, the player, the version and the shards", async () => {
    const room = freshName();
    const player = await the().join("echo", room);
    const { welcome } = player;
    assert.deepEqual(
      { room: welcome.room, player: welcome.player, function: welcome.function, node: welcome.node },
      { room, player: 1, function: "echo", node: "tested" },
    );
    assert.match(welcome.version, /^sha256:[0-9a-f]{64}$/);
    assert.equal(welcome.tickRate, 0);
    const urls = the().shardPorts.map((port) => `ws://127.0.0.1:${port}`);
    assert.deepEqual(welcome.shards, shards === 1 ? undefined : urls);
    await player.leave();
  });

  test("player ids are given in order and not given again", async () => {
    const room = freshName();
    const first = await the().join("echo", room);
    const second = await the().join("echo", room);
    await second.leave();
    const third = await the().join("echo", room);
    assert.deepEqual([first.id, second.id, third.id], [1, 2, 3]);
    await Promise.all([first.leave(), third.leave()]);
  });

  test("PING is answered with its payload", async () => {
    const player = await the().join("echo");
    player.frame(Uint8Array.of(ClientOp.Ping, 9, 8, 7));
    assert.deepEqual([...(await player.next())], [ServerOp.Pong, 9, 8, 7]);
    await player.leave();
  });

  test("the client SDK plays from the game port, whichever shard answers", async () => {
    const rooms = Array.from({ length: 6 }, () =>
      connect({ url: the().url, function: "echo", room: freshName() }),
    );
    for (const room of rooms) {
      await room.ready;
      const back = new Promise<Uint8Array>((resolve) => room.on("message", resolve));
      room.send(new TextEncoder().encode(room.name));
      assert.equal(new TextDecoder().decode(await back), room.name);
      assert.ok((await room.ping()) >= 0);
      room.leave();
    }
  });

  test("200 players in 20 rooms at once all get their own messages back", async () => {
    const players = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        new Player(the().directUrl("echo", `crowd-${i % 20}`)).welcomed(),
      ),
    );
    players.forEach((player, i) => {
      player.send(String(i));
    });
    assert.deepEqual(
      await Promise.all(players.map((player) => player.nextText())),
      players.map((_, i) => String(i)),
    );
    await Promise.all(players.map((player) => player.leave()));
  });
});
