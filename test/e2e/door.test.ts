/** The caps at the door: connections and rooms of one address, and what a player leaves unread. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, sample } from "../harness/components.ts";
import { asConfig } from "../harness/matchmaking.ts";
import { freshName } from "../harness/node.ts";
import { script } from "../harness/script.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";
import { until } from "../harness/until.ts";

const functions = {
  echo: sample("echo"),
  puppet: fixture("puppet", { emptyTtl: 0, limits: { memoryPages: 256, fuel: 100_000_000 } }),
};
const flags = ["--connections-per-address", "5", "--rooms-per-address", "3", "--unsent-bytes", "65536"];

onEveryShardCount({ functions, flags }, (the) => {
  /** Until the shard has forgotten the test before. */
  const quiet = () =>
    until("no connection and no room", async () => {
      const { shards } = await the().admin.reading();
      return shards.every(({ stats }) => stats?.connections === 0 && stats.rooms === 0);
    });

  test("one connection too many from an address gets 4008, and a place that is given back is free again", async () => {
    await quiet();
    const room = the().nameOn("puppet", 0);
    const players = [];
    for (let i = 0; i < 5; i++) players.push(await the().join("puppet", room));
    const { code, reason } = await the().refusal("puppet", room);
    assert.deepEqual([code, reason], [4008, "more than 5 connections from your address"]);
    await players.pop()!.leave();
    await until(
      "a free place",
      async () => (await the().admin.reading()).shards[0]?.stats?.connections === 4,
    );
    players.push(await the().join("puppet", room));
    for (const player of players) await player.leave();
  });

  test("one room too many of an address gets 4008, by join and by request, and joins of others' rooms go on", async () => {
    await quiet();
    const owners = [];
    for (let i = 0; i < 3; i++) owners.push(await the().join("puppet", the().nameOn("puppet", 0)));
    assert.equal((await the().refusal("puppet", the().nameOn("puppet", 0))).code, 4008);
    const config = asConfig(script().listing("map", "new"));
    const response = await fetch(`http://127.0.0.1:${the().shardPorts[0]}/v1/rooms/puppet`, {
      method: "POST",
      body: JSON.stringify({ config, criteria: { map: "new" } }),
    });
    assert.equal(response.status, 429);
    const guest = await the().join("puppet", owners[0]!.welcome.room);
    await owners[2]!.leave();
    await until("the room's end", async () => (await the().admin.rooms("puppet")).length === 2);
    const again = await the().join("puppet", the().nameOn("puppet", 0));
    for (const player of [guest, again, owners[0]!, owners[1]!]) await player.leave();
  });

  test("a room whose create fails does not count against its address", async () => {
    await quiet();
    for (let i = 0; i < 5; i++) {
      const config = asConfig(script().refuse("no"));
      assert.equal((await the().post("/v1/rooms/puppet", { config, criteria: { never: "x" } })).status, 422);
    }
    await (await the().join("puppet", the().nameOn("puppet", 0))).leave();
  });

  test("a reader that falls behind gets 4009, and the room's other players lose nothing", async () => {
    await quiet();
    const room = freshName();
    const [slow, quick] = [await the().join("puppet", room), await the().join("puppet", room)];
    slow.stopReading();
    quick.play(script().on("leave", script().tell("left")));
    await quick.settled();
    // To the slow one alone, until the kernel's buffers are full and then the node's.
    for (let i = 0; i < 40; i++) slow.play(script().repeat(10, script().fill(100_000)));
    assert.equal(await quick.textThat((text) => text.startsWith("left")), `left ${slow.id} 1`);
    slow.readAgain();
    const { code } = (await slow.rest()).closed;
    // 1006 where it did not read what was queued within a second.
    assert.ok(code === 4009 || code === 1006, String(code));
    await quick.leave();
  });

  test("a frame larger than the cap on unread bytes reaches a reader that reads", async () => {
    await quiet();
    const player = await the().join("puppet");
    player.play(script().fill(60_000));
    assert.equal((await player.nextData()).length, 60_000);
    await player.leave();
  });
});
