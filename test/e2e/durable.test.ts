/** Rooms that survive: failed inputs, killed shards, restarted nodes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CloseCode } from "@rockpool/protocol";
import { fixture } from "../harness/components.ts";
import { temporaryFolder } from "../harness/folder.ts";
import { freshName, type NodeUnderTest, startNode } from "../harness/node.ts";
import type { Player } from "../harness/player.ts";
import { script } from "../harness/script.ts";
import { onEveryShardCount, SHARD_COUNTS } from "../harness/shardCounts.ts";
import { until } from "../harness/until.ts";

const lasting = { grace: 30, emptyTtl: 3600, faults: 8 };
const functions = {
  puppet: fixture("puppet", lasting),
  journaled: fixture("puppet", { ...lasting, name: "journaled", durability: "journal" }),
  checkpointed: fixture("puppet", { ...lasting, name: "checkpointed", durability: "checkpoint" }),
};

function resumeOf(player: Player, received: number): string {
  const { resume, epoch } = player.welcome;
  return `?resume=${encodeURIComponent(resume)}&received=${received}&epoch=${epoch}`;
}

async function killShardOf(node: NodeUnderTest, functionName: string, room: string): Promise<void> {
  const { shards } = await node.admin.reading();
  const victim = shards.find(
    ({ shard }) => node.directUrl(functionName, room) === node.roomUrl(functionName, room, { shard }),
  )!;
  process.kill(victim.pid!, "SIGKILL");
  await until("the shard's return", async () => {
    const { ready, shards: all } = await node.admin.reading();
    return ready && all[victim.shard]?.pid !== victim.pid;
  });
}

onEveryShardCount({ functions }, (the) => {
  test("a message that traps is taken back: the room and everything in it goes on", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    await player.ask(script().put("k", "kept").on("fault", script().tell("fault")).broadcast("ready"));
    player.play(script().put("k", "lost").broadcast("lost").trap());
    assert.match(await player.nextText(), /^fault message failed \(trap\)/);
    assert.equal(await player.ask(script().get("k")), "some kept");
  });

  test("after a rollback the room draws the random numbers that it would have drawn", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    await player.ask(script().random());
    player.play(script().random().random().trap());
    const after = await player.ask(script().random());
    const [a, b] = after.split(" ");
    assert.notEqual(a, b);
    assert.equal(player.unread, 0, "nothing of the failed input was sent");
  });

  test("a player whose messages fail twice is kicked, and the others play on", async () => {
    const room = freshName();
    const watching = await the().join("puppet", room);
    const poisoner = await the().join("puppet", room);
    poisoner.play(script().trap());
    poisoner.play(script().trap());
    assert.equal((await poisoner.closed).code, CloseCode.Kicked);
    assert.equal(await watching.ask(script().players()), String(watching.id));
  });

  test("too many failures within a minute end the room with 4003", async () => {
    const room = freshName();
    const watching = await the().join("puppet", room);
    watching.play(script().on("timer", script().trap()));
    for (let id = 1; id <= lasting.faults + 1; id++) watching.play(script().setTimer(id, 1));
    assert.equal((await watching.closed).code, CloseCode.RoomFailed);
  });

  test("inputs that come during a rollback are taken in after it, in order", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    const other = await the().join("puppet", room);
    // Something to replay, so that the rollback takes several slices.
    for (let n = 0; n < 300; n++) player.play(script().repeat(200, script().put("k", String(n))));
    other.play(script().trap());
    for (let n = 0; n < 5; n++) player.play(script().broadcast(`after ${n}`));
    for (let n = 0; n < 5; n++) assert.equal(await player.nextText(), `after ${n}`);
    assert.equal(await player.ask(script().get("k")), "some 299");
  });
});

for (const shards of SHARD_COUNTS) {
  test(`a killed shard brings back what a journaled room has acknowledged (shards: ${shards})`, async () => {
    const node = await startNode({ shards, functions });
    try {
      const room = freshName();
      const player = await node.join("journaled", room);
      await player.ask(script().put("k", "kept").listing("map", "cave").setTimer(1, 60_000).broadcast("one"));
      player.play(script().on("tick", script()).put("n", "2"));
      await until("the acknowledgement", () => player.acknowledged === 2);
      await killShardOf(node, "journaled", room);
      const again = await node.join("journaled", room, resumeOf(player, 1));
      assert.deepEqual(
        [again.id, again.welcome.resumed, again.welcome.received, again.welcome.sent],
        [player.id, true, 2, 1],
      );
      assert.ok(again.welcome.epoch > player.welcome.epoch);
      assert.equal(await again.ask(script().get("k")), "some kept");
      assert.equal(await again.ask(script().get("n")), "some 2");
    } finally {
      await node.kill();
    }
  });

  test(`ticks and timers of a recovered room go on (shards: ${shards})`, async () => {
    const node = await startNode({ shards, functions });
    try {
      const room = freshName();
      const player = await node.join("journaled", room);
      await player.ask(
        script()
          .on("tick", script().tell("tick"))
          .on("timer", script().tell("timer"))
          .setTimer(7, 1500)
          .broadcast("ready"),
      );
      player.play(script().tickRate(10));
      const before = Number((await player.textThat((text) => text.startsWith("tick 5"))).split(" ")[1]);
      await until("the acknowledgement", () => player.acknowledged === 2);
      await killShardOf(node, "journaled", room);
      const again = await node.join("journaled", room, resumeOf(player, 6));
      const next = await again.textThat((text) => text.startsWith("tick"));
      assert.ok(Number(next.split(" ")[1]) > before - 3, `${next} after tick ${before}`);
      assert.equal(await again.textThat((text) => text.startsWith("timer")), "timer 7");
    } finally {
      await node.kill();
    }
  });

  test(`a node that is stopped and started again has its durable rooms (shards: ${shards})`, async () => {
    using folder = temporaryFolder();
    const first = await startNode({ shards, functions, data: folder.path });
    const rooms = ["journaled", "checkpointed"].map((name) => ({ name, room: freshName() }));
    const players: Player[] = [];
    for (const { name, room } of rooms) {
      const player = await first.join(name, room);
      await player.ask(script().put("k", name).broadcast("ready"));
      players.push(player);
    }
    await first.stop();
    const second = await startNode({ shards, data: folder.path });
    try {
      for (const [i, { name, room }] of rooms.entries()) {
        const again = await second.join(name, room, resumeOf(players[i]!, 1));
        assert.equal(again.id, players[i]!.id);
        assert.equal(await again.ask(script().get("k")), `some ${name}`);
      }
    } finally {
      await second.stop();
    }
  });

  test(`a killed shard ends the seats of rooms that are not durable with 4010 (shards: ${shards})`, async () => {
    const node = await startNode({ shards, functions });
    try {
      const room = freshName();
      const player = await node.join("puppet", room);
      await killShardOf(node, "puppet", room);
      assert.equal((await node.refusal("puppet", room, resumeOf(player, 0))).code, CloseCode.ResumeExpired);
    } finally {
      await node.kill();
    }
  });

  test(`a room that ended does not come back (shards: ${shards})`, async () => {
    using folder = temporaryFolder();
    const first = await startNode({ shards, functions, data: folder.path });
    const room = freshName();
    const player = await first.join("journaled", room);
    await player.ask(script().put("k", "v").broadcast("ready"));
    player.play(script().end());
    assert.equal((await player.closed).code, CloseCode.RoomEnded);
    await first.stop();
    const second = await startNode({ shards, data: folder.path });
    try {
      const fresh = await second.join("journaled", room);
      assert.equal(fresh.id, 1);
      assert.equal(await fresh.ask(script().get("k")), "none");
    } finally {
      await second.stop();
    }
  });
}
