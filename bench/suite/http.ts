/** HTTP on the game port, driven by autocannon: what a probe and a stateless call cost. */
import type { Bench, Run } from "../bench.ts";
import type { CannonMethods, Shots, Target } from "../clients/cannon.ts";
import { CANNON } from "../clients/cannon.ts";
import { build } from "../guests/build.ts";
import { cpuMsBetween, readCpu } from "../measure/cpuTime.ts";

const CONNECTIONS = 16;
/** Requests a second at which latency is measured: well below what either route can do. */
const RATE = 500;
const REQUEST = "ada 1620\nada win 1500\ngrace draw 1480\n";

export const http: Bench = {
  name: "http",
  about: "GET /v1/ping and POST /v1/call/score, by autocannon",
  async run({ quick, stage, note }: Run) {
    const seconds = quick ? 1 : 6;
    const node = await stage.node();
    await node.deploy(await build("score", { name: "score", kind: "call", limits: { memoryPages: 64 } }));
    const cannon = stage.program<CannonMethods>(CANNON);
    const targets: Record<"ping" | "call", Target> = {
      ping: { url: `${node.httpUrl}/v1/ping`, method: "GET" },
      call: { url: `${node.httpUrl}/v1/call/score`, method: "POST", body: REQUEST },
    };
    const shoot = async (target: Target, perSecond: number | null, forSeconds: number) => {
      const before = readCpu(node.pid);
      const shots = await cannon.ask("shoot", {
        target,
        connections: CONNECTIONS,
        seconds: forSeconds,
        perSecond,
      });
      checkShots(shots, target);
      return { ...shots, cpuUs: (cpuMsBetween(before, readCpu(node.pid)) * 1000) / shots.requests };
    };
    const metrics: Record<string, number> = {};
    let samples = 0;
    for (const [name, target] of Object.entries(targets)) {
      note(`${target.method} ${new URL(target.url).pathname}: ${RATE}/s, then as many as can be`);
      await shoot(target, null, 1); // Threads start and compilers settle.
      const steady = await shoot(target, RATE, seconds);
      const full = await shoot(target, null, seconds);
      samples += steady.requests + full.requests;
      metrics[`${name}P50Ms`] = steady.p50Ms;
      metrics[`${name}P99Ms`] = steady.p99Ms;
      metrics[`${name}PerSecond`] = full.requests / full.seconds;
      metrics[`${name}CpuUs`] = full.cpuUs;
    }
    return { samples, metrics };
  },
};

function checkShots(shots: Shots, target: Target): void {
  if (shots.failures === 0 && shots.requests > 0) return;
  throw new Error(`${shots.failures} of ${shots.requests} requests to ${target.url} failed`);
}
