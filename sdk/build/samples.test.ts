import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { Writer } from "@rockpool/client";
import { loadMessages, type MessagesModule } from "./messagesmodule.ts";
import { sampleFolder } from "./testfolder.ts";
import { compileFolder, TestRoom } from "./testroom.ts";

describe("tictactoe", () => {
  interface Side {
    player: number | null;
    wins: number;
    rematch: boolean;
    away: boolean;
  }
  /** As messages.rock has it. */
  interface State {
    kind: string;
    phase: string;
    mark: string;
    you: string;
    board: string[];
    line: number[];
    x: Side;
    o: Side;
    draws: number;
    watching: number;
  }

  let module: WebAssembly.Module;
  let messages: MessagesModule;
  before(async () => {
    const folder = sampleFolder("tictactoe");
    module = await compileFolder(folder);
    messages = await loadMessages(folder);
  });

  const move = (cell: number): Uint8Array => messages.encodeFromPlayer!({ kind: "move", cell });
  const rematch = (): Uint8Array => messages.encodeFromPlayer!({ kind: "rematch" });

  /** A room with players 5 (X) and 9 (O). */
  async function started(): Promise<TestRoom> {
    const room = await TestRoom.make(module);
    room.create();
    room.join(5);
    room.join(9);
    return room;
  }

  /** The last state that a player was sent. */
  function state(room: TestRoom, player: number): State {
    const told = messages.decodeToPlayer!(room.take(player).at(-1)!) as State;
    assert.equal(told.kind, "state");
    return told;
  }

  function refusal(room: TestRoom, player: number): string {
    const told = messages.decodeToPlayer!(room.take(player).at(-1)!) as { kind: string; reason: string };
    assert.equal(told.kind, "notAllowed");
    return told.reason;
  }

  /** Moves of X and O in turn. */
  function play(room: TestRoom, cells: number[], first = 5): void {
    cells.forEach((cell, i) => {
      room.message((i % 2 === 0) === (first === 5) ? 5 : 9, move(cell));
    });
  }

  test("begins when the second player joins, with X", async () => {
    const room = await TestRoom.make(module);
    room.create();
    room.join(5);
    assert.equal(state(room, 5).phase, "waiting");
    room.join(9);
    const { phase, mark, you, x, o } = state(room, 9);
    assert.deepEqual({ phase, mark, you }, { phase: "playing", mark: "x", you: "o" });
    assert.deepEqual([x.player, o.player], [5, 9]);
  });

  test("three in a row wins and shows the line", async () => {
    const room = await started();
    play(room, [0, 3, 1, 4, 2]);
    const { phase, mark, line, board, x } = state(room, 9);
    assert.deepEqual(
      { phase, mark, line, wins: x.wins },
      { phase: "won", mark: "x", line: [0, 1, 2], wins: 1 },
    );
    const free = Array(4).fill("nobody");
    assert.deepEqual(board, ["x", "x", "x", "o", "o", ...free]);
  });

  test("a full board without a row is a draw", async () => {
    const room = await started();
    play(room, [0, 1, 2, 4, 3, 5, 7, 6, 8]);
    const { phase, draws } = state(room, 5);
    assert.deepEqual({ phase, draws }, { phase: "draw", draws: 1 });
  });

  const illegal: [string, number, () => Uint8Array, string][] = [
    ["out of turn", 9, () => move(0), "it is not your turn"],
    ["on a taken cell", 9, () => move(4), "this cell is taken"],
    ["outside of the board", 9, () => move(9), "there is no such cell"],
    ["by a watcher", 12, () => move(1), "you are watching this game"],
    ["that ends early", 9, () => move(0).subarray(0, 1), "this is not a message of the game"],
    ["of an unknown kind", 9, () => Uint8Array.of(77), "this is not a message of the game"],
    ["for a rematch in the middle of a round", 9, rematch, "this round is not over"],
  ];
  for (const [what, player, message, reason] of illegal) {
    test(`a message ${what} is refused with a reason and changes nothing`, async () => {
      const room = await started();
      room.join(12);
      if (reason !== "it is not your turn") room.message(5, move(4));
      const before = state(room, 5);
      room.message(player, message());
      assert.equal(refusal(room, player), reason);
      assert.deepEqual(room.take(5), []);
      room.callback("drop", 12);
      assert.deepEqual(state(room, 5), before);
    });
  }

  test("a rematch starts when both ask, and O begins it", async () => {
    const room = await started();
    play(room, [0, 3, 1, 4, 2]);
    room.message(9, rematch());
    const { x: one, o: other } = state(room, 5);
    assert.deepEqual([one.rematch, other.rematch], [false, true]);
    room.message(5, rematch());
    const { phase, mark, board, x } = state(room, 5);
    assert.deepEqual({ phase, mark, wins: x.wins }, { phase: "playing", mark: "o", wins: 1 });
    assert.deepEqual(board, Array(9).fill("nobody"));
  });

  test("the first watcher takes the seat of a player that leaves", async () => {
    const room = await started();
    room.join(12);
    room.join(13);
    room.leave(5, 0);
    const { x, o, you, phase, watching } = state(room, 12);
    assert.deepEqual([x.player, o.player], [12, 9]);
    assert.deepEqual({ you, phase, watching }, { you: "x", phase: "playing", watching: 1 });
  });

  test("a saved game goes on in a restored room", async () => {
    const room = await started();
    play(room, [0, 3, 1, 4]);
    const saved = room.save();
    assert.ok(saved.ok);
    const next = await TestRoom.make(module);
    next.players = [5, 9];
    assert.equal(next.restore(saved.bytes).ok, true);
    next.message(5, move(2));
    assert.equal(state(next, 9).phase, "won");
  });
});

describe("arena", () => {
  let module: WebAssembly.Module;
  before(async () => {
    module = await compileFolder(sampleFolder("arena"));
  });

  /** Two rooms are equal when they save the same bytes. */
  function saved(room: TestRoom): Uint8Array {
    const outcome = room.save();
    assert.ok(outcome.ok);
    return outcome.bytes;
  }

  test("a saved pool goes on in a restored room as it would have gone on in the old one", async () => {
    const room = await TestRoom.make(module);
    room.create();
    room.join(3);
    for (let n = 0; n < 200; n++) room.callback("tick", 50);
    room.join(4);
    const state = saved(room);
    const next = await TestRoom.make(module);
    next.players = [3, 4];
    assert.deepEqual(next.restore(state), { ok: true, bytes: new Uint8Array() });
    assert.deepEqual(saved(next), state);
    room.effects.length = 0;
    next.effects.length = 0;
    for (const one of [room, next]) one.callback("tick", 50);
    assert.equal(next.effects.length, 1);
    assert.equal(next.effects[0]!.length > 100, true);
  });

  test("a pool that was saved by another version, or cut off, is refused", async () => {
    const room = await TestRoom.make(module);
    room.create();
    const state = saved(room);
    for (const bad of [Uint8Array.of(99, ...state.subarray(1)), state.subarray(0, 40)]) {
      const outcome = (await TestRoom.make(module)).restore(bad);
      assert.equal(outcome.ok, false);
    }
  });
});

describe("score", () => {
  let module: WebAssembly.Module;
  before(async () => {
    module = await compileFolder(sampleFolder("score"));
  });

  async function rate(request: string): Promise<string> {
    const outcome = (await TestRoom.make(module)).handle(request);
    return outcome.ok ? new TextDecoder().decode(outcome.bytes) : `refused: ${outcome.reason}`;
  }

  test("rates by Elo, best first, whatever the order of the lines", async () => {
    const expected =
      '{"players":[{"name":"ada","rating":1631,"change":11,"games":1,"score":1,"expected":0.67},' +
      '{"name":"bo","rating":1500,"change":0,"games":1,"score":0.5,"expected":0.5}]}';
    assert.equal(await rate("ada 1620\nada win 1500\nbo draw 1500"), expected);
    assert.equal(await rate("# all\nbo draw 1500\n\nada win 1500\nada 1620\n"), expected);
  });

  test("a request that breaks a rule is refused with its line", async () => {
    assert.match(await rate("ada 1500\nada wins 1500"), /^refused: line 2: a result is/);
    assert.match(await rate("ada win 4001"), /^refused: line 1: a rating is/);
    assert.match(await rate('a"b 1500'), /^refused: line 1: a name is/);
    assert.match(await rate("x 1\n".repeat(1001)), /^refused: at most 1000 lines/);
  });
});

test("echo sends every message back to its sender alone", async () => {
  const room = await TestRoom.make(await compileFolder(sampleFolder("echo")));
  room.create();
  room.join(1);
  room.join(2);
  room.message(2, new Writer().text("ahoy").view());
  assert.deepEqual(room.sent, [{ to: 2, bytes: Uint8Array.from(Buffer.from("ahoy")) }]);
});
