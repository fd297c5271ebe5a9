import assert from "node:assert/strict";
import { test } from "node:test";
import { RoomRandom } from "./random.ts";

test("the first outputs are those of xoshiro128** 1.1 for the state 1, 2, 3, 4", () => {
  // From the reference implementation: 11520, 0, 5927040, 70819200.
  const random = new RoomRandom(Uint32Array.of(1, 2, 3, 4));
  assert.equal(random.next(), 11520n);
  assert.equal(random.next(), (70819200n << 32n) | 5927040n);
});

test("equal seeds draw equal numbers", () => {
  const seed = Uint32Array.of(9, 8, 7, 6);
  const one = new RoomRandom(seed.slice());
  const other = new RoomRandom(seed.slice());
  for (let i = 0; i < 100; i++) assert.equal(one.next(), other.next());
});
