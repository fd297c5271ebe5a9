/** Components of standard tools, unchanged but for manifest and page, on a real node. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type TemporaryFolder, temporaryFolder } from "../harness/folder.ts";
import { freshName, type NodeUnderTest, startNode } from "../harness/node.ts";
import { MANGLINGS, witBindgenRoom } from "./witBindgenC.ts";
import { cargoRoom, missingForCargo, PLAIN } from "./witBindgenRust.ts";
import { withManifest } from "./withManifest.ts";

const sources: { title: string; name: string; make: () => Promise<Uint8Array>; missing: string | null }[] = [
  ...MANGLINGS.map((mangling) => ({
    title: `C, with core names in mangling ${mangling}`,
    name: `c-${mangling}`,
    make: () => witBindgenRoom(mangling),
    missing: null,
  })),
  { title: "Rust", name: "rust", make: () => cargoRoom(PLAIN), missing: missingForCargo(PLAIN) },
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
