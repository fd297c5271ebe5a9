/** Whether a node may be sent players, and if not, why: the truth, from what the shards have answered. */
import type { Catalog } from "./shardFunctions.ts";
import type { ShardProcess } from "./shardProcess.ts";

export interface Health {
  /** Every shard is up and every function loaded on it (and warm, where it preloads). */
  ready: boolean;
  /** What keeps it from being ready, for people. */
  reasons: string[];
}

type Seen = Pick<ShardProcess, "index" | "state" | "failures">;

export function healthOf(
  shards: readonly Seen[],
  catalog: Catalog,
  phase: "starting" | "running" | "stopping",
): Health {
  const reasons = shards.flatMap((shard) => {
    if (shard.state !== "ready") return [`shard ${shard.index} is ${shard.state}`];
    return [...shard.failures]
      .filter(([name]) => catalog.has(name))
      .map(([name, why]) => `function ${name} could not be loaded on shard ${shard.index}: ${why}`);
  });
  if (phase !== "running") reasons.unshift(`the node is ${phase}`);
  return { ready: reasons.length === 0, reasons };
}
