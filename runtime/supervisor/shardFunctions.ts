/**
 * Which functions one shard's process has, against the catalog that says what it shall have.
 *
 * `reconcile` removes the difference. A restarted shard, the end of a deploy and the way back from a failed
 * one are all this same call.
 */
import type { FunctionRecord, ShardMethods, SupervisorMethods } from "../shard/contract.ts";
import type { Rpc } from "../shard/rpc.ts";
import type { Logger } from "../telemetry/log.ts";

/** What every shard shall have loaded, by function name. Records are compared by identity. */
export type Catalog = ReadonlyMap<string, FunctionRecord>;

/** The supervisor's end of the channel to a shard. */
export type ShardChannel = Rpc<SupervisorMethods, ShardMethods>;

/** Loading compiles and warms an image. */
const LOAD_TIMEOUT_MS = 60_000;

export class ShardFunctions {
  /** Functions of the catalog that could not be loaded, with the reason. */
  readonly failures = new Map<string, string>();
  readonly #rpc: ShardChannel;
  readonly #catalog: Catalog;
  readonly #log: Logger;
  readonly #loaded = new Map<string, FunctionRecord>();
  readonly #failed = new Map<string, FunctionRecord>();
  #reconciled: Promise<void> = Promise.resolve();
  #isGone = false;

  constructor(rpc: ShardChannel, catalog: Catalog, log: Logger) {
    this.#rpc = rpc;
    this.#catalog = catalog;
    this.#log = log;
  }

  /** The process has died: what is left to reconcile is left to its successor. */
  gone(): void {
    this.#isGone = true;
  }

  /** Loads a record, which need not be in the catalog yet. Rejects with RpcError. */
  async load(record: FunctionRecord): Promise<void> {
    const { name } = record.info.manifest;
    // Until it has answered, nobody knows which version the shard has.
    this.#loaded.delete(name);
    try {
      await this.#rpc.call("load", record, LOAD_TIMEOUT_MS);
      this.#loaded.set(name, record);
      this.#failed.delete(name);
    } catch (error) {
      this.#failed.set(name, record);
      throw error;
    }
  }

  /** Brings the shard to what the catalog says now. What cannot be loaded stands in `failures`. */
  reconcile(): Promise<void> {
    // One after the other: a pass that is about to end would not see a change made just now.
    this.#reconciled = this.#reconciled.then(() => this.#pass());
    return this.#reconciled;
  }

  async #pass(): Promise<void> {
    // One difference at a time: the catalog may change while a load is under way.
    while (!this.#isGone) {
      const due = [...this.#catalog.values()].find((record) => this.#isDue(record));
      const extra = [...this.#loaded.keys(), ...this.#failed.keys()].find((name) => !this.#catalog.has(name));
      if (due !== undefined) await this.#tryLoad(due);
      else if (extra !== undefined) await this.#unload(extra);
      else return;
    }
  }

  #isDue(record: FunctionRecord): boolean {
    const { name } = record.info.manifest;
    return this.#loaded.get(name) !== record && this.#failed.get(name) !== record;
  }

  async #tryLoad(record: FunctionRecord): Promise<void> {
    const { name } = record.info.manifest;
    try {
      await this.load(record);
      this.failures.delete(name);
    } catch (error) {
      this.failures.set(name, (error as Error).message);
      this.#log.error({ err: error, function: name }, "a function could not be loaded");
    }
  }

  async #unload(name: string): Promise<void> {
    this.#loaded.delete(name);
    this.#failed.delete(name);
    this.failures.delete(name);
    await this.#rpc.call("unload", { function: name }).catch((error: Error) => {
      this.#log.warn({ err: error, function: name }, "a function could not be unloaded");
    });
  }
}
