/** UTF-8, strict: bytes that are not UTF-8 are refused. Short ASCII strings, which most are, skip TextDecoder. */
import { refuse } from "./refused.ts";

/** A byte order mark is a character like any other here: dropped, it would not be written again. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** From here on a call of TextDecoder costs less than a loop. */
const SHORT = 24;

/** The text of the bytes from `start` up to `end`. */
export function getText(b: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT) {
    let text = "";
    let at = start;
    for (; at < end; at++) {
      const unit = b[at]!;
      if (unit > 127) break;
      text += String.fromCharCode(unit);
    }
    if (at === end) return text;
  }
  try {
    return decoder.decode(b.subarray(start, end));
  } catch {
    // A fatal TextDecoder throws for malformed input alone.
    return refuse("bad-text");
  }
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
