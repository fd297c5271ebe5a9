/** `wasi:random`: all of it draws from the one generator that the world's `random` draws from. */
import type { Guest } from "../guest.ts";
import { lowerBytes, resultArea, running } from "../lowering.ts";

const WORD_BYTES = 8;

function u64(): bigint {
  const guest = running();
  return guest.admit(0) ? guest.host.random() : 0n;
}

/** A list of random bytes, charged like any bytes that are handed over. */
function bytes(wanted: bigint, result: number): void {
  const guest = running();
  const at = result >>> 0;
  if (!guest.admit(0) || !resultArea(guest, at, 8)) return;
  const size = Number(BigInt.asUintN(64, wanted));
  const address = lowerBytes(guest, at, 1, size);
  if (address < 0) return;
  for (let done = 0; done < size; done += WORD_BYTES) writeWord(guest, address + done, size - done);
}

/** Writes 64 random bits, or what there is room for. */
function writeWord(guest: Guest, at: number, room: number): void {
  const word = guest.host.random();
  const memory = guest.bytes;
  for (let n = 0; n < WORD_BYTES && n < room; n++) memory[at + n] = Number((word >> BigInt(8 * n)) & 0xffn);
}

export const random = { "get-random-bytes": bytes, "get-random-u64": u64 };

export const insecure = { "get-insecure-random-bytes": bytes, "get-insecure-random-u64": u64 };

export const insecureSeed = {
  "insecure-seed"(result: number): void {
    const guest = running();
    const at = result >>> 0;
    if (!guest.admit(0) || !resultArea(guest, at, 2 * WORD_BYTES, 8)) return;
    writeWord(guest, at, WORD_BYTES);
    writeWord(guest, at + WORD_BYTES, WORD_BYTES);
  },
};
