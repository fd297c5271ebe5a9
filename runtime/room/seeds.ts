/**
 * Seeds and secrets of rooms, drawn from the system many at a time: one draw costs tens of microseconds
 * when it is rare, which is as much as everything else that makes a room.
 */
import { randomFillSync } from "node:crypto";

const WORDS_PER_SEED = 4;
const SEEDS_PER_DRAW = 256;

const words = new Uint32Array(WORDS_PER_SEED * SEEDS_PER_DRAW);
/** The same memory: a slice stays in V8's heap, where a view over another array's buffer would not. */
const bytes = new Uint8Array(words.buffer);
let next = words.length;

/** 16 random bytes that nobody else gets. */
export function drawSecret(): Uint8Array {
  const from = take() * Uint32Array.BYTES_PER_ELEMENT;
  return bytes.slice(from, from + WORDS_PER_SEED * Uint32Array.BYTES_PER_ELEMENT);
}

/** Four random 32-bit words that nobody else gets. */
export function drawSeed(): Uint32Array {
  const from = take();
  return words.slice(from, from + WORDS_PER_SEED);
}

/** Index of four words that were not given out before. */
function take(): number {
  if (next === words.length) {
    randomFillSync(words);
    next = 0;
  }
  next += WORDS_PER_SEED;
  return next - WORDS_PER_SEED;
}
