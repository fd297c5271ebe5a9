import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff, FIRST_DELAY_MS, LONGEST_DELAY_MS, STOOD_MS } from "./backoff.ts";

test("delays double from the first to the longest", () => {
  const backoff = new Backoff();
  const delays = Array.from({ length: 8 }, () => backoff.after(0));
  assert.deepEqual(delays, [100, 200, 400, 800, 1600, 3200, LONGEST_DELAY_MS, LONGEST_DELAY_MS]);
});

test("a process that stood starts from the first delay again", () => {
  const backoff = new Backoff();
  for (let i = 0; i < 4; i++) backoff.after(0);
  assert.equal(backoff.after(STOOD_MS), FIRST_DELAY_MS);
});
