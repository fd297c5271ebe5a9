/**
 * Reads the parts of a message whose length is not known beforehand, and keeps the place. It refuses (throws
 * Refused) whatever would read past the end, so a decoder that returns has read a whole value.
 */
import { refuse } from "./refused.ts";
import { getText } from "./text.ts";

/** As in the schema: how many values of recursive types may lie within each other. */
const MAX_DEPTH = 32;
const NOTHING = new Uint8Array(0);

export class Input {
  /** Until `close`: the message. */
  bytes: Uint8Array = NOTHING;
  /** The next byte, and the one after the last. */
  at = 0;
  end = 0;
  #depth = 0;

  open(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.at = 0;
    this.end = bytes.length;
    this.#depth = 0;
  }

  /** The message must be over. */
  close(): void {
    if (this.at !== this.end) refuse("trailing-bytes");
  }

  /** Where `size` bytes begin, which are then read. */
  take(size: number): number {
    const at = this.at;
    if (this.end - at < size) refuse("ends-early");
    this.at = at + size;
    return at;
  }

  /** LEB128 of up to 32 bits, in its shortest form. */
  varint(): number {
    const b = this.bytes;
    const first = b[this.take(1)]!;
    if (first < 128) return first;
    let value = first & 127;
    // A product, for a shift of 28 would lose the upper bits.
    for (let unit = 128; unit <= 0x1000_0000; unit *= 128) {
      const byte = b[this.take(1)]!;
      value += (byte & 127) * unit;
      if (byte < 128) return byte === 0 || value > 0xffff_ffff ? refuse("bad-value") : value;
    }
    return refuse("bad-value");
  }

  /** LEB128 of up to 64 bits, in its shortest form. */
  varint64(): bigint {
    const b = this.bytes;
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = b[this.take(1)]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        return (byte === 0 && shift > 0n) || value > 0xffff_ffff_ffff_ffffn ? refuse("bad-value") : value;
      }
    }
    return refuse("bad-value");
  }

  zigzag(): number {
    const value = this.varint();
    return (value >>> 1) ^ -(value & 1);
  }

  zigzag64(): bigint {
    const value = this.varint64();
    return (value >> 1n) ^ -(value & 1n);
  }

  /** A length or count from `min` to `max`, for elements of at least `least` bytes each. */
  count(min: number, max: number, least: number): number {
    const count = min === max ? min : this.varint();
    if (count < min || count > max) refuse("out-of-bounds");
    // Before anything is made: a short message must not ask for a large array.
    if (this.end - this.at < count * least) refuse("ends-early");
    return count;
  }

  string(min: number, max: number): string {
    const length = this.count(min, max, 1);
    const start = this.at;
    this.at = start + length;
    return getText(this.bytes, start, this.at);
  }

  /** A copy: it outlives the message. */
  blob(min: number, max: number): Uint8Array {
    const length = this.count(min, max, 1);
    const start = this.at;
    this.at = start + length;
    return this.bytes.slice(start, this.at);
  }

  /** A value of a recursive type begins. */
  enter(): void {
    if (++this.#depth > MAX_DEPTH) refuse("too-deep");
  }

  leave(): void {
    this.#depth--;
  }

  /** An open record begins. Answers where what is around it ends, for `widen`. */
  narrow(): number {
    const length = this.varint();
    if (this.end - this.at < length) refuse("ends-early");
    const outer = this.end;
    this.end = this.at + length;
    return outer;
  }

  /** An open record ends; fields that a newer writer added are passed over. */
  widen(outer: number): void {
    this.at = this.end;
    this.end = outer;
  }

  /** A bit byte of an open record: 0 where an older writer had none. */
  laterBits(): number {
    return this.at === this.end ? 0 : this.bytes[this.at++]!;
  }
}
