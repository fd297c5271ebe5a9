/**
 * What supervisor and shard say to each other, over the IPC channel of the child process. Both directions
 * are requests with a result (see rpc.ts); nothing of it is on the hot path. No admin, signing or cluster
 * secret is ever sent to a shard, because strangers' code runs there.
 */
import type { ImageInfo } from "../image/image.ts";

/** Caps at the door, per shard; see docs/limits.md. */
export interface DoorLimits {
  /** Open connections of one address. */
  connectionsPerAddress: number;
  /** Rooms alive that one address made. */
  roomsPerAddress: number;
  /** Bytes a player may leave unread before it is closed with 4009. */
  unsentBytes: number;
}

export interface ShardOptions {
  shard: number;
  shards: number;
  /** The node's name, shown to clients. */
  node: string;
  host: string;
  /** The game port, shared by all shards (SO_REUSEPORT). */
  port: number;
  /** This shard's own port; 0 picks a free one. */
  ownPort: number;
  /** Template of a shard's public base URL with `{host}`, `{port}` and `{shard}`; null: derived from the request. */
  publicUrl: string | null;
  tls: { certFile: string; keyFile: string } | null;
  transport: "auto" | "uws" | "ws";
  door: DoorLimits;
  /** Allowed CORS origins; `*` allows all. */
  cors: string[];
  logLevel: string;
}

/** A deployed function, as a shard needs it. */
export interface FunctionRecord {
  info: ImageInfo;
  /** The rewritten core module on disk. */
  imageFile: string;
  /** The page's archive on disk (JSON: path → base64), or null. */
  pageFile: string | null;
  /** Unix milliseconds. */
  deployedAt: number;
}

export interface RoomSummary {
  function: string;
  room: string;
  shard: number;
  version: string;
  players: number;
  maxPlayers: number;
  locked: boolean;
  tickRate: number;
  /** Set by the game (`set-listing`). */
  listing: [string, string][];
  ageMs: number;
  /** Fuel used since the room was made. */
  fuel: number;
  ticks: number;
  ticksDropped: number;
}

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
  functions: FunctionStats[];
  /** Monotonic counters by metric name, without the `rockpool_` prefix and `_total` suffix. */
  counters: Record<string, number>;
  /** Closes by close code. */
  closes: Record<string, number>;
  /** Microseconds, by metric name: `claim`, `tick_late`, `tick_run`, `cold_start`. */
  histograms: Record<string, HistogramState>;
}

/** What a shard was asked to find or reserve. */
export interface FindRequest {
  function: string;
  /** Every pair must equal the room's listing. */
  criteria: [string, string][];
}

export interface Reservation {
  room: string;
  shard: number;
  /** One-time token for the `seat` query parameter; valid for 15 s. */
  seat: string;
}

/** Requests that a shard answers. */
export interface ShardMethods {
  /** First request; resolves when both ports listen. */
  start(options: ShardOptions): { port: number; ownPort: number };
  /** Every shard's own port, once all listen. */
  peers(ownPorts: number[]): void;
  /** Adds or replaces a function; resolves when it is warm (or known, when it does not preload). */
  load(record: FunctionRecord): void;
  /** Forgets a function; its rooms end with 4002. */
  unload(request: { function: string }): void;
  /** Ends the rooms of older versions of a function, closing players with 4001 so that they come back. */
  drainOld(request: { function: string }): { rooms: number };
  rooms(request: { function?: string }): RoomSummary[];
  reserve(request: FindRequest): Reservation | null;
  stats(): ShardStats;
  /** Stops taking connections and closes players with 4001; resolves when every room has ended. */
  drain(): void;
}

/** Requests that the supervisor answers. */
export interface SupervisorMethods {
  /** Rooms of a function on every shard. */
  roomsEverywhere(request: { function: string }): RoomSummary[];
  /** A reservation on any shard but the asking one. */
  reserveElsewhere(request: FindRequest & { asking: number }): Reservation | null;
}
