/** Random inputs that a failure can be repeated with: everything follows from the seed. */

export class Randomness {
  #state: number;

  /** @param seed 32 bits */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** ROCKPOOL_TEST_SEED, where a failure is to be repeated, else another one each time. */
  static newSeed(): number {
    return Number(process.env.ROCKPOOL_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor((this.#next() / 2 ** 32) * limit);
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }

  /** SplitMix32: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014, for 32 bits. */
  #next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return (bits ^ (bits >>> 15)) >>> 0;
  }
}
