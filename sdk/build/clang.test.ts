import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Reader, Writer } from "@rockpool/client";
import { buildFunction } from "./build.ts";
import { initFunction } from "./init.ts";
import { folderWith, temporaryFolder } from "./testfolder.ts";
import { compileFolder, TestRoom } from "./testroom.ts";

test("sources in several files and folders are linked, and two builds give the same bytes", async () => {
  const files = {
    "rockpool.json": '{"name":"test"}',
    "c/main.c": `#include "rockpool.h"\n#include "rules/rules.h"\nvoid on_tick(double dt_ms) { rp_set_tick_rate(answer()); }`,
    "c/rules/rules.h": "int answer(void);",
    "c/rules/rules.c": '#include "rules.h"\nint answer(void) { return 42; }',
  };
  const [one, two] = [folderWith(files), folderWith(files)];
  const first = await buildFunction(one);
  assert.deepEqual(first.component, (await buildFunction(two)).component);
  assert.ok(first.inputs.includes(`${one}/c/rules/rules.h`));
});

describe("a new folder in C", () => {
  test("from template room builds untouched, with a page, and moves its dots", async () => {
    const folder = join(temporaryFolder(), "my-game");
    await initFunction(folder, { language: "c" });
    const built = await buildFunction(folder);
    assert.equal(built.manifest.name, "my-game");
    assert.ok(built.page?.has("main.js"));
    const room = await TestRoom.make(await compileFolder(folder));
    room.create();
    room.join(7);
    room.message(7, new Writer().u8(1).f32(100).f32(100).view());
    for (let i = 0; i < 100; i++) room.callback("tick", 50);
    const dots = new Reader(Uint8Array.from(room.effects.at(-1)!.split(" ")[1]!.split(",").map(Number)));
    assert.deepEqual([dots.u8(), dots.varint(), dots.u32(), dots.f32(), dots.f32()], [1, 1, 7, 100, 100]);
    assert.equal(room.pages, 1);
  });

  test("from template call builds untouched and answers", async () => {
    const folder = join(temporaryFolder(), "greet");
    await initFunction(folder, { language: "c", template: "call" });
    const answer = (await TestRoom.make(await compileFolder(folder))).handle("ada");
    assert.equal(answer.ok && Buffer.from(answer.bytes).toString(), "hello, ada");
  });

  test("from a template that C lacks is refused, with those it has", async () => {
    const failed = initFunction(join(temporaryFolder(), "game"), { language: "c", template: "turns" });
    await assert.rejects(failed, /no template turns in c; there are room, call/);
  });
});
