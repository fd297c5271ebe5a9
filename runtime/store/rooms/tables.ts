/**
 * The tables of a shard's room store, and what the rules of its writes (apply.ts) need of a database. All
 * keys are bytes in their order; names of functions and rooms hold neither `/` nor NUL, so keys of one room
 * stand together.
 *
 * | table     | key                              | value                                  |
 * |-----------|----------------------------------|----------------------------------------|
 * | snapshots | function/room, NUL, number       | a record, full or delta                |
 * | journal   | function/room, NUL, last input   | a chunk                                |
 * | sleepers  | function/room                    | when it wakes (Unix ms), or 2^64 - 1   |
 * | awake     | function/room                    | nothing: it is stored, and no sleeper  |
 * | wakes     | when (Unix ms), function/room    | nothing                                |
 * | counts    | function                         | rooms, sleeping rooms                  |
 */

export const TABLES = ["snapshots", "journal", "sleepers", "awake", "wakes", "counts"] as const;
export type Table = (typeof TABLES)[number];

export interface ReadTables {
  get(table: Table, key: Buffer): Buffer | undefined;
  /** Keys from `from` to below `to`, in order. */
  keys(table: Table, from: Buffer, to: Buffer): Iterable<Buffer>;
}

/** Inside a transaction: reads see the writes before them. */
export interface Tables extends ReadTables {
  put(table: Table, key: Buffer, value: Buffer): void;
  remove(table: Table, key: Buffer): void;
}

/** What a store is kept in: all of a commit is on disk when it resolves, or none of it. */
export interface RoomDatabase extends ReadTables {
  /** Applies a batch (see batch.ts) in one transaction; takes the buffer. Rejects with StoreError. One at a time. */
  commit(batch: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
}
