/**
 * The LMDB environment of one shard's rooms. The shard's thread only reads; a thread of its own writes
 * (committer.ts), because a transaction that is on disk when it returns waits for the disk, and lmdb's
 * own queue reports a full disk in ways that cannot be caught one by one.
 */
import { mkdirSync } from "node:fs";
import { type Database, open, type RootDatabase } from "lmdb";
import { storeError } from "../errors.ts";
import { checkSpace } from "../space.ts";
import { TABLES, type Table, type Tables } from "./tables.ts";

const BINARY = { encoding: "binary", keyEncoding: "binary" } as const;

export class RoomTables implements Tables {
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #tables: Record<Table, Database<Buffer, Buffer>>;

  /** Opens an environment, making it when it is not there. @throws StoreError */
  constructor(folder: string) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      checkSpace(folder);
      // Without overlapping syncs a transaction is on disk when it returns.
      this.#root = open({ path: folder, noSubdir: false, overlappingSync: false, ...BINARY });
      const tables = TABLES.map((name) => [name, this.#root.openDB({ name, ...BINARY })]);
      this.#tables = Object.fromEntries(tables);
    } catch (error) {
      throw storeError(error, folder);
    }
  }

  get(table: Table, key: Buffer): Buffer | undefined {
    return this.#tables[table].getBinary(key);
  }

  keys(table: Table, from: Buffer, to: Buffer): Iterable<Buffer> {
    return this.#tables[table].getKeys({ start: from, end: to });
  }

  put(table: Table, key: Buffer, value: Buffer): void {
    this.#tables[table].putSync(key, value);
  }

  remove(table: Table, key: Buffer): void {
    this.#tables[table].removeSync(key);
  }

  /** Lets reads see what another thread has committed. */
  refresh(): void {
    this.#root.resetReadTxn();
  }

  /** Runs writes in a transaction that is on disk when this returns. */
  transact(action: () => void): void {
    this.#root.transactionSync(action);
  }

  async close(): Promise<void> {
    await this.#root.close();
  }
}
