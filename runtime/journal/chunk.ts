/**
 * A part of a journal as it is stored: inputs with their numbers, and checksums of both header and inputs.
 * Chunks are stored one by one in a database, or one after another in a file; of a file the last one may be
 * torn, since its writer may have been killed. The header's own checksum tells a torn tail from a false length.
 */
import { crc32 } from "node:zlib";
import { DamagedRecord } from "../bytes/damage.ts";
import type { JournalSlice } from "./journal.ts";

/** Raised whenever a reader of the former version would not understand what is written. */
export const JOURNAL_VERSION = 1;
const MAGIC = Buffer.from("RPJC");
/** Magic, header's checksum, version, zero, inputs' checksum, length, first, last. */
export const CHUNK_HEADER_BYTES = 36;
const AT = { header: 4, version: 8, zero: 10, inputs: 12, length: 16, first: 20, last: 28 } as const;

/** Bytes that a slice takes as a chunk. */
export function chunkBytes(slice: JournalSlice): number {
  return CHUNK_HEADER_BYTES + slice.bytes.length;
}

/** Writes a slice as a chunk at `at`; there must be room for it. */
export function writeChunk(slice: JournalSlice, into: Buffer, at: number): void {
  MAGIC.copy(into, at);
  into.writeUInt16LE(JOURNAL_VERSION, at + AT.version);
  into.writeUInt16LE(0, at + AT.zero);
  into.writeUInt32LE(crc32(slice.bytes), at + AT.inputs);
  into.writeUInt32LE(slice.bytes.length, at + AT.length);
  into.writeBigUInt64LE(BigInt(slice.first), at + AT.first);
  into.writeBigUInt64LE(BigInt(slice.last), at + AT.last);
  into.set(slice.bytes, at + CHUNK_HEADER_BYTES);
  into.writeUInt32LE(headerChecksum(into, at), at + AT.header);
}

export function encodeChunk(slice: JournalSlice): Buffer {
  const bytes = Buffer.allocUnsafeSlow(chunkBytes(slice));
  writeChunk(slice, bytes, 0);
  return bytes;
}

/**
 * Reads one whole chunk.
 * @throws DamagedRecord
 */
export function decodeChunk(bytes: Buffer): JournalSlice {
  const length = checkHeader(bytes, 0);
  if (bytes.length !== CHUNK_HEADER_BYTES + length) {
    throw new DamagedRecord("wrong-length", `the chunk has ${bytes.length} bytes, not what its header says`);
  }
  return checkInputs(bytes, 0, length);
}

/** How a file of chunks ends. */
export type Tail =
  /** With a whole chunk. */
  | { status: "whole" }
  /** With one that its writer did not finish, from this byte on. */
  | { status: "torn"; at: number };

/**
 * Reads chunks that stand one after another. What is damaged before the last chunk is an error.
 * @throws DamagedRecord
 */
export function readChunks(bytes: Buffer): { chunks: JournalSlice[]; tail: Tail } {
  const chunks: JournalSlice[] = [];
  let at = 0;
  while (at < bytes.length) {
    const next = readNext(bytes, at);
    if (next === null) return { chunks, tail: { status: "torn", at } };
    chunks.push(next);
    at += chunkBytes(next);
  }
  return { chunks, tail: { status: "whole" } };
}

/** The chunk at `at`, or null where it is damaged and nothing whole follows. */
function readNext(bytes: Buffer, at: number): JournalSlice | null {
  const end = endOf(bytes, at);
  try {
    const length = checkHeader(bytes, at);
    if (end > bytes.length) throw new DamagedRecord("wrong-length", "the chunk is cut off");
    return checkInputs(bytes, at, length);
  } catch (error) {
    if (!(error instanceof DamagedRecord) || error.code === "unknown-version") throw error;
    if (chunkFollows(bytes, end)) throw error;
    return null;
  }
}

/** Where the chunk at `at` ends, or the least it can be where its header does not tell. */
function endOf(bytes: Buffer, at: number): number {
  const intact = at + CHUNK_HEADER_BYTES <= bytes.length && headerIsIntact(bytes, at);
  return intact ? at + CHUNK_HEADER_BYTES + bytes.readUInt32LE(at + AT.length) : at + 1;
}

function chunkFollows(bytes: Buffer, from: number): boolean {
  for (let at = bytes.indexOf(MAGIC, from); at >= 0; at = bytes.indexOf(MAGIC, at + 1)) {
    if (at + CHUNK_HEADER_BYTES <= bytes.length && headerIsIntact(bytes, at)) return true;
  }
  return false;
}

/** Checks a header; returns the length of the inputs. */
function checkHeader(bytes: Buffer, at: number): number {
  if (bytes.length - at < CHUNK_HEADER_BYTES) throw new DamagedRecord("wrong-length", "the chunk is cut off");
  if (bytes.compare(MAGIC, 0, MAGIC.length, at, at + MAGIC.length) !== 0) {
    throw new DamagedRecord("not-a-record", "this is no chunk of a journal");
  }
  if (!headerIsIntact(bytes, at)) {
    throw new DamagedRecord("checksum", "the checksum of a chunk's header does not match");
  }
  const version = bytes.readUInt16LE(at + AT.version);
  if (version !== JOURNAL_VERSION) {
    const message = `the journal's format is ${version}, this reads ${JOURNAL_VERSION}`;
    throw new DamagedRecord("unknown-version", message);
  }
  return bytes.readUInt32LE(at + AT.length);
}

function checkInputs(bytes: Buffer, at: number, length: number): JournalSlice {
  const inputs = bytes.subarray(at + CHUNK_HEADER_BYTES, at + CHUNK_HEADER_BYTES + length);
  if (crc32(inputs) !== bytes.readUInt32LE(at + AT.inputs)) {
    throw new DamagedRecord("checksum", "the checksum of a chunk's inputs does not match");
  }
  const first = Number(bytes.readBigUInt64LE(at + AT.first));
  const last = Number(bytes.readBigUInt64LE(at + AT.last));
  return { first, last, bytes: inputs };
}

function headerIsIntact(bytes: Buffer, at: number): boolean {
  return headerChecksum(bytes, at) === bytes.readUInt32LE(at + AT.header);
}

function headerChecksum(bytes: Buffer, at: number): number {
  return crc32(bytes.subarray(at + AT.version, at + CHUNK_HEADER_BYTES));
}
