/** What the README tells a new user to do, with a node of its own: init, build, change, deploy, play. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Reader, Writer } from "@rockpool/client";
import { rockpool } from "../../harness/command.ts";
import { type TemporaryFolder, temporaryFolder } from "../../harness/folder.ts";
import { onEveryShardCount } from "../../harness/shardCounts.ts";

let work: TemporaryFolder;
before(() => {
  work = temporaryFolder();
});
after(() => work.remove());

/** Runs a command that must succeed. */
async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await rockpool(args, { cwd: work.path });
  assert.equal(code, 0, stderr);
  return stdout;
}

onEveryShardCount({}, (the, shards) => {
  const name = `my-game-${shards}`;
  const source = () => join(work.path, name, "assembly/index.ts");

  test("init makes a folder that builds untouched", async () => {
    assert.match(await succeed("init", name), /rockpool dev/);
    await succeed("build", name);
    assert.ok(existsSync(join(work.path, name, "dist", `${name}.wasm`)));
  });

  test("a changed function is deployed to the running node and serves players", async () => {
    const text = readFileSync(source(), "utf8");
    assert.match(text, /const SPEED: f32 = 40/);
    writeFileSync(source(), text.replace("const SPEED: f32 = 40", "const SPEED: f32 = 400"));
    await succeed("build", name);
    assert.match(
      await succeed("deploy", join(name, "dist", `${name}.wasm`), "--data", the().data),
      /live as/,
    );
    const player = await the().join(name, "lobby");
    assert.equal(player.welcome.tickRate, 20);
    player.send(new Writer().u8(1).f32(100).f32(100).view());
    for (;;) {
      const dots = new Reader(await player.nextData());
      assert.deepEqual([dots.u8(), dots.varint(), dots.u32()], [1, 1, player.id]);
      if (dots.f32() === 100 && dots.f32() === 100) break;
    }
    await player.leave();
  });

  test("deploy of a folder builds it first; --update drain moves players to the new code", async () => {
    const player = await the().join(name, "lobby");
    writeFileSync(source(), readFileSync(source(), "utf8").replace("400", "300"));
    const printed = await succeed("deploy", name, "--update", "drain", "--json", "--data", the().data);
    const result = JSON.parse(printed) as { version: string; changed: boolean; roomsEnded: number };
    assert.equal(result.changed, true);
    assert.ok(result.roomsEnded >= 1);
    assert.equal((await player.closed).code, 4001);
    const again = await the().join(name, "lobby");
    assert.equal(again.welcome.version, result.version);
    await again.leave();
  });

  test("its page is served", async () => {
    const page = await the().http(`/play/${name}/`);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /main\.js/);
    assert.equal((await the().http(`/play/${name}/main.js`)).status, 200);
  });
});

test("init refuses a folder that holds something, and a name that no function can have", async () => {
  const full = join(work.path, "full");
  assert.equal((await rockpool(["init", full])).code, 0);
  const again = await rockpool(["init", full]);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /not empty/);
  const bad = await rockpool(["init", join(work.path, "Not A Name")]);
  assert.equal(bad.code, 1);
  assert.match(bad.stderr, /cannot name a function/);
});

test("a mistake is shown as file and line", async () => {
  const folder = join(work.path, "mistaken");
  assert.equal((await rockpool(["init", folder])).code, 0);
  const file = join(folder, "assembly/index.ts");
  const mistaken = readFileSync(file, "utf8").replace(
    "extends Room {",
    "$&\n  onClose(): void {\n    this.misspelt();\n  }",
  );
  writeFileSync(file, mistaken);
  const { code, stderr } = await rockpool(["build", folder]);
  assert.equal(code, 1);
  assert.match(stderr, /assembly\/index\.ts:\d+:\d+/);
});
