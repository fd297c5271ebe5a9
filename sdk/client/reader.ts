/**
 * Reads message bytes with the methods and layout of the game's own Reader (@rockpool/assembly). It never
 * throws: past the end every read returns 0, "" or nothing, and `ok` turns false and stays so. Read all
 * fields of a message, then check `ok` once.
 */

const decoder = new TextDecoder();

export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #next = 0;
  #ok = true;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** False once a read went past the end, or a varint was too long. */
  get ok(): boolean {
    return this.#ok;
  }

  /** Bytes of the whole message. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#bytes.length - this.#next;
  }

  u8(): number {
    return this.#take(1) ? this.#view.getUint8(this.#next - 1) : 0;
  }

  u16(): number {
    return this.#take(2) ? this.#view.getUint16(this.#next - 2, true) : 0;
  }

  u32(): number {
    return this.#take(4) ? this.#view.getUint32(this.#next - 4, true) : 0;
  }

  u64(): bigint {
    return this.#take(8) ? this.#view.getBigUint64(this.#next - 8, true) : 0n;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  i16(): number {
    return (this.u16() << 16) >> 16;
  }

  i32(): number {
    return this.u32() | 0;
  }

  i64(): bigint {
    return BigInt.asIntN(64, this.u64());
  }

  f32(): number {
    return this.#take(4) ? this.#view.getFloat32(this.#next - 4, true) : 0;
  }

  f64(): number {
    return this.#take(8) ? this.#view.getFloat64(this.#next - 8, true) : 0;
  }

  /** Anything but 0 is true. */
  bool(): boolean {
    return this.u8() !== 0;
  }

  /** Unsigned LEB128 of up to 32 bits. */
  varint(): number {
    const value = this.varint64();
    return value > 0xffff_ffffn ? this.#fail(0) : Number(value);
  }

  /** Unsigned LEB128 of up to 64 bits. */
  varint64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = BigInt(this.u8());
      // The tenth byte holds the 64th bit alone.
      if (shift === 63n && byte > 1n) break;
      value |= (byte & 127n) << shift;
      if (byte < 128n) return this.#ok ? value : 0n;
    }
    return this.#fail(0n);
  }

  /** A zigzag-coded signed number. */
  zigzag(): number {
    const value = this.varint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** UTF-8 with its length in bytes before it, as a varint. Malformed UTF-8 gives U+FFFD. */
  string(): string {
    return decoder.decode(this.#run(this.varint()));
  }

  /** All that remains, as UTF-8. */
  text(): string {
    return decoder.decode(this.rest());
  }

  /** A copy of the next `count` bytes. */
  bytes(count: number): Uint8Array {
    return this.#run(count).slice();
  }

  /** All that remains: a view. */
  rest(): Uint8Array {
    return this.#run(this.remaining);
  }

  skip(count: number): void {
    this.#take(count);
  }

  /** A view of the next `count` bytes; of none when there are not so many. */
  #run(count: number): Uint8Array {
    return this.#take(count) ? this.#bytes.subarray(this.#next - count, this.#next) : new Uint8Array();
  }

  /** Moves past `count` bytes, if there are so many. */
  #take(count: number): boolean {
    if (!(count >= 0 && count <= this.remaining)) return this.#fail(false);
    this.#next += count;
    return true;
  }

  #fail<T>(value: T): T {
    this.#ok = false;
    this.#next = this.#bytes.length;
    return value;
  }
}
