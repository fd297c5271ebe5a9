/**
 * What `/metrics` shows: the readings of all shards and the supervisor's own process metrics. The shards'
 * part is made anew from their stats at each scrape, so a series of a function or shard that is gone is gone
 * from the page too, and counters start from 0 with a restarted shard, as Prometheus expects.
 */
import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from "prom-client";
import { Histogram } from "./histogram.ts";
import type { FunctionStats, HistogramState, ShardStats } from "./stats.ts";

const PREFIX = "rockpool_";
const MICROSECONDS = 1e6;
/** By default the library wakes the process every 10 ms to watch its loop: 1 % of a core on an idle node. */
const LOOP_LAG_STEP_MS = 1_000;
/** Seconds: 1 µs to 10 s in steps of 1, 2.5 and 5. */
const BOUNDS = [-6, -5, -4, -3, -2, -1, 0]
  .flatMap((power) => [1, 2.5, 5].map((step) => step * 10 ** power))
  .concat(10);

const HISTOGRAM_HELP: ReadonlyMap<string, string> = new Map([
  ["claim", "Taking a warm instance and creating the room"],
  ["tick_late", "How late a tick began"],
  ["tick_run", "How long a tick ran"],
  ["snapshot", "How long a snapshot kept the loop"],
  ["migration", "How long a room waited while it was taken to another version"],
  ["wake", "Bringing a room back from the store"],
  ["call", "From a call's request to its outcome"],
  ["call_run", "How long a call was in its thread"],
  ["cold_start", "First join of an image that was not loaded, to its room"],
]);

type Read<T> = (reading: T) => number;
const SHARD_GAUGES: readonly [string, string, Read<ShardStats>][] = [
  ["rooms", "Live rooms", (shard) => shard.rooms],
  ["players", "Seats taken", (shard) => shard.players],
  ["connections", "Open connections", (shard) => shard.connections],
  ["resident_bytes", "Resident memory of the shard's process", (shard) => shard.rssBytes],
  ["heap_bytes", "JavaScript heap in use", (shard) => shard.heapBytes],
  ["calls_running", "Calls that threads have been given", (shard) => shard.callsRunning],
  ["calls_waiting", "Calls that wait for a thread", (shard) => shard.callsWaiting],
];
const FUNCTION_GAUGES: readonly [string, string, Read<FunctionStats>][] = [
  ["function_rooms", "Live rooms of a function", (one) => one.rooms],
  ["function_sleeping", "Rooms of a function that sleep in the store", (one) => one.sleeping],
  ["function_players", "Seats taken in a function's rooms", (one) => one.players],
  ["function_pool_size", "Warm instances ready", (one) => one.poolSize],
  ["function_pool_target", "Warm instances the pool keeps", (one) => one.poolTarget],
  // Of live rooms only, so it falls when one ends; the shard's counter fuel_total never does.
  ["function_fuel", "Fuel that a function's live rooms have used", (one) => one.fuel],
  ["function_warm", "1 when joins are served at once", (one) => (one.state === "warm" ? 1 : 0)],
];
const FUNCTION_COUNTERS: readonly [string, string, Read<FunctionStats>][] = [
  ["function_claims_total", "Instances taken from the pool or made", (one) => one.claims],
  ["function_misses_total", "Rooms for which the pool had no warm instance", (one) => one.misses],
];

export class Metrics {
  readonly #own = new Registry();

  constructor() {
    collectDefaultMetrics({
      register: this.#own,
      prefix: `${PREFIX}supervisor_`,
      eventLoopMonitoringPrecision: LOOP_LAG_STEP_MS,
    });
  }

  get contentType(): string {
    return this.#own.contentType;
  }

  /** The page in Prometheus' text format. */
  async render(shards: readonly ShardStats[]): Promise<string> {
    return `${await this.#own.metrics()}\n${await shardRegistry(shards).metrics()}`;
  }
}

function shardRegistry(shards: readonly ShardStats[]): Registry {
  const registry = new Registry();
  const registers = [registry];
  for (const [name, help, read] of SHARD_GAUGES) {
    const gauge = new Gauge({ name: PREFIX + name, help, labelNames: ["shard"], registers });
    for (const shard of shards) gauge.set({ shard: shard.shard }, read(shard));
  }
  const labelNames = ["shard", "function"];
  for (const [name, help, read] of FUNCTION_GAUGES) {
    const gauge = new Gauge({ name: PREFIX + name, help, labelNames, registers });
    for (const [labels, one] of functionsOf(shards)) gauge.set(labels, read(one));
  }
  for (const [name, help, read] of FUNCTION_COUNTERS) {
    const counter = new Counter({ name: PREFIX + name, help, labelNames, registers });
    for (const [labels, one] of functionsOf(shards)) counter.inc(labels, read(one));
  }
  addCounters(registry, shards);
  addCloses(registry, shards);
  for (const name of namesIn(shards, (shard) => shard.histograms)) {
    const states = shards.filter((shard) => Object.hasOwn(shard.histograms, name));
    registry.registerMetric(
      new HistogramFamily(
        name,
        states.map((shard) => [shard.shard, shard.histograms[name]!]),
      ) as unknown as Metric,
    );
  }
  return registry;
}

function functionsOf(shards: readonly ShardStats[]): [{ shard: number; function: string }, FunctionStats][] {
  return shards.flatMap(({ shard, functions }) =>
    functions.map((one): [{ shard: number; function: string }, FunctionStats] => [
      { shard, function: one.function },
      one,
    ]),
  );
}

function addCounters(registry: Registry, shards: readonly ShardStats[]): void {
  for (const key of namesIn(shards, (shard) => shard.counters)) {
    const help = `Count of ${key.replaceAll("_", " ")}`;
    const name = `${PREFIX}${key}_total`;
    const counter = new Counter({ name, help, labelNames: ["shard"], registers: [registry] });
    for (const { shard, counters } of shards) counter.inc({ shard }, counters[key] ?? 0);
  }
}

function addCloses(registry: Registry, shards: readonly ShardStats[]): void {
  const counter = new Counter({
    name: `${PREFIX}closes_total`,
    help: "Connections closed, by close code",
    labelNames: ["shard", "code"],
    registers: [registry],
  });
  for (const { shard, closes } of shards) {
    for (const [code, count] of Object.entries(closes)) counter.inc({ shard, code }, count);
  }
}

/**
 * Names that occur in any shard, are metric names and are not taken by a family above; a shard runs
 * strangers' code, so nothing in its readings may keep the page from being made.
 */
function namesIn(shards: readonly ShardStats[], read: (shard: ShardStats) => object): string[] {
  const names = new Set(shards.flatMap((shard) => Object.keys(read(shard))));
  return [...names].filter((name) => /^(?!function_|closes$)[a-z][a-z0-9_]{0,62}$/.test(name)).sort();
}

/** A Prometheus histogram read from finished states: prom-client's own can only observe values one by one. */
class HistogramFamily {
  readonly name: string;
  readonly help: string;
  readonly type = "histogram";
  readonly aggregator = "sum";
  readonly #states: readonly [shard: number, state: HistogramState][];

  constructor(name: string, states: readonly [number, HistogramState][]) {
    this.name = `${PREFIX}${name}_seconds`;
    this.help = HISTOGRAM_HELP.get(name) ?? `Duration of ${name.replaceAll("_", " ")}`;
    this.#states = states;
  }

  async get(): Promise<unknown> {
    const values = this.#states.flatMap(([shard, state]) => {
      const histogram = Histogram.from(state);
      const bucket = (le: string | number, value: number) => ({
        metricName: `${this.name}_bucket`,
        labels: { shard, le },
        value,
      });
      return [
        ...BOUNDS.map((bound) =>
          bucket(Number(bound.toPrecision(2)), histogram.countAtMost(bound * MICROSECONDS)),
        ),
        bucket("+Inf", state.count),
        { metricName: `${this.name}_sum`, labels: { shard }, value: state.sum / MICROSECONDS },
        { metricName: `${this.name}_count`, labels: { shard }, value: state.count },
      ];
    });
    return { name: this.name, help: this.help, type: this.type, aggregator: this.aggregator, values };
  }
}
