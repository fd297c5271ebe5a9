/* What the files of the SDK share, and games do not see. */
#ifndef ROCKPOOL_INTERNAL_H
#define ROCKPOOL_INTERNAL_H

#include "rockpool.h"

/* For the compiler's warning about functions that no header declares: exports are called by name, from outside. */
#pragma clang diagnostic ignored "-Wmissing-prototypes"

/* A core export under its name of the canonical ABI. */
#define RP_EXPORT(name) __attribute__((export_name(name), used))

/* Lists and strings as the canonical ABI lays them out in a return area. */
typedef struct {
  void *data;
  size_t length;
} rp_list;

/* result<list<u8>, string>, and result<_, string>. */
typedef struct {
  uint8_t is_error;
  rp_list payload;
} rp_result;

/* The length of the UTF-8 sequence at `at`, which is before `end`; 0 when it is malformed. */
size_t rp_sequence_length(const uint8_t *at, const uint8_t *end);

/* Frees what the host placed for the callback that ends now. */
void rp_arena_reset(void);

/* The outcome of a callback that may refuse; `reply` (or NULL) is what it answers otherwise, and outlives it. */
rp_result *rp_settle(const rp_writer *reply);
/* The same for a callback that may not. */
void rp_finish(void);

#endif
