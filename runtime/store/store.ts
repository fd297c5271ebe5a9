/**
 * The embedded store of a node: one folder, used by one node at a time.
 *
 * ```
 * .rockpool/
 *   registry/     LMDB: deployed functions, shard count, the owner of the folder
 *   blobs/        components, images and pages by digest
 *   admin.token   secret of the admin API (mode 0600)
 *   admin.url     where the running node's admin API listens
 * ```
 */
import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { Blobs } from "./blobs.ts";
import { storeError } from "./errors.ts";
import { type Owner, releaseLock, takeLock } from "./lock.ts";
import { type FunctionEntry, Registry } from "./registry.ts";
import { checkSpace } from "./space.ts";

export class Store {
  readonly folder: string;
  readonly blobs: Blobs;
  readonly registry: Registry;
  readonly #root: RootDatabase;
  readonly #owner: Database<Owner, string>;
  readonly #node: Database<number, string>;

  /**
   * Opens and locks a data folder, making it when it is not there.
   * @throws StoreError
   */
  constructor(folder: string) {
    this.folder = folder;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.W_OK | constants.X_OK);
      checkSpace(folder);
      // Without overlapping syncs a transaction is on disk when it returns.
      this.#root = open({
        path: join(folder, "registry"),
        noSubdir: false,
        encoding: "json",
        overlappingSync: false,
      });
    } catch (error) {
      throw storeError(error, folder);
    }
    try {
      this.#owner = this.#root.openDB({ name: "owner", encoding: "json" });
      this.#node = this.#root.openDB({ name: "node", encoding: "json" });
      this.registry = new Registry(
        this.#root.openDB<FunctionEntry, string>({ name: "functions", encoding: "json" }),
      );
      this.blobs = new Blobs(join(folder, "blobs"));
      takeLock(this.#owner, folder);
      this.sweep();
    } catch (error) {
      void this.#root.close();
      throw storeError(error, folder);
    }
  }

  /** The number of shards recorded last, or null in a new folder. */
  get shards(): number | null {
    return this.#node.get("shards") ?? null;
  }

  /**
   * Records the configured number of shards, which decides where named rooms live. Returns the number
   * recorded before, or null in a new folder.
   */
  recordShards(shards: number): number | null {
    return this.#write(() => {
      const before = this.#node.get("shards") ?? null;
      if (before !== shards) this.#node.putSync("shards", shards);
      return before;
    });
  }

  /** As `registry.commit`. @throws StoreError, and then the version before is still the current one. */
  commit(...given: Parameters<Registry["commit"]>): FunctionEntry {
    return this.#write(() => this.registry.commit(...given));
  }

  /** As `registry.replace`. @throws StoreError */
  replace(entry: FunctionEntry): void {
    this.#write(() => this.registry.replace(entry));
  }

  /** As `registry.remove`. @throws StoreError */
  remove(name: string): boolean {
    return this.#write(() => this.registry.remove(name));
  }

  /** Removes the files that no function refers to. Not while a deploy is under way: its files are not yet referred to. */
  sweep(): void {
    this.blobs.sweep(this.registry.references());
  }

  async close(): Promise<void> {
    releaseLock(this.#owner);
    await this.#root.close();
  }

  #write<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw storeError(error, this.folder);
    }
  }
}
