/**
 * A growing buffer for the binary formats of snapshots, journals and the store. Numbers are unsigned LEB128
 * (seven bits a byte, the lowest first), so that small ones take one byte.
 */
import { copyBytes } from "../instance/copy.ts";

const encoder = new TextEncoder();
const FIRST_BYTES = 256;
/** A kept buffer that one large record has made larger than this is let go afterwards. */
const KEPT_BYTES = 1_048_576;

export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = FIRST_BYTES) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written, as a view that the next write may move away from. */
  get view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A copy of what was written. */
  copy(): Buffer {
    const copy = Buffer.allocUnsafeSlow(this.#length);
    this.#bytes.copy(copy, 0, 0, this.#length);
    return copy;
  }

  /** Hands over the buffer itself and starts anew. */
  take(): Buffer {
    const bytes = this.view;
    this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
    this.#length = 0;
    return bytes;
  }

  /** Starts anew in the same buffer. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  u8(value: number): this {
    this.#room(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  u16(value: number): this {
    this.#room(2);
    this.#length = this.#bytes.writeUInt16LE(value, this.#length);
    return this;
  }

  u32(value: number): this {
    this.#room(4);
    this.#length = this.#bytes.writeUInt32LE(value >>> 0, this.#length);
    return this;
  }

  /** Overwrites four bytes at `at`. */
  patchU32(at: number, value: number): void {
    this.#bytes.writeUInt32LE(value >>> 0, at);
  }

  u64(value: bigint): this {
    this.#room(8);
    this.#length = this.#bytes.writeBigUInt64LE(BigInt.asUintN(64, value), this.#length);
    return this;
  }

  /** A whole number from 0 to below 2^63. */
  varint(value: number): this {
    this.#room(9);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
    return this;
  }

  /** Bytes of known length, without one. */
  raw(bytes: Uint8Array, from = 0, length = bytes.length - from): this {
    this.#room(length);
    copyBytes(bytes, from, length, this.#bytes, this.#length);
    this.#length += length;
    return this;
  }

  /** A length and that many bytes. */
  bytes(bytes: Uint8Array): this {
    return this.varint(bytes.length).raw(bytes);
  }

  text(text: string): this {
    return this.bytes(encoder.encode(text));
  }

  #room(length: number): void {
    const needed = this.#length + length;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
