/**
 * The random numbers of one room: xoshiro128** 1.1 (Blackman and Vigna, 2018), seeded by the host, so that a
 * room replayed from its seed draws the same numbers. Not for secrets.
 */

// Two 32-bit draws read as one 64-bit number.
const pair = new Uint32Array(2);
const wide = new BigUint64Array(pair.buffer);

export class RoomRandom {
  readonly #state: Uint32Array;

  /** @param seed four 32-bit words, not all zero; kept and changed. */
  constructor(seed: Uint32Array) {
    this.#state = seed;
  }

  /** The four words that the next numbers come from; a copy. */
  get words(): Uint32Array {
    return this.#state.slice();
  }

  set words(words: Uint32Array) {
    this.#state.set(words);
  }

  /** 64 random bits. */
  next(): bigint {
    pair[0] = this.#next32();
    pair[1] = this.#next32();
    return wide[0]!;
  }

  #next32(): number {
    const state = this.#state;
    const a = state[0]!;
    const b = state[1]!;
    const c = state[2]! ^ a;
    const d = state[3]! ^ b;
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9);
    state[0] = a ^ d;
    state[1] = b ^ c;
    state[2] = c ^ (b << 9);
    state[3] = rotateLeft(d, 11);
    return result >>> 0;
  }
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
