/**
 * Writes messages one after the other into a chunk, and hands out each as a view of it. A view is never written
 * to again: when a chunk is full the next one takes over, so a message may be kept or queued without a copy.
 */
import { putText, textBytes } from "./text.ts";

const CHUNK_BYTES = 16_384;
const MAX_DEPTH = 32;

/** A value does not fit its declaration, so nothing was encoded. The message says which field. */
export class MessageError extends Error {
  readonly code = "out-of-range";

  constructor(field: string, rule: string, value: unknown) {
    super(`${field} must be ${rule}, not ${typeof value === "bigint" ? `${value}n` : String(value)}`);
    this.name = "MessageError";
  }
}

export class Output {
  bytes = new Uint8Array(CHUNK_BYTES);
  #start = 0;
  #at = 0;
  #depth = 0;

  /** Begins a message, and forgets one that an error cut short. */
  open(): void {
    this.#at = this.#start;
    this.#depth = 0;
  }

  /** The message since `open`. */
  close(): Uint8Array<ArrayBuffer> {
    const message = this.bytes.subarray(this.#start, this.#at);
    this.#start = this.#at;
    return message;
  }

  /** Where `size` bytes begin, for the caller to fill. `bytes` may be another array afterwards. */
  reserve(size: number): number {
    const at = this.#at;
    if (at + size > this.bytes.length) return this.#reserveElsewhere(size);
    this.#at = at + size;
    return at;
  }

  /** One byte: which member of a union follows. */
  tag(value: number): void {
    const at = this.reserve(1);
    this.bytes[at] = value;
  }

  varint(value: number): void {
    let at = this.reserve(value < 128 ? 1 : 5);
    const b = this.bytes;
    let rest = value;
    for (; rest > 127; rest >>>= 7) b[at++] = (rest & 127) | 128;
    b[at] = rest;
    this.#at = at + 1;
  }

  varint64(value: bigint): void {
    let at = this.reserve(10);
    const b = this.bytes;
    let rest = value;
    for (; rest > 127n; rest >>= 7n) b[at++] = Number(rest & 127n) | 128;
    b[at] = Number(rest);
    this.#at = at + 1;
  }

  zigzag(value: number): void {
    this.varint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  zigzag64(value: bigint): void {
    this.varint64(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
  }

  /** A length or count; nothing where it is fixed. */
  count(field: string, count: number, min: number, max: number): void {
    if (!(count >= min && count <= max)) {
      throw new MessageError(field, min === max ? `${min} long` : `${min} to ${max} long`, count);
    }
    if (min !== max) this.varint(count);
  }

  string(field: string, value: string, min: number, max: number): void {
    if (typeof value !== "string") throw new MessageError(field, "a string", value);
    const length = textBytes(value);
    this.count(field, length, min, max);
    const at = this.reserve(length);
    putText(this.bytes, at, value, length);
  }

  blob(field: string, value: Uint8Array, min: number, max: number): void {
    if (!(value instanceof Uint8Array)) throw new MessageError(field, "a Uint8Array", value);
    this.count(field, value.length, min, max);
    const at = this.reserve(value.length);
    this.bytes.set(value, at);
  }

  /** A value of a recursive type begins. */
  enter(field: string): void {
    if (++this.#depth > MAX_DEPTH)
      throw new MessageError(field, `within ${MAX_DEPTH} others at most`, "more");
  }

  leave(): void {
    this.#depth--;
  }

  /** An open record begins. Answers its place in the message, for `widen`. */
  narrow(): number {
    return this.reserve(1) - this.#start;
  }

  /** An open record ends: its length goes in front of it. */
  widen(opened: number): void {
    const length = this.#at - this.#start - opened - 1;
    // Most are short, so one byte was kept for the length.
    let extra = 0;
    for (let rest = length >>> 7; rest > 0; rest >>>= 7) extra++;
    const body = this.reserve(extra) - length;
    const b = this.bytes;
    if (extra > 0) b.copyWithin(body + extra, body, body + length);
    let at = body - 1;
    let rest = length;
    for (; rest > 127; rest >>>= 7) b[at++] = (rest & 127) | 128;
    b[at] = rest;
  }

  #reserveElsewhere(size: number): number {
    const written = this.#at - this.#start;
    const grown = new Uint8Array(Math.max(CHUNK_BYTES, (written + size) * 2));
    grown.set(this.bytes.subarray(this.#start, this.#at));
    this.bytes = grown;
    this.#start = 0;
    this.#at = written + size;
    return written;
  }
}
