/** What the coordinator and a load thread say to each other. */
import type { MessagePort } from "node:worker_threads";
import type { LoadPlan } from "./plan.ts";
import type { SwarmResult } from "./swarm.ts";

export interface ThreadData {
  plan: LoadPlan;
  thread: number;
}

export type ToThread =
  /** Start the schedule at this time of the monotonic clock; the port wakes for each due time. */
  | { kind: "begin"; startMs: number; wake: MessagePort }
  /** End early. */
  | { kind: "stop" };

/** Each carries all that is counted so far. */
export interface FromThread {
  /** `settled`: every join has succeeded or failed. `progress`: some time has passed. `done`: the last one. */
  kind: "settled" | "progress" | "done";
  result: SwarmResult;
}
