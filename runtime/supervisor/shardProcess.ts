/**
 * One shard as the supervisor sees it: a child process that is started, brought to the state of the catalog,
 * and started again when it dies.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import type { FunctionRecord, RecordingRule, ShardOptions, SupervisorMethods } from "../shard/contract.ts";
import { type Channel, type Handlers, Rpc, RpcError } from "../shard/rpc.ts";
import type { Logger } from "../telemetry/log.ts";
import { Backoff } from "./backoff.ts";
import { shardEnvironment } from "./shardEnvironment.ts";
import { type Catalog, type ShardChannel, ShardFunctions } from "./shardFunctions.ts";

/**
 * `starting`: not yet ready for the first time; `restarting`: died, or on its way back; `draining`: about to
 * stop; `stopped`: its process is gone for good.
 */
export type ShardState = "starting" | "ready" | "restarting" | "draining" | "stopped";

export interface ShardPlan {
  /** The program of a shard. */
  module: string;
  /** Without the shard's number and own port. */
  options: Omit<ShardOptions, "shard" | "ownPort">;
  catalog: Catalog;
  handlers: Handlers<SupervisorMethods>;
  /** Which rooms are recorded, as of now. */
  recordingRules(): RecordingRule[];
  /** Called whenever a shard has begun to listen, so that all learn each other's ports. */
  announce(): Promise<void>;
  log: Logger;
}

/**
 * V8 reserves 10 GB of address space for each memory when it uses its trap handler, which ends at about
 * 13,000 memories a process; with explicit bounds checks instead, tens of thousands fit.
 *
 * Compiled lazily, each function of an image is compiled at its first call on the shard's own thread: warming a
 * module of 1 MiB kept 100 ticking rooms waiting for 114-162 ms at the 99th percentile, against 12-19 ms when
 * all is compiled ahead on V8's threads. Its cold start fell from 67 to 36 ms at the median, that of modules of
 * 16-64 KiB from 6.0 to 5.5 ms; the cost of a message is the same (`npm run bench -- coldstart`, `echo`).
 *
 * V8 would compile on all four threads of its pool, however few cores there are, and ticks would wait behind them for
 * a core: with as many as cores, the longest wait during the cold start of 1 MiB fell from 6 to 4 ms at the median and
 * from 12 to 7.5 ms at the 90th percentile, on two cores, and the compilation took no longer. On one thread it takes
 * half as long again (docs/decisions/0011-who-waits.md).
 */
const EXEC_ARGV = [
  "--disable-wasm-trap-handler",
  "--no-wasm-lazy-compilation",
  `--wasm-num-compilation-tasks=${availableParallelism()}`,
];
const NONE: ReadonlyMap<string, string> = new Map();
const START_TIMEOUT_MS = 30_000;
/** From the closed channel until the process is killed. */
const EXIT_TIMEOUT_MS = 1_000;

export class ShardProcess {
  readonly index: number;
  restarts = 0;
  #state: ShardState = "starting";
  readonly #plan: ShardPlan;
  readonly #log: Logger;
  readonly #configuredPort: number;
  readonly #backoff = new Backoff();
  #ownPort: number | null = null;
  #child: ChildProcess | null = null;
  #rpc: ShardChannel | null = null;
  #functions: ShardFunctions | null = null;
  #restartTimer: NodeJS.Timeout | null = null;

  /** @param ownPort the configured own port; 0 for a free one, which it then keeps. */
  constructor(index: number, ownPort: number, plan: ShardPlan) {
    this.index = index;
    this.#configuredPort = ownPort;
    this.#plan = plan;
    this.#log = plan.log.child({ shard: index });
  }

  get state(): ShardState {
    return this.#state;
  }

  /** Functions that could not be loaded, with the reason. */
  get failures(): ReadonlyMap<string, string> {
    return this.#functions?.failures ?? NONE;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** The port this shard listens on; null before it first did. */
  get ownPort(): number | null {
    return this.#ownPort;
  }

  /** The channel to a shard that answers; null while it is away. */
  get rpc(): ShardChannel | null {
    return this.#state === "ready" || this.#state === "draining" ? this.#rpc : null;
  }

  /** Starts the process and waits until it listens. Rejects with why it could not. */
  async listen(): Promise<void> {
    const child = fork(this.#plan.module, [], {
      execArgv: EXEC_ARGV,
      env: shardEnvironment(process.env),
      serialization: "advanced",
    });
    const startedAt = performance.now();
    child.once("exit", (code, signal) =>
      this.#exited(child, signal ?? `code ${code}`, performance.now() - startedAt),
    );
    child.on("error", (error) => this.#log.error({ err: error }, "the shard's process failed"));
    const rpc: ShardChannel = new Rpc(child as Channel);
    rpc.handle(this.#plan.handlers);
    this.#child = child;
    this.#rpc = rpc;
    this.#functions = new ShardFunctions(rpc, this.#plan.catalog, this.#log);
    const ownPort = this.#ownPort ?? this.#configuredPort;
    // A free port that was kept may be taken by now: the next attempt asks for another.
    if (this.#configuredPort === 0) this.#ownPort = null;
    const options = { ...this.#plan.options, shard: this.index, ownPort };
    const { ownPort: listening } = await rpc
      .call("start", options, START_TIMEOUT_MS)
      .catch((error: RpcError) => {
        const died = error.code === "rpc-closed";
        throw died
          ? new RpcError("shard-died", `shard ${this.index} died before it listened; its log says why`)
          : error;
      });
    this.#ownPort = listening;
  }

  /**
   * Tells a listening shard what it needs to serve players: the others' ports, and the functions. When that
   * fails the process is ended, and its exit brings the next attempt.
   */
  async prepare(): Promise<void> {
    const rpc = this.#rpc;
    if (rpc === null) return;
    try {
      await this.#plan.announce();
      await this.reconcile();
      await rpc.call("record", { rules: this.#plan.recordingRules() });
      await rpc.call("serve", undefined);
    } catch (error) {
      this.#log.error({ err: error }, "the shard could not be prepared");
      if (this.#rpc === rpc) this.#child?.kill("SIGKILL");
      return;
    }
    if (this.#rpc !== rpc || this.#state === "draining" || this.#state === "stopped") return;
    this.#state = "ready";
    this.#log.info({ pid: this.pid, port: this.#ownPort }, "shard ready");
  }

  /** Tells a listening shard all own ports. */
  async tellPeers(ownPorts: number[]): Promise<void> {
    if (this.#ownPort !== null) await this.#rpc?.call("peers", ownPorts);
  }

  /** Loads a record that is not in the catalog yet. Rejects with RpcError; then `reconcile` leads back. */
  async load(record: FunctionRecord): Promise<void> {
    if (this.rpc === null || this.#functions === null) {
      throw new RpcError("rpc-closed", `shard ${this.index} is ${this.#state}`);
    }
    await this.#functions.load(record);
  }

  /** Brings the shard to what the catalog says now, if its process runs. */
  async reconcile(): Promise<void> {
    await this.#functions?.reconcile();
  }

  #exited(child: ChildProcess, how: string, livedMs: number): void {
    if (child !== this.#child) return;
    this.#child = null;
    this.#rpc = null;
    this.#functions?.gone();
    this.#functions = null;
    if (this.#state === "draining" || this.#state === "stopped") return;
    // A shard that has never listened is the starter's to judge: `listen` rejects.
    if (this.#state === "starting" && this.#ownPort === null) return;
    this.#state = "restarting";
    const delayMs = this.#backoff.after(livedMs);
    this.#log.error({ how, delayMs }, "the shard died; it is started again");
    this.#restartTimer = setTimeout(() => void this.#restart(), delayMs);
  }

  async #restart(): Promise<void> {
    this.restarts++;
    try {
      await this.listen();
      await this.prepare();
    } catch (error) {
      this.#log.error({ err: error }, "the shard could not be started again");
      // Its exit, forced where it hangs, brings the next attempt.
      this.#child?.kill("SIGKILL");
    }
  }

  /** Ends the rooms and connections; resolves when all have ended, rejects when that takes too long. */
  async drain(timeoutMs: number): Promise<void> {
    const rpc = this.rpc;
    this.#leave();
    await rpc?.call("drain", undefined, timeoutMs);
  }

  /** Ends the process, by force after a second. */
  async stop(): Promise<void> {
    this.#leave();
    const child = this.#child;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      if (child.connected) child.disconnect();
      const force = setTimeout(() => child.kill("SIGKILL"), EXIT_TIMEOUT_MS);
      await exited;
      clearTimeout(force);
    }
    this.#state = "stopped";
  }

  /** Ends the process at once. */
  kill(): void {
    this.#leave();
    this.#child?.kill("SIGKILL");
  }

  #leave(): void {
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer);
    if (this.#state !== "stopped") this.#state = "draining";
  }
}
