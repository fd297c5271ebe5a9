/**
 * What keeping every input costs: CPU time a message of the `echo` sample with the durability `journal` over the same
 * with `none`, on one node with one shard, at the same offered rate.
 */
import type { Bench, Run } from "../bench.ts";
import { build } from "../guests/build.ts";
import { roomNames } from "../guests/roomNames.ts";
import { cpuMsBetween, readCpu } from "../measure/cpuTime.ts";
import { interleave, ratios } from "../measure/interleave.ts";
import { median } from "../measure/quantile.ts";

const CONNECTIONS = 64;
/** Messages a second over all connections. */
const RATE = 8_000;
const ROUNDS = 12;
const SIDES = ["none", "journal"] as const;

export const journal: Bench = {
  name: "journal",
  about: "CPU time a message of rooms that journal over rooms that do not",
  async run({ quick, stage, note }: Run) {
    const seconds = quick ? 0.2 : 2;
    const node = await stage.node({ shards: "1" });
    const client = stage.client();
    for (const durability of SIDES) {
      const manifest = { name: durability, durability, maxPlayers: 64, limits: { messageRate: 10_000 } };
      await node.deploy(await build("echo", manifest));
      const rooms = roomNames(durability, CONNECTIONS);
      await client.ask("hold", { endpoint: node.endpoint(durability), label: durability, rooms });
    }
    note(`${CONNECTIONS} connections, ${RATE} messages/s, ${ROUNDS} slices of ${seconds} s a side`);
    const slice = async (label: (typeof SIDES)[number]): Promise<number> => {
      const before = readCpu(node.pid);
      const { messages } = await client.ask("steady", { label, perSecond: RATE, seconds });
      return (cpuMsBetween(before, readCpu(node.pid)) * 1000) / messages;
    };
    await interleave(SIDES, 1, slice); // Compilers and caches settle; not counted.
    const cpu = await interleave(SIDES, ROUNDS, slice);
    return {
      samples: ROUNDS,
      metrics: {
        cpuPerMessageRatio: median(ratios(cpu.journal, cpu.none)),
        cpuPerMessageUs: median(cpu.journal),
        noneCpuPerMessageUs: median(cpu.none),
      },
    };
  },
};
