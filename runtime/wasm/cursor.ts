/**
 * Reads the primitives of the WebAssembly binary format out of untrusted bytes. It never reads past `end`,
 * and a LEB128 number that is longer or larger than its type allows is refused, as the specification asks
 * (core specification 5.2.2).
 */
import { ModuleRefusal } from "./refusal.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Cursor {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get done(): boolean {
    return this.at === this.end;
  }

  fail(what: string, at = this.at): never {
    throw new ModuleRefusal("malformed-module", `Malformed binary: ${what}. Build the component again`, at);
  }

  u8(): number {
    if (this.at >= this.end) this.fail("it ends too early");
    return this.bytes[this.at++]!;
  }

  /** Unsigned LEB128 of at most 32 bits. */
  u32(): number {
    const start = this.at;
    let byte = this.u8();
    if (byte < 0x80) return byte;
    let result = byte & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      byte = this.u8();
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result >>> 0;
    }
    byte = this.u8();
    if (byte > 0x0f) this.fail("a number does not fit 32 bits", start);
    return (result | (byte << 28)) >>> 0;
  }

  /** Signed LEB128 of at most 33 bits, as block types are written; the result is exact. */
  s33(): number {
    const start = this.at;
    let result = 0;
    let scale = 1;
    for (let n = 0; n < 5; n++) {
      const byte = this.u8();
      result += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return byte & 0x40 ? result - scale : result;
    }
    return this.fail("a block type does not fit 33 bits", start);
  }

  /** Passes a signed LEB128 of at most `bytes` bytes (5 for i32, 10 for i64) without decoding it. */
  skipLeb(bytes: number): void {
    const start = this.at;
    for (let n = 0; n < bytes; n++) if (this.u8() < 0x80) return;
    this.fail("a number is too long", start);
  }

  skip(bytes: number): void {
    if (bytes > this.end - this.at) this.fail("it ends too early");
    this.at += bytes;
  }

  /** A vector's length; each element takes at least one byte, so a longer one cannot be honest. */
  count(what: string): number {
    const at = this.at;
    const count = this.u32();
    if (count > this.end - this.at) this.fail(`${count} ${what} cannot fit in what is left`, at);
    return count;
  }

  name(): string {
    const at = this.at;
    const length = this.u32();
    const start = this.at;
    this.skip(length);
    try {
      return UTF8.decode(this.bytes.subarray(start, this.at));
    } catch {
      return this.fail("a name is not UTF-8", at);
    }
  }

  /** A cursor over the next `length` bytes, which this one passes. */
  part(length: number): Cursor {
    const start = this.at;
    this.skip(length);
    return new Cursor(this.bytes, start, this.at);
  }
}
