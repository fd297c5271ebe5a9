/**
 * Where the host's bytes land: a fixed arena that is emptied after every callback, so that a message makes no
 * garbage. What does not fit goes to blocks of the heap that are freed at the same moment. Everything here is
 * unmanaged memory, because the host allocates while the collector must not run.
 */
import { encodeText, textBytes } from "./text";

/** Fits the messages of most games; larger inputs (config, saved state) take a block of the heap. */
// @ts-ignore: decorator
@inline const ARENA_BYTES: usize = 4096;

// @ts-ignore: decorator
@lazy const arena: usize = memory.data(4096, 8);
/** Bytes of the arena in use. */
let used: usize = 0;
/** The newest block of the heap; its first word points to the one before. */
let blocks: usize = 0;

/** `size` bytes, aligned to 8, valid until the callback has returned. */
export function allocate(size: usize): usize {
  const start = (used + 7) & ~7;
  if (size <= ARENA_BYTES - start) {
    used = start + size;
    return arena + start;
  }
  // Checked here, for the sum below must not wrap.
  if (size > 0x3fffffff) unreachable();
  const block = heap.alloc(size + 16);
  store<usize>(block, blocks);
  blocks = block;
  return block + 16;
}

/** How much is in use now, for `release`. */
export function mark(): usize {
  return used;
}

/** Gives back what was allocated in the arena since `mark`. Blocks of the heap wait for `reset`. */
export function release(marked: usize): void {
  used = marked;
}

/** Empties the arena. */
export function reset(): void {
  used = 0;
  while (blocks) {
    const block = blocks;
    blocks = load<usize>(block);
    heap.free(block);
  }
}

/** `text` as UTF-8 in the arena: `textBytes(text)` bytes. */
export function placeText(text: string): usize {
  const at = allocate(<usize>textBytes(text));
  encodeText(text, at);
  return at;
}

/** How the host asks for memory (canonical ABI). */
export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  const at = allocate(size);
  if (oldSize) memory.copy(at, old, min(oldSize, size));
  return at;
}
