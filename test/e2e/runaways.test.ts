import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture } from "../harness/components.ts";
import type { NodeUnderTest } from "../harness/node.ts";
import type { Player } from "../harness/player.ts";
import { type Script, type ScriptedCallback, script } from "../harness/script.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

const functions = {
  puppet: fixture("puppet"),
  neighbour: fixture("puppet", { name: "neighbour", tickRate: 20 }),
};

const RUNAWAYS: [what: string, how: () => Script, code: string][] = [
  ["loops for ever", () => script().loop(), "out-of-fuel"],
  ["recurses without end", () => script().recurse(), "too-deep"],
  ["eats all memory", () => script().eat(), "trap"],
];

const CAUSES: [ScriptedCallback, Script][] = [
  ["tick", script().tickRate(50)],
  ["timer", script().setTimer(1, 0)],
];

/** A room on the same shard as `shard`'s others, whose every tick says its number. */
async function neighbour(node: NodeUnderTest, shard: number): Promise<Player> {
  const player = await node.join("neighbour", node.nameOn("neighbour", shard));
  player.play(script().on("tick", script().tell("tick")));
  await player.nextText();
  return player;
}

/** Ticks are told with the room's own count: none is missing, and they go on. */
async function ticksOn(player: Player): Promise<void> {
  const numbers: number[] = [];
  const seen = player.unread;
  for (let i = 0; i < seen + 5; i++) numbers.push(Number((await player.nextText()).split(" ")[1]));
  numbers.forEach((number, i) => {
    assert.equal(number, numbers[0]! + i);
  });
}

onEveryShardCount({ functions }, (the) => {
  for (const [what, how, code] of RUNAWAYS) {
    test(`a room that ${what} ends with 4003, and its neighbour ticks on without a gap`, async () => {
      const bystander = await neighbour(the(), 0);
      const runaway = await the().join("puppet", the().nameOn("puppet", 0));
      runaway.play(how());
      assert.deepEqual(await runaway.closed, { code: 4003, reason: `the room failed in message (${code})` });
      await ticksOn(bystander);
      await bystander.leave();
    });

    for (const [callback, cause] of CAUSES) {
      test(`a room that ${what} in ${callback} ends with 4003`, async () => {
        const player = await the().join("puppet");
        player.play(script().on(callback, how()));
        player.play(cause);
        assert.deepEqual(await player.closed, {
          code: 4003,
          reason: `the room failed in ${callback} (${code})`,
        });
      });
    }

    test(`a function that ${what} in create makes no room, and the node plays on`, async () => {
      const config = Buffer.from(how().bytes).toString("base64");
      const response = await the().post("/v1/rooms/puppet", { config, criteria: { never: "any" } });
      assert.equal(response.status, 500);
      assert.deepEqual(await response.json(), {
        code: "failed",
        message: `the room failed in create (${code})`,
      });
      const player = await the().join("puppet");
      assert.equal(await player.ask(script().get("k")), "none");
      await player.leave();
    });
  }

  test("ten runaways in a row leave the shard as it was", async () => {
    const bystander = await neighbour(the(), 0);
    const { shards: before } = await the().admin.reading();
    for (let i = 0; i < 10; i++) {
      const player = await the().join("puppet", the().nameOn("puppet", 0));
      player.play(RUNAWAYS[i % 3]![1]());
      assert.equal((await player.closed).code, 4003);
    }
    await ticksOn(bystander);
    const { shards: after } = await the().admin.reading();
    const processes = (shards: typeof after) => shards.map(({ pid, restarts }) => ({ pid, restarts }));
    assert.deepEqual(processes(after), processes(before));
  });

  test("memory.grow answers -1 past the limit, and the room lives on", async () => {
    const player = await the().join("puppet");
    const before = Number(await player.ask(script().grow(1)));
    assert.ok(before > 0);
    assert.equal(await player.ask(script().grow(16)), "-1");
    assert.equal(await player.ask(script().grow(0)), String(before + 1));
  });
});
