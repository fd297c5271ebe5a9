/**
 * Call functions of one shard. They run in threads of its own (see callThreads.ts), so that a call which spends all
 * its fuel or time keeps a thread busy, never the loop that holds the players' sockets.
 */
import type { DeployedFunction, Functions } from "../instance/functions.ts";
import { GuestLog, type Logger } from "../telemetry/guestLog.ts";
import type { CallOutcome, Calls } from "./calls.ts";
import { CallThreads, type ThreadOutcome } from "./callThreads.ts";
import type { AnswerMessage } from "./messages.ts";
import { CallMeters } from "./meters.ts";

const MICROSECONDS = 1000;

export class WorkerCalls implements Calls {
  readonly meters = new CallMeters();
  readonly #functions: Functions;
  readonly #threads: CallThreads;
  readonly #logger: Logger;
  /** One a version, since each has its text a second. */
  readonly #logs = new WeakMap<DeployedFunction, GuestLog>();

  /** @param threads at most. @param waiting calls that may wait for one. */
  constructor(functions: Functions, threads: number, waiting: number, logger: Logger) {
    this.#functions = functions;
    this.#threads = new CallThreads(threads, waiting);
    this.#logger = logger;
  }

  /** Calls that wait for a thread. */
  get waiting(): number {
    return this.#threads.waiting;
  }

  /** Calls that threads have been given. */
  get running(): number {
    return this.#threads.running;
  }

  async call(functionName: string, request: Uint8Array): Promise<CallOutcome> {
    const deployed = this.#functions.get(functionName);
    if (deployed === undefined) {
      return { status: "not-found", message: `no call function "${functionName}" is deployed here` };
    }
    if (deployed.record.info.manifest.kind !== "call") {
      return { status: "not-found", message: `"${functionName}" is a room function; players join it` };
    }
    const startMs = performance.now();
    const outcome = await this.#threads.run({ record: deployed.record, request });
    this.meters.calls++;
    this.meters.total.record((performance.now() - startMs) * MICROSECONDS);
    return this.#outcomeOf(deployed, outcome);
  }

  close(): Promise<void> {
    return this.#threads.close();
  }

  #outcomeOf(deployed: DeployedFunction, outcome: ThreadOutcome): CallOutcome {
    switch (outcome.status) {
      case "answered":
        this.#note(deployed, outcome.answer);
        return outcome.answer.result;
      case "over-time": {
        this.meters.overTime++;
        const { callSeconds } = deployed.record.info.manifest.limits;
        const message = `the call ran for longer than its ${callSeconds} s; see the limit "callSeconds"`;
        this.#logger.error(
          { function: deployed.name, callSeconds },
          "a call ran over its time and was ended",
        );
        return { status: "over-time", message };
      }
      case "died":
        this.#failed(deployed, outcome.reason);
        return { status: "failed", message: "the call's thread died; the node's log says why" };
      case "queue-full":
        return this.#busy("too many calls are waiting; try again");
      case "waited-too-long":
        return this.#busy("the call waited for as long as it may run, and did not begin; try again");
      case "stopping":
        return this.#busy("the node is stopping; try again");
    }
  }

  #note(deployed: DeployedFunction, { result, fuel, tookMs, log }: AnswerMessage): void {
    this.meters.fuel += fuel;
    this.meters.run.record(tookMs * MICROSECONDS);
    if (result.status === "failed") this.#failed(deployed, result.message);
    if (log !== undefined) for (const [level, text] of log) this.#logOf(deployed).write(level, text);
  }

  #failed(deployed: DeployedFunction, fault: string): void {
    this.meters.failed++;
    this.#logger.error({ function: deployed.name, fault }, "call failed");
  }

  #busy(message: string): CallOutcome {
    this.meters.busy++;
    return { status: "busy", message };
  }

  #logOf(deployed: DeployedFunction): GuestLog {
    let log = this.#logs.get(deployed);
    if (log === undefined) {
      const { name, limits } = deployed.record.info.manifest;
      log = new GuestLog(this.#logger, name, null, limits.logBytes, this.meters);
      this.#logs.set(deployed, log);
    }
    return log;
  }
}
