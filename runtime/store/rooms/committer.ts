/** The thread that commits batches of one shard's rooms, one at a time, and waits for the disk. */
import { parentPort, workerData } from "node:worker_threads";
import { storeError } from "../errors.ts";
import { lacksSpace } from "../space.ts";
import { applyBatch } from "./apply.ts";
import { RoomTables } from "./lmdb.ts";

/** What the committer answers to a batch. */
export type Committed = { ok: true } | { ok: false; code: string; message: string };

/**
 * On a disk that fills up during a write LMDB reports an input/output error (a short write), not a full disk. A
 * transaction takes its values in whole pages, and copies of the pages above them.
 */
const SPACE_FACTOR = 2;
const FULL = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });

const port = parentPort!;
const folder = workerData as string;
let tables: RoomTables | null = null;

function commit(batch: Uint8Array): Committed {
  try {
    tables ??= new RoomTables(folder);
    const opened = tables;
    opened.transact(() => applyBatch(opened, batch));
    return { ok: true };
  } catch (error) {
    const { code, message } = storeError(
      lacksSpace(folder, batch.length * SPACE_FACTOR) ? FULL : error,
      folder,
    );
    return { ok: false, code, message };
  }
}

port.on("message", (batch: Uint8Array | null) => {
  if (batch !== null) port.postMessage(commit(batch));
  else void (tables?.close() ?? Promise.resolve()).finally(() => port.close());
});
