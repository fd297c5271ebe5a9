/**
 * Reads what a ByteWriter wrote, strictly: every length is checked before anything of that size is made, and
 * whatever a writer would not have written is a DamagedRecord.
 */
import { malformed } from "./damage.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const MAX_VARINT_BYTES = 9;

export class ByteReader {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.at = at;
    this.end = end;
  }

  get left(): number {
    return this.end - this.at;
  }

  u8(): number {
    this.#need(1);
    return this.bytes[this.at++]!;
  }

  u32(): number {
    this.#need(4);
    const value = this.bytes.readUInt32LE(this.at);
    this.at += 4;
    return value;
  }

  u64(): bigint {
    this.#need(8);
    const value = this.bytes.readBigUInt64LE(this.at);
    this.at += 8;
    return value;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0 && i > 0) throw malformed("a number is longer than it need be");
        return value;
      }
      scale *= 0x80;
    }
    throw malformed("a number is too large");
  }

  /** A varint of at most 32 bits. */
  u32Varint(): number {
    return this.varintTo(0xffff_ffff);
  }

  varintTo(most: number): number {
    const value = this.varint();
    if (value > most) throw malformed(`a number is larger than ${most}`);
    return value;
  }

  /** A count of elements that take at least `each` bytes, so that a false one cannot ask for much memory. */
  count(each: number): number {
    return this.varintTo(Math.floor(this.left / each));
  }

  flag(): boolean {
    const value = this.u8();
    if (value > 1) throw malformed("a flag is neither 0 nor 1");
    return value === 1;
  }

  /** A view of the next `length` bytes. */
  raw(length: number): Buffer {
    this.#need(length);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** A view of bytes that stand behind their length. */
  view(): Buffer {
    return this.raw(this.count(1));
  }

  /** A copy of bytes that stand behind their length. */
  copy(): Uint8Array {
    return new Uint8Array(this.view());
  }

  text(): string {
    try {
      return utf8.decode(this.view());
    } catch (error) {
      if (error instanceof TypeError) throw malformed("text is not UTF-8");
      throw error;
    }
  }

  /** Checks that all has been read. */
  done(): void {
    if (this.at !== this.end) throw malformed(`${this.left} bytes follow the last field`);
  }

  #need(length: number): void {
    if (length > this.left) throw malformed("a field goes past the end");
  }
}
