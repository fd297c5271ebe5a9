import assert from "node:assert/strict";
import { test } from "node:test";
import { CloseCode, ServerOp } from "@rockpool/protocol";
import { fixture } from "../harness/components.ts";
import { freshName } from "../harness/node.ts";
import type { Player } from "../harness/player.ts";
import { type Script, type ScriptedCallback, script } from "../harness/script.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

const functions = {
  puppet: fixture("puppet"),
  ticking: fixture("puppet", { name: "ticking", tickRate: 50 }),
};

/** Everything a player sees from now on is the room's failure in this callback: no DATA comes before it. */
async function seesOnlyFailure(player: Player, callback: string, code = "trap"): Promise<void> {
  const { frames, closed } = await player.rest();
  assert.deepEqual(
    frames.map((frame) => frame[0]),
    [ServerOp.Error],
  );
  const message = `the room failed in ${callback} (${code})`;
  assert.deepEqual(JSON.parse(frames[0]!.subarray(1).toString()), { code: CloseCode.RoomFailed, message });
  assert.deepEqual(closed, { code: CloseCode.RoomFailed, reason: message });
}

/** Asks for one of every effect, then traps. */
function everythingThenTrap(): Script {
  return script()
    .send(1, "lost")
    .broadcast("lost")
    .broadcastExcept(9, "lost")
    .setTimer(1, 0)
    .tickRate(100)
    .listing("k", "v")
    .lock(true)
    .put("k", "v")
    .kick(1, "lost")
    .end()
    .trap();
}

onEveryShardCount({ functions }, (the) => {
  test("a trap in message ends the room with 4003, without any effect of the callback", async () => {
    const room = freshName();
    const [a, b] = [await the().join("puppet", room), await the().join("puppet", room)];
    a.play(everythingThenTrap());
    await Promise.all([seesOnlyFailure(a, "message"), seesOnlyFailure(b, "message")]);
  });

  const caused: [ScriptedCallback, (player: Player, room: string) => Promise<void> | void][] = [
    ["join", async (_, room) => void (await the().refusal("puppet", room))],
    ["tick", (player) => player.play(script().tickRate(50))],
    ["timer", (player) => player.play(script().setTimer(1, 5))],
    ["leave", async (_, room) => void (await (await the().join("puppet", room)).leave())],
    ["close", (player) => player.play(script().end())],
  ];
  for (const [callback, cause] of caused) {
    test(`a trap in ${callback} ends the room with 4003, without any effect of the callback`, async () => {
      const room = freshName();
      const player = await the().join("puppet", room);
      player.play(script().on(callback, everythingThenTrap()));
      await player.settled();
      const failure = seesOnlyFailure(player, callback);
      await cause(player, room);
      await failure;
    });
  }

  test("a trap in create refuses the room, which never was", async () => {
    const config = Buffer.from(everythingThenTrap().bytes).toString("base64");
    const response = await the().post("/v1/rooms/puppet", { config, criteria: { never: freshName() } });
    const answer = (await response.json()) as { code: string; message: string };
    assert.deepEqual(
      { status: response.status, ...answer },
      { status: 500, code: "failed", message: "the room failed in create (trap)" },
    );
    assert.ok(!(await the().admin.rooms("puppet")).some(({ listing }) => listing.length > 0));
  });

  test("the player whose join traps gets 4003 too", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    player.play(script().on("join", everythingThenTrap()));
    await player.settled();
    const refused = await the().refusal("puppet", room);
    assert.deepEqual(refused, { code: 4003, reason: "the room failed in join (trap)" });
    await player.closed;
  });

  test("a refused join leaves no effect, and its id is not given again", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    player.play(
      script().on(
        "join",
        script().broadcast("lost").put("k", "v").listing("k", "v").lock(true).refuse("go away"),
      ),
    );
    await player.settled();
    assert.deepEqual(await the().refusal("puppet", room), { code: 4006, reason: "go away" });
    player.play(script().on("join", script().tell("joined")));
    assert.equal(await player.ask(script().get("k").players()), "none");
    assert.equal(await player.nextText(), "1");
    const next = await the().join("puppet", room);
    assert.equal(next.id, 3);
    assert.deepEqual((await the().admin.rooms("puppet")).find((one) => one.room === room)?.listing, []);
  });

  test("a room that failed is made anew by the next join", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    player.play(script().put("k", "v").trap());
    await player.closed;
    const again = await the().join("puppet", room);
    assert.equal(await again.ask(script().get("k")), "none");
  });

  test("frames that were under way when the room failed change nothing", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    for (let i = 0; i < 50; i++) player.play(i === 0 ? script().trap() : script().broadcast("late"));
    await seesOnlyFailure(player, "message");
  });

  test("values and listing of callbacks before the one that trapped were visible until then", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    assert.equal(await player.ask(script().put("k", "v").listing("map", "cave").get("k")), "some v");
    const listed = (await the().admin.rooms("puppet")).find((one) => one.room === room);
    assert.deepEqual(listed?.listing, [["map", "cave"]]);
    player.play(script().listing("map", "lost").trap());
    await seesOnlyFailure(player, "message");
  });

  test("ticks of a function with a tick rate are atomic as well", async () => {
    const player = await the().join("ticking");
    player.play(script().on("tick", script().tell("tick")));
    await player.nextText();
    player.play(script().on("tick", everythingThenTrap()));
    const { frames, closed } = await player.rest();
    assert.ok(!frames.some((frame) => frame.subarray(1).toString() === "lost"));
    assert.equal(closed.code, CloseCode.RoomFailed);
  });

  test("the log says which callback of which room failed and how, and for whom", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    player.play(script().trap());
    await player.closed;
    const line = await the().logged("the failure", (one) => one.msg === "room failed" && one.room === room);
    assert.deepEqual(
      [line.function, line.callback, line.code, line.player],
      ["puppet", "message", "trap", player.id],
    );
    assert.match(String(line.fault), /unreachable/);
  });
});
