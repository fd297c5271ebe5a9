/** A smoke set over the `ws` transport, which a node falls back to where uWebSockets.js does not load. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "@rockpool/client";
import { ClientOp, ServerOp } from "@rockpool/protocol";
import { fixture, sample } from "../harness/components.ts";
import { freshName } from "../harness/node.ts";
import { script } from "../harness/script.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

const functions = { echo: sample("echo"), puppet: fixture("puppet"), caller: fixture("caller") };

onEveryShardCount({ functions, env: { ROCKPOOL_TRANSPORT: "ws" } }, (the) => {
  test("messages come back, PING is answered, LEAVE ends", async () => {
    const player = await the().join("echo");
    player.send("hello");
    assert.equal(await player.nextText(), "hello");
    player.frame(Uint8Array.of(ClientOp.Ping, 1));
    assert.deepEqual([...(await player.next())], [ServerOp.Pong, 1]);
    assert.equal((await player.leave()).code, 4000);
  });

  test("rooms on every shard are reached from the game port", async () => {
    for (let i = 0; i < 6; i++) {
      const room = connect({ url: the().url, function: "echo", room: freshName() });
      await room.ready;
      room.leave();
    }
  });

  test("bad frames get 4011, a room that fails 4003, a kick 4014", async () => {
    const [bad, failing, kicked] = [
      await the().join("puppet"),
      await the().join("puppet"),
      await the().join("puppet"),
    ];
    bad.frame(Uint8Array.of(0x7f));
    failing.play(script().broadcast("lost").trap());
    kicked.play(script().kick(0, "out"));
    assert.equal((await bad.closed).code, 4011);
    assert.equal((await failing.rest()).frames.length, 1);
    assert.equal((await kicked.closed).code, 4014);
  });

  test("a broadcast reaches everyone in the room", async () => {
    const room = freshName();
    const [a, b] = [await the().join("puppet", room), await the().join("puppet", room)];
    a.play(script().broadcast("all"));
    assert.deepEqual([await a.nextText(), await b.nextText()], ["all", "all"]);
  });

  test("HTTP routes answer", async () => {
    assert.equal((await the().http("/v1/ping")).status, 200);
    assert.equal((await the().post("/v1/rooms/puppet", { criteria: { map: "new" } })).status, 201);
    const response = await the().http("/v1/call/caller", { method: "POST", body: "ok" });
    assert.equal(await response.text(), "ok");
  });

  test("ticks run", async () => {
    const player = await the().join("puppet");
    player.play(script().on("tick", script().tell("tick")).tickRate(50));
    assert.equal(await player.nextText(), "tick 1 20.0");
  });
});
