/** Changes bytes without regard to what they mean. */
import type { Random } from "../../oracle/recordings.ts";

/** Bytes that often mean something: ends of LEB128 ranges, types, operators, sections. */
const TELLING = [0x00, 0x01, 0x02, 0x03, 0x0b, 0x40, 0x7c, 0x7f, 0x80, 0xfc, 0xfd, 0xfe, 0xff];

export function mutateBytes(random: Random, bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(random(256));
  const at = random(bytes.length);
  const length = 1 + random(Math.min(16, bytes.length - at));
  switch (random(8)) {
    case 0:
      return bytes.with(at, bytes[at]! ^ (1 << random(8)));
    case 1:
      return bytes.with(at, TELLING[random(TELLING.length)]!);
    case 2:
      return bytes.with(at, random(256));
    case 3:
      return concat(bytes.subarray(0, at), bytes.subarray(at + length));
    case 4:
      return concat(bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at));
    case 5:
      return concat(
        bytes.subarray(0, at),
        Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f),
        bytes.subarray(at + 1),
      );
    case 6:
      return bytes.slice(0, at);
    default: {
      const from = random(bytes.length - length + 1);
      const copy = bytes.slice();
      copy.copyWithin(at, from, from + length);
      return copy;
    }
  }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
