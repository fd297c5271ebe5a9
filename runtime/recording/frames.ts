/**
 * A recording is a header and frames, one after another, appended while the room plays. The last frame may be torn,
 * since its writer may have been killed: that is told from damage by nothing whole following it. Each frame's
 * header has a checksum of its own, so that a false length is not believed.
 */
import { crc32 } from "node:zlib";
import { DamagedRecord } from "../bytes/damage.ts";

export const FrameKind = {
  /** What was recorded; always the first frame, and only that. */
  Header: 1,
  /** The function's component; follows the header where it was put in. */
  Component: 2,
  /** Inputs in a row. */
  Inputs: 3,
  /** What the room's state was behind the inputs so far. */
  Mark: 4,
  /** Why the recording ends; nothing follows. */
  End: 5,
} as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

export interface Frame {
  readonly kind: FrameKind;
  /** A view of the file's bytes. */
  readonly payload: Buffer;
}

/** How a file of frames ends: with a whole one, or with what its writer did not finish, from byte `at` on. */
export type FramesTail = { status: "whole" } | { status: "torn"; at: number };

const MAGIC = Buffer.from("RPRF");
/** Magic, header's checksum, payload's checksum, payload's length, kind, three zeros. */
const FRAME_HEADER_BYTES = 20;
const AT = { header: 4, payload: 8, length: 12, kind: 16 } as const;
const KINDS: ReadonlySet<number> = new Set(Object.values(FrameKind));

export function encodeFrame(kind: FrameKind, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(FRAME_HEADER_BYTES + payload.length);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(crc32(payload), AT.payload);
  bytes.writeUInt32LE(payload.length, AT.length);
  bytes[AT.kind] = kind;
  bytes.set(payload, FRAME_HEADER_BYTES);
  bytes.writeUInt32LE(headerChecksum(bytes, 0), AT.header);
  return bytes;
}

/**
 * Reads frames that stand one after another. What is damaged before the last one is an error.
 * @throws DamagedRecord
 */
export function readFrames(bytes: Buffer): { frames: Frame[]; tail: FramesTail } {
  const frames: Frame[] = [];
  let at = 0;
  while (at < bytes.length) {
    const damage = damageAt(bytes, at);
    if (damage !== null) {
      if (at === 0 || frameFollows(bytes, at)) throw damage;
      return { frames, tail: { status: "torn", at } };
    }
    const end = endOf(bytes, at);
    frames.push({
      kind: bytes[at + AT.kind] as FrameKind,
      payload: bytes.subarray(at + FRAME_HEADER_BYTES, end),
    });
    at = end;
  }
  return { frames, tail: { status: "whole" } };
}

/** The first frame, or null where it is not whole: for who has read the head of a file alone. */
export function firstFrame(bytes: Buffer): Frame | null {
  if (damageAt(bytes, 0) !== null) return null;
  const payload = bytes.subarray(FRAME_HEADER_BYTES, endOf(bytes, 0));
  return { kind: bytes[AT.kind] as FrameKind, payload };
}

function damageAt(bytes: Buffer, at: number): DamagedRecord | null {
  const place = `at byte ${at}`;
  if (bytes.compare(MAGIC, 0, MAGIC.length, at, Math.min(at + MAGIC.length, bytes.length)) !== 0) {
    return new DamagedRecord("not-a-record", `what stands ${place} is no frame of a recording`);
  }
  if (!headerIsIntact(bytes, at)) {
    return new DamagedRecord("checksum", `the checksum of the frame's header ${place} does not match`);
  }
  if (endOf(bytes, at) > bytes.length) {
    return new DamagedRecord("wrong-length", `the frame ${place} is cut off`);
  }
  const payload = bytes.subarray(at + FRAME_HEADER_BYTES, endOf(bytes, at));
  if (crc32(payload) !== bytes.readUInt32LE(at + AT.payload)) {
    return new DamagedRecord("checksum", `the checksum of the frame ${place} does not match its contents`);
  }
  if (!KINDS.has(bytes[at + AT.kind]!)) {
    return new DamagedRecord("malformed", `the frame ${place} is of unknown kind ${bytes[at + AT.kind]}`);
  }
  return null;
}

/** Whether a frame's header stands anywhere behind the one at `at`. */
function frameFollows(bytes: Buffer, at: number): boolean {
  const from = headerIsIntact(bytes, at) ? endOf(bytes, at) : at + 1;
  for (let next = bytes.indexOf(MAGIC, from); next >= 0; next = bytes.indexOf(MAGIC, next + 1)) {
    if (headerIsIntact(bytes, next)) return true;
  }
  return false;
}

function endOf(bytes: Buffer, at: number): number {
  return at + FRAME_HEADER_BYTES + bytes.readUInt32LE(at + AT.length);
}

function headerIsIntact(bytes: Buffer, at: number): boolean {
  if (at + FRAME_HEADER_BYTES > bytes.length) return false;
  return headerChecksum(bytes, at) === bytes.readUInt32LE(at + AT.header);
}

function headerChecksum(bytes: Buffer, at: number): number {
  return crc32(bytes.subarray(at + AT.payload, at + FRAME_HEADER_BYTES));
}
