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

for (const shards of SHARD_COUNTS) {
  test(`a save swaps the code under connected players, a mistake leaves it running (shards: ${shards})`, async () => {
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
