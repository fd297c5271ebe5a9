/** How late ticks were in windows of time: differences of a shard's histogram, added up over windows and shards. */
import type { NodeReading } from "@rockpool/runtime/supervisor/reading.js";
import { Histogram } from "@rockpool/runtime/telemetry/histogram.js";
import type { HistogramState } from "@rockpool/runtime/telemetry/stats.js";

/** What `name` recorded on all shards between two readings, added to `into`. */
export function addBetween(into: Histogram, name: string, before: NodeReading, after: NodeReading): void {
  for (const [shard, state] of histograms(name, after)) {
    const window = Histogram.from(state);
    const earlier = histograms(name, before).get(shard);
    if (earlier === undefined) throw new Error(`shard ${shard} did not answer when the window began`);
    window.subtract(earlier);
    into.merge(window.state());
  }
}

function histograms(name: string, reading: NodeReading): Map<number, HistogramState> {
  const found = new Map<number, HistogramState>();
  for (const { shard, stats } of reading.shards) {
    const state = stats?.histograms[name];
    if (state !== undefined) found.set(shard, state);
  }
  return found;
}

/** The 99th percentile of a histogram that must not be empty. */
export function p99(histogram: Histogram): number {
  if (histogram.count === 0) throw new Error("no ticks fell into the measured windows");
  return histogram.quantile(0.99);
}
