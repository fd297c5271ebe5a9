/**
 * Deploys and rollbacks, one at a time: component → image → store → every shard → registry → live rooms.
 *
 * The registry is written only when every shard serves the new version, so whatever fails before leaves the version
 * that was there: in the registry, and after `reconcile` on every shard. What becomes of live rooms comes last; that
 * some of them cannot go over is a result, not a failure.
 */
import type { FunctionLimits, UpdatePolicy } from "@rockpool/protocol";
import type { FunctionRecord, KeptRooms, UpdateReport } from "../shard/contract.ts";
import { digestOf } from "../store/blobs.ts";
import { type FunctionEntry, MAX_VERSIONS, type NewEntry, type Version } from "../store/registry.ts";
import type { Store } from "../store/store.ts";
import type { Logger } from "../telemetry/log.ts";
import { DeployError } from "./deployError.ts";
import type { Shards } from "./shards.ts";
import { type Builder, Versions } from "./versions.ts";

export interface UpdateOptions {
  /** What becomes of rooms of other versions; by default what the manifest of the version that goes live says. */
  update?: UpdatePolicy;
}

export interface DeployOptions extends UpdateOptions {
  /** The name that the component must have, where the caller knows it. */
  name?: string;
}

export interface DeployResult {
  function: string;
  /** Digest of the component that is live now. */
  version: string;
  /** Version that was current before, or null. */
  previous: string | null;
  /** False when this very version was current already; then rooms are left alone. */
  changed: boolean;
  update: UpdatePolicy;
  /** Rooms of older versions that were ended. */
  roomsEnded: number;
  /** Rooms that were taken over by this version. */
  roomsMigrated: number;
  /** Rooms that were to be taken over and go on as they are. */
  roomsKept: KeptRooms[];
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
  readonly #store: Store;
  readonly #builder: Builder;
  readonly #log: Logger;
  readonly #versions: Versions;
  #shards: Shards | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #stopping = false;

  constructor({ store, builder, maxima, log }: DeployPlan) {
    this.#store = store;
    this.#builder = builder;
    this.#log = log;
    this.#versions = new Versions(store, builder, maxima, log);
  }

  /** Fills the catalog from the registry; images built under another pipeline or other maxima are made again. */
  async restore(): Promise<void> {
    for (const entry of this.#store.registry.list()) {
      try {
        const usable = await this.#versions.usableEntry(entry);
        this.#store.replace(usable);
        this.catalog.set(entry.name, this.#versions.record(usable));
      } catch (error) {
        this.failures.set(entry.name, (error as Error).message);
        this.#log.error({ err: error, function: entry.name }, "a deployed function cannot be used");
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

  /**
   * Goes back to the version that was current before this one; a second rollback undoes the first. Rejects with
   * DeployError `no-such-function` or `no-former-version`, and as `deploy` does; then everything is as it was.
   */
  rollback(name: string, options: UpdateOptions): Promise<DeployResult> {
    return this.#inTurn(async (shards) => {
      const entry = this.#store.registry.get(name);
      if (entry === undefined) throw noSuchFunction(name);
      const [before] = entry.former;
      if (before === undefined) {
        throw new DeployError("no-former-version", `no version of "${name}" was deployed before this one`);
      }
      const version = await this.#versions.usable(before);
      return this.#goLive(shards, name, { ...version, deployedAt: Date.now() }, options);
    });
  }

  /** Removes a function; its rooms end with 4002. Rejects with DeployError `no-such-function`, or StoreError. */
  undeploy(name: string): Promise<void> {
    return this.#inTurn(async (shards) => {
      if (!this.#store.remove(name)) throw noSuchFunction(name);
      this.catalog.delete(name);
      this.failures.delete(name);
      await shards.reconcile();
      this.#log.info({ function: name }, "function removed");
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
    await this.#builder.close();
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
    const known = this.#store.registry.list().find((entry) => entry.info.digest === digest);
    if (known !== undefined && this.catalog.has(known.name) && this.#versions.isUsable(known)) {
      checkName(known.name, options);
      const update = options.update ?? known.info.manifest.update;
      const rooms = { update, roomsEnded: 0, roomsMigrated: 0, roomsKept: [] };
      return { function: known.name, version: digest, previous: digest, changed: false, ...rooms };
    }
    const built = await this.#versions.build(component);
    const { name } = built.info.manifest;
    checkName(name, options);
    this.#sweep();
    return this.#goLive(shards, name, await this.#versions.keep(component, built), options);
  }

  /** Makes a version the current one, and does with live rooms as the policy says. */
  async #goLive(
    shards: Shards,
    name: string,
    version: Version,
    options: UpdateOptions,
  ): Promise<DeployResult> {
    const { digest, manifest } = version.info;
    const update = options.update ?? manifest.update;
    const before = this.#store.registry.get(name);
    const next = { ...version, name, follows: update === "migrate" ? followed(before, digest) : [] };
    const inUse = await this.#inUse(shards, before);
    try {
      const record = this.#versions.record(this.#store.registry.successor(next, inUse));
      await this.#load(shards, record);
      this.#store.commit(next, inUse);
      this.catalog.set(name, record);
      this.failures.delete(name);
    } finally {
      // After a failure this leads back to the catalog; after success it reaches shards that were restarted
      // in between.
      await shards.reconcile();
    }
    const roomsEnded = update === "drain" ? await shards.drainOld(name) : 0;
    const { migrated, kept }: UpdateReport = update === "migrate" ? await shards.migrate(name) : NOTHING;
    const previous = before?.info.digest ?? null;
    const rooms = { update, roomsEnded, roomsMigrated: migrated, roomsKept: [...kept] };
    this.#log.info({ function: name, version: digest, previous, ...rooms }, "function deployed");
    return { function: name, version: digest, previous, changed: previous !== digest, ...rooms };
  }

  /** Versions that may not be forgotten; asked for only when some are about to be, since shards read all rooms for it. */
  async #inUse(shards: Shards, before: FunctionEntry | undefined): Promise<Set<string>> {
    if (before === undefined || before.former.length < MAX_VERSIONS - 1) return new Set();
    const inUse = await shards.versionsInUse(before.name);
    return inUse ?? new Set(before.former.map(({ info }) => info.digest));
  }

  async #load(shards: Shards, record: FunctionRecord): Promise<void> {
    try {
      await shards.load(record);
    } catch (error) {
      const reason = (error as { code?: string }).code ?? null;
      throw new DeployError("load-failed", `a shard could not load it: ${(error as Error).message}`, reason);
    }
  }

  /**
   * Removes what earlier deploys left; not at their end, because calls that were under way then still read
   * the image of the version before. A failure costs space, not correctness: the next deploy tries again.
   */
  #sweep(): void {
    try {
      this.#store.sweep();
    } catch (error) {
      this.#log.warn({ err: error }, "files that are no longer needed could not be removed");
    }
  }
}

const NOTHING: UpdateReport = { migrated: 0, kept: [] };

/** The version before, and those whose rooms were to go on in that one: some may have stayed behind, or sleep. */
function followed(before: FunctionEntry | undefined, digest: string): NewEntry["follows"] {
  if (before === undefined) return [];
  const remembered = new Set([before.info.digest, ...before.former.map(({ info }) => info.digest)]);
  const candidates = [before.info.digest, ...before.follows];
  return candidates.filter((one) => one !== digest && remembered.has(one));
}

function noSuchFunction(name: string): DeployError {
  return new DeployError("no-such-function", `no function "${name}" is deployed here`);
}

function checkName(name: string, options: DeployOptions): void {
  if (options.name === undefined || options.name === name) return;
  const message = `the component is named "${name}" in its manifest, not "${options.name}": deploy it under its own name`;
  throw new DeployError("name-mismatch", message);
}
