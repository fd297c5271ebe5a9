/**
 * An image's memory before its first callback, in blocks to compare with, shared by all rooms of the image.
 * Blocks of zeros, and all blocks past its end, are one and the same.
 */

/** Bytes of a block: one WebAssembly page. */
export const BLOCK_BYTES = 65_536;

export const ZERO_BLOCK: Buffer = Buffer.alloc(BLOCK_BYTES);

export class PristineMemory {
  /** Bytes of the memory; a multiple of a block. */
  readonly size: number;
  readonly #blocks: Buffer[] = [];

  /** @param runs all bytes that are not zero, in order. */
  constructor(runs: readonly { at: number; bytes: Uint8Array }[], size: number) {
    this.size = size;
    for (const run of runs) this.#put(run.at, run.bytes);
  }

  block(index: number): Buffer {
    return this.#blocks[index] ?? ZERO_BLOCK;
  }

  #put(at: number, bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.length) {
      const index = Math.floor((at + done) / BLOCK_BYTES);
      const from = (at + done) % BLOCK_BYTES;
      const part = bytes.subarray(done, done + BLOCK_BYTES - from);
      while (this.#blocks.length <= index) this.#blocks.push(ZERO_BLOCK);
      if (this.#blocks[index] === ZERO_BLOCK) this.#blocks[index] = Buffer.alloc(BLOCK_BYTES);
      this.#blocks[index]!.set(part, from);
      done += part.length;
    }
  }
}
