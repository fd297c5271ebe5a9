import { Bytes } from "./bytes";

/**
 * Reads message bytes, little-endian. It never traps: past the end every read returns 0, "" or an empty array,
 * and `ok` turns false and stays so, because a malformed message from one player must not end the room of all.
 */
export class Reader extends Bytes {
  /** False once a read went past the end, or a varint was too long. */
  ok: bool = true;
  /** @internal Address of the next byte, and of the one after the last. */
  private next: usize = 0;
  private end: usize = 0;
  private tail: Bytes | null = null;
  /** Keeps the bytes of `Reader.of` from being collected. */
  private owner: Uint8Array | null = null;

  /** A reader of your own bytes. They are not copied. */
  static of(data: Uint8Array): Reader {
    const reader = new Reader();
    reader.open(data.dataStart, data.length);
    reader.owner = data;
    return reader;
  }

  /** @internal Starts over on other bytes. */
  open(at: usize, length: i32): Reader {
    this.at = at;
    this.length = length;
    this.next = at;
    this.end = at + <usize>length;
    this.ok = true;
    return this;
  }

  /** Bytes not read yet. */
  get remaining(): i32 {
    return <i32>(this.end - this.next);
  }

  /** The address of the next `count` bytes, which are then read; 0 when there are not so many. */
  private take(count: i32): usize {
    const at = this.next;
    if (<u32>count > <u32>(this.end - at)) {
      this.fail();
      return 0;
    }
    this.next = at + <usize>count;
    return at;
  }

  private fail(): void {
    this.ok = false;
    this.next = this.end;
  }

  u8(): u8 {
    const at = this.take(1);
    return at ? load<u8>(at) : 0;
  }

  u16(): u16 {
    const at = this.take(2);
    return at ? load<u16>(at) : 0;
  }

  u32(): u32 {
    const at = this.take(4);
    return at ? load<u32>(at) : 0;
  }

  u64(): u64 {
    const at = this.take(8);
    return at ? load<u64>(at) : 0;
  }

  i8(): i8 {
    return <i8>this.u8();
  }

  i16(): i16 {
    return <i16>this.u16();
  }

  i32(): i32 {
    return <i32>this.u32();
  }

  i64(): i64 {
    return <i64>this.u64();
  }

  /** May be NaN or infinite: check before you compute with it. */
  f32(): f32 {
    const at = this.take(4);
    return at ? load<f32>(at) : 0;
  }

  /** May be NaN or infinite: check before you compute with it. */
  f64(): f64 {
    const at = this.take(8);
    return at ? load<f64>(at) : 0;
  }

  bool(): bool {
    return this.u8() != 0;
  }

  /** Unsigned LEB128 of up to 32 bits (1 to 5 bytes). */
  varint(): u32 {
    const value = this.varint64();
    if (value > <u64>u32.MAX_VALUE) {
      this.fail();
      return 0;
    }
    return <u32>value;
  }

  /** Unsigned LEB128 of up to 64 bits (1 to 10 bytes). */
  varint64(): u64 {
    let value: u64 = 0;
    for (let shift: u64 = 0; shift < 70; shift += 7) {
      const byte = <u64>this.u8();
      // The tenth byte holds the 64th bit alone.
      if (shift == 63 && byte > 1) break;
      value |= (byte & 127) << shift;
      if (byte < 128) return this.ok ? value : 0;
    }
    this.fail();
    return 0;
  }

  /** LEB128 of a zigzag-coded signed number. */
  zigzag(): i32 {
    const value = this.varint();
    return <i32>(value >> 1) ^ -(<i32>(value & 1));
  }

  /** UTF-8 with its length in bytes before it, as a varint. Malformed UTF-8 gives some text, never a trap. */
  string(): string {
    return this.decode(<i32>this.varint());
  }

  /** All that remains, as UTF-8. */
  text(): string {
    return this.decode(this.remaining);
  }

  private decode(length: i32): string {
    if (length == 0) return "";
    const at = this.take(length);
    return at ? String.UTF8.decodeUnsafe(at, <usize>length) : "";
  }

  /** A copy of the next `count` bytes. */
  bytes(count: i32): Uint8Array {
    const at = this.take(count);
    if (!at) return new Uint8Array(0);
    const copy = new Uint8Array(count);
    memory.copy(copy.dataStart, at, <usize>count);
    return copy;
  }

  /** All that remains, as a view: no copy, valid as long as this reader is. */
  rest(): Bytes {
    let tail = this.tail;
    if (!tail) {
      tail = new Bytes();
      this.tail = tail;
    }
    tail.at = this.next;
    tail.length = this.remaining;
    this.next = this.end;
    return tail;
  }

  skip(count: i32): void {
    this.take(count);
  }
}
