/**
 * The functions of a shard: which version of each name serves new rooms, and its image and pool. A replaced
 * version lives on in the rooms that still run it and is dropped with the last of them.
 */
import type { FunctionRecord } from "../image/image.ts";
import type { Guest } from "./guest.ts";
import { LoadedImage, type Loading } from "./loadedImage.ts";
import { Pool, type WantsTending } from "./pool.ts";

/** Memory that used instances of one image may hold beyond the pool's target: 64 MiB, in pages of 64 KiB. */
const SPARE_PAGES = 1024;

/** One version of a function on this shard. */
export class DeployedFunction {
  readonly record: FunctionRecord;
  /** Fuel that its ended rooms have used. */
  fuelOfEnded = 0;
  readonly #wanting: WantsTending;
  #state: "known" | "loading" | "warm" | "failed" = "known";
  #error: string | null = null;
  #loading: Promise<Pool<Guest>> | null = null;
  #pool: Pool<Guest> | null = null;
  #image: LoadedImage | null = null;

  constructor(record: FunctionRecord, wanting: WantsTending) {
    this.record = record;
    this.#wanting = wanting;
  }

  get name(): string {
    return this.record.info.manifest.name;
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
    this.#pool?.retire();
  }
}

export class Functions {
  readonly #current = new Map<string, DeployedFunction>();
  readonly #wanting: WantsTending;

  /** @param wanting told whenever a pool of these has upkeep to do. */
  constructor(wanting: WantsTending) {
    this.#wanting = wanting;
  }

  /** The version that serves new rooms. */
  get(name: string): DeployedFunction | undefined {
    return this.#current.get(name);
  }

  all(): IterableIterator<DeployedFunction> {
    return this.#current.values();
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
    this.#current.get(deployed.name)?.retire();
    this.#current.set(deployed.name, deployed);
    return deployed;
  }

  remove(name: string): DeployedFunction | undefined {
    const deployed = this.#current.get(name);
    deployed?.retire();
    this.#current.delete(name);
    return deployed;
  }
}
