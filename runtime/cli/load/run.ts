/** A load run: starts the threads, begins play when all have settled, gathers what they counted. */
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { FromThread, ThreadData, ToThread } from "./messages.ts";
import type { PacerData } from "./pacer.ts";
import type { LoadPlan } from "./plan.ts";
import { type LoadReport, makeReport, mergeResults } from "./report.ts";
import { monotonicMs, playersOfThread } from "./schedule.ts";
import type { SwarmResult } from "./swarm.ts";

export interface LoadRunOptions {
  /** Called about once a second with the sums so far. */
  onProgress?: (phase: "join" | "play", total: SwarmResult) => void;
  /** Ends the run early; the report covers what was done. */
  signal?: AbortSignal;
}

/** Between "all have joined" and the first send: the pacer thread starts meanwhile. */
const START_DELAY_MS = 200;

/** Runs a plan to its end. Takes at most the ramp, the duration and 20 seconds more. */
export async function runLoad(plan: LoadPlan, options: LoadRunOptions = {}): Promise<LoadReport> {
  const threads = Array.from({ length: plan.threads }, (_, thread) => new LoadThread(plan, thread));
  const stop = () => {
    for (const thread of threads) thread.say({ kind: "stop" });
  };
  options.signal?.addEventListener("abort", stop, { once: true });
  if (options.signal?.aborted) stop();
  let phase: "join" | "play" = "join";
  let pacer: Worker | null = null;
  const timer = setInterval(() => {
    const latest = threads.map(({ latest }) => latest).filter((result) => result !== null);
    if (latest.length > 0) options.onProgress?.(phase, mergeResults(latest));
  }, 1000);
  try {
    await Promise.all(threads.map(({ settled }) => settled));
    const startMs = monotonicMs() + START_DELAY_MS;
    const joined = threads.some(({ latest }) => latest !== null && latest.joined > 0);
    phase = "play";
    if (joined && !options.signal?.aborted) pacer = beginPlay(plan, threads, startMs);
    else stop();
    const total = mergeResults(await Promise.all(threads.map(({ done }) => done)));
    const elapsedS = Math.min(plan.durationS, Math.max(0, (monotonicMs() - startMs) / 1000));
    await Promise.all(threads.map(({ ended }) => ended));
    return makeReport(plan, total, elapsedS);
  } finally {
    clearInterval(timer);
    options.signal?.removeEventListener("abort", stop);
    await Promise.all([pacer?.terminate(), ...threads.map((thread) => thread.terminate())]);
  }
}

function beginPlay(plan: LoadPlan, threads: LoadThread[], startMs: number): Worker {
  const ports: MessagePort[] = [];
  const data: PacerData = { threads: [], rate: plan.rate, durationS: plan.durationS, startMs };
  for (const [index, thread] of threads.entries()) {
    const { port1, port2 } = new MessageChannel();
    thread.say({ kind: "begin", startMs, wake: port1 }, port1);
    data.threads.push({ port: port2, players: playersOfThread(plan.players, plan.threads, index).length });
    ports.push(port2);
  }
  return new Worker(new URL("./pacer.js", import.meta.url), { workerData: data, transferList: ports });
}

/** A load thread as its coordinator sees it. */
class LoadThread {
  /** Its players have joined or failed to. Rejects when the thread fails. */
  readonly settled: Promise<unknown>;
  /** Its last figures. Rejects when the thread fails. */
  readonly done: Promise<SwarmResult>;
  /** Its connections are closed. */
  readonly ended: Promise<unknown>;
  /** Its figures so far; null before the first. */
  latest: SwarmResult | null = null;
  readonly #worker: Worker;

  constructor(plan: LoadPlan, thread: number) {
    const data: ThreadData = { plan, thread };
    this.#worker = new Worker(new URL("./thread.js", import.meta.url), { workerData: data });
    this.#worker.on("message", ({ result }: FromThread) => {
      this.latest = result;
    });
    this.settled = this.#first("settled");
    this.done = this.#first("done");
    this.ended = new Promise((resolve) => this.#worker.once("exit", resolve));
  }

  say(message: ToThread, ...transfer: MessagePort[]): void {
    this.#worker.postMessage(message, transfer);
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #first(kind: FromThread["kind"]): Promise<SwarmResult> {
    const promise = new Promise<SwarmResult>((resolve, reject) => {
      this.#worker.on("message", (message: FromThread) => {
        if (message.kind === kind) resolve(message.result);
      });
      this.#worker.once("error", reject);
    });
    // Whoever awaits it sees the failure; nobody awaits the second promise once the first has rejected.
    promise.catch(() => undefined);
    return promise;
  }
}
