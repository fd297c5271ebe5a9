/** The room database of a shard in LMDB: reads here, commits on a thread of their own. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { StoreError, type StoreErrorCode } from "../errors.ts";
import type { Committed } from "./committer.ts";
import { RoomTables } from "./lmdb.ts";
import type { RoomDatabase, Table } from "./tables.ts";

const COMMITTER = new URL("./committer.js", import.meta.url);

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

export class LmdbRoomDatabase implements RoomDatabase {
  readonly #folder: string;
  readonly #tables: RoomTables;
  /** Started by the first commit: most functions store nothing. */
  #worker: Worker | null = null;
  #waiting: Waiting | null = null;

  /** @param folder the environment's own. @throws StoreError */
  constructor(folder: string) {
    this.#folder = folder;
    this.#tables = new RoomTables(folder);
  }

  get(table: Table, key: Buffer): Buffer | undefined {
    return this.#tables.get(table, key);
  }

  keys(table: Table, from: Buffer, to: Buffer): Iterable<Buffer> {
    return this.#tables.keys(table, from, to);
  }

  commit(batch: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    // The process is to stay alive for a commit under way, and for nothing else of this thread.
    worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      worker.postMessage(batch, [batch.buffer]);
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker !== null) {
      const exited = once(worker, "exit");
      worker.ref();
      worker.postMessage(null);
      await exited;
    }
    await this.#tables.close();
  }

  #start(): Worker {
    const worker = new Worker(COMMITTER, { workerData: this.#folder });
    worker.on("message", (answer: Committed) => this.#answered(answer));
    worker.on("error", (error) => this.#failed(error.message));
    worker.on("exit", () => this.#failed("it ended"));
    return worker;
  }

  #answered(answer: Committed): void {
    const waiting = this.#take();
    this.#worker?.unref();
    this.#tables.refresh();
    if (answer.ok) waiting?.resolve();
    else waiting?.reject(new StoreError(answer.code as StoreErrorCode, answer.message));
  }

  #failed(why: string): void {
    this.#worker = null;
    this.#take()?.reject(
      new StoreError("data-failed", `the thread that writes ${this.#folder} failed: ${why}`),
    );
  }

  #take(): Waiting | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting;
  }
}
