/**
 * Calls a second of the `score` sample against the same function in JavaScript behind a bare uWebSockets.js server:
 * one process each, with as many worker threads, the same request and the same client.
 */
import type { Bench, Run } from "../bench.ts";
import { CANNON, type CannonMethods, type Shots } from "../clients/cannon.ts";
import { build } from "../guests/build.ts";
import { cpuMsBetween, readCpu } from "../measure/cpuTime.ts";
import { interleave, ratios } from "../measure/interleave.ts";
import { median } from "../measure/quantile.ts";
import { JS_CALLS, type JsCallsMethods } from "../peers/jsCalls.ts";

const THREADS = 2;
const CONNECTIONS = 16;
const ROUNDS = 12;
const REQUEST = "ada 1620\nada win 1500\ngrace draw 1480\n";

interface Server {
  url: string;
  pid: number;
}

interface Slice {
  perSecond: number;
  p99Ms: number;
  cpuUs: number;
}

export const call: Bench = {
  name: "call",
  about: "calls a second against the same function in JavaScript behind uWebSockets.js and piscina",
  async run({ quick, stage, note }: Run) {
    const seconds = quick ? 1 : 4;
    note("starting a node of one shard and a bare server");
    const node = await stage.node({ shards: "1", callThreads: String(THREADS) });
    await node.deploy(await build("score", { name: "score", kind: "call", limits: { memoryPages: 64 } }));
    const bare = stage.program<JsCallsMethods>(JS_CALLS);
    const port = await bare.ask("listen", { threads: THREADS });
    const servers: Record<"node" | "bare", Server> = {
      node: { url: `${node.httpUrl}/v1/call/score`, pid: node.pid },
      bare: { url: `http://127.0.0.1:${port}/v1/call/score`, pid: bare.pid },
    };
    await checkAnswers(servers);
    const cannon = stage.program<CannonMethods>(CANNON);
    const slice = async (side: keyof typeof servers): Promise<Slice> => {
      const { url, pid } = servers[side];
      const before = readCpu(pid);
      const shots = await cannon.ask("shoot", {
        target: { url, method: "POST", body: REQUEST },
        connections: CONNECTIONS,
        seconds,
        perSecond: null,
      });
      checkShots(shots, side);
      const cpuUs = (cpuMsBetween(before, readCpu(pid)) * 1000) / shots.requests;
      return { perSecond: shots.requests / shots.seconds, p99Ms: shots.p99Ms, cpuUs };
    };
    note(`${CONNECTIONS} connections, ${ROUNDS} slices of ${seconds} s a side`);
    await interleave(["node", "bare"], 1, slice); // Threads start and compilers settle; not counted.
    const slices = await interleave(["node", "bare"], ROUNDS, slice);
    const figure = (side: keyof typeof servers, name: keyof Slice) => slices[side].map((one) => one[name]);
    return {
      samples: ROUNDS,
      metrics: {
        callsPerSecondRatio: median(ratios(figure("node", "perSecond"), figure("bare", "perSecond"))),
        cpuPerCallRatio: median(ratios(figure("node", "cpuUs"), figure("bare", "cpuUs"))),
        callsPerSecond: median(figure("node", "perSecond")),
        bareCallsPerSecond: median(figure("bare", "perSecond")),
        cpuPerCallUs: median(figure("node", "cpuUs")),
        bareCpuPerCallUs: median(figure("bare", "cpuUs")),
        p99Ms: median(figure("node", "p99Ms")),
        bareP99Ms: median(figure("bare", "p99Ms")),
      },
    };
  },
};

/** Two servers that did different things could not be compared. */
async function checkAnswers(servers: Record<string, Server>): Promise<void> {
  const answers: unknown[] = [];
  for (const { url } of Object.values(servers)) {
    const response = await fetch(url, { method: "POST", body: REQUEST });
    answers.push(JSON.stringify(await response.json()));
  }
  if (new Set(answers).size !== 1)
    throw new Error(`the servers answer differently: ${answers.join(" and ")}`);
}

function checkShots(shots: Shots, side: string): void {
  if (shots.failures === 0 && shots.requests > 0) return;
  throw new Error(`${shots.failures} of ${shots.requests} calls of the ${side} failed`);
}
