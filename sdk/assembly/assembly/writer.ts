import { Bytes } from "./bytes";
import { encodeText, textBytes } from "./abi/text";

/** Writes message bytes, little-endian, into a buffer that grows and is meant to be reused: `clear` keeps it. */
export class Writer extends Bytes {
  private buffer: ArrayBuffer;

  /** `capacity` in bytes is only where it starts. */
  constructor(capacity: i32 = 64) {
    super();
    this.buffer = new ArrayBuffer(max(capacity, 16));
    this.at = changetype<usize>(this.buffer);
  }

  /** Forgets what was written. */
  clear(): Writer {
    this.length = 0;
    return this;
  }

  /** @internal The address of `count` more bytes, which the caller fills before it writes anything else. */
  more(count: i32): usize {
    const old = this.length;
    const length = old + count;
    if (length < old) throw new RangeError("a Writer holds at most 2 GiB");
    if (length > this.buffer.byteLength) this.grow(length);
    this.length = length;
    return this.at + <usize>old;
  }

  private grow(length: i32): void {
    const grown = new ArrayBuffer(max(length, this.buffer.byteLength << 1));
    memory.copy(changetype<usize>(grown), this.at, <usize>this.length);
    this.buffer = grown;
    this.at = changetype<usize>(grown);
  }

  u8(value: u8): Writer {
    store<u8>(this.more(1), value);
    return this;
  }

  u16(value: u16): Writer {
    store<u16>(this.more(2), value);
    return this;
  }

  u32(value: u32): Writer {
    store<u32>(this.more(4), value);
    return this;
  }

  u64(value: u64): Writer {
    store<u64>(this.more(8), value);
    return this;
  }

  i8(value: i8): Writer {
    return this.u8(<u8>value);
  }

  i16(value: i16): Writer {
    return this.u16(<u16>value);
  }

  i32(value: i32): Writer {
    return this.u32(<u32>value);
  }

  i64(value: i64): Writer {
    return this.u64(<u64>value);
  }

  f32(value: f32): Writer {
    store<f32>(this.more(4), value);
    return this;
  }

  f64(value: f64): Writer {
    store<f64>(this.more(8), value);
    return this;
  }

  bool(value: bool): Writer {
    return this.u8(value ? 1 : 0);
  }

  /** Unsigned LEB128: 1 to 5 bytes. */
  varint(value: u32): Writer {
    return this.varint64(<u64>value);
  }

  /** Unsigned LEB128: 1 to 10 bytes. */
  varint64(value: u64): Writer {
    while (value > 127) {
      this.u8(<u8>(value & 127) | 128);
      value >>= 7;
    }
    return this.u8(<u8>value);
  }

  /** A signed number, zigzag-coded so that small ones of either sign are short. */
  zigzag(value: i32): Writer {
    return this.varint(<u32>((value << 1) ^ (value >> 31)));
  }

  /** UTF-8 with its length in bytes before it, as a varint. */
  string(value: string): Writer {
    return this.varint(<u32>textBytes(value)).text(value);
  }

  /** UTF-8, without a length. */
  text(value: string): Writer {
    encodeText(value, this.more(textBytes(value)));
    return this;
  }

  /** The bytes as they are, without a length. */
  bytes(data: Uint8Array): Writer {
    memory.copy(this.more(data.length), data.dataStart, <usize>data.length);
    return this;
  }

  /** The bytes of a Reader, Writer or view, without a length. */
  append(data: Bytes): Writer {
    const length = data.length;
    const to = this.more(length);
    // Read the address after growing: `data` may be this writer.
    memory.copy(to, data.at, <usize>length);
    return this;
  }
}
