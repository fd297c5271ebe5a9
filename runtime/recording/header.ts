/**
 * What a recording is of: all that makes the room again before its first input, but the secret that resume tokens
 * are made with, so that nobody can take a seat with a recording.
 */
import { type FunctionLimits, LIMIT_NAMES } from "@rockpool/protocol";
import { DamagedRecord, malformed } from "../bytes/damage.ts";
import { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";

/** Raised whenever a reader of the former version would not understand what is written. */
export const RECORDING_VERSION = 1;

export interface RecordingHeader {
  function: string;
  room: string;
  /** Digest of the component, `sha256:…`, and the version of the pipeline that made the image of it. */
  digest: string;
  pipeline: number;
  /** The function's limits as the node had capped them. */
  limits: FunctionLimits;
  /** What the room's random numbers came from: four 32-bit words. */
  seed: Uint32Array;
  /** When the room was made, in Unix milliseconds. */
  startedAt: number;
}

const SEED_WORDS = 4;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function encodeHeader(header: RecordingHeader): Buffer {
  const out = new ByteWriter();
  out.u16(RECORDING_VERSION).text(header.function).text(header.room);
  out.text(header.digest).varint(header.pipeline);
  out.varint(LIMIT_NAMES.length);
  for (const name of LIMIT_NAMES) out.text(name).varint(header.limits[name]);
  for (const word of header.seed) out.u32(word);
  out.varint(header.startedAt);
  return out.take();
}

/** @throws DamagedRecord */
export function decodeHeader(payload: Uint8Array): RecordingHeader {
  const reader = new ByteReader(payload);
  const version = reader.u8() | (reader.u8() << 8);
  if (version !== RECORDING_VERSION) {
    throw new DamagedRecord(
      "unknown-version",
      `the recording's format is ${version}, this reads ${RECORDING_VERSION}: use the rockpool that recorded it`,
    );
  }
  const [functionName, room, digest] = [reader.text(), reader.text(), reader.text()];
  if (!DIGEST.test(digest)) throw malformed("the component's digest is none");
  const pipeline = reader.varint();
  const limits = readLimits(reader);
  const seed = Uint32Array.from({ length: SEED_WORDS }, () => reader.u32());
  const startedAt = reader.varint();
  reader.done();
  return { function: functionName, room, digest, pipeline, limits, seed, startedAt };
}

function readLimits(reader: ByteReader): FunctionLimits {
  const written = new Map<string, number>();
  for (let left = reader.count(2); left > 0; left--) written.set(reader.text(), reader.varint());
  const limits = {} as FunctionLimits;
  for (const name of LIMIT_NAMES) {
    const value = written.get(name);
    if (value === undefined) throw malformed(`the limit ${name} is missing`);
    limits[name] = value;
  }
  return limits;
}
