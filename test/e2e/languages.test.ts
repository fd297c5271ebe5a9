/** The samples in both languages: the same scenario, and byte for byte the same answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, sample } from "../harness/components.ts";
import { freshName, type NodeUnderTest } from "../harness/node.ts";
import type { Player } from "../harness/player.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

const functions = {
  echo: sample("echo"),
  "c-echo": fixture("c-echo"),
  tictactoe: sample("tictactoe"),
  "c-tictactoe": fixture("c-tictactoe"),
};

const move = (cell: number): Uint8Array => Uint8Array.of(1, cell);
const REMATCH = Uint8Array.of(2);
const NONSENSE = [
  Uint8Array.of(),
  Uint8Array.of(1),
  Uint8Array.of(1, 2, 3),
  Uint8Array.of(77),
  Uint8Array.of(1, 200),
];

/** What three players of a table are sent, each in order, in hexadecimal. */
async function playTicTacToe(node: NodeUnderTest, name: string): Promise<string[][]> {
  const room = freshName();
  const players: Player[] = [];
  const seen: string[][] = [];
  const received = async (who: number[]): Promise<void> => {
    for (const one of who) seen[one]!.push((await players[one]!.nextData()).toString("hex"));
  };
  const everyone = (): number[] => players.map((_, i) => i);
  for (let i = 0; i < 3; i++) {
    players.push(await node.join(name, room));
    seen.push([]);
    await received(everyone());
  }
  const says = async (who: number, message: Uint8Array, allowed: boolean): Promise<void> => {
    players[who]!.send(message);
    await received(allowed ? everyone() : [who]);
  };
  for (const message of NONSENSE) await says(0, message, false);
  await says(1, move(0), false);
  await says(2, move(0), false);
  for (const [i, cell] of [0, 3, 1, 4, 2].entries()) await says(i % 2, move(cell), true);
  await says(0, move(8), false);
  await says(0, REMATCH, true);
  await says(1, REMATCH, true);
  for (const [i, cell] of [0, 1, 2, 4, 3, 5, 7, 6, 8].entries()) await says((i + 1) % 2, move(cell), true);
  await says(2, REMATCH, false);
  await players[0]!.leave();
  await received([1, 2]);
  // The watcher has the seat now, and begins.
  players[2]!.send(move(4));
  await received([1, 2]);
  await Promise.all([players[1]!.leave(), players[2]!.leave()]);
  return seen;
}

onEveryShardCount({ functions }, (the) => {
  for (const name of ["echo", "c-echo"]) {
    test(`${name} sends every message back to its sender, and to nobody else`, async () => {
      const room = freshName();
      const [one, two] = [await the().join(name, room), await the().join(name, room)];
      for (const length of [0, 1, 95, 4095, 4097, 16_383]) {
        one.send(Buffer.alloc(length, length));
        assert.deepEqual(await one.nextData(), Buffer.alloc(length, length));
      }
      await two.settled();
      assert.equal(two.unread, 0);
      await Promise.all([one.leave(), two.leave()]);
    });
  }

  test("tictactoe in C says what it says in AssemblyScript, byte for byte", async () => {
    const assembly = await playTicTacToe(the(), "tictactoe");
    assert.deepEqual(await playTicTacToe(the(), "c-tictactoe"), assembly);
  });
});
