/**
 * How fast rooms come: the shard's own time to claim an instance and create the room, what a new room adds to
 * connecting, and a burst of a thousand rooms at once beside rooms that tick.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Histogram } from "@rockpool/runtime/telemetry/histogram.js";
import type { Bench, Run } from "../bench.ts";
import type { FirstEchoes } from "../clients/contract.ts";
import type { Endpoint, Routing } from "../clients/endpoint.ts";
import { build } from "../guests/build.ts";
import { roomNames } from "../guests/roomNames.ts";
import { interleave, ratios } from "../measure/interleave.ts";
import { addBetween, p99 } from "../measure/lateness.ts";
import { mean, median } from "../measure/quantile.ts";
import type { BenchNode } from "../node/benchNode.ts";

const POOL = 64;
const BYSTANDERS = { rooms: 100, hz: 20 };

export const scaleout: Bench = {
  name: "scaleout",
  about: "claiming an instance, connecting to a new room, a burst of 1,000 rooms",
  async run(run: Run) {
    const { stage, note } = run;
    note("starting a bare server and a node");
    const bare = await stage.bareEcho();
    const node = await stage.node();
    const pool = { size: POOL, preload: true };
    await node.deploy(await build("echo", { name: "echo", emptyTtl: 0, grace: 0, pool }));
    await node.deploy(await build("ticker", { name: "ticker", tickRate: BYSTANDERS.hz, emptyTtl: 3600 }));
    const sides: Sides = { bare: bare.endpoint, node: node.endpoint("echo") };

    const connects = await connecting(run, sides, node);
    const bystanders = { endpoint: node.endpoint("ticker"), rooms: roomNames("tick", BYSTANDERS.rooms) };
    const client = stage.client();
    await client.ask("hold", { ...bystanders, label: "bystanders" });
    const bursts = await bursting(run, sides, node);
    return { samples: connects.samples, metrics: { ...connects.metrics, ...bursts } };
  },
};

interface Sides {
  bare: Endpoint;
  node: Endpoint;
}

/** `cold` and `learned` are the node, by how its client finds the way; `bare` has nothing to find. */
type Side = "bare" | Routing;

async function connecting({ quick, stage, note }: Run, sides: Sides, node: BenchNode) {
  const [rounds, perSlice] = quick ? [10, 3] : [16, 40];
  const client = stage.client();
  const slice = (side: Side): Promise<FirstEchoes> =>
    client.ask("firstEchoes", {
      endpoint: side === "bare" ? sides.bare : sides.node,
      rooms: roomNames("new", perSlice),
      routing: side === "bare" ? "cold" : side,
    });
  note(`connect, new room, first echo: ${rounds} slices of ${perSlice} a side`);
  await interleave<Side, FirstEchoes>(["bare", "cold", "learned"], 2, slice);
  const before = await node.reading();
  const { bare, cold, learned } = await interleave<Side, FirstEchoes>(
    ["bare", "cold", "learned"],
    rounds,
    slice,
  );
  const after = await node.reading();
  const claim = new Histogram();
  addBetween(claim, "claim", before, after);
  // Means within a slice: a median would hide redirects as soon as fewer than half of the joins meet one.
  const times = (slices: FirstEchoes[]) => slices.map(({ ms }) => mean(ms));
  const moves = (slices: FirstEchoes[]) => mean(slices.map((one) => one.moves / one.ms.length));
  return {
    samples: claim.count,
    metrics: {
      claimP50Us: claim.quantile(0.5),
      claimP99Us: claim.quantile(0.99),
      connectRatio: median(ratios(times(learned), times(bare))),
      connectRatioCold: median(ratios(times(cold), times(bare))),
      connectMs: median(times(learned)),
      connectColdMs: median(times(cold)),
      bareConnectMs: median(times(bare)),
      redirectsPerJoin: moves(learned),
      redirectsPerJoinCold: moves(cold),
    },
  };
}

const BURST = "burst";
const SETTLE_MS = 30_000;

async function bursting({ quick, stage, note }: Run, sides: Sides, node: BenchNode) {
  const [rounds, rooms] = quick ? [1, 200] : [7, 1_000];
  const client = stage.client();
  const sleeper = stage.sleeper();
  const late = new Histogram();
  const floor = new Histogram();
  const burst = async (side: Side): Promise<number> => {
    const routing = side === "bare" ? "cold" : side;
    const endpoint = side === "bare" ? sides.bare : sides.node;
    const { lastMs } = await client.ask("burst", {
      endpoint,
      rooms: roomNames("at-once", rooms),
      routing,
      label: BURST,
    });
    return lastMs;
  };
  const measured = async (side: Side): Promise<number> => {
    let lastMs: number;
    if (side === "bare") {
      await sleeper.ask("start", BYSTANDERS);
      lastMs = await burst(side);
      floor.merge(await sleeper.ask("stop", undefined));
    } else {
      const before = await node.reading();
      lastMs = await burst(side);
      addBetween(late, "tick_late", before, await node.reading());
    }
    await client.ask("release", { label: BURST });
    await settled(node);
    return lastMs;
  };
  note(
    `${rooms} rooms at once, ${rounds} times a side, beside ${BYSTANDERS.rooms} rooms at ${BYSTANDERS.hz} Hz`,
  );
  await burst("learned"); // So that the client knows its way before it is timed.
  await client.ask("release", { label: BURST });
  await settled(node);
  const { bare, cold, learned } = await interleave<Side, number>(
    ["bare", "cold", "learned"],
    rounds,
    measured,
  );
  return {
    burstLastMs: median(learned),
    bystanderLateP99Us: p99(late),
    bystanderLateP99FloorUs: p99(floor),
    burstLastWorstMs: Math.max(...learned),
    burstLastColdMs: median(cold),
    bareBurstLastMs: median(bare),
  };
}

/** Waits until the rooms of a burst are over and the pools are full again. */
async function settled(node: BenchNode): Promise<void> {
  const endMs = performance.now() + SETTLE_MS;
  while (performance.now() < endMs) {
    const { shards } = await node.reading();
    const echoes = shards.map((shard) => shard.stats?.functions.find((one) => one.function === "echo"));
    if (echoes.every((one) => one !== undefined && one.rooms === 0 && one.poolSize >= one.poolTarget)) return;
    await sleep(20);
  }
  throw new Error(`pools were not full again ${SETTLE_MS / 1000} s after a burst`);
}
