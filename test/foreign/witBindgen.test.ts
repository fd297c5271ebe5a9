/** Components of standard tools, unchanged but for manifest and page, on a real node. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { buildFunction } from "@rockpool/build";
import { type TemporaryFolder, temporaryFolder } from "../harness/folder.ts";
import { freshName, type NodeUnderTest, startNode } from "../harness/node.ts";
import { MANGLINGS, witBindgenRoom } from "./witBindgenC.ts";
import { cargoRoom, missingForCargo } from "./witBindgenRust.ts";

/** What `rockpool build --component` makes of a component and a folder with a manifest. */
async function withManifest(folder: string, name: string, component: Uint8Array): Promise<Uint8Array> {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, "rockpool.json"), JSON.stringify({ name, tickRate: 20 }));
  writeFileSync(join(path, "room.wasm"), component);
  const built = await buildFunction(path, { component: join(path, "room.wasm") });
  assert.ok(
    Buffer.from(built.component).includes(Buffer.from(component)),
    "the component itself is as it was",
  );
  return built.component;
}

const sources: { title: string; name: string; make: () => Promise<Uint8Array>; missing: string | null }[] = [
  ...MANGLINGS.map((mangling) => ({
    title: `C, with core names in mangling ${mangling}`,
    name: `c-${mangling}`,
    make: () => witBindgenRoom(mangling),
    missing: null,
  })),
  { title: "Rust", name: "rust", make: cargoRoom, missing: missingForCargo() },
];

for (const { title, name, make, missing } of sources) {
  describe(`a room that wit-bindgen bound to world.wit, in ${title}`, { skip: missing ?? false }, () => {
    let folder: TemporaryFolder;
    let node: NodeUnderTest;
    before(async () => {
      folder = temporaryFolder();
      node = await startNode();
      await node.admin.deploy(name, await withManifest(folder.path, name, await make()));
    });
    after(async () => {
      await node?.stop();
      folder.remove();
    });

    // Before any room exists: a request takes one that it finds.
    test("refuses to be created, and the reason is the guest's own", async () => {
      const refused = await node.post(`/v1/rooms/${name}`, { config: Buffer.from("!").toString("base64") });
      assert.match(await refused.text(), /not with this config/);
    });

    test("is created, joined, ticks and answers", async () => {
      const room = freshName();
      const player = await node.join(name, room);
      // At its third tick it broadcasts its name, which it asks the host for.
      assert.equal(await player.nextText(), room);
      player.send("ahoy");
      assert.deepEqual(await player.nextData(), Buffer.from("\x03ahoy"));
      await player.leave();
    });

    test("answers messages of many sizes", async () => {
      const player = await node.join(name);
      await player.nextText();
      for (let i = 0; i < 50; i++) {
        const message = Buffer.alloc(i * 160, i);
        player.send(message);
        assert.deepEqual(await player.nextData(), Buffer.concat([Uint8Array.of(3), message]));
      }
      await player.leave();
    });
  });
}
