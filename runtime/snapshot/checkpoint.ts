/**
 * The last snapshot of a live room, held in memory: what a failed callback is taken back to without the
 * store, and what the next delta is against. Takes are between callbacks only.
 */
import { DamagedRecord } from "../bytes/damage.ts";
import { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { Guest } from "../instance/guest.ts";
import { BLOCK_BYTES, type PristineMemory } from "../instance/pristineMemory.ts";
import { fitGlobals, type GlobalValue, setGlobals, valuesOf, writeGlobals } from "./globals.ts";
import type { HostState } from "./hostState.ts";
import { readHostState, writeHostState } from "./hostStateCodec.ts";
import { MemoryBase } from "./memoryBase.ts";
import { applyRuns } from "./memoryRuns.ts";
import { beginRecord, checkLink, type DecodedSnapshot, endRecord, type Snapshot } from "./record.ts";

/** What a checkpoint is of. */
export interface CheckpointSubject {
  readonly function: string;
  readonly room: string;
  /** Digest of the component, `sha256:…`. */
  readonly digest: string;
  /** Version of the pipeline that made the image. */
  readonly pipeline: number;
  readonly pristine: PristineMemory;
}

/** A room whose full record is this small is always stored as one: a chain would cost more than it saves. */
const SMALL_BYTES = 4096;
/** At most so many deltas stand on a full record, so that loading a room stays bounded. */
export const MAX_DELTAS = 64;

/** Records are put together here, one at a time. */
const record = new ByteWriter();
const host = new ByteWriter();

export class Checkpoint {
  readonly subject: CheckpointSubject;
  /** Number of the last snapshot taken; 0: none. */
  number = 0;
  /** The last input that the last snapshot contains. */
  sequence = 0;
  readonly #memory: MemoryBase;
  #globals: GlobalValue[] = [];
  #host: Buffer = Buffer.alloc(0);
  /** Whether the store is to have the last snapshot, so that the next may be a delta. */
  #recorded = false;
  #fullBytes = 0;
  #deltaBytes = 0;
  #deltas = 0;

  constructor(subject: CheckpointSubject) {
    this.subject = subject;
    this.#memory = new MemoryBase(subject.pristine);
  }

  /** Bytes held for the room: changed pages and host state. */
  get bytesHeld(): number {
    return this.#memory.bytesHeld + this.#host.length;
  }

  /** Takes a snapshot that lives in memory alone. @param sequence the last input that it contains. */
  take(guest: Guest, state: HostState, sequence: number): void {
    this.#capture(guest, state, sequence, () => this.#memory.capture(guest.bytes, null, "base"));
    this.#recorded = false;
  }

  /**
   * Takes a snapshot and returns its record for the store: a delta where the store has the one before it and the
   * room is not small, else a full one. A large room is written in full once; later the store folds its chain,
   * since that takes too long here. Every record must reach the store in order; if one does not, call `lost`.
   */
  takeRecord(guest: Guest, state: HostState, sequence: number, epoch: number): Snapshot {
    const { function: functionName, room, digest, pipeline } = this.subject;
    const kind = !this.#recorded || this.#fullBytes <= SMALL_BYTES ? "full" : "delta";
    this.#capture(guest, state, sequence, () => {
      const number = this.number;
      record.clear();
      beginRecord(record, { kind, function: functionName, room, digest, pipeline, epoch, number, sequence });
      writeGlobals(record, this.#globals);
      record.varint(guest.bytes.length / BLOCK_BYTES);
      this.#memory.capture(guest.bytes, record, kind === "full" ? "image" : "base");
      record.raw(this.#host);
      endRecord(record);
    });
    const bytes = record.copy();
    this.#count(kind === "full", bytes.length);
    const fold = this.#deltas >= MAX_DELTAS || (this.#deltas > 0 && this.#deltaBytes >= this.#fullBytes);
    if (fold) this.#count(true, this.#memory.bytesKept + this.#host.length);
    return { kind, number: this.number, sequence, bytes, fold };
  }

  /** A record did not reach the store: the next is full. */
  lost(): void {
    this.#recorded = false;
  }

  /**
   * Brings a guest that was just reset to the last snapshot, and returns its host state.
   * @throws DamagedRecord `out-of-place` when the guest's memory cannot be made as large
   */
  restore(guest: Guest): HostState {
    growTo(guest, this.#memory.size);
    this.#memory.restore(guest.bytes);
    setGlobals(guest, this.#globals);
    return readHostState(new ByteReader(this.#host));
  }

  /**
   * Brings a guest that was just reset to the end of a chain, and makes that the last snapshot.
   * @param chain a full record and the deltas that follow, as the store's `load` returns them.
   * @throws DamagedRecord `out-of-place` when the chain is not of this room, image and pipeline
   */
  load(guest: Guest, chain: readonly DecodedSnapshot[]): HostState {
    const last = chain.at(-1);
    if (last === undefined) throw new DamagedRecord("out-of-place", "there is no snapshot");
    this.#check(guest, chain);
    for (const { memorySize, bytes, runsAt } of chain) {
      growTo(guest, memorySize);
      applyRuns(new ByteReader(bytes, runsAt), guest.bytes);
    }
    setGlobals(guest, last.globals);
    this.number = last.number - 1;
    this.#capture(guest, last.host, last.sequence, () => this.#memory.capture(guest.bytes, null, "base"));
    this.#recorded = false;
    for (const { kind, bytes } of chain) this.#count(kind === "full", bytes.length);
    return last.host;
  }

  #capture(guest: Guest, state: HostState, sequence: number, memory: () => void): void {
    this.number++;
    this.sequence = sequence;
    this.#globals = valuesOf(guest);
    host.clear();
    writeHostState(host, state);
    this.#host = host.copy();
    memory();
  }

  /** @param bytes of the record; of one that the store folds, as many as it can have at most. */
  #count(full: boolean, bytes: number): void {
    this.#recorded = true;
    if (full) {
      this.#fullBytes = bytes;
      this.#deltaBytes = 0;
      this.#deltas = 0;
    } else {
      this.#deltaBytes += bytes;
      this.#deltas++;
    }
  }

  #check(guest: Guest, chain: readonly DecodedSnapshot[]): void {
    const { function: functionName, room, digest, pipeline } = this.subject;
    for (const [i, one] of chain.entries()) {
      if (one.function !== functionName || one.room !== room) {
        throw new DamagedRecord(
          "out-of-place",
          `a snapshot of ${one.function}/${one.room} stands in this room`,
        );
      }
      if (one.digest !== digest || one.pipeline !== pipeline) {
        const image = `${one.digest} of pipeline ${one.pipeline}`;
        throw new DamagedRecord("out-of-place", `the snapshot is of image ${image}: restore it with that`);
      }
      checkLink(one, chain[i - 1]);
      if (!fitGlobals(guest, one.globals)) {
        throw new DamagedRecord("out-of-place", "the snapshot's globals are not this image's");
      }
    }
  }
}

function growTo(guest: Guest, size: number): void {
  const missing = (size - guest.bytes.length) / BLOCK_BYTES;
  if (missing <= 0) return;
  try {
    guest.memory.grow(missing);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DamagedRecord(
      "out-of-place",
      `the guest's memory cannot grow to ${size} bytes: ${error.message}`,
    );
  }
}
