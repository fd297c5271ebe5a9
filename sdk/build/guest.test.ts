import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Reader, Writer } from "@rockpool/client";
import { roomFolder } from "./testfolder.ts";
import { compileFolder, TestRoom } from "./testroom.ts";

const IMPORTS = 'import { Bytes, Claims, LeaveReason, Reader, Room, Writer } from "@rockpool/assembly";\n';

async function roomOf(source: string): Promise<TestRoom> {
  return TestRoom.make(await compileFolder(roomFolder(IMPORTS + source)));
}

describe("a room", () => {
  test("refuses with its reason in create, join, save and restore, and not after", async () => {
    const room = await roomOf(`export default class R extends Room {
      onCreate(config: Reader): void { if (config.text() == "no") this.refuse("bad config"); }
      onJoin(player: u32, claims: Claims): void { if (player == 2) this.refuse("no twos – ünd so"); }
      onTick(dt: f64): void { this.refuse("no effect"); }
    }`);
    assert.deepEqual(room.create("no"), { ok: false, reason: "bad config" });
    assert.equal(room.create("yes").ok, true);
    assert.deepEqual(room.join(2), { ok: false, reason: "no twos – ünd so" });
    room.callback("tick", 50);
    assert.equal(room.join(3).ok, true);
    assert.deepEqual(room.save(), { ok: false, reason: "this room has no onSave" });
    assert.deepEqual(room.restore(new Uint8Array()), { ok: false, reason: "this room has no onRestore" });
  });

  test("reaches every host function with the right arguments", async () => {
    const room = await roomOf(`export default class H extends Room {
      onMessage(player: u32, message: Reader): void {
        this.broadcast(this.writer().u8(7));
        this.broadcastExcept(player, message);
        this.kick(player, "bye");
        this.setTimer(3, 250); this.clearTimer(3); this.setTickRate(30);
        this.setListing("map", "reef"); this.lock(true); this.lock(false); this.end();
        this.log(this.name() + " " + this.players().toString() + " " + this.now().toString() + " " + this.nowMs().toString());
        this.log(this.random().toString());
      }
    }`);
    room.create();
    room.join(4);
    room.join(6);
    room.now = 2_500_000n;
    room.message(6, Uint8Array.of(9));
    assert.deepEqual(room.effects, [
      "broadcast 7",
      "broadcast-except 6 9",
      "kick 6 bye",
      "set-timer 3 250",
      "clear-timer 3",
      "set-tick-rate 30",
      "set-listing map reef",
      "lock 1",
      "lock 0",
      "end",
    ]);
    assert.deepEqual(room.logs, ["info: the-room 4,6 2500000 2.5", "info: 1"]);
  });

  test("gets what it put, and null after a delete", async () => {
    const room = await roomOf(`export default class V extends Room {
      onTimer(id: u32): void {
        if (id == 1) this.put("best", this.writer().string("ada").u32(42));
        if (id == 2) this.delete("best");
        const best = this.get("best");
        this.log(best !== null ? best.string() + " " + best.u32().toString() : "none");
      }
    }`);
    room.create();
    for (const id of [0, 1, 0, 2]) room.callback("timer", id);
    assert.deepEqual(room.logs, ["info: none", "info: ada 42", "info: ada 42", "info: none"]);
  });

  test("sees claims, reasons for leaving, faults and drops", async () => {
    const room = await roomOf(`export default class C extends Room {
      onJoin(player: u32, claims: Claims): void {
        const team = claims.get("team");
        this.log(claims.length.toString() + claims.key(0) + claims.value(0) + (team !== null ? team : "?") + claims.key(9));
        this.log(claims.get("none") === null ? "null" : "some");
      }
      onDrop(player: u32): void { this.log("drop " + player.toString()); }
      onRejoin(player: u32): void { this.log("rejoin " + player.toString()); }
      onLeave(player: u32, why: LeaveReason): void { if (why == LeaveReason.Kicked) this.log("kicked"); }
      onFault(what: string): void { this.log(what); }
      onClose(): void { this.log("closed"); }
    }`);
    room.create();
    room.join(1, [
      ["sub", "ada"],
      ["team", "röt"],
    ]);
    room.callback("drop", 1);
    room.callback("rejoin", 1);
    room.leave(1, 2);
    room.fault("out of fuel");
    room.callback("close");
    const expected = ["2subadaröt", "null", "drop 1", "rejoin 1", "kicked", "out of fuel", "closed"];
    assert.deepEqual(
      room.logs,
      expected.map((text) => `info: ${text}`),
    );
  });

  test("console, Date, Math.random, trace, crypto and process go to the room", async () => {
    const room = await roomOf(`export default class S extends Room {
      onTimer(id: u32): void {
        if (id == 1) process.exit(3);
        console.debug("d"); console.log("l"); console.info("i"); console.warn("w"); console.error("e");
        console.assert(1 > 2, "sums");
        console.log(Date.now().toString() + " " + performance.now().toString() + " " + new Date(Date.now()).toISOString());
        const r = Math.random();
        console.log((r >= 0 && r < 1 && r != Math.random()).toString());
        trace("t", 2, 1, 2.5);
        const random = new Uint8Array(2);
        crypto.getRandomValues(random);
      }
    }`);
    room.create();
    room.now = 1_500_000_000n;
    room.callback("timer", 0);
    assert.deepEqual(room.logs, [
      "debug: d",
      "info: l",
      "info: i",
      "warn: w",
      "error: e",
      "error: assertion failed: sums",
      "info: 1500 1500.0 1970-01-01T00:00:01.500Z",
      "info: true",
      "debug: t 1.0 2.5",
    ]);
    assert.throws(() => room.callback("timer", 1), /unreachable/);
    assert.equal(room.logs.at(-1), "error: process.exit(3)");
  });

  test("Math.random is the same for the same seed and another for another", async () => {
    const module = await compileFolder(
      roomFolder(`${IMPORTS}export default class M extends Room {
        onTimer(id: u32): void { this.log(Math.random().toString()); }
      }`),
    );
    const draw = async (seed: bigint): Promise<string> => {
      const room = await TestRoom.make(module);
      room.nextRandom = seed;
      room.create();
      room.callback("timer", 0);
      return room.logs.join();
    };
    assert.equal(await draw(5n), await draw(5n));
    assert.notEqual(await draw(5n), await draw(6n));
  });

  test("a throw, a failed assert and an index out of bounds log file, line and column, then trap", async () => {
    const room = await roomOf(`export default class T extends Room {
      onTimer(id: u32): void {
        if (id == 0) throw new Error("thrown");
        assert(id != 1, "asserted");
        const list: i32[] = [];
        list[<i32>id] = list[1];
      }
    }`);
    room.create();
    for (const id of [0, 1, 2]) assert.throws(() => room.callback("timer", id), /unreachable/);
    assert.equal(room.logs[0], "error: thrown at assembly/index.ts:4:22");
    assert.equal(room.logs[1], "error: asserted at assembly/index.ts:5:9");
    assert.match(room.logs[2]!, /^error: Index out of range at ~lib\/array\.ts:\d+:\d+$/);
  });

  test("lone surrogates leave as U+FFFD, so that text is always UTF-8", async () => {
    const room = await roomOf(`export default class U extends Room {
      onTimer(id: u32): void { this.log("a" + String.fromCharCode(0xd800) + "b"); }
    }`);
    room.create();
    room.callback("timer", 0);
    assert.deepEqual(room.logs, ["info: a\ufffdb"]);
  });
});

describe("memory", () => {
  test("garbage is collected between callbacks: a room that makes 20 MB of it stays within one page", async () => {
    const room = await roomOf(`export default class G extends Room {
      kept: Map<u32, string> = new Map();
      onMessage(player: u32, message: Reader): void {
        const id = message.u32();
        this.kept.set(id % 16, "kept " + id.toString());
        for (let i = 0; i < 10; i++) new Uint8Array(64);
        this.send(player, this.writer().string(this.kept.get(id % 16)));
      }
    }`);
    room.create();
    room.join(1);
    for (let id = 0; id < 20_000; id++) {
      room.message(1, new Writer().u32(id).view());
      assert.equal(new Reader(room.take(1)[0]!).string(), `kept ${id}`);
    }
    assert.equal(room.pages, 1);
  });

  test("inputs larger than the arena arrive whole, and their memory is given back", async () => {
    const room = await roomOf(`export default class L extends Room {
      onMessage(player: u32, message: Reader): void { this.send(player, message); }
    }`);
    room.create();
    room.join(1);
    for (const size of [4095, 4096, 4097, 16_000, 0]) {
      const bytes = new Uint8Array(size).map((_, i) => i % 251);
      room.message(1, bytes);
      assert.deepEqual(room.take(1)[0], bytes);
    }
    for (let i = 0; i < 1000; i++) room.message(1, new Uint8Array(16_000));
    assert.equal(room.pages, 1);
  });

  test("asking for the players many times in a callback takes no memory", async () => {
    const room = await roomOf(`export default class P extends Room {
      onTick(dt: f64): void {
        let sum: u32 = 0;
        for (let i = 0; i < 10_000; i++) sum += this.players()[2];
        this.log(sum.toString());
      }
    }`);
    room.create();
    for (const player of [1, 2, 3]) room.join(player);
    room.callback("tick", 50);
    assert.deepEqual(room.logs, ["info: 30000"]);
    assert.equal(room.pages, 1);
  });
});
