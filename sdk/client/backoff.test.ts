import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "./backoff.ts";

test("the upper bound of the delays doubles from min up to max", () => {
  const backoff = new Backoff(100, 5000, () => 1);
  const delays = Array.from({ length: 8 }, () => backoff.next());
  assert.deepEqual(delays, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
});

test("a delay is the random share of its bound, down to nothing", () => {
  assert.equal(new Backoff(100, 5000, () => 0).next(), 0);
  assert.equal(new Backoff(100, 5000, () => 0.25).next(), 25);
});

test("reset starts over at min", () => {
  const backoff = new Backoff(100, 5000, () => 1);
  backoff.next();
  backoff.next();
  backoff.reset();
  assert.equal(backoff.attempts, 0);
  assert.equal(backoff.next(), 100);
});

test("a thousand attempts later the delay is still a number within max", () => {
  const backoff = new Backoff(100, 5000, () => 1);
  for (let i = 0; i < 2000; i++) backoff.next();
  assert.equal(backoff.next(), 5000);
});
