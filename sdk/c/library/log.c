/* The log: text, and what a function says before it ends. */
#include "internal.h"

#include <string.h>

void rp_log(const char *text) { rp_log_bytes(RP_INFO, text, strlen(text)); }

/* The end of `assert` (assert.h of the C library, whose own would go through stdio). */
_Noreturn void __assert_fail(const char *expression, const char *file, int line, const char *function) {
  (void)function;
  char digits[10];
  size_t first = sizeof digits;
  for (unsigned rest = (unsigned)line; rest > 0; rest /= 10) digits[--first] = (char)('0' + rest % 10);
  rp_writer text = {0};
  rp_write_text(&text, file);
  rp_write_text(&text, ":");
  rp_write_bytes(&text, digits + first, sizeof digits - first);
  rp_write_text(&text, ": assertion failed: ");
  rp_write_text(&text, expression);
  rp_log_bytes(RP_ERROR, (const char *)text.data, text.length);
  __builtin_trap();
}
