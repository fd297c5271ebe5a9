/**
 * Joining a room that sleeps in the store, with a state that cannot be compressed, beside joining the same kind of
 * room while it is awake. The store's pages are in the file cache: what a disk takes is the disk's.
 */
import { Histogram } from "@rockpool/runtime/telemetry/histogram.js";
import type { Bench, Run } from "../bench.ts";
import type { ClientMethods } from "../clients/contract.ts";
import { build } from "../guests/build.ts";
import { roomNames } from "../guests/roomNames.ts";
import { interleave } from "../measure/interleave.ts";
import { addBetween } from "../measure/lateness.ts";
import { median, quantile } from "../measure/quantile.ts";
import type { BenchNode } from "../node/benchNode.ts";
import { allAsleep } from "../node/sleepers.ts";
import type { Child } from "../process/child.ts";

const STATE_BYTES = 131_072;
const POOL = 16;
const PARALLEL = 16;

/** `journaled` rooms sleep too, and a join's WELCOME waits until the store has the join. */
const KINDS = {
  sleeping: { durability: "checkpoint", sleepAfter: 0 },
  journaled: { durability: "journal", sleepAfter: 0 },
  live: { durability: "checkpoint", sleepAfter: 3600 },
} as const;
type Kind = keyof typeof KINDS;
const names = Object.keys(KINDS) as Kind[];

export const wake: Bench = {
  name: "wake",
  about: "join to WELCOME of a sleeping room with 128 KiB of state",
  async run({ quick, stage, note }: Run) {
    const [rooms, rounds] = quick ? [5, 2] : [100, 20];
    const node = await stage.node({ shards: "1" });
    const client = stage.client();
    const pool = { size: POOL, preload: true };
    const crowds = {} as Record<Kind, string[]>;
    for (const name of names) {
      await node.deploy(await build("sleeper", { ...MANIFEST, ...KINDS[name], name, pool }));
      crowds[name] = roomNames(`${STATE_BYTES}-${name}`, rooms);
      await client.ask("visit", { endpoint: node.endpoint(name), rooms: crowds[name], parallel: PARALLEL });
    }
    note(
      `${rounds} joins of each of ${rooms} rooms of ${STATE_BYTES / 1024} KiB that sleep, and that do not`,
    );
    const onShard = new Histogram();
    const slice = (name: Kind) => joinAll(node, client, name, crowds[name], onShard);
    await interleave(names, 2, slice);
    onShard.reset();
    const slices = await interleave(names, rounds, slice);
    const [sleeping, journaled, live] = names.map((name) => slices[name].flat()) as [
      number[],
      number[],
      number[],
    ];
    return {
      samples: sleeping.length,
      metrics: {
        wakeP50Us: median(sleeping),
        wakeP99Us: quantile(sleeping, 0.99),
        liveP50Us: median(live),
        liveP99Us: quantile(live, 0.99),
        shardWakeP50Us: onShard.quantile(0.5),
        shardWakeP99Us: onShard.quantile(0.99),
        journaledP50Us: median(journaled),
        journaledP99Us: quantile(journaled, 0.99),
      },
    };
  },
};

const MANIFEST = { tickRate: 0, emptyTtl: 86_400, grace: 0, limits: { memoryPages: 8 } };

/** Joins every room once; microseconds until WELCOME. `onShard` gets what the shard took to wake the sleeping ones. */
async function joinAll(
  node: BenchNode,
  client: Child<ClientMethods>,
  name: Kind,
  rooms: string[],
  onShard: Histogram,
): Promise<number[]> {
  if (name !== "live") await allAsleep(node, name, rooms.length);
  const before = await node.reading();
  const us = await client.ask("welcomes", { endpoint: node.endpoint(name), rooms });
  if (name === "sleeping") addBetween(onShard, "wake", before, await node.reading());
  return us;
}
