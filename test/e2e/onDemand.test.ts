/** Functions that nothing is kept of until somebody comes: the first player has the image loaded. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sample } from "../harness/components.ts";
import { type Found, take } from "../harness/matchmaking.ts";
import { freshName } from "../harness/node.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

/** One function a test, since each is loaded once. */
const names = ["alone", "together", "requested"] as const;
const unloaded = { pool: { size: 0, preload: false } };
const functions = Object.fromEntries(
  names.map((name) => {
    const create = name === "requested" ? "on-request" : "on-join";
    return [name, sample("echo", { name, create, ...unloaded })];
  }),
);

onEveryShardCount({ functions }, (the) => {
  test("the first player of a function that is not loaded gets an answer", async () => {
    const player = await the().join("alone");
    player.send("hello");
    assert.equal(await player.nextText(), "hello");
    await player.leave();
  });

  test("players who come while the image is being loaded meet in one room", async () => {
    const room = freshName();
    const players = await Promise.all(Array.from({ length: 4 }, () => the().join("together", room)));
    assert.deepEqual(players.map(({ id }) => id).sort(), [1, 2, 3, 4]);
    await Promise.all(players.map((player) => player.leave()));
  });

  test("a room that is asked for before its image is loaded is made", async () => {
    const response = await the().post("/v1/rooms/requested", {});
    assert.equal(response.status, 201);
    const player = await take((await response.json()) as Found);
    player.send("hello");
    assert.equal(await player.nextText(), "hello");
    await player.leave();
  });
});
