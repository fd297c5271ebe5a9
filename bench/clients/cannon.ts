/** autocannon in a process of its own. */
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { serve } from "../process/child.ts";

export interface Target {
  url: string;
  method: "GET" | "POST";
  body?: string;
}

export interface Shots {
  requests: number;
  /** Errors, timeouts and answers other than 2xx. */
  failures: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
}

export interface CannonMethods {
  /** @param request.perSecond over all connections; null: as many as can be */
  shoot(request: { target: Target; connections: number; seconds: number; perSecond: number | null }): Shots;
}

export const CANNON = new URL(import.meta.url);

async function shoot(request: Parameters<CannonMethods["shoot"]>[0]): Promise<Shots> {
  const { target, connections, seconds, perSecond } = request;
  const result = await autocannon({
    ...target,
    connections,
    duration: seconds,
    // With a fixed rate autocannon corrects its latencies for coordinated omission.
    ...(perSecond === null ? {} : { overallRate: perSecond }),
  });
  return {
    requests: result.requests.total,
    failures: result.errors + result.timeouts + result.non2xx,
    seconds: result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve<CannonMethods>({ shoot });
