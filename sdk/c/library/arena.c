/*
 * Where the host's bytes land: a fixed arena that is emptied after every callback, so that a message never reaches
 * the heap. What does not fit goes to blocks of the heap that are freed at the same moment.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* Fits the messages of most games; larger inputs (config, saved state) take a block of the heap. */
#define ARENA_BYTES 4096

typedef struct block {
  struct block *before;
  /* Keeps the bytes aligned to 8. */
  uint32_t padding;
  uint8_t bytes[];
} block;

static _Alignas(8) uint8_t arena[ARENA_BYTES];
static size_t used;
static block *blocks;

static void *allocate(size_t size) {
  size_t start = (used + 7) & ~(size_t)7;
  if (start <= ARENA_BYTES && size <= ARENA_BYTES - start) {
    used = start + size;
    return arena + start;
  }
  /* Checked here, for the sum below must not wrap. */
  if (size > 0x3fffffff) __builtin_trap();
  block *fresh = malloc(sizeof(block) + size);
  if (!fresh) __builtin_trap();
  fresh->before = blocks;
  blocks = fresh;
  return fresh->bytes;
}

/* How the host asks for memory (canonical ABI). No type of the world wants more than 8 bytes of alignment. */
RP_EXPORT("cabi_realloc") void *rp_realloc(void *old, size_t old_size, size_t align, size_t size) {
  (void)align;
  void *at = allocate(size);
  if (old_size) memcpy(at, old, old_size < size ? old_size : size);
  return at;
}

void rp_arena_reset(void) {
  used = 0;
  while (blocks) {
    block *before = blocks->before;
    free(blocks);
    blocks = before;
  }
}
