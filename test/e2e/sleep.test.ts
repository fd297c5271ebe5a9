/** Rooms in which nothing happens sleep in the store, and whatever comes next finds them as they were. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture } from "../harness/components.ts";
import { temporaryFolder } from "../harness/folder.ts";
import { freshName, type NodeUnderTest, startNode } from "../harness/node.ts";
import { script } from "../harness/script.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";
import { until } from "../harness/until.ts";

const sleepy = { durability: "checkpoint", sleepAfter: 0, emptyTtl: 3600 } as const;
const functions = {
  sleepy: fixture("puppet", { ...sleepy, name: "sleepy" }),
  fleeting: fixture("puppet", { ...sleepy, name: "fleeting", emptyTtl: 2 }),
  quiet: fixture("puppet", { ...sleepy, name: "quiet", durability: "journal", sleepAfter: 1 }),
};

/** A counter over all shards. */
async function sum(node: NodeUnderTest, counter: string): Promise<number> {
  const { shards } = await node.admin.reading();
  return shards.reduce((total, { stats }) => total + (stats?.counters[counter] ?? 0), 0);
}

const slept = (node: NodeUnderTest): Promise<number> => sum(node, "rooms_slept");
const restored = (node: NodeUnderTest): Promise<number> => sum(node, "rooms_restored");

/** Rooms of a function, asleep or not. */
async function sleepingAndLive(node: NodeUnderTest, functionName: string): Promise<number> {
  const { shards } = await node.admin.reading();
  const functions = shards.flatMap(({ stats }) => stats?.functions ?? []);
  return functions
    .filter((one) => one.function === functionName)
    .reduce((total, { rooms, sleeping }) => total + rooms + sleeping, 0);
}

async function sleepsAfter<T>(node: NodeUnderTest, act: () => Promise<T>): Promise<T> {
  const before = await slept(node);
  const result = await act();
  await until("the room's sleep", async () => (await slept(node)) > before);
  return result;
}

async function live(node: NodeUnderTest, functionName: string): Promise<string[]> {
  const response = await node.http(`/v1/rooms/${functionName}`);
  return ((await response.json()) as { room: string }[]).map(({ room }) => room);
}

onEveryShardCount({ functions }, (the) => {
  test("an empty room leaves memory, and a join finds it as it was left", async () => {
    const room = freshName();
    await sleepsAfter(the(), async () => {
      const player = await the().join("sleepy", room);
      await player.ask(script().put("k", "v").listing("map", "cave").tickRate(20).broadcast("ready"));
      await player.leave();
    });
    assert.deepEqual(await live(the(), "sleepy"), []);
    const again = await the().join("sleepy", room);
    assert.deepEqual([again.id, again.welcome.epoch, again.welcome.tickRate], [2, 0, 20]);
    assert.equal(await again.ask(script().get("k")), "some v");
    await again.leave();
  });

  test("room time stands still while a room sleeps, and its timers do not", async () => {
    const room = freshName();
    const before = await sleepsAfter(the(), async () => {
      const player = await the().join("sleepy", room);
      await player.ask(
        script().on("timer", script().put("fired", "yes")).setTimer(1, 2500).broadcast("ready"),
      );
      const now = Number(await player.ask(script().now()));
      await player.leave();
      return now;
    });
    const earlier = await restored(the());
    await until("the timer's wake", async () => (await restored(the())) > earlier);
    const again = await the().join("sleepy", room);
    await until("the timer", async () => (await again.ask(script().get("fired"))) === "some yes");
    const passedMs = (Number(await again.ask(script().now())) - before) / 1e6;
    assert.ok(passedMs < 2000, `${passedMs} ms of room time`);
    await again.leave();
  });

  test("a sleeping room that has been empty for its emptyTtl ends", async () => {
    const room = freshName();
    await sleepsAfter(the(), async () => {
      const player = await the().join("fleeting", room);
      await player.ask(script().put("k", "v").broadcast("ready"));
      await player.leave();
    });
    await until("its end", async () => (await sleepingAndLive(the(), "fleeting")) === 0);
    const fresh = await the().join("fleeting", room);
    assert.equal(fresh.id, 1);
    assert.equal(await fresh.ask(script().get("k")), "none");
  });

  test("quiet players stay connected while their room sleeps, and a message wakes it", async () => {
    const room = freshName();
    const [one, two] = await sleepsAfter(the(), async () => {
      const players = [await the().join("quiet", room), await the().join("quiet", room)] as const;
      await players[0].ask(script().put("k", "v").broadcast("ready"));
      await players[1].nextText();
      return players;
    });
    assert.equal(await one.ask(script().get("k")), "some v");
    one.play(script().send(two.id, "hello"));
    assert.equal(await two.nextText(), "hello");
    await one.leave();
    await two.leave();
  });

  test("a player of a sleeping room who leaves is seen to leave", async () => {
    const room = freshName();
    const [one, two] = await sleepsAfter(the(), async () => {
      const players = [await the().join("quiet", room), await the().join("quiet", room)] as const;
      await players[0].ask(script().on("leave", script().tell("left")).broadcast("ready"));
      await players[1].nextText();
      return players;
    });
    await two.leave();
    assert.equal(await one.nextText(), `left ${two.id} 0`);
    await one.leave();
  });
});

test("rooms sleep through a restart of the node", async () => {
  using folder = temporaryFolder();
  const room = freshName();
  const first = await startNode({ functions, data: folder.path });
  await sleepsAfter(first, async () => {
    const player = await first.join("sleepy", room);
    await player.ask(script().put("k", "v").broadcast("ready"));
    await player.leave();
  });
  await first.kill();
  const second = await startNode({ data: folder.path });
  try {
    assert.equal(await restored(second), 0);
    const again = await second.join("sleepy", room);
    assert.deepEqual([again.id, again.welcome.epoch], [2, 0]);
    assert.equal(await again.ask(script().get("k")), "some v");
  } finally {
    await second.stop();
  }
});
