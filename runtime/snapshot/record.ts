/**
 * The binary format of one snapshot (docs/snapshots.md). A full record holds what differs from the memory of
 * the image's fresh instance; a delta holds what differs from the snapshot before it. Both hold globals and
 * host state whole.
 */
import { crc32 } from "node:zlib";
import { DamagedRecord, malformed } from "../bytes/damage.ts";
import { ByteReader } from "../bytes/reader.ts";
import type { ByteWriter } from "../bytes/writer.ts";
import { BLOCK_BYTES } from "../instance/pristineMemory.ts";
import { type GlobalValue, readGlobals } from "./globals.ts";
import type { HostState } from "./hostState.ts";
import { readHostState } from "./hostStateCodec.ts";
import { checkRuns } from "./memoryRuns.ts";

/** Raised whenever a reader of the former version would not understand what is written. */
export const SNAPSHOT_VERSION = 1;
const MAGIC = Buffer.from("RPSN");
/** Magic, checksum, length, version, kind, a zero. */
const HEADER_BYTES = 16;
const CHECKSUM_AT = 4;
const LENGTH_AT = 8;
const DIGEST = /^sha256:([0-9a-f]{64})$/;
const DIGEST_BYTES = 32;
const MAX_BLOCKS = 65_536;

export const SnapshotKind = { full: 0, delta: 1 } as const;
export type SnapshotKind = keyof typeof SnapshotKind;

/** What a snapshot is of, and where in the room's life it stands. */
export interface SnapshotHead {
  kind: SnapshotKind;
  /** Function and room. */
  function: string;
  room: string;
  /** Digest of the component (`sha256:…`), and version of the pipeline that made the image of it. */
  digest: string;
  pipeline: number;
  epoch: number;
  /** Counts the room's snapshots from 1; a delta stands on the one before. */
  number: number;
  /** The last input that it contains. */
  sequence: number;
}

/** A snapshot as it is handed to the store. */
export interface Snapshot {
  readonly kind: SnapshotKind;
  readonly number: number;
  readonly sequence: number;
  readonly bytes: Buffer;
  /** The deltas since the last full record have grown so large that the store is to make one record of all. */
  readonly fold: boolean;
}

/** A record, checked and read; its memory stays in `bytes`. */
export interface DecodedSnapshot extends SnapshotHead {
  globals: GlobalValue[];
  /** Bytes of the memory. */
  memorySize: number;
  /** Where the memory's runs begin in `bytes`; they are checked. */
  runsAt: number;
  host: HostState;
  bytes: Buffer;
}

/** Begins a record; globals, the memory's size, its runs and the host state follow, then `endRecord`. */
export function beginRecord(out: ByteWriter, head: SnapshotHead): void {
  out.raw(MAGIC).u32(0).u32(0).u16(SNAPSHOT_VERSION).u8(SnapshotKind[head.kind]).u8(0);
  out.text(head.function).text(head.room);
  out.raw(digestBytes(head.digest)).varint(head.pipeline);
  out.varint(head.epoch).varint(head.number).varint(head.sequence);
}

/** Puts length and checksum in place. The record must begin the writer. */
export function endRecord(out: ByteWriter): void {
  out.patchU32(LENGTH_AT, out.length);
  out.patchU32(CHECKSUM_AT, crc32(out.view.subarray(LENGTH_AT)));
}

/**
 * Reads and checks a whole record.
 * @throws DamagedRecord
 */
export function decodeSnapshot(bytes: Uint8Array): DecodedSnapshot {
  const reader = new ByteReader(bytes);
  checkEnvelope(reader.bytes);
  const version = reader.bytes.readUInt16LE(12);
  if (version !== SNAPSHOT_VERSION) {
    throw new DamagedRecord(
      "unknown-version",
      `the snapshot's format is ${version}, this reads ${SNAPSHOT_VERSION}`,
    );
  }
  const kinds = Object.keys(SnapshotKind) as SnapshotKind[];
  const kind = kinds[reader.bytes[14]!];
  if (kind === undefined || reader.bytes[15] !== 0) throw malformed("the snapshot is of no known kind");
  reader.at = HEADER_BYTES;
  const head = {
    kind,
    function: reader.text(),
    room: reader.text(),
    digest: `sha256:${reader.raw(DIGEST_BYTES).toString("hex")}`,
    pipeline: reader.varint(),
    epoch: reader.varint(),
    number: reader.varint(),
    sequence: reader.varint(),
  };
  const globals = readGlobals(reader);
  const memorySize = reader.varintTo(MAX_BLOCKS) * BLOCK_BYTES;
  const runsAt = reader.at;
  checkRuns(reader, memorySize);
  const host = readHostState(reader);
  reader.done();
  return { ...head, globals, memorySize, runsAt, host, bytes: reader.bytes };
}

/**
 * Checks that a snapshot may stand where it does in its chain: a full one first, deltas in order.
 * @throws DamagedRecord `out-of-place`
 */
export function checkLink(one: DecodedSnapshot, before: DecodedSnapshot | undefined): void {
  const fits =
    before === undefined ? one.kind === "full" : one.kind === "delta" && one.number === before.number + 1;
  if (fits) return;
  const place = before === undefined ? "first" : `after snapshot ${before.number}`;
  throw new DamagedRecord("out-of-place", `snapshot ${one.number} (${one.kind}) cannot stand ${place}`);
}

function checkEnvelope(bytes: Buffer): void {
  if (bytes.length < HEADER_BYTES || bytes.compare(MAGIC, 0, 4, 0, 4) !== 0) {
    throw new DamagedRecord("not-a-record", "this is no snapshot");
  }
  const length = bytes.readUInt32LE(LENGTH_AT);
  if (length !== bytes.length) {
    throw new DamagedRecord("wrong-length", `the snapshot has ${bytes.length} bytes of ${length}`);
  }
  if (crc32(bytes.subarray(LENGTH_AT)) !== bytes.readUInt32LE(CHECKSUM_AT)) {
    throw new DamagedRecord("checksum", "the snapshot's checksum does not match");
  }
}

function digestBytes(digest: string): Buffer {
  const hex = DIGEST.exec(digest)?.[1];
  if (hex === undefined) throw malformed(`"${digest}" is not a digest`);
  return Buffer.from(hex, "hex");
}
