import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerOp, type Welcome } from "@rockpool/protocol";
import { WelcomeFrames } from "./welcome.ts";

const own = { room: "r", player: 7, resume: "abc", resumed: false, received: 0, sent: 0, epoch: 0 };
const common = { function: "echo", version: "sha256:1", tickRate: 20, node: "nœud" };

function read(frame: Uint8Array): Welcome {
  assert.equal(frame[0], ServerOp.Welcome);
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(frame.subarray(1))) as Welcome;
}

test("a WELCOME says all it should, and names shards only where there are several", () => {
  const frames = new WelcomeFrames();
  const shards = ["ws://a:1", "ws://a:2"];
  assert.deepEqual(read(frames.make(own, common, shards)), { ...own, ...common, shards });
  assert.deepEqual(read(frames.make(own, common, ["ws://a:1"])), { ...own, ...common });
});

test("a WELCOME after another one tells what has changed in between", () => {
  const frames = new WelcomeFrames();
  frames.make(own, common, []);
  const { version, tickRate } = common;
  assert.equal(read(frames.make(own, { ...common, tickRate: 30 }, [])).tickRate, 30);
  assert.equal(read(frames.make(own, { ...common, version: "sha256:2" }, [])).version, "sha256:2");
  const last = read(frames.make({ ...own, room: "other", player: 4 }, common, []));
  assert.deepEqual([last.room, last.player, last.version, last.tickRate], ["other", 4, version, tickRate]);
});

test("a WELCOME that names hundreds of shards is whole", () => {
  const shards = Array.from({ length: 500 }, (_, n) => `wss://é-${n}.example:78${n}`);
  assert.deepEqual(read(new WelcomeFrames().make(own, common, shards)).shards, shards);
});
