import assert from "node:assert/strict";
import { test } from "node:test";
import { Histogram } from "./histogram.ts";
import { Metrics } from "./prometheus.ts";
import type { ShardStats } from "./stats.ts";

function stats(shard: number): ShardStats {
  const late = new Histogram();
  for (const value of [3, 30, 3000]) late.record(value);
  return {
    shard,
    pid: 100 + shard,
    rooms: 2,
    players: 5,
    connections: 6,
    rssBytes: 1e8,
    heapBytes: 1e7,
    callsRunning: 0,
    callsWaiting: 0,
    functions: [
      {
        function: "arena",
        version: "sha256:aa",
        state: "warm",
        error: null,
        poolSize: 3,
        poolTarget: 4,
        claims: 12,
        misses: 1,
        sleeping: 0,
        rooms: 2,
        players: 5,
        fuel: 1234,
      },
    ],
    counters: { messages_in: 9, "bad name": 1, closes: 1, function_claims: 1, claims: 1 },
    closes: { 4001: 2 },
    histograms: { tick_late: late.state() },
  };
}

const lineOf = (page: string, start: string) => page.split("\n").find((line) => line.startsWith(start));

test("the page shows each shard's gauges, counters and closes", async () => {
  const page = await new Metrics().render([stats(0), stats(1)]);
  for (const line of [
    'rockpool_rooms{shard="1"} 2',
    'rockpool_function_pool_size{shard="0",function="arena"} 3',
    'rockpool_function_misses_total{shard="0",function="arena"} 1',
    'rockpool_messages_in_total{shard="1"} 9',
    'rockpool_closes_total{shard="0",code="4001"} 2',
  ]) {
    assert.equal(lineOf(page, line.split(" ")[0]!), line);
  }
});

test("a histogram is cumulative, in seconds, and ends with all values", async () => {
  const page = await new Metrics().render([stats(0)]);
  const bucket = (le: string) =>
    lineOf(page, `rockpool_tick_late_seconds_bucket{shard="0",le="${le}"}`)?.split(" ")[1];
  assert.deepEqual(
    ["0.000001", "0.000005", "0.00005", "0.0025", "0.005", "+Inf"].map(
      (le) => bucket(le) ?? bucket(String(Number(le))),
    ),
    ["0", "1", "2", "2", "3", "3"],
  );
  assert.equal(
    lineOf(page, 'rockpool_tick_late_seconds_sum{shard="0"}'),
    'rockpool_tick_late_seconds_sum{shard="0"} 0.003033',
  );
  assert.match(page, /# TYPE rockpool_tick_late_seconds histogram/);
});

test("the supervisor's own process metrics stand on the page", async () => {
  assert.match(await new Metrics().render([]), /rockpool_supervisor_process_cpu_seconds_total \d/);
});

test("a shard's name that is no metric name, or that is taken, is left out", async () => {
  const page = await new Metrics().render([stats(0)]);
  assert.doesNotMatch(page, /bad name/);
  assert.equal(
    lineOf(page, "rockpool_function_claims_total"),
    'rockpool_function_claims_total{shard="0",function="arena"} 12',
  );
});

test("two scrapes do not add up", async () => {
  const metrics = new Metrics();
  await metrics.render([stats(0)]);
  const page = await metrics.render([stats(0)]);
  assert.equal(lineOf(page, "rockpool_messages_in_total"), 'rockpool_messages_in_total{shard="0"} 9');
});
