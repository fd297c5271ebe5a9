import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerOp } from "@rockpool/protocol";
import { Effect, Outbox } from "./outbox.ts";

test("effects come back in order, with their frames whole, through growth of every buffer", () => {
  const outbox = new Outbox();
  const memory = new Uint8Array(70_000).map((_, i) => i % 251);
  for (let turn = 0; turn < 2; turn++) {
    outbox.clear();
    for (let i = 0; i < 300; i++) outbox.addFrame(Effect.Send, i, memory, i, i * 7);
    outbox.addKick(4, "why not");
    assert.equal(outbox.count, 301);
    for (let i = 0; i < 300; i++) {
      assert.equal(outbox.subject(i), i);
      const expected = Uint8Array.of(ServerOp.Data, ...memory.subarray(i, i + i * 7));
      assert.deepEqual(new Uint8Array(outbox.frame(i)), expected);
    }
    assert.equal(outbox.kind(300), Effect.Kick);
    assert.equal(outbox.reason(300), "why not");
  }
});

test("a single short frame is the same view each time, so sending it allocates nothing", () => {
  const outbox = new Outbox();
  const memory = new Uint8Array(32);
  outbox.addFrame(Effect.Send, 1, memory, 0, 32);
  const first = outbox.frame(0);
  outbox.clear();
  outbox.addFrame(Effect.Send, 1, memory, 0, 32);
  assert.equal(outbox.frame(0), first);
});
