/**
 * Seeds and secrets of rooms, drawn from the system many at a time: one draw costs tens of microseconds
 * when it is rare, which is as much as everything else that makes a room.
 */
import { randomFillSync } from "node:crypto";

const WORDS_PER_SEED = 4;
const SEEDS_PER_DRAW = 256;

const words = new Uint32Array(WORDS_PER_SEED * SEEDS_PER_DRAW);
let next = words.length;

/** 16 random bytes that nobody else gets. */
export function drawSecret(): Uint8Array {
  return new Uint8Array(drawSeed().buffer);
}

/** Four random 32-bit words that nobody else gets. */
export function drawSeed(): Uint32Array {
  if (next === words.length) {
    randomFillSync(words);
    next = 0;
  }
  next += WORDS_PER_SEED;
  return words.slice(next - WORDS_PER_SEED, next);
}
