/**
 * What a node costs over a bare uWebSockets.js server: CPU time a message at the same offered rate, and the round
 * trip of one connection. The `echo` sample, with a rate limit that lets the load pass; each connection has a room
 * and so a memory of its own.
 */
import type { Bench, Run } from "../bench.ts";
import type { ClientMethods } from "../clients/contract.ts";
import type { Endpoint } from "../clients/endpoint.ts";
import { build } from "../guests/build.ts";
import { cpuMsBetween, readCpu } from "../measure/cpuTime.ts";
import { interleave, ratios } from "../measure/interleave.ts";
import { median, quantile } from "../measure/quantile.ts";
import type { Child } from "../process/child.ts";

const CONNECTIONS = 64;
/** Messages a second over all connections. */
const RATE = 8_000;
const ROUNDS = 12;

/** A server under test: where it is, and the root of its processes. */
interface Server {
  endpoint: Endpoint;
  pid: number;
}

export const echo: Bench = {
  name: "echo",
  about: "CPU time a message and round trip against a bare uWebSockets.js echo server",
  async run({ quick, stage, note }: Run) {
    const seconds = quick ? 0.1 : 2;
    const trips = quick ? 100 : 1_000;
    note("starting a bare server, a node of one shard and a node of the default number of shards");
    const component = await build("echo", { name: "echo", maxPlayers: 64, limits: { messageRate: 10_000 } });
    const [bare, one, many] = [await stage.bareEcho(), await stage.node({ shards: "1" }), await stage.node()];
    for (const node of [one, many]) await node.deploy(component);
    const servers: Record<"bare" | "one" | "many", Server> = {
      bare,
      one: { endpoint: one.endpoint("echo"), pid: one.pid },
      many: { endpoint: many.endpoint("echo"), pid: many.pid },
    };
    const client = stage.client();
    for (const [label, { endpoint }] of Object.entries(servers)) {
      await client.ask("hold", { endpoint, label, rooms: names(label) });
    }

    note(`${CONNECTIONS} connections, ${RATE} messages/s, ${ROUNDS} slices of ${seconds} s a side`);
    const slice = (side: keyof typeof servers) => cpuUs(client, servers[side], side, seconds);
    await interleave(["bare", "one", "many"], 1, slice); // Compilers and caches settle; not counted.
    const cpu = await interleave(["bare", "one", "many"], ROUNDS, slice);

    note(`round trips: ${ROUNDS} slices of ${trips} a side`);
    const trip = async (label: "bare" | "one") =>
      quantile(await client.ask("roundTrips", { label, count: trips }), 0.5);
    await interleave(["bare", "one"], 1, trip);
    const rtt = await interleave(["bare", "one"], ROUNDS, trip);
    return {
      samples: ROUNDS,
      metrics: {
        cpuPerMessageRatio: median(ratios(cpu.one, cpu.bare)),
        rttP50Ratio: median(ratios(rtt.one, rtt.bare)),
        cpuPerMessageUs: median(cpu.one),
        bareCpuPerMessageUs: median(cpu.bare),
        cpuPerMessageRatioDefaultShards: median(ratios(cpu.many, cpu.bare)),
        rttP50Us: median(rtt.one),
        bareRttP50Us: median(rtt.bare),
      },
    };
  },
};

async function cpuUs(
  client: Child<ClientMethods>,
  server: Server,
  label: string,
  seconds: number,
): Promise<number> {
  const before = readCpu(server.pid);
  const { messages } = await client.ask("steady", { label, perSecond: RATE, seconds });
  return (cpuMsBetween(before, readCpu(server.pid)) * 1000) / messages;
}

function names(prefix: string): string[] {
  return Array.from({ length: CONNECTIONS }, (_, n) => `${prefix}-${n}`);
}
