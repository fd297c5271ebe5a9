/**
 * Call functions of one shard, in worker threads (piscina): a call that spends all its fuel keeps a thread
 * busy, never the loop that holds the players' sockets. Threads start with the first call.
 */
import { Piscina } from "piscina";
import type { DeployedFunction, Functions } from "../instance/functions.ts";
import type { RoomMeters } from "../room/meters.ts";
import { GuestLog, type Logger } from "../telemetry/guestLog.ts";
import type { CallOutcome, Calls } from "./calls.ts";
import type { CallAnswer, CallTask } from "./task.ts";

/** Calls that may wait for each thread before callers are told to come back later. */
const WAITING_PER_THREAD = 256;
/** Threads that have had nothing to do for this long end, in milliseconds. */
const IDLE_MS = 60_000;

export class WorkerCalls implements Calls {
  readonly #functions: Functions;
  readonly #threads: number;
  readonly #logger: Logger;
  readonly #meters: RoomMeters;
  #pool: Piscina<CallTask, CallAnswer> | null = null;

  constructor(functions: Functions, threads: number, logger: Logger, meters: RoomMeters) {
    this.#functions = functions;
    this.#threads = threads;
    this.#logger = logger;
    this.#meters = meters;
  }

  async call(functionName: string, request: Uint8Array): Promise<CallOutcome> {
    const deployed = this.#functions.get(functionName);
    if (deployed?.record.info.manifest.kind !== "call") {
      return { status: "not-found", message: `no call function "${functionName}" is deployed here` };
    }
    const pool = this.#open();
    if (pool.queueSize >= pool.options.maxQueue) {
      return { status: "busy", message: "too many calls are waiting; try again" };
    }
    const { imageFile, info } = deployed.record;
    const answer = await pool.run({ imageFile, info, request });
    this.#note(deployed, answer);
    return answer.outcome;
  }

  async close(): Promise<void> {
    await this.#pool?.destroy();
    this.#pool = null;
  }

  #open(): Piscina<CallTask, CallAnswer> {
    this.#pool ??= new Piscina<CallTask, CallAnswer>({
      filename: new URL("./worker.js", import.meta.url).href,
      minThreads: 1,
      maxThreads: this.#threads,
      maxQueue: this.#threads * WAITING_PER_THREAD,
      idleTimeout: IDLE_MS,
      concurrentTasksPerWorker: 1,
    });
    return this.#pool;
  }

  #note(deployed: DeployedFunction, answer: CallAnswer): void {
    this.#meters.fuel += answer.fuel;
    const { name, limits } = deployed.record.info.manifest;
    if (answer.outcome.status === "failed") {
      this.#logger.error({ function: name, fault: answer.outcome.message }, "call failed");
    }
    if (answer.log.length === 0) return;
    const log = new GuestLog(this.#logger, name, null, limits.logBytes, this.#meters);
    for (const [level, text] of answer.log) log.write(level, text);
  }
}
