import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_COUNT } from "@rockpool/protocol";
import { SendQueue } from "./queue.ts";

const frame = (...bytes: number[]) => Uint8Array.from(bytes);

/** A queue that holds frames of the bytes 1, 2, … */
function holding(count: number, maxFrames = 10): SendQueue {
  const queue = new SendQueue(maxFrames, 100);
  for (let n = 1; n <= count; n++) queue.push(frame(n), true);
  return queue;
}

test("frames are held oldest first until the queue is cleared", () => {
  const queue = new SendQueue(4, 100);
  assert.equal(queue.push(frame(1), false), "queued");
  assert.equal(queue.push(frame(2), true), "sent");
  assert.deepEqual(queue.frames, [frame(1), frame(2)]);
  queue.clear();
  assert.deepEqual(queue.frames, []);
});

for (const connected of [true, false]) {
  const how = connected ? "with a connection" : "without a connection";
  test(`past the number of frames the oldest goes, ${how}`, () => {
    const queue = new SendQueue(2, 100);
    queue.push(frame(1), connected);
    queue.push(frame(2), connected);
    assert.equal(queue.push(frame(3), connected), "displaced");
    assert.deepEqual(queue.frames, [frame(2), frame(3)]);
  });

  test(`past the number of bytes as many of the oldest go as make room, ${how}`, () => {
    const queue = new SendQueue(10, 4);
    queue.push(frame(1, 1), connected);
    queue.push(frame(2, 2), connected);
    assert.equal(queue.push(frame(3, 3, 3), connected), "displaced");
    assert.deepEqual(queue.frames, [frame(3, 3, 3)]);
  });
}

test("without a connection a frame larger than the queue is dropped and displaces nothing", () => {
  const queue = new SendQueue(10, 2);
  queue.push(frame(1), false);
  assert.equal(queue.push(frame(2, 2, 2), false), "dropped");
  assert.deepEqual(queue.frames, [frame(1)]);
});

test("a frame larger than the queue that is sent is not held, nor what came before it", () => {
  const queue = new SendQueue(10, 2);
  queue.push(frame(1), true);
  assert.equal(queue.push(frame(2, 2, 2), true), "displaced");
  queue.push(frame(3), true);
  assert.deepEqual(queue.frames, [frame(3)]);
  assert.equal(queue.resume(0), 2);
});

test("a queue of no frames drops everything that it would have to hold", () => {
  assert.equal(new SendQueue(0, 100).push(frame(1), false), "dropped");
});

test("an acknowledgement lets go of all frames up to its count, and an older one of none", () => {
  const queue = holding(4);
  assert.ok(queue.acknowledge(3));
  assert.ok(queue.acknowledge(1));
  assert.deepEqual(queue.frames, [frame(4)]);
});

test("an acknowledgement of more than there ever was is refused and changes nothing", () => {
  const queue = holding(2);
  assert.equal(queue.acknowledge(3), false);
  assert.equal(queue.frames.length, 2);
});

test("a room that resumes is sent what it has not taken in", () => {
  const queue = holding(4);
  assert.equal(queue.resume(2), 0);
  assert.deepEqual(queue.frames, [frame(3), frame(4)]);
});

test("a room that resumes cannot have taken in more than there ever was", () => {
  assert.equal(holding(2).resume(3), null);
});

test("frames that were displaced before the room had them are counted as lost, those it had are not", () => {
  assert.equal(holding(5, 2).resume(1), 2);
  assert.equal(holding(5, 2).resume(3), 0);
});

test("after a loss both sides count on from what the room has", () => {
  const queue = holding(5, 2);
  queue.resume(1);
  // The room counts 4 and 5 as its second and third.
  assert.ok(queue.acknowledge(3));
  assert.deepEqual(queue.frames, []);
  assert.equal(queue.acknowledge(4), false);
});

test("what a room had acknowledged and no longer has is lost", () => {
  const queue = holding(4);
  queue.acknowledge(4);
  assert.equal(queue.resume(1), 3);
});

test("clearing tells how many frames were never acknowledged, displaced ones too", () => {
  const queue = holding(5, 2);
  queue.acknowledge(1);
  assert.equal(queue.clear(), 4);
  assert.equal(queue.clear(), 0);
});

test("a seat's last number is used and none after it", () => {
  const queue = new SendQueue(10, 100);
  queue.renumber(MAX_COUNT - 1);
  assert.equal(queue.push(frame(1), true), "sent");
  assert.equal(queue.push(frame(2), true), "dropped");
  assert.deepEqual(queue.frames, [frame(1)]);
});
