/* What is UTF-8 and what is not. */
#include "internal.h"

static bool is_continuation(uint8_t byte) { return (byte & 0xc0) == 0x80; }

/* RFC 3629, section 4: neither overlong forms, nor surrogates, nor anything above U+10FFFF. */
size_t rp_sequence_length(const uint8_t *at, const uint8_t *end) {
  size_t left = (size_t)(end - at);
  uint8_t lead = at[0];
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4 || left < 2) return 0;
  if (lead < 0xe0) return is_continuation(at[1]) ? 2 : 0;
  uint8_t lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  uint8_t highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (at[1] < lowest || at[1] > highest || left < 3 || !is_continuation(at[2])) return 0;
  if (lead < 0xf0) return 3;
  return left >= 4 && is_continuation(at[3]) ? 4 : 0;
}
