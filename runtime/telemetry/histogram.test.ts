import assert from "node:assert/strict";
import { test } from "node:test";
import { Histogram } from "./histogram.ts";

/** A small seeded generator (mulberry32), so that a failure can be repeated. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function filled(...values: number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

test("quantiles of random values from 0.1 us to 60 s are within 3 % of the exact ones", (t) => {
  const seed = Date.now() & 0xffff;
  t.diagnostic(`seed ${seed}`);
  const random = seeded(seed);
  const values = Array.from({ length: 20_000 }, () => 0.1 * (60e6 / 0.1) ** random());
  const histogram = filled(...values);
  values.sort((a, b) => a - b);
  for (const q of [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1]) {
    const exact = values[Math.max(1, Math.ceil(q * values.length)) - 1]!;
    const error = Math.abs(histogram.quantile(q) - exact) / exact;
    assert.ok(error <= 0.03, `q=${q}: ${histogram.quantile(q)} against ${exact}, seed ${seed}`);
  }
});

test("a quantile never exceeds the largest value", () => {
  assert.equal(filled(1000).quantile(1), 1000);
});

test("without values every figure is 0", () => {
  const { count, sum, max, mean } = new Histogram();
  assert.deepEqual([count, sum, max, mean, new Histogram().quantile(0.5)], [0, 0, 0, 0, 0]);
});

test("values outside the range count in the outermost buckets", () => {
  const histogram = filled(-1, 0, 1e12);
  assert.equal(histogram.count, 3);
  assert.equal(histogram.countAtMost(0.1), 2);
  assert.equal(histogram.max, 1e12);
});

test("sum and mean are exact", () => {
  const histogram = filled(1, 2, 3);
  assert.deepEqual([histogram.sum, histogram.mean], [6, 2]);
});

test("merging equals recording everything in one", () => {
  const merged = filled(1, 10, 100);
  merged.merge(filled(5, 5000).state());
  assert.deepEqual(merged.state(), filled(1, 10, 100, 5, 5000).state());
});

test("subtracting an earlier reading leaves what came after it", () => {
  const histogram = filled(10, 90_000);
  const earlier = histogram.state();
  histogram.record(7);
  histogram.record(40);
  histogram.subtract(earlier);
  assert.deepEqual([histogram.count, histogram.sum], [2, 47]);
  assert.ok(Math.abs(histogram.max - 40) / 40 <= 0.04, `max ${histogram.max}`);
});

test("subtracting what is no earlier reading is refused and changes nothing", () => {
  const histogram = filled(10);
  assert.throws(() => histogram.subtract(filled(20).state()), RangeError);
  assert.deepEqual(histogram.state(), filled(10).state());
});

test("a state goes through JSON and back", () => {
  const state = filled(0.3, 17, 1e6).state();
  assert.deepEqual(Histogram.from(JSON.parse(JSON.stringify(state))).state(), state);
});

test("reset forgets everything", () => {
  const histogram = filled(3, 4);
  histogram.reset();
  assert.deepEqual(histogram.state(), { counts: [], count: 0, sum: 0, max: 0 });
});

test("countAtMost counts what lies under a bound", () => {
  const histogram = filled(1, 2, 50, 1000);
  assert.deepEqual(
    [0.5, 3, 100, 1e6].map((bound) => histogram.countAtMost(bound)),
    [0, 2, 3, 4],
  );
});
