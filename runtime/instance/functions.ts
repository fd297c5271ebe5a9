/**
 * The functions of a shard: which version of each name serves new rooms, and its image and pool. A replaced
 * version lives on in the rooms that still run it and is dropped with the last of them; it is loaded again when a
 * stored room of it comes back.
 */
import type { FunctionRecord, VersionRecord } from "../image/image.ts";
import type { Guest } from "./guest.ts";
import { LoadedImage, type Loading } from "./loadedImage.ts";
import { Pool, type WantsTending } from "./pool.ts";

/** Memory that used instances of one image may hold beyond the pool's target: 64 MiB, in pages of 64 KiB. */
const SPARE_PAGES = 1024;

/** One version of a function on this shard. */
export class DeployedFunction {
  readonly record: VersionRecord;
  /** Fuel that its ended rooms have used. */
  fuelOfEnded = 0;
  readonly #wanting: WantsTending;
  #state: "known" | "loading" | "warm" | "failed" = "known";
  #error: string | null = null;
  #loading: Promise<Pool<Guest>> | null = null;
  #pool: Pool<Guest> | null = null;
  #image: LoadedImage | null = null;
  #retired = false;

  constructor(record: VersionRecord, wanting: WantsTending) {
    this.record = record;
    this.#wanting = wanting;
  }

  get name(): string {
    return this.record.info.manifest.name;
  }

  get digest(): string {
    return this.record.info.digest;
  }

  get state(): "known" | "loading" | "warm" | "failed" {
    return this.#state;
  }

  get error(): string | null {
    return this.#error;
  }

  /** The pool when the image is warm, else null: then `load` first. */
  get pool(): Pool<Guest> | null {
    return this.#pool;
  }

  /** The image once it is warm, else null. */
  get image(): LoadedImage | null {
    return this.#image;
  }

  /** Loads the image once, however many ask; a failure is remembered and not tried again. */
  load(loading: Loading): Promise<Pool<Guest>> {
    this.#loading ??= this.#load(loading);
    return this.#loading;
  }

  async #load(loading: Loading): Promise<Pool<Guest>> {
    this.#state = "loading";
    try {
      const image = await LoadedImage.load(this.record, loading);
      const { manifest, memory } = this.record.info;
      const spare = Math.floor(SPARE_PAGES / Math.max(1, memory.initial));
      this.#image = image;
      this.#pool = new Pool(image, manifest.pool.size, spare, this.#wanting);
      if (this.#retired) this.#pool.retire();
      this.#state = "warm";
      return this.#pool;
    } catch (error) {
      this.#state = "failed";
      this.#error = (error as Error).message;
      throw error;
    }
  }

  /** Keeps no idle instances any more. */
  retire(): void {
    this.#retired = true;
    this.#pool?.retire();
  }
}

/** A version that is not the current one. While no room runs it, nothing but its record is kept. */
interface FormerVersion {
  readonly record: VersionRecord;
  deployed: WeakRef<DeployedFunction> | null;
}

/** What is deployed under one name. */
interface Versions {
  readonly current: DeployedFunction;
  readonly follows: ReadonlySet<string>;
  /** By digest. */
  readonly former: ReadonlyMap<string, FormerVersion>;
}

export class Functions {
  readonly #byName = new Map<string, Versions>();
  readonly #wanting: WantsTending;

  /** @param wanting told whenever a pool of these has upkeep to do. */
  constructor(wanting: WantsTending) {
    this.#wanting = wanting;
  }

  /** The version that serves new rooms. */
  get(name: string): DeployedFunction | undefined {
    return this.#byName.get(name)?.current;
  }

  *all(): IterableIterator<DeployedFunction> {
    for (const { current } of this.#byName.values()) yield current;
  }

  /** A version that rooms may be of. */
  version(name: string, digest: string): DeployedFunction | undefined {
    const versions = this.#byName.get(name);
    if (versions === undefined || digest === versions.current.digest) return versions?.current;
    const former = versions.former.get(digest);
    if (former === undefined) return undefined;
    const alive = former.deployed?.deref();
    if (alive !== undefined) return alive;
    const deployed = new DeployedFunction(former.record, this.#wanting);
    deployed.retire();
    former.deployed = new WeakRef(deployed);
    return deployed;
  }

  /** Whether rooms of this version go on in the current one. */
  follows(name: string, digest: string): boolean {
    return this.#byName.get(name)?.follows.has(digest) ?? false;
  }

  /**
   * Makes this version the one for new rooms, once it is warm where the manifest says so; until then the
   * former one serves. Rejects, and changes nothing, when the image does not load.
   */
  async deploy(record: FunctionRecord): Promise<DeployedFunction> {
    const deployed = new DeployedFunction(record, this.#wanting);
    const isRoom = record.info.manifest.kind === "room";
    if (isRoom && record.info.manifest.pool.preload) {
      const pool = await deployed.load("ahead");
      while (pool.tend()) await new Promise(setImmediate);
    }
    const before = this.#byName.get(deployed.name);
    before?.current.retire();
    const former = record.former.map((version) => formerVersion(version, before));
    this.#byName.set(deployed.name, {
      current: deployed,
      follows: new Set(record.follows),
      former: new Map(former.map((version) => [version.record.info.digest, version])),
    });
    return deployed;
  }

  remove(name: string): DeployedFunction | undefined {
    const deployed = this.get(name);
    deployed?.retire();
    this.#byName.delete(name);
    return deployed;
  }
}

/** Rooms of a version and stored ones that come back share what is loaded. */
function formerVersion(record: VersionRecord, before: Versions | undefined): FormerVersion {
  const { digest } = record.info;
  if (before?.current.digest === digest) return { record, deployed: new WeakRef(before.current) };
  return before?.former.get(digest) ?? { record, deployed: null };
}
