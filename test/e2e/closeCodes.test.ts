/** Every close code that can occur, as a player meets it; 4010 and 4012 are reserved, and 4007 needs tokens. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CloseCode, type Moved, mayReconnect, ServerOp } from "@rockpool/protocol";
import { fixture } from "../harness/components.ts";
import { asConfig } from "../harness/matchmaking.ts";
import { freshName, startNode } from "../harness/node.ts";
import { Player } from "../harness/player.ts";
import { script } from "../harness/script.ts";
import { onEveryShardCount, SHARD_COUNTS } from "../harness/shardCounts.ts";

const functions = {
  puppet: fixture("puppet"),
  small: fixture("puppet", { name: "small", maxPlayers: 1 }),
  strict: fixture("puppet", { name: "strict", limits: { messageRate: 1 } }),
};

onEveryShardCount({ functions }, (the, shards) => {
  test("4000 answers LEAVE", async () => {
    const player = await the().join("puppet");
    assert.deepEqual(await player.leave(), { code: CloseCode.Left, reason: "left" });
  });

  test("4002 comes when the game ends the room", async () => {
    const player = await the().join("puppet");
    player.play(script().end());
    assert.equal((await player.closed).code, CloseCode.RoomEnded);
  });

  test("4003 comes when the game fails", async () => {
    const player = await the().join("puppet");
    player.play(script().trap());
    assert.equal((await player.closed).code, CloseCode.RoomFailed);
  });

  test("4004 comes for a function that is not there and for names that cannot be", async () => {
    const { code, reason } = await the().refusal("missing", "lobby");
    assert.deepEqual([code, reason], [CloseCode.NotFound, 'no room function "missing" is deployed here']);
    for (const path of [
      "UPPER/lobby",
      "puppet/UPPER",
      "puppet/a_b",
      `puppet/${"x".repeat(64)}`,
      "puppet/%20",
      "puppet/%zz",
      "/lobby",
      "puppet/",
    ]) {
      const player = new Player(`ws://127.0.0.1:${the().port}/v1/rooms/${path}`);
      const { frames, closed } = await player.rest();
      assert.equal(closed.code, CloseCode.NotFound, path);
      assert.equal(frames[0]?.[0], ServerOp.Error, path);
    }
  });

  test("4005 comes when the room is full, and when it is locked", async () => {
    const room = freshName();
    const player = await the().join("small", room);
    assert.deepEqual(await the().refusal("small", room), {
      code: CloseCode.Full,
      reason: "the room is full",
    });
    await player.leave();
    const owner = await the().join("puppet", room);
    await owner.ask(script().lock(true).get(""));
    assert.deepEqual(await the().refusal("puppet", room), {
      code: CloseCode.Full,
      reason: "the room is locked",
    });
  });

  test("4006 comes when the game refuses the join, with its reason", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    player.play(script().on("join", script().refuse("members only")));
    await player.settled();
    assert.deepEqual(await the().refusal("puppet", room), {
      code: CloseCode.JoinRefused,
      reason: "members only",
    });
  });

  test("4008 comes when a player sends too much", async () => {
    const player = await the().join("strict");
    for (let i = 0; i < 50; i++) player.play(script());
    assert.equal((await player.closed).code, CloseCode.RateLimited);
  });

  test("4011 comes for a bad frame", async () => {
    const player = await the().join("puppet");
    player.frame(Uint8Array.of(0x7f));
    assert.deepEqual(await player.closed, { code: CloseCode.BadFrame, reason: "unknown opcode 0x7f" });
  });

  test("4013 comes from every shard but the room's, with the URL of that one", async () => {
    const room = the().nameOn("puppet", shards - 1);
    for (let shard = 0; shard < shards - 1; shard++) {
      const lost = new Player(the().roomUrl("puppet", room, { shard, query: "?seat=x&token=y" }));
      const { op, json } = await lost.nextJson<Moved>();
      assert.equal(op, ServerOp.Moved);
      assert.equal(json.url, the().roomUrl("puppet", room, { shard: shards - 1, query: "?seat=x&token=y" }));
      assert.equal((await lost.closed).code, CloseCode.Moved);
      const found = await new Player(json.url).welcomed();
      await found.leave();
    }
  });

  test("4014 comes when the game kicks", async () => {
    const player = await the().join("puppet");
    player.play(script().kick(0, "enough"));
    assert.deepEqual(await player.closed, { code: CloseCode.Kicked, reason: "enough" });
  });

  test("a function that is deleted ends its rooms with 4002, and is not found after that", async () => {
    await the().admin.deploy("doomed", await fixture("puppet", { name: "doomed" }));
    const players = [await the().join("doomed"), await the().join("doomed"), await the().join("doomed")];
    assert.equal((await the().admin.request("DELETE", "/admin/v1/functions/doomed")).status, 200);
    for (const player of players) assert.equal((await player.closed).code, CloseCode.RoomEnded);
    assert.equal((await the().refusal("doomed", "lobby")).code, CloseCode.NotFound);
  });
});

for (const shards of SHARD_COUNTS) {
  test(`with ${shards} shard(s), 4001 comes to everyone when the node drains, and it may be tried again`, async () => {
    const node = await startNode({ shards, functions: { puppet: fixture("puppet") } });
    const players = await Promise.all(Array.from({ length: 8 }, () => node.join("puppet")));
    players[0]!.play(
      script().on("leave", script().log("leave runs")).on("close", script().log("close runs")),
    );
    await players[0]!.settled();
    const stopped = node.stop();
    for (const player of players) assert.equal((await player.closed).code, CloseCode.Draining);
    await stopped;
    assert.ok(mayReconnect(CloseCode.Draining));
    for (const text of ["leave runs", "close runs"]) {
      assert.ok(
        node.log.some((line) => JSON.stringify(line).includes(text)),
        text,
      );
    }
  });
}

test("4015 is what HTTP calls 422: only a request can create with a config that the game refuses", async () => {
  const node = await startNode({ functions: { puppet: fixture("puppet", { create: "on-request" }) } });
  const response = await node.post("/v1/rooms/puppet", { config: asConfig(script().refuse("no")) });
  assert.equal(response.status, 422);
  await node.stop();
});
