/** A node's readings at one moment, as `GET /admin/v1/nodes` answers them. */
import type { ShardStats } from "../shard/contract.ts";
import type { ShardState } from "./shardProcess.ts";

export interface NodePorts {
  /** The game port. */
  port: number;
  adminPort: number;
  /** The shards' own ports in order; null for one that has not listened yet. */
  shardPorts: (number | null)[];
}

export interface ShardReading {
  shard: number;
  state: ShardState;
  pid: number | null;
  /** How often it was started again. */
  restarts: number;
  /** Null while it does not answer. Counters and histograms start anew with each process (see `pid`). */
  stats: ShardStats | null;
}

export interface NodeReading {
  node: string;
  pid: number;
  /** Unix milliseconds. */
  startedAt: number;
  uptimeMs: number;
  ports: NodePorts;
  ready: boolean;
  reasons: string[];
  shards: ShardReading[];
}
