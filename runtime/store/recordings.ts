/** The recordings of a node: one file each in a folder of the data folder, named by what the node counts, never by what players say. */
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { DamagedRecord } from "../bytes/damage.ts";
import { firstFrame } from "../recording/frames.ts";
import { decodeHeader, type RecordingHeader } from "../recording/header.ts";
import { storeError } from "./errors.ts";

const SUFFIX = ".rockrec";
const ID = /^[0-9a-z]{1,16}-[0-9]{1,5}-[0-9]{1,9}$/;
/** A header with the longest names and all limits fits into as much. */
const HEAD_BYTES = 4_096;

export interface StoredRecording {
  id: string;
  /** Null where it cannot be read: then the file is damaged, or just being made. */
  header: RecordingHeader | null;
  bytes: number;
}

export function recordingsFolder(data: string): string {
  return join(data, "recordings");
}

/** @param number counts the recordings of a rule on a shard; "" for what all of them begin with. */
export function recordingId(rule: string, shard: number, number: number | ""): string {
  return `${rule}-${shard}-${number}`;
}

export function isRecordingId(text: string): boolean {
  return ID.test(text);
}

export function recordingPath(folder: string, id: string): string {
  return join(folder, `${id}${SUFFIX}`);
}

export class RecordingFolder {
  readonly path: string;

  /** @throws StoreError when the folder cannot be made. */
  constructor(path: string) {
    this.path = path;
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw storeError(error, path);
    }
  }

  /** Bytes of all recordings. */
  get bytes(): number {
    return this.#ids().reduce((sum, id) => sum + this.#size(id), 0);
  }

  has(id: string): boolean {
    return isRecordingId(id) && this.#ids().includes(id);
  }

  remove(id: string): void {
    rmSync(recordingPath(this.path, id), { force: true });
  }

  /** All recordings, the oldest first. */
  async list(): Promise<StoredRecording[]> {
    const all = await Promise.all(
      this.#ids().map(async (id) => ({ id, header: await this.#header(id), bytes: this.#size(id) })),
    );
    const startOf = ({ header }: StoredRecording): number => header?.startedAt ?? 0;
    return all.sort((a, b) => startOf(a) - startOf(b) || (a.id < b.id ? -1 : 1));
  }

  #ids(): string[] {
    return readdirSync(this.path)
      .filter((file) => file.endsWith(SUFFIX))
      .map((file) => file.slice(0, -SUFFIX.length))
      .filter(isRecordingId);
  }

  #size(id: string): number {
    return statSync(recordingPath(this.path, id), { throwIfNoEntry: false })?.size ?? 0;
  }

  async #header(id: string): Promise<RecordingHeader | null> {
    const head = Buffer.alloc(HEAD_BYTES);
    const file = await open(recordingPath(this.path, id), "r");
    try {
      const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
      const frame = firstFrame(head.subarray(0, bytesRead));
      return frame === null ? null : decodeHeader(frame.payload);
    } catch (error) {
      if (error instanceof DamagedRecord) return null;
      throw error;
    } finally {
      await file.close();
    }
  }
}
