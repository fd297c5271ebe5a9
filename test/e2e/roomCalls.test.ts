import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture } from "../harness/components.ts";
import { freshName } from "../harness/node.ts";
import { SELF, script } from "../harness/script.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";
import { until } from "../harness/until.ts";

const functions = {
  puppet: fixture("puppet"),
  brief: fixture("puppet", { name: "brief", emptyTtl: 0 }),
  lasting: fixture("puppet", { name: "lasting", emptyTtl: 3600 }),
};

onEveryShardCount({ functions }, (the) => {
  test("broadcast reaches everyone, broadcastExcept everyone but one, send one", async () => {
    const room = freshName();
    const [a, b, c] = [
      await the().join("puppet", room),
      await the().join("puppet", room),
      await the().join("puppet", room),
    ];
    a.play(script().broadcast("all").broadcastExcept(b.id, "not b").send(c.id, "c").broadcast("end"));
    const heard = async (player: typeof a) => {
      const texts: string[] = [];
      while (texts.at(-1) !== "end") texts.push(await player.nextText());
      return texts;
    };
    assert.deepEqual(await heard(a), ["all", "not b", "end"]);
    assert.deepEqual(await heard(b), ["all", "end"]);
    assert.deepEqual(await heard(c), ["all", "not b", "c", "end"]);
  });

  test("messages to players that are not there go nowhere", async () => {
    const player = await the().join("puppet");
    assert.equal(
      await player.ask(script().send(77, "lost").kick(78, "lost").broadcastExcept(79, "kept")),
      "kept",
    );
  });

  test("players are told in order, without those who left", async () => {
    const room = freshName();
    const [a, b, c] = [
      await the().join("puppet", room),
      await the().join("puppet", room),
      await the().join("puppet", room),
    ];
    await b.leave();
    assert.equal(await a.ask(script().players()), `${a.id},${c.id}`);
  });

  test("a room knows its name", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    assert.equal(await player.ask(script().name()), room);
  });

  test("claims are empty", async () => {
    const room = freshName();
    const first = await the().join("puppet", room);
    first.play(script().on("join", script().tell("claims")));
    await first.settled();
    await the().join("puppet", room);
    assert.equal(await first.nextText(), "claims 0");
  });

  test("kick closes with 4014 and the reason, and the game is told", async () => {
    const room = freshName();
    const [a, b] = [await the().join("puppet", room), await the().join("puppet", room)];
    a.play(script().on("leave", script().tell("left")).kick(b.id, "cheating"));
    const { frames, closed } = await b.rest();
    assert.deepEqual(closed, { code: 4014, reason: "cheating" });
    assert.deepEqual(JSON.parse(frames.at(-1)!.subarray(1).toString()), { code: 4014, message: "cheating" });
    assert.equal(await a.nextText(), `left ${b.id} 2`);
  });

  test("a player may kick itself, and what was sent before arrives", async () => {
    const player = await the().join("puppet");
    player.play(script().send(SELF, "bye").kick(SELF, "go"));
    assert.equal(await player.nextText(), "bye");
    assert.equal((await player.closed).code, 4014);
  });

  test("LEAVE tells the game the player left, a lost connection that it timed out", async () => {
    const room = freshName();
    const watcher = await the().join("puppet", room);
    watcher.play(script().on("leave", script().tell("left")));
    await watcher.settled();
    const [leaver, loser] = [await the().join("puppet", room), await the().join("puppet", room)];
    await leaver.leave();
    assert.equal(await watcher.nextText(), `left ${leaver.id} 0`);
    loser.vanish();
    assert.equal(await watcher.nextText(), `left ${loser.id} 1`);
  });

  test("timers come in the order of their due times", async () => {
    const player = await the().join("puppet");
    player.play(script().on("timer", script().tell("timer")).setTimer(3, 90).setTimer(1, 30).setTimer(2, 60));
    assert.deepEqual(
      [await player.nextText(), await player.nextText(), await player.nextText()],
      ["timer 1", "timer 2", "timer 3"],
    );
  });

  test("a cleared timer does not come, and one set again comes once, later", async () => {
    const player = await the().join("puppet");
    player.play(
      script()
        .on("timer", script().tell("timer"))
        .setTimer(1, 20)
        .setTimer(2, 10)
        .setTimer(3, 60)
        .clearTimer(1)
        .setTimer(2, 40),
    );
    assert.deepEqual([await player.nextText(), await player.nextText()], ["timer 2", "timer 3"]);
    await player.settled();
    assert.equal(player.unread, 0);
  });

  test("a timer of 0 ms comes after the callback that set it", async () => {
    const player = await the().join("puppet");
    player.play(script().on("timer", script().tell("timer")).setTimer(1, 0).send(SELF, "first"));
    assert.deepEqual([await player.nextText(), await player.nextText()], ["first", "timer 1"]);
  });

  test("setTickRate starts ticks, changes their dt and stops them", async () => {
    const player = await the().join("puppet");
    player.play(script().on("tick", script().tell("tick")).tickRate(50));
    assert.equal(await player.nextText(), "tick 1 20.0");
    assert.equal(await player.nextText(), "tick 2 20.0");
    player.play(script().tickRate(100).send(SELF, "changed"));
    await player.textThat((text) => text === "changed");
    assert.match(await player.nextText(), /^tick \d+ 10\.0$/);
    player.play(script().tickRate(0).send(SELF, "stopped"));
    await player.textThat((text) => text === "stopped");
    await player.settled();
    assert.equal(player.unread, 0);
  });

  test("a tick rate over 128 Hz becomes 128 Hz", async () => {
    const player = await the().join("puppet");
    player.play(script().on("tick", script().tell("tick")).tickRate(4_000_000_000));
    assert.equal(await player.nextText(), `tick 1 ${1000 / 128}`);
  });

  test("room time stands still within a callback and goes on between them", async () => {
    const player = await the().join("puppet");
    player.play(script().now().now());
    const [first, second] = [await player.nextText(), await player.nextText()];
    assert.equal(first, second);
    assert.ok(BigInt(await player.ask(script().now())) > BigInt(first));
  });

  test("room time advances by whole periods from tick to tick", async () => {
    const player = await the().join("puppet");
    player.play(script().on("tick", script().now()).tickRate(50));
    let before = BigInt(await player.nextText());
    for (let tick = 0; tick < 5; tick++) {
      const now = BigInt(await player.nextText());
      // Several where the machine stalled and ticks were dropped.
      assert.equal((now - before) % 20_000_000n, 0n);
      assert.ok(now > before);
      before = now;
    }
  });

  test("two rooms draw different random numbers", async () => {
    const [a, b] = [await the().join("puppet"), await the().join("puppet")];
    const drawn = [
      await a.ask(script().random()),
      await a.ask(script().random()),
      await b.ask(script().random()),
    ];
    assert.equal(new Set(drawn).size, 3);
  });

  test("values are kept, replaced and deleted", async () => {
    const player = await the().join("puppet");
    assert.equal(await player.ask(script().get("gold")), "none");
    assert.equal(await player.ask(script().put("gold", "7").get("gold")), "some 7");
    assert.equal(await player.ask(script().put("gold", "").get("gold")), "some ");
    assert.equal(await player.ask(script().delete("gold").get("gold")), "none");
  });

  test("values of one room are not another's", async () => {
    const [a, b] = [await the().join("puppet"), await the().join("puppet")];
    await a.ask(script().put("gold", "7").get("gold"));
    assert.equal(await b.ask(script().get("gold")), "none");
  });

  test("keys that are names of JavaScript's own are keys like any other", async () => {
    const player = await the().join("puppet");
    for (const key of ["__proto__", "constructor", "toString", ""]) {
      assert.equal(await player.ask(script().get(key)), "none", key);
      assert.equal(await player.ask(script().put(key, key).get(key)), `some ${key}`);
    }
  });

  test("a room that ends itself closes everyone with 4002 and is gone", async () => {
    const room = freshName();
    const [a, b] = [await the().join("puppet", room), await the().join("puppet", room)];
    a.play(script().broadcast("over").end());
    assert.equal(await a.nextText(), "over");
    assert.equal((await a.closed).code, 4002);
    assert.equal(await b.nextText(), "over");
    assert.equal((await b.closed).code, 4002);
    const again = await the().join("puppet", room);
    assert.equal(again.id, 1);
  });

  test("close is the game's last callback, and what it sends arrives before the end", async () => {
    const player = await the().join("puppet");
    player.play(
      script().on("leave", script().log("left too")).on("close", script().broadcast("farewell")).end(),
    );
    assert.equal(await player.nextText(), "farewell");
    assert.equal((await player.closed).code, 4002);
    assert.ok(!the().log.some((line) => JSON.stringify(line).includes("left too")));
  });

  test("an empty room with emptyTtl 0 is gone at once", async () => {
    const room = freshName();
    const player = await the().join("brief", room);
    await player.ask(script().put("k", "v").get("k"));
    await player.leave();
    await until("the room's end", async () => (await the().admin.rooms("brief")).length === 0);
    const again = await the().join("brief", room);
    assert.equal(await again.ask(script().get("k")), "none");
  });

  test("an empty room lives on for its emptyTtl", async () => {
    const room = freshName();
    const player = await the().join("lasting", room);
    await player.ask(script().put("k", "v").get("k"));
    await player.leave();
    const again = await the().join("lasting", room);
    assert.equal(await again.ask(script().get("k")), "some v");
    assert.equal(again.id, 2);
  });

  test("the guest's log carries function and room, and control characters do not reach a terminal", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    player.play(script().log(`\x1b[2J${room} says hi`));
    const line = await the().logged("the guest's own", (one) =>
      JSON.stringify(one).includes(`${room} says hi`),
    );
    assert.deepEqual({ function: line.function, room: line.room }, { function: "puppet", room });
  });
});
