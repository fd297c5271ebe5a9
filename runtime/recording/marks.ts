/** What a recording says of the room's state at a moment, and of its own end. */
import { malformed } from "../bytes/damage.ts";
import { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";

/** Parts of a room's state; each has a hash of its own, so that a difference says where it is. */
export const STATE_PARTS = ["memory", "globals", "host"] as const;
export type StatePart = (typeof STATE_PARTS)[number];

/** SHA-256 of each part. `host` is what the guest can notice of the host's state, and what the host counts of it. */
export type StateHashes = Readonly<Record<StatePart, Buffer>>;

export interface Mark {
  /** The last input before it. */
  readonly sequence: number;
  /** Room time, in nanoseconds. */
  readonly timeNs: number;
  readonly hashes: StateHashes;
}

/** Why a recording ends, in the file's order. */
export const END_REASONS = [
  /** The room ended in good order. */
  "ended",
  /** The room failed; there is no state that a last mark could be of. */
  "failed",
  /** Somebody said `rockpool record --stop`. */
  "stopped",
  /** The time that was to be recorded is over. */
  "time",
  /** What may be recorded in bytes is used up. */
  "bytes",
  /** The room went to the store, or to another version. */
  "left",
  /** The disk was slower than the room, or failed. */
  "disk",
] as const;
export type EndReason = (typeof END_REASONS)[number];

export interface RecordingEnd {
  readonly reason: EndReason;
  /** The last input recorded. */
  readonly sequence: number;
}

const HASH_BYTES = 32;

export function encodeMark(mark: Mark): Buffer {
  const out = new ByteWriter();
  out.varint(mark.sequence).varint(mark.timeNs);
  for (const part of STATE_PARTS) out.raw(mark.hashes[part]);
  return out.take();
}

/** @throws DamagedRecord */
export function decodeMark(payload: Uint8Array): Mark {
  const reader = new ByteReader(payload);
  const [sequence, timeNs] = [reader.varint(), reader.varint()];
  const [memory, globals, host] = [reader.raw(HASH_BYTES), reader.raw(HASH_BYTES), reader.raw(HASH_BYTES)];
  reader.done();
  return { sequence, timeNs, hashes: { memory, globals, host } };
}

export function encodeEnd(end: RecordingEnd): Buffer {
  return new ByteWriter().u8(END_REASONS.indexOf(end.reason)).varint(end.sequence).take();
}

/** @throws DamagedRecord */
export function decodeEnd(payload: Uint8Array): RecordingEnd {
  const reader = new ByteReader(payload);
  const reason = END_REASONS[reader.u8()];
  const sequence = reader.varint();
  reader.done();
  if (reason === undefined) throw malformed("a recording that ends for no known reason");
  return { reason, sequence };
}
