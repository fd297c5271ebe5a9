import assert from "node:assert/strict";
import { test } from "node:test";
import { Outgoing } from "./outgoing.ts";

function frame(number: number, length = 8): Uint8Array {
  return new Uint8Array(length).fill(number);
}

function replayed(outgoing: Outgoing, count: number): { before: number; numbers: number[] } {
  const numbers: number[] = [];
  const before = outgoing.replay(count, (bytes) => numbers.push(bytes[0]!));
  return { before, numbers };
}

test("frames after the given number are sent again in order", () => {
  const outgoing = new Outgoing(1000);
  for (let n = 1; n <= 5; n++) outgoing.push(frame(n));
  assert.deepEqual(replayed(outgoing, 3), { before: 3, numbers: [4, 5] });
});

test("acknowledged frames are forgotten", () => {
  const outgoing = new Outgoing(1000);
  for (let n = 1; n <= 5; n++) outgoing.push(frame(n));
  assert.equal(outgoing.acknowledge(4), true);
  assert.equal(outgoing.held, 1);
  assert.deepEqual(replayed(outgoing, 2), { before: 4, numbers: [5] });
});

test("an acknowledgement of frames that were never sent is refused", () => {
  const outgoing = new Outgoing(1000);
  outgoing.push(frame(1));
  assert.equal(outgoing.acknowledge(2), false);
});

test("past its bound the oldest frames go and the client is told from where it goes on", () => {
  const outgoing = new Outgoing(36);
  for (let n = 1; n <= 5; n++) outgoing.push(frame(n));
  assert.deepEqual(replayed(outgoing, 1), { before: 2, numbers: [3, 4, 5] });
});

test("a frame larger than the bound is counted and not kept", () => {
  const outgoing = new Outgoing(36);
  outgoing.push(frame(1));
  outgoing.push(frame(2, 100));
  assert.deepEqual(replayed(outgoing, 0), { before: 2, numbers: [] });
});

test("frames survive any order of pushes and acknowledgements, byte for byte", () => {
  const seed = Date.now() % 100_000;
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const outgoing = new Outgoing(4096);
  const all: Uint8Array[] = [];
  for (let step = 0; step < 5000; step++) {
    if (random(4) > 0) {
      const bytes = frame(all.length % 251, random(300));
      all.push(bytes);
      outgoing.push(bytes);
    } else {
      outgoing.acknowledge(Math.max(0, all.length - random(20)));
    }
    const got: Uint8Array[] = [];
    const before = outgoing.replay(0, (bytes) => got.push(bytes.slice()));
    assert.deepEqual(got, all.slice(before), `seed ${seed}, step ${step}`);
  }
});
