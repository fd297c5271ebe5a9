/**
 * A room database in memory that fails as disks and machines do: at any step of a commit, before what was
 * written is flushed, or after that and before anybody is told.
 */

import { StoreError } from "@rockpool/runtime/store/errors.js";
import { applyBatch } from "@rockpool/runtime/store/rooms/apply.js";
import { type RoomDatabase, TABLES, type Table, type Tables } from "@rockpool/runtime/store/rooms/tables.js";

/** What happens to the next commit. */
export type Fault =
  /** It fails at the n-th step, as on a full disk, and is reported. */
  | { kind: "fail"; step: number }
  /** The machine stops at the n-th step: nothing of it was flushed. */
  | { kind: "stop-before-flush"; step: number }
  /** The machine stops when all is flushed and nobody was told. */
  | { kind: "stop-after-flush" };

class Stopped extends Error {}

/** Keys in latin1, so that their order as text is their order as bytes. */
type Contents = Map<Table, Map<string, Buffer>>;

export function emptyContents(): Contents {
  return new Map(TABLES.map((table) => [table, new Map()]));
}

class MemoryTables implements Tables {
  readonly contents: Contents;
  readonly #step: () => void;

  constructor(contents: Contents, step: () => void) {
    this.contents = new Map([...contents].map(([table, entries]) => [table, new Map(entries)]));
    this.#step = step;
  }

  get(table: Table, key: Buffer): Buffer | undefined {
    return this.contents.get(table)!.get(key.toString("latin1"));
  }

  keys(table: Table, from: Buffer, to: Buffer): Buffer[] {
    const [start, end] = [from.toString("latin1"), to.toString("latin1")];
    const keys = [...this.contents.get(table)!.keys()].filter((key) => key >= start && key < end);
    return keys.sort().map((key) => Buffer.from(key, "latin1"));
  }

  put(table: Table, key: Buffer, value: Buffer): void {
    this.#step();
    this.contents.get(table)!.set(key.toString("latin1"), Buffer.from(value));
  }

  remove(table: Table, key: Buffer): void {
    this.#step();
    this.contents.get(table)!.delete(key.toString("latin1"));
  }
}

export class FaultyDatabase implements RoomDatabase {
  /** What a machine that starts again finds. */
  durable: Contents;
  fault: Fault | null = null;
  stopped = false;

  constructor(durable: Contents = emptyContents()) {
    this.durable = durable;
  }

  get(table: Table, key: Buffer): Buffer | undefined {
    return this.#reading().get(table, key);
  }

  keys(table: Table, from: Buffer, to: Buffer): Buffer[] {
    return this.#reading().keys(table, from, to);
  }

  async commit(batch: Uint8Array): Promise<void> {
    const { fault } = this;
    if (this.stopped) return new Promise(() => undefined);
    this.fault = null;
    let steps = 0;
    const tables = new MemoryTables(this.durable, () => {
      if (fault === null || fault.kind === "stop-after-flush" || steps++ < fault.step) return;
      throw fault.kind === "fail" ? new StoreError("disk-full", "no space left") : new Stopped();
    });
    try {
      applyBatch(tables, batch);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      return this.#stop();
    }
    this.durable = tables.contents;
    if (fault?.kind === "stop-after-flush" || fault?.kind === "stop-before-flush") return this.#stop();
  }

  async close(): Promise<void> {}

  /** Nobody is ever told. */
  #stop(): Promise<void> {
    this.stopped = true;
    return new Promise(() => undefined);
  }

  #reading(): MemoryTables {
    return new MemoryTables(this.durable, () => undefined);
  }
}
