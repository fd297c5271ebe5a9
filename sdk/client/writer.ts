/**
 * Writes message bytes with the methods and layout of the game's own Writer (@rockpool/assembly): little
 * endian, packed, in the order of the calls. A number that its field cannot hold throws, because it would
 * arrive as another number.
 */
import { ClientError } from "./errors.ts";

const encoder = new TextEncoder();

export class Writer {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  /** @param capacity bytes to start with; it grows as needed */
  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written. */
  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    const at = this.#more(1, value);
    this.#view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.#more(2, value);
    this.#view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.#more(4, value);
    this.#view.setUint32(at, value, true);
    return this;
  }

  u64(value: bigint): this {
    check(value === BigInt.asUintN(64, value), value);
    const at = this.#more(8);
    this.#view.setBigUint64(at, value, true);
    return this;
  }

  i8(value: number): this {
    const at = this.#more(1, value, -0x80);
    this.#view.setInt8(at, value);
    return this;
  }

  i16(value: number): this {
    const at = this.#more(2, value, -0x8000);
    this.#view.setInt16(at, value, true);
    return this;
  }

  i32(value: number): this {
    const at = this.#more(4, value, -0x8000_0000);
    this.#view.setInt32(at, value, true);
    return this;
  }

  i64(value: bigint): this {
    check(value === BigInt.asIntN(64, value), value);
    const at = this.#more(8);
    this.#view.setBigInt64(at, value, true);
    return this;
  }

  f32(value: number): this {
    const at = this.#more(4);
    this.#view.setFloat32(at, value, true);
    return this;
  }

  f64(value: number): this {
    const at = this.#more(8);
    this.#view.setFloat64(at, value, true);
    return this;
  }

  /** One byte: 1 or 0. */
  bool(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }

  /** Unsigned LEB128 of up to 32 bits: 1 to 5 bytes. */
  varint(value: number): this {
    this.#more(0, value, 0, 2 ** 32);
    let rest = value;
    for (; rest > 127; rest >>>= 7) this.u8((rest & 127) | 128);
    return this.u8(rest);
  }

  /** Unsigned LEB128 of up to 64 bits: 1 to 10 bytes. */
  varint64(value: bigint): this {
    check(value === BigInt.asUintN(64, value), value);
    let rest = value;
    for (; rest > 127n; rest >>= 7n) this.u8(Number(rest & 127n) | 128);
    return this.u8(Number(rest));
  }

  /** A signed 32-bit number, zigzag-coded so that small ones of either sign are short. */
  zigzag(value: number): this {
    this.#more(0, value, -0x8000_0000, 2 ** 32);
    return this.varint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** UTF-8 with its length in bytes before it, as a varint. */
  string(value: string): this {
    const encoded = encoder.encode(value);
    return this.varint(encoded.length).bytes(encoded);
  }

  /** UTF-8, without a length. */
  text(value: string): this {
    return this.bytes(encoder.encode(value));
  }

  /** The bytes as they are, without a length. */
  bytes(value: Uint8Array): this {
    const at = this.#more(value.length);
    this.#bytes.set(value, at);
    return this;
  }

  /** What was written: a view, valid until the next write or `clear`. `Room.send` copies it. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets what was written; the buffer is kept. */
  clear(): this {
    this.#length = 0;
    return this;
  }

  /** Checks a whole number of `min` and up, makes room for `size` bytes, and returns where they start. */
  #more(size: number, value = 0, min = 0, values = 256 ** size): number {
    check(Number.isInteger(value) && value >= min && value < min + values, value);
    const start = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }
}

function check(fits: boolean, value: number | bigint): void {
  if (!fits) throw new ClientError("out-of-range", `${value} does not fit its field`);
}
