/** The sample games, played over the wire as their pages play them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Reader, Writer } from "@rockpool/client";
import { sample } from "../harness/components.ts";
import { freshName } from "../harness/node.ts";
import type { Player } from "../harness/player.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

const functions = { arena: sample("arena"), tictactoe: sample("tictactoe") };

/** The layouts stand in functions/arena/assembly/messages.ts. */
const Arena = { scene: 1, roster: 2, snapshot: 3, input: 1, name: 2, bot: 0xffff_ffff } as const;

interface Creature {
  slot: number;
  x: number;
  y: number;
  score: number;
}

async function arenaMessage(player: Player, kind: number): Promise<Reader> {
  for (;;) {
    const message = new Reader(await player.nextData());
    if (message.u8() === kind) return message;
  }
}

async function snapshot(player: Player): Promise<Map<number, Creature>> {
  const message = await arenaMessage(player, Arena.snapshot);
  message.u32();
  const creatures = Array.from({ length: message.u8() }, () => {
    const [slot, x, y] = [message.u8(), message.u16(), message.u16()];
    message.skip(4);
    const score = message.u16();
    message.skip(2);
    return { slot, x, y, score };
  });
  return new Map(creatures.map((creature) => [creature.slot, creature]));
}

/** Slot → player's id and name; bots have ids that no player has. */
async function roster(player: Player): Promise<Map<number, { player: number; name: string }>> {
  const message = await arenaMessage(player, Arena.roster);
  const entries = Array.from({ length: message.u8() }, () => {
    return [message.u8(), { player: message.u32(), name: message.string() }] as const;
  });
  return new Map(entries);
}

async function slotOf(watcher: Player, who: Player): Promise<number> {
  for (;;) {
    for (const [slot, { player }] of await roster(watcher)) if (player === who.id) return slot;
  }
}

function press(player: Player, keys: number): void {
  player.send(new Writer().u8(Arena.input).u16(1).u8(keys).view());
}

/** Cells of STATE; functions/tictactoe/assembly/index.ts has the layout. */
interface Game {
  phase: number;
  mark: number;
  you: number;
  board: number[];
  watching: number;
}

async function game(player: Player): Promise<Game> {
  const state = await player.nextData();
  assert.equal(state[0], 0x81, `not a STATE: ${state.subarray(1)}`);
  return { phase: state[1]!, mark: state[2]!, you: state[3]!, board: [...state.subarray(12, 21)], watching: state[32]! };
}

function move(player: Player, cell: number): void {
  player.send(Uint8Array.of(1, cell));
}

async function refused(player: Player): Promise<string> {
  const answer = await player.nextData();
  assert.equal(answer[0], 0x82);
  return answer.subarray(1).toString();
}

/** A room with two players who have seen the game begin. */
async function duel(join: () => Promise<Player>): Promise<[Player, Player]> {
  const x = await join();
  assert.equal((await game(x)).phase, 0);
  const o = await join();
  const [seenByX, seenByO] = [await game(x), await game(o)];
  assert.deepEqual([seenByX.phase, seenByX.you, seenByO.you], [1, 1, 2]);
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
    const bots = [...(await roster(player))].filter(([, { player: id }]) => id === Arena.bot).map(([slot]) => slot);
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
    a.send(new Writer().u8(Arena.name).string("Anemone").view());
    for (;;) if ([...(await roster(b)).values()].some(({ name }) => name === "Anemone")) break;
    await Promise.all([a.leave(), b.leave()]);
  });

  test("arena: malformed messages change nothing", async () => {
    const player = await the().join("arena");
    for (const bytes of [[], [1], [1, 0], [2, 200], [9], Array.from({ length: 200 }, () => 255)]) player.send(Uint8Array.from(bytes));
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
    const moves = [[x, 0], [o, 3], [x, 1], [o, 4]] as const;
    for (const [player, cell] of moves) {
      move(player, cell);
      for (const one of [x, o]) assert.notEqual((await game(one)).board[cell], 0);
    }
    move(x, 2);
    for (const player of [x, o]) {
      const { phase, mark, board } = await game(player);
      assert.deepEqual({ phase, mark, board }, { phase: 2, mark: 1, board: [1, 1, 1, 2, 2, 0, 0, 0, 0] });
    }
    x.send(Uint8Array.of(2));
    await Promise.all([game(x), game(o)]);
    o.send(Uint8Array.of(2));
    const [again] = await Promise.all([game(x), game(o)]);
    assert.deepEqual([again.phase, again.mark, again.board], [1, 2, Array(9).fill(0)]);
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
    o.send(Uint8Array.of(2));
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
    assert.deepEqual([seen.you, seen.watching], [0, 1]);
    move(third, 0);
    assert.equal(await refused(third), "you are watching this game");
    await Promise.all([game(x), game(o)]);
    await x.leave();
    const promoted = await game(third);
    assert.deepEqual([promoted.you, promoted.phase], [1, 1]);
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
