/** The rooms of a function that sleep, and waiting until all of them do. */
import { setTimeout as sleep } from "node:timers/promises";
import type { BenchNode } from "./benchNode.ts";

export interface RoomCounts {
  live: number;
  sleeping: number;
}

/** A function's rooms on all shards. */
export async function roomsOf(node: BenchNode, functionName: string): Promise<RoomCounts> {
  const counts = { live: 0, sleeping: 0 };
  for (const { shard, stats } of (await node.reading()).shards) {
    if (!stats) throw new Error(`shard ${shard} does not answer`);
    const found = stats.functions.find((one) => one.function === functionName);
    counts.live += found?.rooms ?? 0;
    counts.sleeping += found?.sleeping ?? 0;
  }
  return counts;
}

const PATIENCE_MS = 30_000;
const POLL_MS = 20;

/** Resolves when so many rooms of a function sleep and none is awake. */
export async function allAsleep(node: BenchNode, functionName: string, rooms: number): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  let counts = await roomsOf(node, functionName);
  while (counts.live > 0 || counts.sleeping !== rooms) {
    if (performance.now() > endMs) {
      const { live, sleeping } = counts;
      throw new Error(`of ${rooms} rooms of ${functionName}, ${sleeping} sleep and ${live} are awake`);
    }
    await sleep(POLL_MS);
    counts = await roomsOf(node, functionName);
  }
}
