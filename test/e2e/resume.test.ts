/** Seats outlive their connections: grace, resume, what was missed, and who may have a seat back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientOp, CloseCode, ServerOp } from "@rockpool/protocol";
import { fixture } from "../harness/components.ts";
import { freshName, type NodeUnderTest } from "../harness/node.ts";
import { Player } from "../harness/player.ts";
import { script } from "../harness/script.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

const functions = {
  puppet: fixture("puppet", { grace: 30 }),
  hasty: fixture("puppet", { name: "hasty", grace: 1 }),
  tiny: fixture("puppet", { name: "tiny", grace: 30, limits: { resumeBytes: 64 } }),
};

/** The query that gets a player's seat back. */
function resumeOf(player: Player, received: number, token = player.welcome.resume): string {
  return `?resume=${encodeURIComponent(token)}&received=${received}&epoch=${player.welcome.epoch}`;
}

async function resumed(
  node: NodeUnderTest,
  room: string,
  player: Player,
  received: number,
  functionName = "puppet",
): Promise<Player> {
  return node.join(functionName, room, resumeOf(player, received));
}

/** Everything that is broadcast in the room, from a player who stays. */
async function watcher(node: NodeUnderTest, room: string, functionName = "puppet"): Promise<Player> {
  const player = await node.join(functionName, room);
  await player.ask(
    script()
      .on("drop", script().tell("dropped"))
      .on("rejoin", script().tell("rejoined"))
      .on("leave", script().tell("left"))
      .broadcast("ready"),
  );
  return player;
}

onEveryShardCount({ functions }, (the) => {
  test("a player who comes back in time is the same player, and the game is told of both", async () => {
    const room = freshName();
    const watching = await watcher(the(), room);
    const player = await the().join("puppet", room);
    player.vanish();
    assert.equal(await watching.nextText(), `dropped ${player.id}`);
    const again = await resumed(the(), room, player, 0);
    assert.deepEqual([again.id, again.welcome.resumed], [player.id, true]);
    assert.equal(await watching.nextText(), `rejoined ${player.id}`);
  });

  test("what was sent meanwhile comes after WELCOME, once and in order", async () => {
    const room = freshName();
    const watching = await watcher(the(), room);
    const player = await the().join("puppet", room);
    watching.play(script().send(player.id, "one"));
    assert.equal(await player.nextText(), "one");
    player.vanish();
    await watching.nextText();
    watching.play(script().send(player.id, "two").send(player.id, "three"));
    await watching.settled();
    const again = await resumed(the(), room, player, 1);
    assert.equal(again.welcome.sent, 1);
    // The room told everybody that the player was away, the player included.
    const told = [await again.nextText(), await again.nextText(), await again.nextText()];
    assert.deepEqual(told, [`dropped ${player.id}`, "two", "three"]);
  });

  test("WELCOME says how many inputs were taken in, and so does ACK", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    await player.ask(script().broadcast("a"));
    await player.ask(script().broadcast("b"));
    if (player.acknowledged < 2) await new Promise((resolve) => player.ws.once("acknowledged", resolve));
    assert.equal(player.acknowledged, 2);
    player.vanish();
    const again = await resumed(the(), room, player, 2);
    assert.equal(again.welcome.received, 2);
  });

  test("frames beyond the seat's buffer are gone, and WELCOME says where the count goes on", async () => {
    const room = freshName();
    const watching = await watcher(the(), room, "tiny");
    const player = await the().join("tiny", room);
    player.vanish();
    await watching.nextText();
    for (const text of ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]) {
      watching.play(script().send(player.id, text));
    }
    await watching.settled();
    const again = await resumed(the(), room, player, 0, "tiny");
    const { sent } = again.welcome;
    assert.ok(sent > 1 && sent < 12, `goes on after ${sent}`);
    // The first frame told that the player was away.
    assert.equal(await again.nextText(), String(sent));
  });

  test("acknowledged frames are not kept", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    await player.ask(script().broadcast("a"));
    player.frame(Uint8Array.of(ClientOp.Ack, 1, 0, 0, 0));
    await player.settled();
    player.vanish();
    const again = await resumed(the(), room, player, 0);
    assert.equal(again.welcome.sent, 1);
  });

  test("ACK of frames that were never sent closes with 4011", async () => {
    const player = await the().join("puppet");
    player.frame(Uint8Array.of(ClientOp.Ack, 1, 0, 0, 0));
    assert.equal((await player.closed).code, CloseCode.BadFrame);
  });

  test("a newer connection replaces the older one with 4012, and the game notices nothing", async () => {
    const room = freshName();
    const watching = await watcher(the(), room);
    const player = await the().join("puppet", room);
    const newer = await resumed(the(), room, player, 0);
    assert.equal((await player.closed).code, CloseCode.Replaced);
    assert.equal(await newer.ask(script().players()), `${watching.id},${newer.id}`);
    await watching.settled();
    assert.equal(watching.unread, 0);
  });

  test("after the grace period the player has left, and the token is of no use", async () => {
    const room = freshName();
    const watching = await watcher(the(), room, "hasty");
    const player = await the().join("hasty", room);
    player.vanish();
    assert.equal(await watching.nextText(), `dropped ${player.id}`);
    assert.equal(await watching.nextText(), `left ${player.id} 1`);
    const { code } = await the().refusal("hasty", room, resumeOf(player, 0));
    assert.equal(code, CloseCode.ResumeExpired);
  });

  test("a player who left for good cannot resume", async () => {
    const room = freshName();
    await watcher(the(), room);
    const player = await the().join("puppet", room);
    await player.leave();
    assert.equal((await the().refusal("puppet", room, resumeOf(player, 0))).code, CloseCode.ResumeExpired);
  });

  test("a token is of no use in another room, nor one that is made up", async () => {
    const player = await the().join("puppet");
    const other = freshName();
    await watcher(the(), other);
    assert.equal((await the().refusal("puppet", other, resumeOf(player, 0))).code, CloseCode.ResumeExpired);
    const forged = resumeOf(player, 0, "A".repeat(player.welcome.resume.length));
    assert.equal((await the().refusal("puppet", player.welcome.room, forged)).code, CloseCode.ResumeExpired);
  });

  test("the token before the newest is good until the first frame, and not after it", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    const first = player.welcome.resume;
    player.vanish();
    const lost = await the().join("puppet", room, resumeOf(player, 0, first));
    // As if this WELCOME had been lost on its way.
    lost.vanish();
    const again = await the().join("puppet", room, resumeOf(player, 0, first));
    await again.ask(script().broadcast("here"));
    again.vanish();
    const late = await the().refusal("puppet", room, resumeOf(player, 0, first));
    assert.equal(late.code, CloseCode.ResumeExpired);
    const newest = await the().join("puppet", room, resumeOf(again, 1));
    assert.equal(newest.id, player.id);
  });

  test("a resume goes through MOVED to the room's shard", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    player.vanish();
    const urls = new Set(the().shardPorts.map((_, shard) => the().roomUrl("puppet", room, { shard })));
    for (const url of urls) {
      const arriving = new Player(`${url}${resumeOf(player, 0)}`);
      const { op, json } = await arriving.nextJson<{ url?: string }>();
      if (op === ServerOp.Welcome) arriving.vanish();
      else assert.match(json.url!, /resume=/);
    }
  });
});
