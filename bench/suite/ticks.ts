/**
 * How late ticks are: 200 rooms at 20 Hz on one shard with a player in each who says nothing, in peace and while a
 * flood of echoes takes the shard from nothing to a full core.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Histogram } from "@rockpool/runtime/telemetry/histogram.js";
import type { Bench, Run } from "../bench.ts";
import { build } from "../guests/build.ts";
import { roomNames } from "../guests/roomNames.ts";
import { cpuMsBetween, readCpu } from "../measure/cpuTime.ts";
import { interleave } from "../measure/interleave.ts";
import { addBetween, p99 } from "../measure/lateness.ts";
import { median } from "../measure/quantile.ts";
import type { BenchNode } from "../node/benchNode.ts";
import type { SleeperMethods } from "../peers/sleeper.ts";
import type { Child } from "../process/child.ts";

const TICKERS = { rooms: 200, hz: 20 };
const FLOODERS = 64;
/** Messages of a connection under way: enough that the shard never waits for the client. */
const WINDOW = 32;

type Side = "shard" | "floor";

/** Where lateness is collected, the shard's and the floor's. */
interface Watch {
  node: BenchNode;
  shardPid: number;
  sleeper: Child<SleeperMethods>;
}

export const ticks: Bench = {
  name: "ticks",
  about: "lateness of 200 rooms at 20 Hz, in peace and under a step of load",
  async run({ quick, stage, note }: Run) {
    const rounds = quick ? 2 : 10;
    const windowMs = quick ? 400 : 2_500;
    note("starting a node of one shard and a bare server");
    const node = await stage.node({ shards: "1" });
    const bare = await stage.bareEcho();
    await node.deploy(await build("ticker", { name: "ticker", tickRate: TICKERS.hz, emptyTtl: 3600 }));
    await node.deploy(await build("echo", { name: "echo", limits: { messageRate: 10_000 } }));
    const idle = stage.client();
    const rooms = roomNames("tick", TICKERS.rooms);
    await idle.ask("hold", { endpoint: node.endpoint("ticker"), rooms, label: "idle" });
    const client = stage.client();
    const endpoints = { shard: node.endpoint("echo"), floor: bare.endpoint };
    for (const label of ["shard", "floor"] as const) {
      await client.ask("hold", { endpoint: endpoints[label], rooms: roomNames("flood", FLOODERS), label });
    }
    const shardPid = (await node.reading()).shards[0]?.pid;
    if (!shardPid) throw new Error("the shard is away");
    const watch = { node, shardPid, sleeper: stage.sleeper() };

    note(`in peace: ${rounds} windows of ${windowMs / 1000} s a side`);
    await sleep(quick ? 200 : 2_000);
    const peace = await watched(watch, rounds, () => sleep(windowMs));
    note(`under a step of load: ${rounds} windows of ${windowMs / 1000} s a side`);
    const step = await watched(watch, rounds, async (label) => {
      await client.ask("flood", { label, window: WINDOW, seconds: windowMs / 1000 });
    });
    return {
      samples: peace.late.count,
      metrics: {
        lateP99Us: p99(peace.late),
        cpuPercent: median(peace.cpuPercent),
        stepLateP99Us: p99(step.late),
        lateP99FloorUs: p99(peace.floor),
        stepLateP99FloorUs: p99(step.floor),
        lateP50Us: peace.late.quantile(0.5),
        stepCpuPercent: median(step.cpuPercent),
      },
    };
  },
};

/**
 * Alternates windows in which the shard is looked at with windows in which the sleeper is; `load` is told which. The
 * sleeper is off while the shard is measured, because it takes CPU time too.
 */
async function watched(watch: Watch, rounds: number, load: (side: Side) => Promise<void>) {
  const late = new Histogram();
  const floor = new Histogram();
  const cpuPercent: number[] = [];
  await interleave<Side, void>(["shard", "floor"], rounds, async (side) => {
    if (side === "floor") {
      await watch.sleeper.ask("start", TICKERS);
      await load(side);
      floor.merge(await watch.sleeper.ask("stop", undefined));
      return;
    }
    const before = await watch.node.reading();
    const [cpuBefore, startMs] = [readCpu(watch.shardPid), performance.now()];
    await load(side);
    const cpuMs = cpuMsBetween(cpuBefore, readCpu(watch.shardPid));
    cpuPercent.push((cpuMs / (performance.now() - startMs)) * 100);
    addBetween(late, "tick_late", before, await watch.node.reading());
  });
  return { late, floor, cpuPercent };
}
