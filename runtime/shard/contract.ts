/**
 * What supervisor and shard say to each other, over the IPC channel of the child process. Both directions
 * are requests with a result (see rpc.ts); nothing of it is on the hot path. No admin, signing or cluster
 * secret is ever sent to a shard, because strangers' code runs there.
 */
import type { FrontOptions } from "../front/options.ts";
import type { FunctionRecord } from "../image/image.ts";
import type { RecordingRule } from "../recording/rule.ts";
import type { FindRequest, Reservation } from "../room/lobby.ts";
import type { RoomSummary } from "../room/summary.ts";
import type { KeptRooms, UpdateReport } from "../room/updateReport.ts";
import type { FunctionStats, HistogramState, ShardStats } from "../telemetry/stats.ts";

// The types of lower folders that the contract carries, for whoever speaks it.
export type {
  FindRequest,
  FunctionRecord,
  FunctionStats,
  HistogramState,
  KeptRooms,
  RecordingRule,
  Reservation,
  RoomSummary,
  ShardStats,
  UpdateReport,
};

/** What a shard is told at its start: the front's options and its own. */
export interface ShardOptions extends FrontOptions {
  /** Live rooms that one address made. */
  roomsPerAddress: number;
  /** Milliseconds of the shard's time that a room may take for each of its ticks; see room/timeShare.ts. */
  tickShareMs: number;
  /** Folder in which each shard keeps its room store, named by its number; null: rooms live in memory alone. */
  roomsFolder: string | null;
  /** Folder of all shards' recordings. */
  recordingsFolder: string;
  /** Milliseconds of work that all rooms together may have since their last snapshots. */
  recoveryMs: number;
  /** Worker threads for call functions. */
  callThreads: number;
  /** Calls that may wait for one of them. */
  callQueue: number;
  logLevel: string;
}

/** Requests that a shard answers. */
export interface ShardMethods {
  /** First request; resolves when both ports listen. */
  start(options: ShardOptions): { port: number; ownPort: number };
  /** Every shard's own port, once all listen. */
  peers(ownPorts: number[]): void;
  /** Adds or replaces a function; resolves when it is warm (or known, when it does not preload). */
  load(record: FunctionRecord): void;
  /** Every function was loaded: brings stored rooms back. From now on a name that is not known is 4004, not 4001. */
  serve(): void;
  /** Forgets a function; its rooms end with 4002. */
  unload(request: { function: string }): void;
  /** Ends the rooms of older versions of a function, closing players with 4001 so that they come back. */
  drainOld(request: { function: string }): { rooms: number };
  /** Takes the rooms that follow the current version of a function to it. */
  migrate(request: { function: string }): UpdateReport;
  /** Digests of the versions that live or stored rooms of a function need. */
  versionsInUse(request: { function: string }): string[];
  rooms(request: { function?: string }): RoomSummary[];
  reserve(request: FindRequest): Reservation | null;
  stats(): ShardStats;
  /** Which new rooms are recorded from now on; recordings of rules that are not among them end. */
  record(request: { rules: RecordingRule[] }): void;
  /** Ids of the recordings under way. */
  recordings(): string[];
  /** Stops taking connections and closes players with 4001; resolves when every room has ended or is stored. */
  drain(): void;
}

/** Requests that the supervisor answers. */
export interface SupervisorMethods {
  /** Rooms of a function on every shard. */
  roomsEverywhere(request: { function: string }): RoomSummary[];
  /** A reservation on any shard but the asking one. */
  reserveElsewhere(request: FindRequest & { asking: number }): Reservation | null;
}
