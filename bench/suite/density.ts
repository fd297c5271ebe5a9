/**
 * How many rooms live on one shard, and what each adds to its resident memory: rooms that tick once a second, with one
 * page of memory each and nobody in them. Then the same of a function that journals, on a node of its own: each holds the
 * snapshot that it began with in the store, and its inputs since.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Histogram } from "@rockpool/runtime/telemetry/histogram.js";
import type { ShardStats } from "@rockpool/runtime/telemetry/stats.js";
import type { Bench, Run } from "../bench.ts";
import { build } from "../guests/build.ts";
import { roomNames } from "../guests/roomNames.ts";
import { cpuMsBetween, readCpu, readRss } from "../measure/cpuTime.ts";
import { addBetween, p99 } from "../measure/lateness.ts";
import type { BenchNode } from "../node/benchNode.ts";

const PARALLEL = 32;
/** Rooms made before the first reading, so that what is made once is not charged to the rooms that follow. */
const FIRST_ROOMS = 100;

export const density: Bench = {
  name: "density",
  about: "rooms at 1 Hz on one shard, and resident memory a room",
  async run(run: Run) {
    const { quick, stage, note } = run;
    const rooms = quick ? 500 : 12_000;
    const watchMs = quick ? 2_000 : 10_000;
    const node = await stage.node({ shards: "1" });
    await node.deploy(await build("idle", IDLE));
    const client = stage.client();
    const endpoint = node.endpoint("idle");
    const visit = (count: number) =>
      client.ask("visit", { endpoint, rooms: roomNames("idle", count), parallel: PARALLEL });

    await visit(FIRST_ROOMS);
    const pid = (await shardOf(node)).pid;
    const emptyBytes = readRss(pid);
    note(`making ${rooms} rooms, one join each`);
    await visit(rooms);
    note(`watching them tick for ${watchMs / 1000} s`);
    const [before, cpuBefore] = [await node.reading(), readCpu(pid)];
    await sleep(watchMs);
    const [after, cpuAfter] = [await node.reading(), readCpu(pid)];
    const late = new Histogram();
    addBetween(late, "tick_late", before, after);
    const stats = await shardOf(node);
    const journaled = await journaledBytes(run, rooms, watchMs);
    return {
      samples: rooms,
      metrics: {
        rooms: stats.rooms,
        rssPerRoomKB: (readRss(pid) - emptyBytes) / 1024 / (stats.rooms - FIRST_ROOMS),
        ticksPerRoomPerSecond: late.count / stats.rooms / (watchMs / 1000),
        lateP99Us: p99(late),
        cpuPercent: (cpuMsBetween(cpuBefore, cpuAfter) / watchMs) * 100,
        rssMB: readRss(pid) / 1024 / 1024,
        journaledRssPerRoomKB: journaled / 1024,
      },
    };
  },
};

const IDLE = {
  name: "idle",
  tickRate: 1,
  emptyTtl: 86_400,
  pool: { size: 0, preload: true },
  limits: { memoryPages: 1 },
};

/** Resident bytes of the shard for each room that has a snapshot and a journal, in memory and in the store. */
async function journaledBytes({ stage, note }: Run, rooms: number, watchMs: number): Promise<number> {
  const node = await stage.node({ shards: "1" });
  await node.deploy(await build("idle", { ...IDLE, durability: "journal", sleepAfter: 86_400 }));
  const client = stage.client();
  const endpoint = node.endpoint("idle");
  const visit = (names: string[]) => client.ask("visit", { endpoint, rooms: names, parallel: PARALLEL });
  await visit(roomNames("idle", FIRST_ROOMS));
  const { pid } = await shardOf(node);
  const emptyBytes = readRss(pid);
  note(`making ${rooms} rooms that journal`);
  await visit(roomNames("idle", rooms));
  // Each of them goes on: what it does from now on is in its journal.
  await sleep(watchMs);
  return (readRss(pid) - emptyBytes) / rooms;
}

async function shardOf(node: BenchNode): Promise<ShardStats> {
  const stats = (await node.reading()).shards[0]?.stats;
  if (!stats) throw new Error("the shard does not answer");
  return stats;
}
