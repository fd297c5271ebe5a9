/**
 * Which functions are deployed, in which version: the one truth that a node starts from. A change is one
 * LMDB transaction, on disk when the call returns, so a crash leaves the old state or the new one.
 */
import type { Database } from "lmdb";
import type { ImageInfo } from "../image/image.ts";

/** How many versions of a function are remembered, the current one included. */
export const MAX_VERSIONS = 16;

export interface Version {
  /** Of the component, which is kept as a blob while the version is remembered. */
  digest: string;
  /** Unix milliseconds. */
  deployedAt: number;
}

export interface FunctionEntry {
  name: string;
  info: ImageInfo;
  /** Digests of the image and of the page's archive among the blobs. */
  image: string;
  page: string | null;
  /** Unix milliseconds. */
  deployedAt: number;
  /** What the image was built under (pipeline and node maxima); built under another, it is made again. */
  builtFor: string;
  /** Newest first; the first is the current one. */
  versions: Version[];
}

export type NewEntry = Omit<FunctionEntry, "versions">;

export class Registry {
  readonly #functions: Database<FunctionEntry, string>;

  constructor(functions: Database<FunctionEntry, string>) {
    this.#functions = functions;
  }

  /** All functions in order of their names. */
  list(): FunctionEntry[] {
    return [...this.#functions.getRange({})].map(({ value }) => value);
  }

  get(name: string): FunctionEntry | undefined {
    return this.#functions.get(name);
  }

  /** Makes `entry` the current version of its function. */
  commit(entry: NewEntry): FunctionEntry {
    return this.#functions.transactionSync(() => {
      const { digest } = entry.info;
      const older = (this.#functions.get(entry.name)?.versions ?? []).filter(
        (version) => version.digest !== digest,
      );
      const versions = [{ digest, deployedAt: entry.deployedAt }, ...older].slice(0, MAX_VERSIONS);
      const committed = { ...entry, versions };
      this.#functions.putSync(entry.name, committed);
      return committed;
    });
  }

  /** Forgets a function; false when there was none. */
  remove(name: string): boolean {
    return this.#functions.removeSync(name);
  }

  /** Digests of every blob that a function refers to. */
  references(): Set<string> {
    return new Set(
      this.list().flatMap(({ image, page, versions }) => [
        image,
        ...(page === null ? [] : [page]),
        ...versions.map((version) => version.digest),
      ]),
    );
  }
}
