/*
 * Results of callbacks, as the canonical ABI returns them: through the address of a return area. Area and payload
 * outlive the callback and are used again by the next one, so no post-return function is needed.
 */
#include "internal.h"

#include <string.h>

#define REASON_BYTES 256

static char reason[REASON_BYTES];
/* Sticky until the callback returns: a game that goes on after rp_refuse has still refused. */
static bool refused;

void rp_refuse(const char *why) {
  size_t length = strnlen(why, REASON_BYTES - 1);
  /* Cut between characters: half of one is not UTF-8. */
  if (why[length]) {
    while (length > 0 && ((uint8_t)why[length] & 0xc0) == 0x80) length--;
  }
  memcpy(reason, why, length);
  reason[length] = 0;
  refused = true;
}

rp_result *rp_settle(const rp_writer *reply) {
  static rp_result result;
  result = (rp_result){.is_error = refused};
  if (refused) result.payload = (rp_list){reason, strlen(reason)};
  else if (reply) result.payload = (rp_list){reply->data, reply->length};
  rp_finish();
  return &result;
}

void rp_finish(void) {
  refused = false;
  rp_arena_reset();
}
