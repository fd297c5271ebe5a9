/**
 * Which functions are deployed, in which version: the one truth that a node starts from. A change is one
 * LMDB transaction, on disk when the call returns, so a crash leaves the old state or the new one.
 */
import type { Database } from "lmdb";
import type { ImageInfo } from "../image/image.ts";

/**
 * How many versions of a function are remembered, the current one included. Older ones are forgotten once no room
 * needs them.
 */
export const MAX_VERSIONS = 16;

/** A version that can be run: its blobs are kept while it is remembered. */
export interface Version {
  /** `info.digest` names the component's blob. */
  info: ImageInfo;
  /** Digests of the image and of the page's archive among the blobs. */
  image: string;
  page: string | null;
  /** Unix milliseconds. */
  deployedAt: number;
  /** What the image was built under (pipeline and node maxima); built under another, it is made again. */
  builtFor: string;
}

/** The current version of a function, and those before it. */
export interface FunctionEntry extends Version {
  name: string;
  /** Digests of the versions whose rooms go on in this one, if its code takes them over. */
  follows: string[];
  /** Newest first; the current one is not among them. */
  former: Version[];
}

export type NewEntry = Omit<FunctionEntry, "former">;

export class Registry {
  readonly #functions: Database<FunctionEntry, string>;

  constructor(functions: Database<FunctionEntry, string>) {
    this.#functions = functions;
  }

  /** All functions in order of their names. */
  list(): FunctionEntry[] {
    return [...this.#functions.getRange({})].map(({ value }) => whole(value));
  }

  get(name: string): FunctionEntry | undefined {
    const stored = this.#functions.get(name);
    return stored === undefined ? undefined : whole(stored);
  }

  /** Makes `entry` the current version of its function. @param inUse digests of versions that rooms need. */
  commit(entry: NewEntry, inUse: ReadonlySet<string> = NONE): FunctionEntry {
    return this.#functions.transactionSync(() => {
      const committed = this.successor(entry, inUse);
      this.#functions.putSync(entry.name, committed);
      return committed;
    });
  }

  /** What `commit` would make of an entry. */
  successor(entry: NewEntry, inUse: ReadonlySet<string>): FunctionEntry {
    const before = this.get(entry.name);
    const versions = before === undefined ? [] : [versionOf(before), ...before.former];
    const former = versions
      .filter(({ info }) => info.digest !== entry.info.digest)
      .filter(({ info }, age) => age < MAX_VERSIONS - 1 || inUse.has(info.digest));
    return { ...entry, former };
  }

  /** Replaces what is remembered of a function's versions, such as after their images were made again. */
  replace(entry: FunctionEntry): void {
    this.#functions.putSync(entry.name, entry);
  }

  /** Forgets a function; false when there was none. */
  remove(name: string): boolean {
    return this.#functions.removeSync(name);
  }

  /** Digests of every blob that a function refers to. */
  references(): Set<string> {
    return new Set(
      this.list()
        .flatMap((entry) => [entry, ...entry.former])
        .flatMap(({ info, image, page }) => [info.digest, image, ...(page === null ? [] : [page])]),
    );
  }
}

/** Data folders of nodes that kept no former versions lack the fields for them. */
function whole(stored: FunctionEntry): FunctionEntry {
  return { ...stored, follows: stored.follows ?? [], former: stored.former ?? [] };
}

const NONE: ReadonlySet<string> = new Set();

function versionOf({ info, image, page, deployedAt, builtFor }: FunctionEntry): Version {
  return { info, image, page, deployedAt, builtFor };
}
