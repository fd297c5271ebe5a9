/** Probes: is the process alive, is it ready for players, how far away is it. */
import type { Readiness } from "../front.ts";
import { json, type Route } from "../http.ts";
import type { HttpResponse } from "../transport.ts";

export function healthRoutes(node: string, shard: number, ready: () => Readiness): Route[] {
  // Built once: latency is measured by asking for it.
  const pong = json(200, { node });
  return [
    { method: "GET", pattern: "/v1/ping", maxBody: 0, answer: () => pong },
    {
      method: "GET",
      pattern: "/healthz",
      maxBody: 0,
      answer: () => json(200, { status: "ok", node, shard }),
    },
    { method: "GET", pattern: "/readyz", maxBody: 0, answer: () => readiness(ready()) },
  ];
}

function readiness(state: Readiness): HttpResponse {
  if (state.ready) return json(200, { status: "ready" });
  return json(503, { status: "not-ready", reasons: state.reasons });
}
