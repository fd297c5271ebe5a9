/** `rockpool dev`: a save goes live, a mistake does not, and players follow. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { connect } from "@rockpool/client";
import { RunningCommand, rockpool } from "../../harness/command.ts";
import { temporaryFolder } from "../../harness/folder.ts";
import { nodeFlags } from "../../harness/node.ts";
import { SHARD_COUNTS } from "../../harness/shardCounts.ts";
import { within } from "../../harness/until.ts";

/** Builds, and the machine may be busy. */
const BUILD_MS = 120_000;

const SOURCE = `import { Claims, Room } from "@rockpool/assembly";

export default class Greeter extends Room {
  onJoin(player: u32, claims: Claims): void {
    this.send(player, this.writer().text("version one"));
  }
}
`;

/** A room that counts its messages, and says so when its code is replaced. */
const COUNTER = `import { Reader, Room, Writer } from "@rockpool/assembly";

export default class Counter extends Room {
  count: u32 = 0;
  onMessage(player: u32, message: Reader): void {
    this.count++;
    this.send(player, this.writer().text("one counts " + this.count.toString()));
  }
  onSave(out: Writer): void {
    out.u32(this.count);
  }
  onRestore(state: Reader): void {
    this.count = state.u32();
    this.broadcast(this.writer().text("restored"));
  }
}
`;

for (const shards of SHARD_COUNTS) {
  test(`a save reaches new rooms; a mistake, or a room without onSave, leaves the old code running (shards: ${shards})`, async () => {
    const work = temporaryFolder();
    const folder = join(work.path, "greeter");
    assert.equal((await rockpool(["init", folder])).code, 0);
    const file = join(folder, "assembly/index.ts");
    writeFileSync(file, SOURCE);

    const dev = new RunningCommand(["dev", folder, ...nodeFlags(join(work.path, "data"), shards)], {
      cwd: work.path,
    });
    let leave = () => {};
    try {
      const [, address] = await dev.printed(/play {7}(http:\S+)/);
      const { origin } = new URL(address!);
      await dev.printed(/watching/);

      const room = connect({ url: origin, function: "greeter", room: "lobby", backoff: { max: 300 } });
      leave = () => room.leave();
      const heard: string[] = [];
      let arrived = () => {};
      room.on("message", (bytes) => {
        heard.push(new TextDecoder().decode(bytes));
        arrived();
      });
      const hears = async (text: string) => {
        while (!heard.includes(text)) {
          const next = new Promise<void>((resolve) => {
            arrived = resolve;
          });
          await within(`"${text}" from the room`, next, BUILD_MS);
        }
      };
      await hears("version one");

      writeFileSync(
        file,
        SOURCE.replace("version one", "broken ( here").replace("this.send(player", "this.sned(player"),
      );
      await dev.printed(/assembly\/index\.ts:5:\d+/);
      assert.equal(room.state, "open");

      writeFileSync(file, SOURCE.replace("version one", "version two"));
      await dev.printed(/goes on with the old code: save-refused: this room has no onSave/);
      assert.equal(room.state, "open");
      const other = connect({ url: origin, function: "greeter", room: "elsewhere" });
      leave = () => {
        room.leave();
        other.leave();
      };
      other.on("message", (bytes) => {
        heard.push(new TextDecoder().decode(bytes));
        arrived();
      });
      await hears("version two");
      assert.deepEqual(heard, ["version one", "version two"]);

      const page = await fetch(address!);
      assert.equal(page.status, 200);
      assert.ok(readFileSync(file, "utf8").includes("version two"));
    } finally {
      // One that goes on reconnecting would keep the test's process alive.
      leave();
      dev.signal("SIGINT");
      const { code } = await within("the end of dev", dev.exited);
      assert.equal(code, 0);
      work.remove();
    }
  });
}

for (const shards of SHARD_COUNTS) {
  test(`a save takes the running room over: its player stays connected and its state is kept (shards: ${shards})`, async () => {
    const work = temporaryFolder();
    const folder = join(work.path, "counter");
    assert.equal((await rockpool(["init", folder])).code, 0);
    const file = join(folder, "assembly/index.ts");
    writeFileSync(file, COUNTER);
    const dev = new RunningCommand(["dev", folder, ...nodeFlags(join(work.path, "data"), shards)], {
      cwd: work.path,
    });
    let leave = () => {};
    try {
      const [, address] = await dev.printed(/play {7}(http:\S+)/);
      await dev.printed(/watching/);
      const room = connect({ url: new URL(address!).origin, function: "counter", room: "lobby" });
      leave = () => room.leave();
      const heard: string[] = [];
      let arrived = () => {};
      let welcomes = 0;
      room.on("welcome", () => welcomes++);
      room.on("message", (bytes) => {
        heard.push(new TextDecoder().decode(bytes));
        arrived();
      });
      const hears = async (count: number) => {
        while (heard.length < count) {
          const next = new Promise<void>((resolve) => {
            arrived = resolve;
          });
          await within(`message ${count} from the room`, next, BUILD_MS);
        }
      };
      room.send(Uint8Array.of(1));
      room.send(Uint8Array.of(1));
      await hears(2);
      writeFileSync(file, COUNTER.replace("one counts", "two counts"));
      await hears(3);
      room.send(Uint8Array.of(1));
      await hears(4);
      assert.deepEqual(heard, ["one counts 1", "one counts 2", "restored", "two counts 3"]);
      assert.equal(welcomes, 1);
      await dev.printed(/rooms taken over: 1/);
    } finally {
      leave();
      dev.signal("SIGINT");
      const { code } = await within("the end of dev", dev.exited);
      assert.equal(code, 0);
      work.remove();
    }
  });
}
