/** Lifts the two result types of the worlds out of guest memory, checking everything that the guest wrote. */
import type { Guest } from "./guest.ts";
import type { BytesOutcome } from "./outcome.ts";

/**
 * Bytes of a refusal's text that are read; the rest is cut off. It goes to players, and to whoever makes a room,
 * who must not be made to load a guest's whole memory.
 */
export const MAX_REFUSAL_BYTES = 4096;

/** The discriminant of a `result` at `at` (0 ok, 1 error), or -1 after a fault. */
function discriminant(guest: Guest, at: number): number {
  if (at % 4 !== 0) guest.fail("abi", "a result is not aligned");
  if (!guest.holds(at, 12)) return -1;
  const value = guest.bytes[at]!;
  if (value <= 1) return value;
  guest.fail("abi", `a result has the discriminant ${value}`);
  return -1;
}

/** `result<_, string>`: the error's text; null when it is ok, or after a fault. */
export function liftRefusal(guest: Guest, at: number): string | null {
  if (discriminant(guest, at) !== 1) return null;
  return refusalText(guest, guest.readU32(at + 4), guest.readU32(at + 8));
}

function refusalText(guest: Guest, at: number, length: number): string | null {
  if (!guest.holds(at, length)) return null;
  if (length <= MAX_REFUSAL_BYTES) return guest.text(at, length);
  let end = MAX_REFUSAL_BYTES;
  // Not within a character: its later bytes are 10xxxxxx.
  while (end > 0 && (guest.bytes[at + end]! & 0xc0) === 0x80) end--;
  return guest.text(at, end);
}

/** `result<list<u8>, string>`; null after a fault. The bytes are a copy. */
export function liftBytes(guest: Guest, at: number): BytesOutcome | null {
  const kind = discriminant(guest, at);
  if (kind < 0) return null;
  const from = guest.readU32(at + 4);
  const size = guest.readU32(at + 8);
  if (kind === 1) {
    const reason = refusalText(guest, from, size);
    return reason === null ? null : { status: "refused", reason };
  }
  return guest.holds(from, size) && guest.charge(size)
    ? { status: "bytes", bytes: guest.bytes.slice(from, from + size) }
    : null;
}
