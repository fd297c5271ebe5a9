/**
 * How long a room waits while new code takes it over, and whether its players lose anything: 1,000 rooms on one shard,
 * a player in each who sends all the time, and version after version that goes live under them with `migrate`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Histogram } from "@rockpool/runtime/telemetry/histogram.js";
import type { Bench, Run } from "../bench.ts";
import { build } from "../guests/build.ts";
import { roomNames } from "../guests/roomNames.ts";
import { addBetween } from "../measure/lateness.ts";

const PER_SECOND = 2_000;
/** Around each deploy, so that round trips in peace and under it are in one run. */
const PEACE_MS = 1_000;

export const update: Bench = {
  name: "update",
  about: "1,000 rooms with players taken over by a new version: how long each waits, what is lost",
  async run({ quick, stage, note }: Run) {
    const count = quick ? 100 : 1_000;
    const deploys = quick ? 2 : 10;
    const node = await stage.node({ shards: "1" });
    const version = (number: number) =>
      build("successor", { name: "successor", tickRate: 10, emptyTtl: 60 + number });
    await node.deploy(await version(0));
    const client = stage.client();
    const rooms = roomNames("succeed", count);
    await client.ask("hold", { endpoint: node.endpoint("successor"), rooms, label: "players" });
    await client.ask("count", { label: "players", perSecond: PER_SECOND });
    const pauses = new Histogram();
    const late = new Histogram();
    const deployMs: number[] = [];
    let [migrated, kept] = [0, 0];
    for (let number = 1; number <= deploys; number++) {
      await sleep(PEACE_MS);
      note(`deploy ${number} of ${deploys} under ${count} rooms`);
      const before = await node.reading();
      const started = performance.now();
      const result = await node.deploy(await version(number), "migrate");
      deployMs.push(performance.now() - started);
      migrated += result.roomsMigrated;
      kept += result.roomsKept.reduce((sum, one) => sum + one.rooms, 0);
      const after = await node.reading();
      addBetween(pauses, "migration", before, after);
      addBetween(late, "tick_late", before, after);
    }
    const { messages, dropped, duplicated, roundTrips } = await client.ask("counted", { label: "players" });
    const answers = Histogram.from(roundTrips);
    return {
      samples: pauses.count,
      metrics: {
        pauseP99Ms: pauses.quantile(0.99) / 1000,
        dropped,
        duplicated,
        pauseP50Ms: pauses.quantile(0.5) / 1000,
        tickLateP99Us: late.quantile(0.99),
        rttP99Us: answers.quantile(0.99),
        rooms: count,
        migrated,
        kept,
        messages,
        deployMs: Math.max(...deployMs),
      },
    };
  },
};
