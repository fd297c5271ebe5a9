/** What a shard reports of itself: readings that can be added up over shards and subtracted over time. */

/** The state of a log-linear histogram (telemetry/histogram.ts): enough to subtract and to merge. */
export interface HistogramState {
  counts: number[];
  count: number;
  sum: number;
  max: number;
}

export interface FunctionStats {
  function: string;
  version: string;
  /** `known`: on disk only; `loading`; `warm`: joins are served at once; `failed`: see `error`. */
  state: "known" | "loading" | "warm" | "failed";
  error: string | null;
  poolSize: number;
  poolTarget: number;
  claims: number;
  misses: number;
  rooms: number;
  /** Rooms that sleep in the store. */
  sleeping: number;
  players: number;
  fuel: number;
}

export interface ShardStats {
  shard: number;
  pid: number;
  rooms: number;
  players: number;
  connections: number;
  rssBytes: number;
  heapBytes: number;
  /** Calls that threads have been given. */
  callsRunning: number;
  /** Calls that wait for a thread. */
  callsWaiting: number;
  functions: FunctionStats[];
  /** Monotonic counters by metric name, without the `rockpool_` prefix and `_total` suffix. */
  counters: Record<string, number>;
  /** Closes by close code. */
  closes: Record<string, number>;
  /** Microseconds, by metric name: `claim`, `tick_late`, `tick_run`, `cold_start`, `call`, `call_run`. */
  histograms: Record<string, HistogramState>;
}
