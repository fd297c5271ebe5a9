/** Each limit of a function has a test that goes up to it and one step past it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FUNCTION_LIMITS, type LimitName } from "@rockpool/protocol";
import { fixture } from "../harness/components.ts";
import { startNode } from "../harness/node.ts";
import type { Player } from "../harness/player.ts";
import { type Script, script } from "../harness/script.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

/** Small, so that the step past each is cheap to take. */
const LIMITS = {
  fuel: 1_000_000,
  memoryPages: 4,
  messagesPerCallback: 5,
  bytesPerCallback: 2000,
  timers: 3,
  values: 2,
  valueBytes: 10,
  listingPairs: 2,
  logBytes: 200,
  messageRate: 25,
  frameBytes: 300,
  resumeBytes: 1000,
  callSeconds: 1,
} as const satisfies Record<LimitName, number>;

/** Limits whose crossing fails the callback with the limit's name; the rest have tests of their own. */
const FAILING: Partial<Record<LimitName, { within: Script; past: Script }>> = {
  messagesPerCallback: {
    within: script().repeat(4, script().broadcast("")).broadcast("ok"),
    past: script().repeat(6, script().broadcast("")),
  },
  bytesPerCallback: { within: script().fill(900).broadcast("ok"), past: script().fill(1999).fill(10) },
  timers: {
    within: script().setTimer(1, 1e6).setTimer(2, 1e6).setTimer(3, 1e6).setTimer(3, 1e6).broadcast("ok"),
    past: script().setTimer(4, 1e6),
  },
  values: {
    within: script().put("a", "").put("b", "").put("b", "1").broadcast("ok"),
    past: script().put("c", ""),
  },
  valueBytes: { within: script().putFill("a", 10).broadcast("ok"), past: script().putFill("a", 11) },
  listingPairs: {
    within: script().listing("a", "").listing("b", "").listing("b", "1").broadcast("ok"),
    past: script().listing("c", ""),
  },
};

const functions = {
  puppet: fixture("puppet", { limits: LIMITS }),
  roomy: fixture("puppet", { name: "roomy" }),
};

/** Resolves with the first DATA that says "ok". */
function saysOk(player: Player): Promise<string> {
  return player.textThat((text) => text === "ok");
}

onEveryShardCount({ functions }, (the) => {
  for (const [limit, { within, past }] of Object.entries(FAILING)) {
    test(`${limit}: up to it all is well, one more fails the callback, and the log names the limit`, async () => {
      const player = await the().join("puppet");
      player.play(within);
      await saysOk(player);
      player.play(past);
      assert.deepEqual(await player.closed, { code: 4003, reason: "the room failed in message (limit)" });
      const { room } = player.welcome;
      const line = await the().logged(limit, (one) => one.msg === "room failed" && one.room === room);
      assert.match(String(line.fault), new RegExp(`"${limit}"`));
    });
  }

  test("fuel: work within it is done, work past it fails the callback", async () => {
    const player = await the().join("puppet");
    player.play(script().repeat(20, script().repeat(1, script())).broadcast("ok"));
    await saysOk(player);
    player.play(script().repeat(100_000, script().repeat(1, script())));
    assert.deepEqual(await player.closed, { code: 4003, reason: "the room failed in message (out-of-fuel)" });
  });

  test("fuel: bytes handed to the host are charged", async () => {
    const player = await the().join("puppet");
    player.play(script().repeat(6000, script().logFill(190)));
    assert.deepEqual(await player.closed, { code: 4003, reason: "the room failed in message (out-of-fuel)" });
  });

  test("memoryPages: memory.grow reaches it and answers -1 past it", async () => {
    const player = await the().join("puppet");
    const pages = Number(await player.ask(script().grow(0)));
    assert.equal(await player.ask(script().grow(LIMITS.memoryPages - pages)), String(pages));
    assert.equal(await player.ask(script().grow(1)), "-1");
    assert.equal(await player.ask(script().grow(0)), String(LIMITS.memoryPages));
  });

  test("logBytes: what is over is dropped and counted, and the room lives on", async () => {
    const player = await the().join("puppet");
    const dropped = async () => {
      const { shards } = await the().admin.reading();
      return shards.reduce((sum, { stats }) => sum + (stats?.counters.guest_log_bytes_dropped ?? 0), 0);
    };
    const before = await dropped();
    player.play(script().log("ok".repeat(10)).logFill(500).broadcast("ok"));
    await saysOk(player);
    assert.ok((await dropped()) >= before + 300);
  });

  test("messageRate: twice the rate passes at once, much more gets 4008", async () => {
    const player = await the().join("puppet");
    for (let i = 0; i < LIMITS.messageRate * 2; i++) player.play(script().broadcast(String(i)));
    for (let i = 0; i < LIMITS.messageRate * 2; i++) assert.equal(await player.nextText(), String(i));
    const flooder = await the().join("puppet");
    for (let i = 0; i < LIMITS.messageRate * 20; i++) flooder.play(script());
    assert.deepEqual(await flooder.closed, { code: 4008, reason: "more than 25 frames a second" });
  });

  test("messageRate: the flooder's room and its other players stay", async () => {
    const room = the().nameOn("puppet", 0);
    const [calm, flooder] = [await the().join("puppet", room), await the().join("puppet", room)];
    for (let i = 0; i < LIMITS.messageRate * 20; i++) flooder.play(script());
    await flooder.closed;
    assert.equal(await calm.ask(script().players()), String(calm.id));
  });

  test("frameBytes: a frame of that size passes, one more byte gets 4011", async () => {
    const player = await the().join("puppet");
    // Besides the text: the frame's opcode, the script's, and two bytes of length.
    const longest = script().broadcast("y".repeat(LIMITS.frameBytes - 4));
    assert.equal(longest.bytes.length + 1, LIMITS.frameBytes);
    assert.equal((await player.ask(longest)).length, LIMITS.frameBytes - 4);
    player.play(script().broadcast("y".repeat(LIMITS.frameBytes - 3)));
    assert.deepEqual(await player.closed, { code: 4011, reason: "frame of more than 300 bytes" });
  });

  test("a key of 256 bytes is taken, one of 257 fails the callback", async () => {
    for (const call of ["put", "listing"] as const) {
      const player = await the().join("roomy");
      player.play(script()[call]("k".repeat(256), "v").broadcast("ok"));
      await saysOk(player);
      player.play(script()[call]("k".repeat(257), "v"));
      assert.equal((await player.closed).reason, "the room failed in message (limit)");
    }
  });
});

test("a node grants at most its own maximum, whatever a manifest asks for", async () => {
  const greedy = fixture("puppet", { limits: { values: FUNCTION_LIMITS.values.max } });
  const node = await startNode({ functions: { puppet: greedy }, flags: ["--max-values", "1"] });
  const player = await node.join("puppet");
  player.play(script().put("a", "").broadcast("ok"));
  await saysOk(player);
  player.play(script().put("b", ""));
  assert.equal((await player.closed).code, 4003);
  await node.stop();
});
