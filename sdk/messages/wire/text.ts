/** UTF-8, strict: bytes that are not UTF-8 are refused. Short strings, which most are, skip TextDecoder. */
import { refuse } from "./refused.ts";

/** A byte order mark is a character like any other here: dropped, it would not be written again. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** From here on a call of TextDecoder costs less than a loop. */
const SHORT = 24;

/** The text of the bytes from `start` up to `end`. */
export function getText(b: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT) {
    const text = getShort(b, start, end);
    if (text !== null) return text;
  }
  try {
    return decoder.decode(b.subarray(start, end));
  } catch {
    // A fatal TextDecoder throws for malformed input alone.
    return refuse("bad-text");
  }
}

/** Characters of one or two bytes, four units at a time where all are ASCII; null when there are others. */
function getShort(b: Uint8Array, start: number, end: number): string | null {
  let text = "";
  let at = start;
  while (at < end) {
    const one = b[at]!;
    if (at + 4 <= end) {
      const two = b[at + 1]!;
      const three = b[at + 2]!;
      const four = b[at + 3]!;
      if ((one | two | three | four) < 0x80) {
        text += String.fromCharCode(one, two, three, four);
        at += 4;
        continue;
      }
    }
    if (one < 0x80) {
      text += String.fromCharCode(one);
      at++;
      continue;
    }
    // 0xc0 and 0xc1 would be overlong forms of ASCII.
    const next = at + 1 < end ? b[at + 1]! : 0;
    if (one < 0xc2 || one > 0xdf || (next & 0xc0) !== 0x80) return null;
    text += String.fromCharCode(((one & 0x1f) << 6) | (next & 0x3f));
    at += 2;
  }
  return text;
}

/** The length of `text` as UTF-8; a lone surrogate counts 3, as U+FFFD, which takes its place. */
export function textBytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (isPair(unit, text.charCodeAt(i + 1))) {
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}

/** Writes `text` to `at`, where there is room for `length` = textBytes(text) bytes. */
export function putText(b: Uint8Array, at: number, text: string, length: number): void {
  if (length !== text.length || length > SHORT) {
    encoder.encodeInto(text, b.subarray(at, at + length));
    return;
  }
  for (let i = 0; i < length; i++) b[at + i] = text.charCodeAt(i);
}

function isPair(unit: number, next: number): boolean {
  return (unit & 0xfc00) === 0xd800 && (next & 0xfc00) === 0xdc00;
}
