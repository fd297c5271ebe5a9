/**
 * How long a shard with many durable rooms is away when it is killed: from SIGKILL until every room has ticked again, as
 * the rooms' own tick counters tell.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Run } from "../bench.ts";
import { build } from "../guests/build.ts";
import { roomNames } from "../guests/roomNames.ts";
import { quantile } from "../measure/quantile.ts";
import type { BenchNode } from "../node/benchNode.ts";

const HZ = 20;
const PARALLEL = 32;
/** Between two looks at the rooms, in milliseconds: as fine as the figure is. */
const LOOK_MS = 10;
/** Between two kills, in milliseconds: longer than the supervisor remembers a shard's death for its backoff. */
const PEACE_MS = 5_000;

export const recover: Bench = {
  name: "recover",
  about: "a killed shard with 1,000 durable rooms: until all of them tick again",
  async run({ quick, stage, note }: Run) {
    const count = quick ? 50 : 1_000;
    const kills = quick ? 1 : 10;
    const node = await stage.node({ shards: "1" });
    const manifest = { tickRate: HZ, emptyTtl: 3_600, sleepAfter: 86_400, durability: "journal" as const };
    await node.deploy(await build("ticker", { name: "ticker", ...manifest }));
    const client = stage.client();
    const rooms = roomNames("durable", count);
    await client.ask("visit", { endpoint: node.endpoint("ticker"), rooms, parallel: PARALLEL });
    const backMs: number[] = [];
    for (let kill = 1; kill <= kills; kill++) {
      await sleep(quick ? 1_000 : PEACE_MS);
      note(`kill ${kill} of ${kills}, under ${count} rooms`);
      backMs.push(await killed(node, count));
    }
    return {
      samples: kills,
      metrics: {
        shardBackP99Ms: quantile(backMs, 0.99),
        shardBackP50Ms: quantile(backMs, 0.5),
        rooms: count,
      },
    };
  },
};

async function shardPid(node: BenchNode): Promise<number | null> {
  return (await node.reading()).shards[0]!.pid;
}

/** Kills the shard; milliseconds until every room has ticked since it came back. */
async function killed(node: BenchNode, count: number): Promise<number> {
  const victim = await shardPid(node);
  const started = performance.now();
  process.kill(victim!, "SIGKILL");
  // What is said of the rooms before that is what the dead shard said last.
  for (let pid = victim; pid === victim || pid === null; pid = await shardPid(node)) await sleep(LOOK_MS);
  /** Ticks of each room when it was first seen back. */
  const first = new Map<string, number>();
  for (;;) {
    await sleep(LOOK_MS);
    const live = await node.rooms("ticker").catch(() => []);
    let ticked = 0;
    for (const { room, ticks } of live) {
      const seen = first.get(room);
      if (seen === undefined) first.set(room, ticks);
      else if (ticks > seen) ticked++;
    }
    if (ticked === count) return performance.now() - started;
  }
}
