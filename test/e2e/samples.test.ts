/** The sample games, played over the wire as their pages play them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sample, sampleMessages } from "../harness/components.ts";
import { freshName } from "../harness/node.ts";
import type { Player } from "../harness/player.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

const functions = { arena: sample("arena"), tictactoe: sample("tictactoe") };

const messages = { arena: await sampleMessages("arena"), tictactoe: await sampleMessages("tictactoe") };

interface Creature {
  slot: number;
  x: number;
  y: number;
  score: number;
}

interface Resident {
  slot: number;
  /** Null: a bot. */
  player: number | null;
  name: string;
}

async function arenaMessage(player: Player, kind: string): Promise<unknown> {
  for (;;) {
    const message = messages.arena.decodeToPlayer!(await player.nextData()) as { kind: string };
    if (message.kind === kind) return message;
  }
}

async function snapshot(player: Player): Promise<Map<number, Creature>> {
  const { creatures } = (await arenaMessage(player, "snapshot")) as { creatures: Creature[] };
  return new Map(creatures.map((creature) => [creature.slot, creature]));
}

/** By slot. */
async function roster(player: Player): Promise<Map<number, Resident>> {
  const { residents } = (await arenaMessage(player, "roster")) as { residents: Resident[] };
  return new Map(residents.map((resident) => [resident.slot, resident]));
}

async function slotOf(watcher: Player, who: Player): Promise<number> {
  for (;;) {
    for (const [slot, { player }] of await roster(watcher)) if (player === who.id) return slot;
  }
}

function press(player: Player, keys: number): void {
  player.send(messages.arena.encodeFromPlayer!({ kind: "input", sequence: 1, keys }));
}

/** What the tests look at of a state in functions/tictactoe/messages.rock. */
interface Game {
  phase: string;
  mark: string;
  you: string;
  board: string[];
  watching: number;
}

async function game(player: Player): Promise<Game> {
  const state = messages.tictactoe.decodeToPlayer!(await player.nextData()) as Game & { kind: string };
  assert.equal(state.kind, "state");
  return state;
}

function move(player: Player, cell: number): void {
  player.send(messages.tictactoe.encodeFromPlayer!({ kind: "move", cell }));
}

function askRematch(player: Player): void {
  player.send(messages.tictactoe.encodeFromPlayer!({ kind: "rematch" }));
}

async function refused(player: Player): Promise<string> {
  const answer = messages.tictactoe.decodeToPlayer!(await player.nextData()) as {
    kind: string;
    reason: string;
  };
  assert.equal(answer.kind, "notAllowed");
  return answer.reason;
}

/** A room with two players who have seen the game begin. */
async function duel(join: () => Promise<Player>): Promise<[Player, Player]> {
  const x = await join();
  assert.equal((await game(x)).phase, "waiting");
  const o = await join();
  const [seenByX, seenByO] = [await game(x), await game(o)];
  assert.deepEqual([seenByX.phase, seenByX.you, seenByO.you], ["playing", "x", "o"]);
  return [x, o];
}

onEveryShardCount({ functions }, (the) => {
  test("arena: two players see each other move", async () => {
    const room = freshName();
    const [a, b] = [await the().join("arena", room), await the().join("arena", room)];
    const slot = await slotOf(b, a);
    const before = (await snapshot(b)).get(slot)!;
    press(a, 8);
    for (;;) {
      const now = (await snapshot(b)).get(slot)!;
      if (now.x !== before.x || now.y !== before.y) break;
    }
    const own = await slotOf(a, a);
    assert.equal(own, slot);
    await Promise.all([a.leave(), b.leave()]);
  });

  test("arena: bots are there, move, and gather pearls", async () => {
    const player = await the().join("arena");
    const bots = [...(await roster(player))]
      .filter(([, { player: id }]) => id === null)
      .map(([slot]) => slot);
    assert.ok(bots.length > 0);
    const first = await snapshot(player);
    const moved = new Set<number>();
    let scored = false;
    while (moved.size < bots.length || !scored) {
      for (const [slot, { x, y, score }] of await snapshot(player)) {
        if (!bots.includes(slot)) continue;
        if (x !== first.get(slot)?.x || y !== first.get(slot)?.y) moved.add(slot);
        if (score > 0) scored = true;
      }
    }
    await player.leave();
  });

  test("arena: a name that a player takes is told to the others", async () => {
    const room = freshName();
    const [a, b] = [await the().join("arena", room), await the().join("arena", room)];
    a.send(messages.arena.encodeFromPlayer!({ kind: "name", name: "Anemone" }));
    for (;;) if ([...(await roster(b)).values()].some(({ name }) => name === "Anemone")) break;
    await Promise.all([a.leave(), b.leave()]);
  });

  test("arena: malformed messages change nothing", async () => {
    const player = await the().join("arena");
    for (const bytes of [[], [1], [1, 0], [2, 200], [9], Array.from({ length: 200 }, () => 255)])
      player.send(Uint8Array.from(bytes));
    await snapshot(player);
    await snapshot(player);
    await player.leave();
  });

  test("arena: a creature goes with its player", async () => {
    const room = freshName();
    const [a, b] = [await the().join("arena", room), await the().join("arena", room)];
    const slot = await slotOf(b, a);
    await a.leave();
    for (;;) if ((await roster(b)).get(slot)?.player !== a.id) break;
    await b.leave();
  });

  test("tictactoe: a game is played to a win, and a rematch begins with the other", async () => {
    const room = freshName();
    const [x, o] = await duel(() => the().join("tictactoe", room));
    const moves = [
      [x, 0],
      [o, 3],
      [x, 1],
      [o, 4],
    ] as const;
    for (const [player, cell] of moves) {
      move(player, cell);
      for (const one of [x, o]) assert.notEqual((await game(one)).board[cell], "nobody");
    }
    move(x, 2);
    for (const player of [x, o]) {
      const { phase, mark, board } = await game(player);
      assert.deepEqual(
        { phase, mark, board },
        { phase: "won", mark: "x", board: [...Array(3).fill("x"), "o", "o", ...Array(4).fill("nobody")] },
      );
    }
    askRematch(x);
    await Promise.all([game(x), game(o)]);
    askRematch(o);
    const [again] = await Promise.all([game(x), game(o)]);
    assert.deepEqual([again.phase, again.mark, again.board], ["playing", "o", Array(9).fill("nobody")]);
    await Promise.all([x.leave(), o.leave()]);
  });

  test("tictactoe: illegal moves are refused, to the one who made them alone", async () => {
    const room = freshName();
    const [x, o] = await duel(() => the().join("tictactoe", room));
    move(o, 0);
    assert.equal(await refused(o), "it is not your turn");
    move(x, 9);
    assert.equal(await refused(x), "there is no such cell");
    move(x, 4);
    await Promise.all([game(x), game(o)]);
    move(o, 4);
    assert.equal(await refused(o), "this cell is taken");
    askRematch(o);
    assert.equal(await refused(o), "this round is not over");
    for (const bytes of [[], [1], [1, 1, 1], [7], [2, 0]]) {
      o.send(Uint8Array.from(bytes));
      assert.equal(await refused(o), "this is not a message of the game");
    }
    await x.settled();
    assert.equal(x.unread, 0);
    await Promise.all([x.leave(), o.leave()]);
  });

  test("tictactoe: a third player watches, and takes the seat of one who leaves", async () => {
    const room = freshName();
    const [x, o] = await duel(() => the().join("tictactoe", room));
    const third = await the().join("tictactoe", room);
    const seen = await game(third);
    assert.deepEqual([seen.you, seen.watching], ["nobody", 1]);
    move(third, 0);
    assert.equal(await refused(third), "you are watching this game");
    await Promise.all([game(x), game(o)]);
    await x.leave();
    const promoted = await game(third);
    assert.deepEqual([promoted.you, promoted.phase], ["x", "playing"]);
    await Promise.all([o.leave(), third.leave()]);
  });

  test("tictactoe: nobody moves before a second player is there", async () => {
    const x = await the().join("tictactoe");
    await game(x);
    move(x, 0);
    assert.equal(await refused(x), "wait for a second player");
    await x.leave();
  });
});
