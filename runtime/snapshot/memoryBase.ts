/**
 * A room's memory as it was at its last snapshot, held as what differs from its image's memory. A capture
 * finds what has changed by exact comparison, which needs no help of the guest and no write barrier: whole
 * blocks where the room keeps nothing, else page by page (memcmp runs at the speed of the caches).
 */

import type { ByteWriter } from "../bytes/writer.ts";
import { BLOCK_BYTES, type PristineMemory } from "../instance/pristineMemory.ts";
import { writeRuns } from "./memoryRuns.ts";
import { PAGE_BYTES, PAGES_PER_BLOCK, PageStore } from "./pageStore.ts";

/** Pages found changed by the capture under way; captures never overlap. */
let changed = new Uint32Array(256);

export class MemoryBase {
  readonly #pristine: PristineMemory;
  readonly #pages = new PageStore();
  #size: number;

  constructor(pristine: PristineMemory) {
    this.#pristine = pristine;
    this.#size = pristine.size;
  }

  /** Bytes of the memory at the last capture. */
  get size(): number {
    return this.#size;
  }

  /** Bytes that the base holds of its own. */
  get bytesHeld(): number {
    return this.#pages.bytes;
  }

  /** Bytes of the pages that differ from the image's: a bound on what a full snapshot has to write. */
  get bytesKept(): number {
    return this.#pages.size * PAGE_BYTES;
  }

  /**
   * Makes the memory as it is now the base. Returns how many bytes of pages had changed.
   * @param out gets the changed runs; null when nobody stores them.
   * @param against `image`: what differs from the image's memory; `base`: what differs from the last capture.
   */
  capture(memoryBytes: Uint8Array, out: ByteWriter | null, against: "image" | "base"): number {
    const memory = Buffer.from(memoryBytes.buffer, memoryBytes.byteOffset, memoryBytes.length);
    const blocks = memory.length / BLOCK_BYTES;
    this.#pages.cover(blocks);
    const count = this.#findChanged(memory, blocks);
    // A delta is written before the base forgets what it differs from, a full one after.
    if (out !== null && against === "base") {
      writeRuns(
        out,
        memory,
        changed,
        count,
        (page) => this.#source(page),
        (page) => this.#offset(page),
      );
    }
    this.#keep(memory, count);
    if (out !== null && against === "image") {
      const kept = this.#allKept(blocks);
      writeRuns(out, memory, changed, kept, (page) => this.#pristineOf(page), pristineOffset);
    }
    this.#size = memory.length;
    return count * PAGE_BYTES;
  }

  /** Copies the base into the memory of a guest that was just reset and is as large as the base. */
  restore(memory: Uint8Array): void {
    const kept = this.#allKept(this.#size / BLOCK_BYTES);
    for (let i = 0; i < kept; i++) {
      const page = changed[i]!;
      const offset = this.#pages.offset(page);
      memory.set(this.#pages.slab(page).subarray(offset, offset + PAGE_BYTES), page * PAGE_BYTES);
    }
  }

  #findChanged(memory: Buffer, blocks: number): number {
    let count = 0;
    for (let block = 0; block < blocks; block++) {
      const start = block * BLOCK_BYTES;
      if (!this.#pages.anyIn(block)) {
        const base = this.#pristine.block(block);
        if (memory.compare(base, 0, BLOCK_BYTES, start, start + BLOCK_BYTES) === 0) continue;
      }
      if (changed.length < count + PAGES_PER_BLOCK) changed = grown(changed, count + PAGES_PER_BLOCK);
      const end = (block + 1) * PAGES_PER_BLOCK;
      for (let page = block * PAGES_PER_BLOCK; page < end; page++) {
        const at = page * PAGE_BYTES;
        const from = this.#offset(page);
        if (memory.compare(this.#source(page), from, from + PAGE_BYTES, at, at + PAGE_BYTES) === 0) continue;
        changed[count++] = page;
      }
    }
    return count;
  }

  #keep(memory: Buffer, count: number): void {
    let fresh = 0;
    for (let i = 0; i < count; i++) if (!this.#pages.has(changed[i]!)) fresh++;
    if (fresh > 0) this.#pages.reserve(fresh);
    for (let i = 0; i < count; i++) this.#pages.keep(changed[i]!, memory);
  }

  /** Lists the kept pages, in order, where changed pages are listed else. */
  #allKept(blocks: number): number {
    let count = 0;
    if (changed.length < this.#pages.size) changed = grown(changed, this.#pages.size);
    for (let block = 0; block < blocks; block++) {
      if (!this.#pages.anyIn(block)) continue;
      const end = (block + 1) * PAGES_PER_BLOCK;
      for (let page = block * PAGES_PER_BLOCK; page < end; page++) {
        if (this.#pages.has(page)) changed[count++] = page;
      }
    }
    return count;
  }

  /** The buffer that holds a page of the base. */
  #source(page: number): Buffer {
    return this.#pages.has(page) ? this.#pages.slab(page) : this.#pristineOf(page);
  }

  #offset(page: number): number {
    return this.#pages.has(page) ? this.#pages.offset(page) : pristineOffset(page);
  }

  #pristineOf(page: number): Buffer {
    return this.#pristine.block((page / PAGES_PER_BLOCK) | 0);
  }
}

function pristineOffset(page: number): number {
  return (page % PAGES_PER_BLOCK) * PAGE_BYTES;
}

function grown(array: Uint32Array<ArrayBuffer>, needed: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(needed, array.length * 2));
  larger.set(array);
  return larger;
}
