import assert from "node:assert/strict";
import { test } from "node:test";
import { SendQueue } from "./queue.ts";

const frame = (...bytes: number[]) => Uint8Array.from(bytes);

test("frames come out oldest first, once", () => {
  const queue = new SendQueue(4, 100);
  assert.equal(queue.push(frame(1)), "queued");
  assert.equal(queue.push(frame(2)), "queued");
  assert.deepEqual(queue.take(), [frame(1), frame(2)]);
  assert.deepEqual(queue.take(), []);
});

test("past the number of frames the oldest goes", () => {
  const queue = new SendQueue(2, 100);
  queue.push(frame(1));
  queue.push(frame(2));
  assert.equal(queue.push(frame(3)), "displaced");
  assert.deepEqual(queue.take(), [frame(2), frame(3)]);
});

test("past the number of bytes as many of the oldest go as make room", () => {
  const queue = new SendQueue(10, 4);
  queue.push(frame(1, 1));
  queue.push(frame(2, 2));
  assert.equal(queue.push(frame(3, 3, 3)), "displaced");
  assert.deepEqual(queue.take(), [frame(3, 3, 3)]);
});

test("a frame larger than the queue is dropped and displaces nothing", () => {
  const queue = new SendQueue(10, 2);
  queue.push(frame(1));
  assert.equal(queue.push(frame(2, 2, 2)), "dropped");
  assert.deepEqual(queue.take(), [frame(1)]);
});

test("a queue of no frames drops everything", () => {
  assert.equal(new SendQueue(0, 100).push(frame(1)), "dropped");
});
