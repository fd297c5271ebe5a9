/**
 * Versions of functions as they lie in the store: components are built into images, kept, built again when the
 * pipeline or the node's maxima have changed since, and described to the shards.
 */
import type { FunctionLimits } from "@rockpool/protocol";
import {
  type BuiltImage,
  type FunctionRecord,
  PIPELINE_VERSION,
  type VersionRecord,
} from "../image/image.ts";
import { ImageRefusal } from "../image/refusal.ts";
import { digestOf } from "../store/blobs.ts";
import type { FunctionEntry, Version } from "../store/registry.ts";
import type { Store } from "../store/store.ts";
import type { Logger } from "../telemetry/log.ts";
import { DeployError } from "./deployError.ts";

/** Makes images of components, outside of this thread. */
export interface Builder {
  /** Rejects with ImageRefusal when the component is not acceptable. */
  build(component: Uint8Array): Promise<BuiltImage>;
  close(): Promise<void>;
}

export class Versions {
  readonly #store: Store;
  readonly #builder: Builder;
  readonly #log: Logger;
  readonly #builtFor: string;

  /** @param maxima of the node: an image is built for them, and again when they have changed. */
  constructor(store: Store, builder: Builder, maxima: FunctionLimits, log: Logger) {
    this.#store = store;
    this.#builder = builder;
    this.#log = log;
    this.#builtFor = digestOf(Buffer.from(JSON.stringify([PIPELINE_VERSION, maxima])));
  }

  /** Rejects with DeployError `component-refused`. */
  async build(component: Uint8Array): Promise<BuiltImage> {
    try {
      return await this.#builder.build(component);
    } catch (error) {
      if (error instanceof ImageRefusal)
        throw new DeployError("component-refused", error.message, error.code);
      throw error;
    }
  }

  /** Stores what was built; nothing refers to it yet. Rejects with StoreError. */
  async keep(component: Uint8Array, built: BuiltImage): Promise<Version> {
    const { blobs } = this.#store;
    await blobs.put(component);
    return {
      info: built.info,
      image: await blobs.put(built.wasm),
      page: built.page === null ? null : await blobs.put(archiveOf(built.page)),
      deployedAt: Date.now(),
      builtFor: this.#builtFor,
    };
  }

  isUsable({ builtFor, image, page }: Version): boolean {
    const { blobs } = this.#store;
    return builtFor === this.#builtFor && blobs.has(image) && (page === null || blobs.has(page));
  }

  /** The version itself where it is usable, else as it is built now. Rejects with DeployError or StoreError. */
  async usable(version: Version): Promise<Version> {
    if (this.isUsable(version)) return version;
    const { manifest, digest } = version.info;
    this.#log.info({ function: manifest.name, version: digest }, "making the image again");
    const component = await this.#store.blobs.get(digest);
    const fresh = await this.keep(component, await this.build(component));
    return { ...fresh, deployedAt: version.deployedAt };
  }

  /**
   * A function with all its versions usable. Former versions that cannot be made usable are left as they are.
   * Rejects when that is the current one.
   */
  async usableEntry(entry: FunctionEntry): Promise<FunctionEntry> {
    const current = await this.usable(entry);
    const former: Version[] = [];
    for (const version of entry.former) {
      former.push(
        await this.usable(version).catch((error: Error) => {
          const fields = { err: error, function: entry.name, version: version.info.digest };
          this.#log.error(fields, "a former version cannot be used; its stored rooms stay in the store");
          return version;
        }),
      );
    }
    return { ...entry, ...current, former };
  }

  record(entry: FunctionEntry): FunctionRecord {
    const former = entry.former.filter((version) => this.isUsable(version));
    return {
      ...this.#versionRecord(entry),
      former: former.map((version) => this.#versionRecord(version)),
      follows: entry.follows,
    };
  }

  #versionRecord({ info, image, page, deployedAt }: Version): VersionRecord {
    const { blobs } = this.#store;
    return {
      info,
      imageFile: blobs.path(image),
      pageFile: page === null ? null : blobs.path(page),
      deployedAt,
    };
  }
}

/** JSON, path → base64, as FunctionRecord describes it. */
function archiveOf(page: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const files = [...page].map(([path, bytes]) => [path, Buffer.from(bytes).toString("base64")]);
  return Buffer.from(JSON.stringify(Object.fromEntries(files)));
}
