/** Floats and 64-bit numbers at a place in bytes, little-endian, through shared scratch: no DataView a message. */
import { refuse } from "./refused.ts";

const scratch = new Uint8Array(8);
const float32 = new Float32Array(scratch.buffer);
const float64 = new Float64Array(scratch.buffer);
const word32 = new Uint32Array(scratch.buffer);
const word64 = new BigUint64Array(scratch.buffer);

/** True wherever games run today; scratch is the two words change places where it is not. */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function u32(b: Uint8Array, at: number): number {
  return (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0;
}

function putU32(b: Uint8Array, at: number, value: number): void {
  b[at] = value;
  b[at + 1] = value >>> 8;
  b[at + 2] = value >>> 16;
  b[at + 3] = value >>> 24;
}

/** A finite number; NaN and infinities are refused. */
export function getF32(b: Uint8Array, at: number): number {
  word32[0] = u32(b, at);
  const value = float32[0]!;
  return value - value === 0 ? value : refuse("bad-value");
}

/** A finite number; NaN and infinities are refused. */
export function getF64(b: Uint8Array, at: number): number {
  loadWords(b, at);
  const value = float64[0]!;
  return value - value === 0 ? value : refuse("bad-value");
}

export function getU64(b: Uint8Array, at: number): bigint {
  loadWords(b, at);
  return word64[0]!;
}

export function getI64(b: Uint8Array, at: number): bigint {
  return BigInt.asIntN(64, getU64(b, at));
}

/** `value` must have been checked. */
export function putF32(b: Uint8Array, at: number, value: number): void {
  float32[0] = value;
  putU32(b, at, word32[0]!);
}

/** `value` must have been checked. */
export function putF64(b: Uint8Array, at: number, value: number): void {
  float64[0] = value;
  storeWords(b, at);
}

/** `value` must have been checked; signed ones wrap to the same bytes. */
export function putU64(b: Uint8Array, at: number, value: bigint): void {
  word64[0] = value;
  storeWords(b, at);
}

function loadWords(b: Uint8Array, at: number): void {
  word32[LITTLE_ENDIAN ? 0 : 1] = u32(b, at);
  word32[LITTLE_ENDIAN ? 1 : 0] = u32(b, at + 4);
}

function storeWords(b: Uint8Array, at: number): void {
  putU32(b, at, word32[LITTLE_ENDIAN ? 0 : 1]!);
  putU32(b, at + 4, word32[LITTLE_ENDIAN ? 1 : 0]!);
}
