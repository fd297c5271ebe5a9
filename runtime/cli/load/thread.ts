/**
 * The entry of a load thread: ramp, wait for all threads to be settled, run, wait a little for the last answers,
 * leave. Each step ends by itself, whatever the server does.
 */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { FromThread, ThreadData, ToThread } from "./messages.ts";
import { monotonicMs } from "./schedule.ts";
import { Swarm } from "./swarm.ts";

/** For a join, redirects included; the node itself answers far sooner or refuses. */
const JOIN_TIMEOUT_MS = 15_000;
/** For the last answers; what has not come by then counts as unanswered. */
const LAST_ANSWERS_MS = 2_000;
const CLOSE_TIMEOUT_MS = 2_000;
/** Often enough for figures of the last second. */
const REPORT_MS = 250;

const { plan, thread } = workerData as ThreadData;
const port = parentPort!;
const swarm = new Swarm(plan, thread, () => recheck());
let begin: Extract<ToThread, { kind: "begin" }> | null = null;
let isStopping = false;
/** Looks again whether what is waited for has come about. */
let recheck = (): void => {};

/** Resolves when the condition holds, or after `ms` at the latest. */
function until(condition: () => boolean, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(finish, ms);
    function finish(): void {
      clearTimeout(timer);
      recheck = () => {};
      resolve();
    }
    recheck = () => {
      if (condition()) finish();
    };
    recheck();
  });
}

function report(kind: FromThread["kind"]): void {
  const message: FromThread = { kind, result: swarm.result() };
  port.postMessage(message);
}

async function joinAll(): Promise<void> {
  const rampStartMs = monotonicMs();
  for (let n = 0; n < swarm.players; n++) {
    const waitMs = swarm.joinDue(n) - (monotonicMs() - rampStartMs);
    if (waitMs >= 1) await until(() => isStopping, waitMs);
    if (isStopping) return;
    swarm.joinNext();
  }
  await until(() => isStopping || swarm.hasSettled, JOIN_TIMEOUT_MS);
  if (!isStopping) swarm.abandonJoins(`no answer to the join within ${JOIN_TIMEOUT_MS / 1000} s`);
}

async function play(startMs: number, wake: MessagePort): Promise<void> {
  swarm.begin(startMs);
  wake.on("message", () => swarm.sendDue());
  const runMs = startMs - monotonicMs() + plan.durationS * 1000;
  await until(() => isStopping || swarm.isAnswered || swarm.isEmpty, runMs + LAST_ANSWERS_MS);
  wake.close();
}

async function main(): Promise<void> {
  port.on("message", (message: ToThread) => {
    if (message.kind === "begin") begin = message;
    else isStopping = true;
    recheck();
  });
  const progress = setInterval(() => report("progress"), REPORT_MS);
  await joinAll();
  report("settled");
  // The slowest thread's ramp and joins end in bounded time, so this does too; no timeout of its own.
  while (!begin && !isStopping) await until(() => isStopping || begin !== null, JOIN_TIMEOUT_MS);
  if (begin) await play(begin.startMs, begin.wake);
  clearInterval(progress);
  report("done");
  swarm.stop();
  await until(() => swarm.isEmpty, CLOSE_TIMEOUT_MS);
  swarm.terminate();
  port.close();
}

await main();
