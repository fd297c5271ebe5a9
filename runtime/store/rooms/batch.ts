/**
 * What is handed over between two commits, as one buffer: the thread that commits gets it whole, and nothing
 * of it is an object on the shard's thread. Also the one copy that a slice of a journal is given.
 */
import { ByteReader } from "../../bytes/reader.ts";
import { ByteWriter } from "../../bytes/writer.ts";
import { encodeChunk } from "../../journal/chunk.ts";
import type { JournalSlice } from "../../journal/journal.ts";
import type { Snapshot } from "../../snapshot/record.ts";
import { NEVER } from "./keys.ts";

const Op = { saveFull: 0, saveDelta: 1, saveAndFold: 2, append: 3, sleep: 4, wake: 5, remove: 6 } as const;

/** One write, read back. */
export type Write =
  | {
      op: "save";
      room: Buffer;
      full: boolean;
      fold: boolean;
      number: number;
      sequence: number;
      record: Buffer;
    }
  | { op: "append"; room: Buffer; last: number; chunk: Buffer }
  | { op: "sleep"; room: Buffer; dueMs: bigint }
  | { op: "wake" | "remove"; room: Buffer };

export class BatchWriter {
  readonly #out = new ByteWriter();

  get length(): number {
    return this.#out.length;
  }

  save(room: Buffer, { kind, number, sequence, bytes, fold }: Snapshot): void {
    this.#out.u8(kind === "full" ? Op.saveFull : fold ? Op.saveAndFold : Op.saveDelta).bytes(room);
    this.#out.varint(number).varint(sequence).bytes(bytes);
  }

  append(room: Buffer, slice: JournalSlice): void {
    this.appendChunk(room, slice.last, encodeChunk(slice));
  }

  appendChunk(room: Buffer, last: number, chunk: Buffer): void {
    this.#out.u8(Op.append).bytes(room).varint(last).bytes(chunk);
  }

  /** @param dueMs Unix milliseconds, or null. */
  sleep(room: Buffer, dueMs: number | null): void {
    this.#out
      .u8(Op.sleep)
      .bytes(room)
      .u64(dueMs === null ? NEVER : BigInt(Math.max(0, Math.floor(dueMs))));
  }

  wake(room: Buffer): void {
    this.#out.u8(Op.wake).bytes(room);
  }

  remove(room: Buffer): void {
    this.#out.u8(Op.remove).bytes(room);
  }

  /** Hands over what was written and starts the next batch. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#out.take() as Uint8Array<ArrayBuffer>;
  }
}

export function* readBatch(batch: Uint8Array): Iterable<Write> {
  const reader = new ByteReader(batch);
  while (reader.left > 0) {
    const op = reader.u8();
    const room = reader.view();
    if (op === Op.saveFull || op === Op.saveDelta || op === Op.saveAndFold) {
      const [full, fold] = [op === Op.saveFull, op === Op.saveAndFold];
      const [number, sequence] = [reader.varint(), reader.varint()];
      yield { op: "save", room, full, fold, number, sequence, record: reader.view() };
    } else if (op === Op.append) {
      yield { op: "append", room, last: reader.varint(), chunk: reader.view() };
    } else if (op === Op.sleep) {
      yield { op: "sleep", room, dueMs: reader.u64() };
    } else {
      yield { op: op === Op.wake ? "wake" : "remove", room };
    }
  }
}
