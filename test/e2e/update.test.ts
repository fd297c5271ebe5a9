/** New versions of the code under live rooms: `migrate`, `new-rooms` and rollback, seen from the players' sockets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder } from "../harness/folder.ts";
import { ledger, mood } from "../harness/ledger.ts";
import { freshName, type NodeUnderTest, startNode } from "../harness/node.ts";
import type { Player } from "../harness/player.ts";
import { onEveryShardCount, SHARD_COUNTS } from "../harness/shardCounts.ts";
import { until } from "../harness/until.ts";

let names = 0;
/** A function that no other test uses, live in layout 1. */
async function deployed(node: NodeUnderTest, patch: Parameters<typeof ledger>[1] = {}) {
  const name = `ledger-${names++}`;
  const { version } = await node.admin.deploy(name, await ledger(1, { ...patch, name }));
  return { name, version };
}

/** Joins, and reads what the room says first. */
async function enter(node: NodeUnderTest, name: string, room = freshName(), query = ""): Promise<Player> {
  const player = await node.join(name, room, query);
  if (!player.welcome.resumed) assert.match(await player.nextText(), / joined$/);
  return player;
}

function ask(player: Player, text: string): Promise<string> {
  player.send(text);
  return player.nextText();
}

function resumeOf(player: Player, received: number): string {
  const { resume, epoch } = player.welcome;
  return `?resume=${encodeURIComponent(resume)}&received=${received}&epoch=${epoch}`;
}

onEveryShardCount({}, (the) => {
  test("a room is taken over by code of another layout, with what it holds, and its player hears no close", async () => {
    const { name, version } = await deployed(the());
    const room = freshName();
    const player = await enter(the(), name, room);
    assert.equal(await ask(player, "add 5"), "1 added 5");
    assert.equal(await ask(player, "put map cave"), "1 put");
    const result = await the().admin.deploy(name, await ledger(2, { name }), "migrate");
    assert.deepEqual([result.previous, result.roomsMigrated, result.roomsKept], [version, 1, []]);
    assert.equal(await player.nextText(), "2 restored");
    assert.equal(await ask(player, "add 2"), "2 added 2");
    assert.equal(await ask(player, "sum"), "2 sum 7 heard 4");
    assert.equal(await ask(player, "get map"), "2 cave");
    const [summary] = await the().admin.rooms(name);
    assert.deepEqual([summary!.version, summary!.listing], [result.version, [["map", "cave"]]]);
    const later = await enter(the(), name, room);
    assert.equal(later.welcome.version, result.version);
    assert.equal(later.id, player.id + 1);
  });

  test("a timer that is pending goes off in the new code", async () => {
    const { name } = await deployed(the());
    const player = await enter(the(), name);
    await ask(player, "timer 7 1500");
    await the().admin.deploy(name, await ledger(2, { name }), "migrate");
    assert.equal(await player.textThat((text) => text.includes("timer")), "2 timer 7");
  });

  test("a player in grace comes back to the new code, with what the old one said meanwhile", async () => {
    const { name } = await deployed(the(), { grace: 30 });
    const room = freshName();
    const [stays, goes] = [await enter(the(), name, room), await enter(the(), name, room)];
    goes.vanish();
    assert.equal(await stays.nextText(), `1 drop ${goes.id}`);
    stays.send("say meanwhile");
    assert.equal(await stays.nextText(), "1 meanwhile");
    const { version } = await the().admin.deploy(name, await ledger(2, { name, grace: 30 }), "migrate");
    const again = await enter(the(), name, room, resumeOf(goes, 1));
    assert.deepEqual([again.id, again.welcome.resumed, again.welcome.version], [goes.id, true, version]);
    const heard = [];
    for (let n = 0; n < 4; n++) heard.push(await again.nextText());
    assert.deepEqual(heard, [`1 drop ${goes.id}`, "1 meanwhile", "2 restored", `2 rejoin ${goes.id}`]);
  });

  test("messages that are sent all the time are each answered once, in order, by one code and then the other", async () => {
    const { name } = await deployed(the());
    const rooms = Array.from({ length: 6 }, () => freshName());
    const players = await Promise.all(rooms.map((room) => enter(the(), name, room)));
    let sent = 0;
    let isOver = false;
    const pump = (async () => {
      while (!isOver) {
        sent++;
        for (const player of players) player.send(`add ${sent}`);
        await new Promise(setImmediate);
        if (sent % 50 === 0) await Promise.all(players.map((player) => player.settled()));
      }
    })();
    await until("messages under way", () => sent > 100);
    const result = await the().admin.deploy(name, await ledger(2, { name }), "migrate");
    assert.equal(result.roomsMigrated, rooms.length);
    const seen = sent;
    await until("messages to the new code", () => sent > seen + 100);
    isOver = true;
    await pump;
    for (const player of players) {
      let layout = 1;
      for (let n = 1; n <= sent; ) {
        const text = await player.nextText();
        if (text === "2 restored") layout = 2;
        else assert.equal(text, `${layout} added ${n++}`);
      }
      assert.equal(await ask(player, "sum"), `2 sum ${(sent * (sent + 1)) / 2} heard ${sent + 1}`);
    }
  });

  const refusals = [
    ["save refuses", "refuseSave", "save-refused", /^not now$/],
    ["save traps", "trapInSave", "save-failed", /save failed \(trap\)/],
    ["restore refuses", "refuseRestore", "restore-refused", /^not this one$/],
    ["restore traps", "trapInRestore", "restore-failed", /restore failed \(trap\)/],
  ] as const;
  for (const [what, how, code, reason] of refusals) {
    test(`where ${what} the room goes on untouched on the old code, and the deploy says so`, async () => {
      const { name, version } = await deployed(the());
      const room = freshName();
      const player = await enter(the(), name, room);
      await ask(player, "add 3");
      await ask(player, mood(how));
      const result = await the().admin.deploy(name, await ledger(2, { name }), "migrate");
      assert.deepEqual([result.changed, result.roomsMigrated], [true, 0]);
      const [kept] = result.roomsKept;
      assert.deepEqual([kept?.code, kept?.rooms, kept?.example], [code, 1, room]);
      assert.match(kept!.reason, reason);
      // Neither what save did nor its effects: and an input that is taken back leads to the same state.
      assert.equal(await ask(player, "sum"), "1 sum 3 heard 3");
      player.send("trap");
      assert.equal(await ask(player, "sum"), "1 sum 3 heard 4");
      const later = await enter(the(), name, room);
      assert.equal(later.welcome.version, version);
      assert.equal((await enter(the(), name)).welcome.version, result.version);
    });
  }

  const limits: [what: string, fill: string[], patch: Parameters<typeof ledger>[1]][] = [
    ["players", [], { maxPlayers: 1 }],
    ["timers", ["timer 1 60000", "timer 2 60000"], { limits: { timers: 1 } }],
    ["values", ["put a x", "put b x"], { limits: { values: 1 } }],
    ["valueBytes", ["put a 0123456789"], { limits: { valueBytes: 9 } }],
    ["listingPairs", ["put a x", "put b x"], { limits: { listingPairs: 1 } }],
    ["resumeBytes", ["add 1", "add 2"], { limits: { resumeBytes: 16 } }],
    ["durability", [], { durability: "journal" }],
  ];
  for (const [what, fill, patch] of limits) {
    test(`a room that the new version has no place for stays on the old one: ${what}`, async () => {
      const { name } = await deployed(the());
      const room = freshName();
      const [player] = [await enter(the(), name, room), await enter(the(), name, room)];
      for (const text of fill) await ask(player, text);
      const result = await the().admin.deploy(name, await ledger(2, { ...patch, name }), "migrate");
      assert.equal(result.roomsMigrated, 0);
      assert.equal(result.roomsKept[0]?.code, what === "durability" ? "durability" : "over-limits");
      assert.match(result.roomsKept[0]!.reason, new RegExp(what === "players" ? "maxPlayers" : what));
      assert.match(await ask(player, "sum"), /^1 sum /);
    });
  }

  test("the new version's limits hold for a room that was taken over", async () => {
    const { name } = await deployed(the());
    const room = freshName();
    await enter(the(), name, room);
    await the().admin.deploy(name, await ledger(2, { name, maxPlayers: 1 }), "migrate");
    assert.equal((await the().refusal(name, room)).code, 4005);
  });

  test("after a failed restore, a version that can is taken by the rooms that stayed behind", async () => {
    const { name } = await deployed(the());
    const player = await enter(the(), name);
    await ask(player, "add 3");
    await ask(player, mood("refuseRestore"));
    await the().admin.deploy(name, await ledger(2, { name }), "migrate");
    await ask(player, mood("willing"));
    const result = await the().admin.deploy(name, await ledger(2, { name, emptyTtl: 60 }), "migrate");
    assert.equal(result.roomsMigrated, 1);
    assert.equal(await player.nextText(), "2 restored");
    assert.match(await ask(player, "sum"), /^2 sum 3/);
  });

  test("rooms that were left on their code by new-rooms are left alone by a later migration", async () => {
    const { name } = await deployed(the());
    const player = await enter(the(), name);
    await the().admin.deploy(name, await ledger(2, { name }), "new-rooms");
    const result = await the().admin.deploy(name, await ledger(2, { name, emptyTtl: 60 }), "migrate");
    assert.deepEqual([result.roomsMigrated, result.roomsKept], [0, []]);
    assert.match(await ask(player, "sum"), /^1 sum 0/);
  });

  test("the manifest says what becomes of live rooms where the deploy does not", async () => {
    const { name } = await deployed(the());
    const player = await enter(the(), name);
    const component = await ledger(2, { name, update: "migrate" });
    const { json } = await the().admin.request("PUT", `/admin/v1/functions/${name}`, component);
    assert.deepEqual([json.update, json.roomsMigrated], ["migrate", 1]);
    assert.equal(await player.nextText(), "2 restored");
  });

  test("a rollback takes rooms back to the code before; those whose restore refuses stay, and are reported", async () => {
    const { name, version } = await deployed(the());
    const [back, stays] = [await enter(the(), name), await enter(the(), name)];
    const second = await the().admin.deploy(name, await ledger(2, { name }), "migrate");
    for (const player of [back, stays]) assert.equal(await player.nextText(), "2 restored");
    await ask(back, "add 4");
    await ask(back, mood("saveOld"));
    const result = await the().admin.rollback(name, "migrate");
    assert.deepEqual([result.version, result.previous, result.roomsMigrated], [version, second.version, 1]);
    assert.deepEqual(
      result.roomsKept.map(({ code, reason, rooms }) => [code, reason, rooms]),
      [["restore-refused", "a ledger of layout 2", 1]],
    );
    assert.equal(await back.nextText(), "1 restored");
    assert.match(await ask(back, "sum"), /^1 sum 4/);
    assert.match(await ask(stays, "sum"), /^2 sum 0/);
    assert.equal((await enter(the(), name)).welcome.version, version);
    assert.equal((await the().admin.rollback(name)).version, second.version, "a second one leads back");
  });

  test("a function with a single version cannot be rolled back", async () => {
    const { name } = await deployed(the());
    const { status, json } = await the().admin.request("POST", `/admin/v1/functions/${name}/rollback`);
    assert.deepEqual([status, json.code], [409, "no-former-version"]);
  });
});

const durable = { grace: 30, durability: "journal" } as const;
for (const shards of SHARD_COUNTS) {
  test(`a journaled room comes back on the code that took it over, after a kill (shards: ${shards})`, async () => {
    using folder = temporaryFolder();
    const first = await startNode({ shards, data: folder.path });
    const { name } = await deployed(first, durable);
    const room = freshName();
    const player = await enter(first, name, room);
    await ask(player, "add 5");
    const { version } = await first.admin.deploy(name, await ledger(2, { ...durable, name }), "migrate");
    assert.equal(await player.nextText(), "2 restored");
    await ask(player, "add 2");
    await until("the acknowledgement", () => player.acknowledged === 2);
    await first.kill();
    const second = await startNode({ shards, data: folder.path });
    try {
      const again = await enter(second, name, room, resumeOf(player, 4));
      assert.deepEqual([again.id, again.welcome.version, again.welcome.received], [player.id, version, 2]);
      assert.equal(await again.textThat((text) => text.includes("rejoin")), `2 rejoin ${player.id}`);
      assert.equal(await ask(again, "sum"), "2 sum 7 heard 3");
    } finally {
      await second.stop();
    }
  });

  test(`stored rooms of two versions come back each on its own code (shards: ${shards})`, async () => {
    using folder = temporaryFolder();
    const first = await startNode({ shards, data: folder.path });
    const { name, version: old } = await deployed(first, durable);
    const rooms = [freshName(), freshName()];
    const players = [await enter(first, name, rooms[0])];
    const { version } = await first.admin.deploy(name, await ledger(2, { ...durable, name }), "new-rooms");
    players.push(await enter(first, name, rooms[1]));
    for (const player of players) await ask(player, "add 1");
    await first.stop();
    const second = await startNode({ shards, data: folder.path });
    try {
      for (const [i, expected] of [old, version].entries()) {
        const again = await enter(second, name, rooms[i], resumeOf(players[i]!, 2));
        assert.equal(again.welcome.version, expected);
        const answer = await again.textThat((text) => text.includes("rejoin"));
        assert.equal(answer, `${i + 1} rejoin ${players[i]!.id}`);
        assert.match(await ask(again, "sum"), new RegExp(`^${i + 1} sum 1`));
      }
    } finally {
      await second.stop();
    }
  });

  test(`a stored room that was to be taken over is, when it comes back (shards: ${shards})`, async () => {
    using folder = temporaryFolder();
    const first = await startNode({ shards, data: folder.path });
    const { name } = await deployed(first, durable);
    const room = freshName();
    const player = await enter(first, name, room);
    await ask(player, mood("refuseRestore"));
    await first.admin.deploy(name, await ledger(2, { ...durable, name }), "migrate");
    await ask(player, mood("willing"));
    await ask(player, "add 9");
    await first.stop();
    const second = await startNode({ shards, data: folder.path });
    try {
      const again = await enter(second, name, room, resumeOf(player, 4));
      assert.match(await again.textThat((text) => text.includes("rejoin")), /^2 /);
      assert.match(await ask(again, "sum"), /^2 sum 9/);
    } finally {
      await second.stop();
    }
  });
}
