/** Components of standard tools that use WASI 0.2: what they print, read and draw comes from the room. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { buildImage, DEFAULT_NODE_MAXIMA } from "@rockpool/runtime/image/pipeline.js";
import { RoomGuest } from "@rockpool/runtime/instance/roomGuest.js";
import { SUBJECT } from "../fuzz/oracles/subject.ts";
import { type TemporaryFolder, temporaryFolder } from "../harness/folder.ts";
import { freshName, type NodeUnderTest, startNode } from "../harness/node.ts";
import { ScriptedHost } from "../oracle/scriptedHost.ts";
import { adaptedRoom } from "./witBindgenC.ts";
import { cargoRoom, missingForCargo, WITH_WASI } from "./witBindgenRust.ts";
import { withManifest } from "./withManifest.ts";

describe("a room on the crate wasip2", { skip: missingForCargo(WITH_WASI) ?? false }, () => {
  let folder: TemporaryFolder;
  let node: NodeUnderTest;
  let component: Uint8Array;
  before(async () => {
    folder = temporaryFolder();
    component = await withManifest(folder.path, "wasi", await cargoRoom(WITH_WASI));
    node = await startNode();
    await node.admin.deploy("wasi", component);
  });
  after(async () => {
    await node?.stop();
    folder.remove();
  });

  test("prints to the log, under its own name", async () => {
    const room = freshName();
    const player = await node.join("wasi", room);
    player.send("ahoy from stdout");
    await player.nextText();
    const out = await node.logged("what it prints", (line) => line.msg === "ahoy from stdout");
    assert.deepEqual([out.room, out.level], [room, "info"]);
    const err = await node.logged("what it complains of", (line) => line.msg === "careful");
    assert.deepEqual([err.room, err.level], [room, "error"]);
    await player.leave();
  });

  test("reads room time from both clocks, random numbers, and an empty environment", async () => {
    const player = await node.join("wasi");
    player.send("?");
    const [monotonic, wall, ...rest] = (await player.nextText()).split(" ");
    assert.equal(BigInt(monotonic!), BigInt(wall!.replace(".", "")));
    assert.ok(BigInt(monotonic!) < 60_000_000_000n, `room time starts at 0, and it is ${monotonic}`);
    assert.match(rest.join(" "), /^[0-9a-f]+ \[([0-9a-f]{2}(, )?){11}\] [0-9a-f]+ [0-9a-f]+ 0 0 None true$/);
    await player.leave();
  });

  test("ends its room when it exits, with the reason in the log", async () => {
    const room = freshName();
    const player = await node.join("wasi", room);
    player.send("exit");
    assert.equal((await player.closed).code, 4003);
    const line = await node.logged("the failure", (one) => one.msg === "room failed" && one.room === room);
    assert.match(JSON.stringify(line), /called exit with failure/);
  });

  test("does the same in every run with the same answers", () => {
    const { info, wasm } = buildImage(component, DEFAULT_NODE_MAXIMA);
    const module = new WebAssembly.Module(wasm);
    const life = (seed: number): string[] => {
      const host = new ScriptedHost(seed);
      const room = new RoomGuest(SUBJECT.make(module, info, host));
      for (let n = 0; n < 3; n++) {
        assert.equal(room.message(1, Uint8Array.of(n + 65), 0).status, "done");
      }
      return host.takeNotes();
    };
    assert.deepEqual(life(7), life(7));
    assert.notDeepEqual(life(7), life(8));
  });
});

test("a component with the adapter for WASI preview 1 is refused with the function it imports, and what to do", async () => {
  const source = `#include <stdio.h>
    __attribute__((constructor)) static void hello(void) { puts("hello"); }`;
  const component = await adaptedRoom(source);
  assert.throws(
    () => buildImage(withSection(component), DEFAULT_NODE_MAXIMA),
    (error: Error & { code?: string }) => {
      assert.equal(error.code, "import-refused");
      assert.match(error.message, /"wasi_snapshot_preview1" "fd_[a-z_]+"/);
      assert.match(error.message, /adapter.*second core module.*WASI 0\.2 directly/);
      return true;
    },
  );
});

/** The component with a manifest, as the pipeline wants one before it looks at imports. */
function withSection(component: Uint8Array): Uint8Array {
  const name = Buffer.from("rockpool:manifest");
  const body = Buffer.concat([Uint8Array.of(name.length), name, Buffer.from('{"name":"adapted"}')]);
  return Buffer.concat([component, Uint8Array.of(0, body.length), body]);
}
