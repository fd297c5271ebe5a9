/** All shards of a node: started together, asked together, stopped together. */

import { mergeReports } from "../room/updateReport.ts";
import type {
  FindRequest,
  FunctionRecord,
  RecordingRule,
  Reservation,
  RoomSummary,
  ShardStats,
  SupervisorMethods,
  UpdateReport,
} from "../shard/contract.ts";
import type { Handlers } from "../shard/rpc.ts";
import type { Logger } from "../telemetry/log.ts";
import { type ShardPlan, ShardProcess } from "./shardProcess.ts";

/** How long a shard may take to answer what people and other shards wait for. */
const ASK_TIMEOUT_MS = 2_000;
/** A shard reads each of its stored rooms for it. */
const SCAN_TIMEOUT_MS = 120_000;

export type ShardsPlan = Omit<ShardPlan, "handlers" | "announce"> & {
  /** First of the shards' own ports; 0 for free ones. */
  firstOwnPort: number;
};

export class Shards {
  readonly all: readonly ShardProcess[];
  readonly #log: Logger;

  constructor(plan: ShardsPlan) {
    this.#log = plan.log;
    const { firstOwnPort, ...rest } = plan;
    const each: ShardPlan = { ...rest, handlers: this.#handlers(), announce: () => this.#announce() };
    this.all = Array.from({ length: plan.options.shards }, (_, index) => {
      return new ShardProcess(index, firstOwnPort === 0 ? 0 : firstOwnPort + index, each);
    });
  }

  get ready(): boolean {
    return this.all.every((shard) => shard.state === "ready");
  }

  /** Starts every shard and resolves when all listen. Rejects with why one could not; then `kill` the rest. */
  async listen(): Promise<void> {
    await Promise.all(this.all.map((shard) => shard.listen()));
  }

  /** Resolves when every shard has tried to load what the catalog says. */
  async prepare(): Promise<void> {
    await Promise.all(this.all.map((shard) => shard.prepare()));
  }

  async #announce(): Promise<void> {
    const ports = this.all.map((shard) => shard.ownPort);
    if (ports.some((port) => port === null)) return;
    const told = await Promise.allSettled(this.all.map((shard) => shard.tellPeers(ports as number[])));
    this.#warnOfFailures(told, "a shard could not be told the others' ports");
  }

  /** Loads a record on every shard; rejects with the first failure. The caller then reconciles. */
  async load(record: FunctionRecord): Promise<void> {
    const loads = await Promise.allSettled(this.all.map((shard) => shard.load(record)));
    const failed = loads.find((load) => load.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  /** Brings every shard to what the catalog says; one that is away does so when it starts. */
  async reconcile(): Promise<void> {
    await Promise.all(this.all.map((shard) => shard.reconcile()));
  }

  /** Ends the rooms of a function's older versions; the number of them. */
  async drainOld(functionName: string): Promise<number> {
    const answers = await this.#ask((shard) => shard.rpc?.call("drainOld", { function: functionName }));
    return answers.reduce((sum, answer) => sum + answer.rooms, 0);
  }

  /** Takes the rooms that follow a function's current version to it, on every shard at once. */
  async migrate(functionName: string): Promise<UpdateReport> {
    const request = { function: functionName };
    const migrate = (shard: ShardProcess) => shard.rpc?.call("migrate", request, Number.POSITIVE_INFINITY);
    return mergeReports(await this.#ask(migrate));
  }

  /** Digests of the versions that rooms of a function need; null when a shard does not say. */
  async versionsInUse(functionName: string): Promise<Set<string> | null> {
    const request = { function: functionName };
    const ask = (shard: ShardProcess) => shard.rpc?.call("versionsInUse", request, SCAN_TIMEOUT_MS);
    const answers = await this.#ask(ask);
    return answers.length < this.all.length ? null : new Set(answers.flat());
  }

  /** Tells every shard which rooms to record; one that is away is told when it starts. */
  async record(rules: RecordingRule[]): Promise<void> {
    await this.#ask((shard) => shard.rpc?.call("record", { rules }, ASK_TIMEOUT_MS));
  }

  /** Ids of the recordings under way. */
  async recordings(): Promise<string[]> {
    return (await this.#ask((shard) => shard.rpc?.call("recordings", undefined, ASK_TIMEOUT_MS))).flat();
  }

  /** Readings of the shards that answer. */
  stats(): Promise<ShardStats[]> {
    return this.#ask((shard) => shard.rpc?.call("stats", undefined, ASK_TIMEOUT_MS));
  }

  /** Rooms on the shards that answer, of one function or of all. */
  async rooms(functionName?: string): Promise<RoomSummary[]> {
    const request = functionName === undefined ? {} : { function: functionName };
    return (await this.#ask((shard) => shard.rpc?.call("rooms", request, ASK_TIMEOUT_MS))).flat();
  }

  /** Asks the other shards one after the other, from the next one on, so that only one seat is reserved. */
  async #reserveElsewhere({
    asking,
    ...request
  }: FindRequest & { asking: number }): Promise<Reservation | null> {
    for (let step = 1; step < this.all.length; step++) {
      const shard = this.all[(asking + step) % this.all.length];
      try {
        const reservation = await shard?.rpc?.call("reserve", request, ASK_TIMEOUT_MS);
        if (reservation) return reservation;
      } catch (error) {
        this.#log.warn({ err: error, shard: shard?.index }, "a shard did not answer a search for a room");
      }
    }
    return null;
  }

  #handlers(): Handlers<SupervisorMethods> {
    return {
      roomsEverywhere: (request) => this.rooms(request.function),
      reserveElsewhere: (request) => this.#reserveElsewhere(request),
    };
  }

  /** Drains all; shards that take longer are told of in the log and keep what they have until they are stopped. */
  async drain(timeoutMs: number): Promise<void> {
    const drained = await Promise.allSettled(this.all.map((shard) => shard.drain(timeoutMs)));
    this.#warnOfFailures(drained, "a shard was not drained in time");
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((shard) => shard.stop()));
  }

  kill(): void {
    for (const shard of this.all) shard.kill();
  }

  async #ask<T>(ask: (shard: ShardProcess) => Promise<T> | undefined): Promise<T[]> {
    const up = this.all.filter((shard) => shard.rpc !== null);
    const answers = await Promise.allSettled(up.map((shard) => ask(shard)));
    this.#warnOfFailures(answers, "a shard did not answer");
    return answers.flatMap((answer) => (answer.status === "fulfilled" && answer.value ? [answer.value] : []));
  }

  #warnOfFailures(outcomes: readonly PromiseSettledResult<unknown>[], message: string): void {
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") this.#log.warn({ err: outcome.reason }, message);
    }
  }
}
