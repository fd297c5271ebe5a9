/**
 * The pages that a room keeps of its memory: those that differ from the image's. They lie in slabs, because
 * an object for every page would cost as much again as a small page. A page once kept stays kept.
 */
import { BLOCK_BYTES } from "../instance/pristineMemory.ts";

/** What is compared and kept as a whole. */
export const PAGE_BYTES = 4096;
export const PAGES_PER_BLOCK: number = BLOCK_BYTES / PAGE_BYTES;

/** A new slab holds at least this share of the pages held so far, so that there are few slabs. */
const GROWTH = 1 / 8;
const SLAB_SHIFT = 20;
const SLOT_MASK = (1 << SLAB_SHIFT) - 1;

export class PageStore {
  /** For each page 0, or one more than its slab and its place there. */
  #places = new Int32Array(0);
  /** How many pages of each block are kept. */
  #kept = new Uint8Array(0);
  readonly #slabs: Buffer[] = [];
  #used = 0;
  #pages = 0;

  /** Pages kept. */
  get size(): number {
    return this.#pages;
  }

  /** Bytes held, slack included. */
  get bytes(): number {
    return this.#slabs.reduce((sum, slab) => sum + slab.length, 0) + this.#places.byteLength;
  }

  /** Makes the index as large as a memory of that many blocks. */
  cover(blocks: number): void {
    if (blocks <= this.#kept.length) return;
    const places = new Int32Array(blocks * PAGES_PER_BLOCK);
    places.set(this.#places);
    this.#places = places;
    const kept = new Uint8Array(blocks);
    kept.set(this.#kept);
    this.#kept = kept;
  }

  /** Whether any page of the block is kept. */
  anyIn(block: number): boolean {
    return this.#kept[block] !== 0;
  }

  has(page: number): boolean {
    return this.#places[page] !== 0;
  }

  /** Where a kept page lies: the slab, and with `offset` the place in it. */
  slab(page: number): Buffer {
    return this.#slabs[(this.#places[page]! - 1) >>> SLAB_SHIFT]!;
  }

  offset(page: number): number {
    return ((this.#places[page]! - 1) & SLOT_MASK) * PAGE_BYTES;
  }

  /** Makes room for so many new pages at once. */
  reserve(pages: number): void {
    const last = this.#slabs.at(-1);
    const free = last === undefined ? 0 : last.length / PAGE_BYTES - this.#used;
    if (pages <= free) return;
    // What is left of the last slab is given up: slabs are few, and filled to seven eighths on average.
    const size = Math.max(pages, Math.floor(this.#pages * GROWTH));
    this.#slabs.push(Buffer.allocUnsafeSlow(size * PAGE_BYTES));
    this.#used = 0;
  }

  /** Keeps a page as it is in memory. New pages must have been reserved. */
  keep(page: number, memory: Buffer): void {
    if (this.#places[page] === 0) {
      this.#places[page] = (((this.#slabs.length - 1) << SLAB_SHIFT) | this.#used++) + 1;
      this.#kept[(page / PAGES_PER_BLOCK) | 0]!++;
      this.#pages++;
    }
    memory.copy(this.slab(page), this.offset(page), page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
  }
}
