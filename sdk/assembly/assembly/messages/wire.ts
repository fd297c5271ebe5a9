/**
 * What generated message code is made of: the place in the message that is being read, in globals, since a
 * callback reads one at a time. Nothing here traps while reading; everything says no instead.
 */
import { textBytes } from "../abi/text";
import { Reader } from "../reader";
import { Writer } from "../writer";
import { isUtf8 } from "./utf8";

/** How many values of recursive types may lie within each other. */
const MAX_DEPTH: i32 = 32;

/** Addresses of the next byte, and of the one after the last. */
let at: usize = 0;
let end: usize = 0;
let depth: i32 = 0;
/** False once a varint was malformed. */
let wellFormed: bool = true;

/** Starts on what `from` has not read yet; `from` is at its end afterwards. */
export function begin(from: Reader): void {
  const rest = from.rest();
  at = rest.at;
  end = at + <usize>rest.length;
  depth = 0;
  wellFormed = true;
}

/** Whether the message is over. */
export function finished(): bool {
  return at == end;
}

/** The address of `size` bytes, which are then read; 0 when there are not so many. */
export function take(size: usize): usize {
  const start = at;
  if (size > end - start) return 0;
  at = start + size;
  return start;
}

/** LEB128 in its shortest form, up to `max`. Ask `sound` before the value is used. */
export function varint(max: u64): u64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; shift < 70; shift += 7) {
    const start = take(1);
    if (!start) break;
    const byte = <u64>load<u8>(start);
    // The tenth byte holds the 64th bit alone.
    if (shift == 63 && byte > 1) break;
    value |= (byte & 127) << shift;
    if (byte < 128) {
      if ((byte == 0 && shift > 0) || value > max) break;
      return value;
    }
  }
  wellFormed = false;
  return 0;
}

export function sound(): bool {
  return wellFormed;
}

/** A length or count from `min` to `max`, for elements of at least `least` bytes each; -1: refused. */
export function count(min: u32, max: u32, least: u64): i32 {
  let value = min;
  if (min != max) {
    value = <u32>varint(u32.MAX_VALUE);
    if (!wellFormed || value < min || value > max) return -1;
  }
  // Before anything is made: a short message must not ask for a large array.
  return <u64>value * least > <u64>(end - at) ? -1 : <i32>value;
}

/** UTF-8 of `min` to `max` bytes; null: refused. */
export function text(min: u32, max: u32): string | null {
  const length = count(min, max, 1);
  if (length < 0) return null;
  if (length == 0) return "";
  const start = take(<usize>length);
  return isUtf8(start, <usize>length) ? String.UTF8.decodeUnsafe(start, <usize>length) : null;
}

/** A copy of `min` to `max` bytes; null: refused. */
export function blob(min: u32, max: u32): Uint8Array | null {
  const length = count(min, max, 1);
  if (length < 0) return null;
  const copy = new Uint8Array(length);
  memory.copy(copy.dataStart, at, <usize>length);
  at += <usize>length;
  return copy;
}

/** A value of a recursive type begins; false: too many are within each other. */
export function enter(): bool {
  return ++depth <= MAX_DEPTH;
}

export function leave(): void {
  depth--;
}

/** An open record begins. Answers where what is around it ends, for `widen`; 0: refused. */
export function narrow(): usize {
  const length = varint(u32.MAX_VALUE);
  if (!wellFormed || length > <u64>(end - at)) return 0;
  const outer = end;
  end = at + <usize>length;
  return outer;
}

/** An open record ends; fields that a newer writer added are passed over. */
export function widen(outer: usize): void {
  at = end;
  end = outer;
}

/** A bit byte of an open record: 0 where an older writer had none. */
export function laterBits(): i32 {
  const start = take(1);
  return start ? <i32>load<u8>(start) : 0;
}

export function unzigzag32(value: u32): i32 {
  return <i32>(value >> 1) ^ -(<i32>(value & 1));
}

export function unzigzag64(value: u64): i64 {
  return <i64>(value >> 1) ^ -(<i64>(value & 1));
}

export function zigzag32(value: i32): u32 {
  return <u32>((value << 1) ^ (value >> 31));
}

export function zigzag64(value: i64): u64 {
  return <u64>((value << 1) ^ (value >> 63));
}

export function beginWrite(): void {
  depth = 0;
}

export function putEnter(type: string): void {
  if (++depth > MAX_DEPTH) throw new RangeError("more than " + MAX_DEPTH.toString() + " " + type + " within each other");
}

export function putVarint(out: Writer, value: u64): void {
  out.varint64(value);
}

/** A length or count; nothing where it is fixed. */
export function putCount(out: Writer, field: string, count: i32, min: i32, max: i32): void {
  if (count < min || count > max) misfit(field, count, min, max);
  if (min != max) out.varint64(<u64>count);
}

export function putString(out: Writer, field: string, value: string, min: i32, max: i32): void {
  putCount(out, field, textBytes(value), min, max);
  out.text(value);
}

export function putBlob(out: Writer, field: string, value: Uint8Array, min: i32, max: i32): void {
  putCount(out, field, value.length, min, max);
  out.bytes(value);
}

export function requireLength(field: string, length: i32, expected: i32): void {
  if (length != expected) misfit(field, length, expected, expected);
}

export function requireFinite(field: string, value: f64): void {
  if (!isFinite(value)) throw new RangeError(field + " must be a finite number");
}

/** Puts the length of an open record, whose content began at `opened`, into the byte before it, or makes room. */
export function widenWrite(out: Writer, opened: i32): void {
  const length = out.length - opened;
  let extra = 0;
  for (let rest = length >>> 7; rest > 0; rest >>>= 7) extra++;
  if (extra > 0) {
    out.more(extra);
    const content = out.at + <usize>opened;
    memory.copy(content + <usize>extra, content, <usize>length);
  }
  let to = out.at + <usize>opened - 1;
  let rest = length;
  for (; rest > 127; rest >>>= 7) store<u8>(to++, <u8>(rest & 127) | 128);
  store<u8>(to, <u8>rest);
}

function misfit(field: string, count: i32, min: i32, max: i32): void {
  const bounds = min == max ? min.toString() : min.toString() + " to " + max.toString();
  throw new RangeError(field + " must be " + bounds + " long, not " + count.toString());
}
