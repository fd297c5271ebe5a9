/**
 * Deploys, one at a time: component → image → store → every shard → registry.
 *
 * The registry is written last and only when every shard serves the new version, so whatever fails before
 * leaves the version that was there: in the registry, and after `reconcile` on every shard.
 */
import type { FunctionLimits } from "@rockpool/protocol";
import { type BuiltImage, type FunctionRecord, PIPELINE_VERSION } from "../image/image.ts";
import { ImageRefusal } from "../image/refusal.ts";
import { digestOf } from "../store/blobs.ts";
import type { FunctionEntry, NewEntry } from "../store/registry.ts";
import type { Store } from "../store/store.ts";
import type { Logger } from "../telemetry/log.ts";
import type { Shards } from "./shards.ts";

/** Makes images of components, outside of this thread. */
export interface Builder {
  /** Rejects with ImageRefusal when the component is not acceptable. */
  build(component: Uint8Array): Promise<BuiltImage>;
  close(): Promise<void>;
}

export interface DeployOptions {
  /** What becomes of rooms of the version before: they end by themselves, or are closed with 4001. */
  rooms: "keep" | "drain";
  /** The name that the component must have, where the caller knows it. */
  name?: string;
}

export interface DeployResult {
  function: string;
  /** Digest of the component. */
  version: string;
  /** Version that was current before, or null. */
  previous: string | null;
  /** False when this very version was current already. */
  changed: boolean;
  /** Rooms of older versions that were ended. */
  roomsEnded: number;
}

/**
 * `component-refused` (`reason` is the builder's code), `name-mismatch`, `load-failed`, `shards-not-ready`,
 * `no-such-function` or `node-stopping`.
 */
export class DeployError extends Error {
  override readonly name = "DeployError";
  readonly code: string;
  readonly reason: string | null;

  constructor(code: string, message: string, reason: string | null = null) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

export interface DeployPlan {
  store: Store;
  builder: Builder;
  /** Node maxima: an image is built for them, and again when they have changed. */
  maxima: FunctionLimits;
  log: Logger;
}

export class Deploys {
  /** What every shard shall have loaded. */
  readonly catalog = new Map<string, FunctionRecord>();
  /** Functions that are registered and could not be made ready, with the reason. */
  readonly failures = new Map<string, string>();
  readonly #plan: DeployPlan;
  readonly #builtFor: string;
  #shards: Shards | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #stopping = false;

  constructor(plan: DeployPlan) {
    this.#plan = plan;
    this.#builtFor = digestOf(Buffer.from(JSON.stringify([PIPELINE_VERSION, plan.maxima])));
  }

  /** Fills the catalog from the registry; images built under another pipeline or other maxima are made again. */
  async restore(): Promise<void> {
    for (const entry of this.#plan.store.registry.list()) {
      try {
        const current = this.#isUsable(entry) ? entry : await this.#rebuild(entry);
        this.catalog.set(entry.name, this.#record(current));
      } catch (error) {
        this.failures.set(entry.name, (error as Error).message);
        this.#plan.log.error({ err: error, function: entry.name }, "a deployed function cannot be used");
      }
    }
  }

  /** From now on deploys go to these shards. */
  attach(shards: Shards): void {
    this.#shards = shards;
  }

  /** Deploys a component. Rejects with DeployError or StoreError; then everything is as it was. */
  deploy(component: Uint8Array, options: DeployOptions): Promise<DeployResult> {
    return this.#inTurn((shards) => this.#deploy(shards, component, options));
  }

  /** Removes a function; its rooms end with 4002. Rejects with DeployError `no-such-function`, or StoreError. */
  undeploy(name: string): Promise<void> {
    return this.#inTurn(async (shards) => {
      if (!this.#plan.store.remove(name)) {
        throw new DeployError("no-such-function", `no function "${name}" is deployed`);
      }
      this.catalog.delete(name);
      this.failures.delete(name);
      await shards.reconcile();
      this.#plan.log.info({ function: name }, "function removed");
    });
  }

  /** Refuses further deploys. */
  refuse(): void {
    this.#stopping = true;
  }

  /** Refuses further deploys and resolves when the one under way has ended, as it does once the shards stopped. */
  async stop(): Promise<void> {
    this.refuse();
    await this.#last;
    await this.#plan.builder.close();
  }

  #inTurn<T>(action: (shards: Shards) => Promise<T>): Promise<T> {
    const run = async () => {
      if (this.#stopping)
        throw new DeployError("node-stopping", "the node is stopping: deploy to it when it is back");
      if (this.#shards === null || !this.#shards.ready) {
        throw new DeployError("shards-not-ready", "a shard is starting: try again in a moment");
      }
      return action(this.#shards);
    };
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #deploy(shards: Shards, component: Uint8Array, options: DeployOptions): Promise<DeployResult> {
    const digest = digestOf(component);
    const known = this.#plan.store.registry.list().find((entry) => entry.info.digest === digest);
    if (known !== undefined && this.catalog.has(known.name) && this.#isUsable(known)) {
      checkName(known.name, options);
      return { function: known.name, version: digest, previous: digest, changed: false, roomsEnded: 0 };
    }
    const built = await this.#build(component);
    const { name } = built.info.manifest;
    checkName(name, options);
    const previous = this.#plan.store.registry.get(name)?.info.digest ?? null;
    this.#sweep();
    try {
      const entry = await this.#keep(component, built);
      const record = this.#record(entry);
      await this.#load(shards, record);
      this.#plan.store.commit(entry);
      this.catalog.set(name, record);
      this.failures.delete(name);
    } finally {
      // After a failure this leads back to the catalog; after success it reaches shards that were restarted
      // in between.
      await shards.reconcile();
    }
    const roomsEnded = options.rooms === "drain" ? await shards.drainOld(name) : 0;
    this.#plan.log.info({ function: name, version: digest, previous, roomsEnded }, "function deployed");
    return { function: name, version: digest, previous, changed: previous !== digest, roomsEnded };
  }

  async #build(component: Uint8Array): Promise<BuiltImage> {
    try {
      return await this.#plan.builder.build(component);
    } catch (error) {
      if (error instanceof ImageRefusal)
        throw new DeployError("component-refused", error.message, error.code);
      throw error;
    }
  }

  async #load(shards: Shards, record: FunctionRecord): Promise<void> {
    try {
      await shards.load(record);
    } catch (error) {
      const reason = (error as { code?: string }).code ?? null;
      throw new DeployError("load-failed", `a shard could not load it: ${(error as Error).message}`, reason);
    }
  }

  async #keep(component: Uint8Array, built: BuiltImage): Promise<NewEntry> {
    const { blobs } = this.#plan.store;
    await blobs.put(component);
    return {
      name: built.info.manifest.name,
      info: built.info,
      image: await blobs.put(built.wasm),
      page: built.page === null ? null : await blobs.put(archiveOf(built.page)),
      deployedAt: Date.now(),
      builtFor: this.#builtFor,
    };
  }

  async #rebuild(entry: FunctionEntry): Promise<FunctionEntry> {
    this.#plan.log.info({ function: entry.name }, "making the image again");
    const component = await this.#plan.store.blobs.get(entry.info.digest);
    const fresh = await this.#keep(component, await this.#build(component));
    return this.#plan.store.commit({ ...fresh, deployedAt: entry.deployedAt });
  }

  #isUsable(entry: FunctionEntry): boolean {
    const { blobs } = this.#plan.store;
    return (
      entry.builtFor === this.#builtFor &&
      blobs.has(entry.image) &&
      (entry.page === null || blobs.has(entry.page))
    );
  }

  #record(entry: NewEntry): FunctionRecord {
    const { blobs } = this.#plan.store;
    return {
      info: entry.info,
      imageFile: blobs.path(entry.image),
      pageFile: entry.page === null ? null : blobs.path(entry.page),
      deployedAt: entry.deployedAt,
    };
  }

  /**
   * Removes what earlier deploys left; not at their end, because calls that were under way then still read
   * the image of the version before. A failure costs space, not correctness: the next deploy tries again.
   */
  #sweep(): void {
    try {
      this.#plan.store.sweep();
    } catch (error) {
      this.#plan.log.warn({ err: error }, "files that are no longer needed could not be removed");
    }
  }
}

function checkName(name: string, options: DeployOptions): void {
  if (options.name === undefined || options.name === name) return;
  const message = `the component is named "${name}" in its manifest, not "${options.name}": deploy it under its own name`;
  throw new DeployError("name-mismatch", message);
}

/** JSON, path → base64, as FunctionRecord describes it. */
function archiveOf(page: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const files = [...page].map(([path, bytes]) => [path, Buffer.from(bytes).toString("base64")]);
  return Buffer.from(JSON.stringify(Object.fromEntries(files)));
}
